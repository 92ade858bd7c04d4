import { expect } from "chai";
import { modelOf } from "#lab/aws/model/model.js";
import { violations } from "#lab/aws/model/validate.js";
import type { ApiContext } from "#lab/endpoint/operation.js";
import { lambdaHandlers } from "#lab/endpoint/services/lambda.js";
import { logsHandlers } from "#lab/endpoint/services/logs.js";
import type { LambdaWorld } from "./support.js";

/** What an operation answers, or an item of it. */
export type Answer = Readonly<Record<string, unknown>>;

/** Asks a handler as the account's owner, and holds its answer against the official model. */
export async function ask(
  { account, region }: LambdaWorld,
  service: "lambda" | "logs",
  operation: string,
  input: object,
): Promise<Answer> {
  const handlers: Readonly<Record<string, (input: never, context: ApiContext) => object | Promise<object>>> =
    service === "lambda" ? lambdaHandlers : logsHandlers;
  const answer = await handlers[operation]?.(input as never, { region, caller: account.iam.owner });
  const model = modelOf(service);
  expect(violations(model, model.operations[operation]?.output?.shape ?? "", answer)).to.deep.equal([]);
  return answer as Answer;
}
