import { AwsError, NotModelledError, validationError } from "#lab/aws/base/errors.js";
import { othersTurn } from "#lab/aws/lambda/waiting.js";
import { isOfType, selected } from "../selector.js";
import type { StepContext, StepKind } from "./kind.js";

/** `aws:executeAwsApi`: calls an operation as the runbook's role, and takes its outputs from the answer. */
export const executeAwsApi: StepKind = (context, done) => {
  const { Service, Api, ...input } = context.inputs;
  callApi(
    context,
    [String(Service), String(Api), input],
    (answer) => {
      const found = (context.spec.outputs ?? []).map(({ Name, Selector, Type }): [string, unknown] => {
        const value = selected(answer, Selector);
        // AWS documents a placeholder for steps that are not successfully executed, and nothing for this: unkind.
        if (value === undefined)
          throw validationError(`${Selector} of ${Service}:${Api} is not in the answer`);
        if (!isOfType(Type, value)) throw validationError(`${Selector} of ${Service}:${Api} is no ${Type}`);
        return [Name, value];
      });
      done({ outputs: Object.fromEntries(found) });
    },
    done,
  );
};

/** Calls an operation of the account's own APIs as a step's role; whatever refuses it ends the step. */
export function callApi(
  { region, caller }: Pick<StepContext, "region" | "caller">,
  [service, operation, input]: readonly [service: string, operation: string, input: object],
  read: (answer: unknown) => void,
  done: Parameters<StepKind>[1],
): void {
  const { api, clock } = region.account;
  if (api === undefined) throw new Error("nothing serves the account's APIs to its automations");
  api
    .perform({ service, operation, input, region, caller })
    .then(read)
    .catch((error: unknown) => {
      if (!(error instanceof AwsError || error instanceof NotModelledError)) throw error;
      done({ failure: `${error.name}: ${error.message}` });
    })
    // Nobody waits for this promise, so whoever lets time pass is told.
    .catch((error: unknown) =>
      clock.at(clock.now, () => {
        throw error;
      }),
    );
  // An answer that needs no time is known before time goes on.
  clock.at(clock.now, othersTurn);
}
