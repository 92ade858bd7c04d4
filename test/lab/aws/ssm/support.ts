import type { Caller } from "#lab/aws/iam/evaluate.js";
import { modelOf } from "#lab/aws/model/model.js";
import { violations } from "#lab/aws/model/validate.js";
import type { Handlers } from "#lab/endpoint/operation.js";
import { ssmBaselineHandlers } from "#lab/endpoint/services/ssmBaselines.js";
import { ssmCommandHandlers } from "#lab/endpoint/services/ssmCommands.js";
import { ssmNodeHandlers } from "#lab/endpoint/services/ssmNodes.js";
import { ssmWindowHandlers } from "#lab/endpoint/services/ssmWindows.js";
import type { World } from "../../support.js";

export const handlers = {
  ...ssmWindowHandlers,
  ...ssmBaselineHandlers,
  ...ssmNodeHandlers,
  ...ssmCommandHandlers,
} satisfies Handlers;

/** Calls an operation as the endpoint does: what goes in and what comes out must pass the official model. */
export function call<Output = Record<string, unknown>>(
  { region }: World,
  operation: keyof typeof handlers,
  input: object,
  caller: Caller = region.account.iam.owner,
): Output {
  const model = modelOf("ssm");
  const shapes = model.operations[operation];
  const hold = (shape: string | undefined, value: object) => {
    const broken = violations(model, shape ?? "", value);
    if (broken.length > 0) throw new RangeError(`${operation}: ${JSON.stringify(broken)}`);
  };
  hold(shapes?.input?.shape, input);
  const output = handlers[operation](input as never, { region, caller });
  hold(shapes?.output?.shape, output);
  return output as Output;
}

/** All items of an operation that answers in pages, and how many there were on each page. */
export function pages<T>(
  world: World,
  operation: keyof typeof handlers,
  input: object,
  list: string,
): { readonly items: T[]; readonly sizes: number[] } {
  const items: T[] = [];
  const sizes: number[] = [];
  let NextToken: string | undefined;
  do {
    const answer = call(world, operation, NextToken === undefined ? input : { ...input, NextToken });
    const found = (answer[list] ?? []) as T[];
    items.push(...found);
    sizes.push(found.length);
    NextToken = answer.NextToken as string | undefined;
  } while (NextToken !== undefined);
  return { items, sizes };
}
