import { validationError } from "../aws/base/errors.js";
import { misshapen } from "../aws/model/misshapen.js";
import { type ModelledService, modelOf, requestShape } from "../aws/model/model.js";
import { violationMessage, violations } from "../aws/model/validate.js";

/** A request that the provider sends for a resource. */
export interface SentRequest {
  readonly service: ModelledService;
  readonly operation: string;
  readonly input: object;
}

/**
 * Takes note of a request that the provider sends for a resource, and gives it back.
 *
 * @param autonamed the member that is a name which the provider makes of the resource's own
 * @throws AwsError ValidationException for one that the API's own model does not take
 */
export type Send = <T extends object>(
  service: ModelledService,
  operation: string,
  request: T,
  autonamed?: keyof T & string,
) => T;

/** What the provider puts behind the name of a resource that has been given none. In the lab the name stays as it is. */
const nameSuffix = "-0123abc";

/** Holds what a resource's maker sends against the API's models, and hands it on. */
export function sender(resource: string, sent: (request: SentRequest) => void): Send {
  return (service, operation, request, autonamed) => {
    const plain = plainCopy(request);
    const input =
      autonamed === undefined ? plain : { ...plain, [autonamed]: `${plain[autonamed]}${nameSuffix}` };
    const model = modelOf(service);
    const shape = requestShape(model, operation);
    const strange = misshapen(model, shape, input);
    const found = strange.length > 0 ? strange : violations(model, shape, input);
    if (found.length > 0)
      throw validationError(`${resource}: ${service}:${operation}: ${violationMessage(found)}`);
    sent({ service, operation, input });
    return plain;
  };
}

/** What is sent is no longer what the resource was given. */
function plainCopy<T>(value: T): T {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(plainCopy) as T;
  const members = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(members.map(([key, item]) => [key, plainCopy(item)])) as T;
}
