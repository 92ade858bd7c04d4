import { misshapen } from "./misshapen.js";
import { type ModelledService, modelOf, requestShape } from "./model.js";
import { requireValid, violationMessage } from "./validate.js";

/** The forms of requests that have been looked at: operation, and the members that it had. */
const known = new Set<string>();

/**
 * Holds what a service of the account asks of another against the API's own model, as the endpoint holds what clients
 * ask. Its constraints count each time; its members and their types, which the lab's code decides, once for each set.
 *
 * @throws AwsError what the other service would answer
 */
export function held<T extends object>(service: ModelledService, operation: string, request: T): T {
  const model = modelOf(service);
  const shape = requestShape(model, operation);
  const form = `${service}:${operation} ${Object.keys(request).join()}`;
  if (!known.has(form)) {
    const strange = misshapen(model, shape, request);
    if (strange.length > 0) throw new Error(`the lab's own ${form}: ${violationMessage(strange)}`);
    known.add(form);
  }
  requireValid(model, shape, request);
  return request;
}
