import type { Caller } from "./iam/evaluate.js";
import type { Place } from "./place.js";

/** The account's own APIs, for services that call them themselves. */
export interface ServedApis {
  /**
   * Calls an operation, refused and counted as at the endpoint.
   *
   * @returns its answer as JSON has it
   * @throws AwsError, NotModelledError
   */
  readonly perform: (call: {
    /** As the SDK for Python names it: `ssm`, `resource-groups`. */
    readonly service: string;
    /** As the API or the SDK for Python names it: `ListGroups`, `list_groups`. */
    readonly operation: string;
    /** As JSON has it. */
    readonly input: object;
    readonly region: Pick<Place, "name"> & { readonly account: { readonly id: string } };
    readonly caller: Caller;
  }) => Promise<unknown>;
}
