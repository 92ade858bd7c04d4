import type { Caller } from "#lab/aws/iam/evaluate.js";
import { modelOf, type ServiceName } from "#lab/aws/model/model.js";
import { violations } from "#lab/aws/model/validate.js";
import type { Region } from "#lab/aws/region.js";
import type { Handlers } from "#lab/endpoint/operation.js";

/**
 * Calls operations as the endpoint does: what goes in and what comes out must pass the official model.
 *
 * @param exempt constraints of the model that the service itself does not keep, by the end of their path
 */
export function api<H extends Handlers>(service: ServiceName, handlers: H, exempt?: RegExp) {
  const model = modelOf(service);
  const hold = (what: string, shape: string | undefined, value: object) => {
    const broken = shape === undefined ? [] : violations(model, shape, value);
    const counted = broken.filter(({ path }) => exempt?.test(path) !== true);
    if (counted.length > 0) throw new RangeError(`${what}: ${JSON.stringify(counted)}`);
  };
  return <Output = Record<string, unknown>>(
    region: Region,
    operation: keyof H & string,
    input: object,
    caller: Caller = region.account.iam.owner,
  ): Output => {
    const shapes = model.operations[operation];
    const handler = handlers[operation];
    if (handler === undefined) throw new RangeError(operation);
    hold(`input of ${operation}`, shapes?.input?.shape, input);
    const output = handler(input as never, { region, caller });
    hold(`output of ${operation}`, shapes?.output?.shape, output);
    return output as Output;
  };
}

/** All items of a listing, and how many stood on each page. */
export function pages<T>(
  list: (token: string | undefined) => { readonly items: readonly T[]; readonly next: string | undefined },
): { readonly items: T[]; readonly sizes: number[] } {
  const items: T[] = [];
  const sizes: number[] = [];
  let token: string | undefined;
  do {
    const found = list(token);
    items.push(...found.items);
    sizes.push(found.items.length);
    token = found.next;
  } while (token !== undefined);
  return { items, sizes };
}

/** A role of the account with one policy. */
export function role(region: Region, name: string, ...statements: object[]): Caller {
  const { iam } = region.account;
  const service = { Effect: "Allow", Principal: { Service: "ssm.amazonaws.com" }, Action: "sts:AssumeRole" };
  const document = (...list: object[]) => JSON.stringify({ Version: "2012-10-17", Statement: list });
  const { Role } = iam.createRole({ RoleName: name, AssumeRolePolicyDocument: document(service) });
  if (statements.length > 0)
    iam.putRolePolicy({ RoleName: name, PolicyName: "own", PolicyDocument: document(...statements) });
  return iam.assume(Role.Arn, "ssm.amazonaws.com", Role.Arn);
}
