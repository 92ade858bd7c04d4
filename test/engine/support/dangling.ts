import { type Call, type Kept, shortName } from "./project.js";

/** What names another resource, and for how many calls of the provider that one was not there. */
export interface Dangling {
  /** As `MaintenanceWindowTask a -> Function b`. */
  readonly what: string;
  /** Calls between those that took the other away and made it anew; undefined where it was never made again. */
  readonly calls: number | undefined;
}

/**
 * Where a resource that stays named one that was gone, in the order in which the provider was asked.
 *
 * @param before the stack's state, in which each resource has the URNs that its inputs name
 */
export function dangling(calls: readonly Call[], before: readonly Kept[]): Dangling[] {
  return calls.flatMap(({ call, urn }, at) => {
    if (call !== "delete") return [];
    const madeAt = calls.findIndex((one, later) => later > at && one.call === "create" && one.urn === urn);
    // Whoever was changed or taken away before no longer names it.
    const isDone = (name: string) =>
      calls.slice(0, at).some((one) => one.urn === name && one.call !== "create");
    return before
      .filter(
        ({ urn: own, custom, dependencies = [] }) => custom && dependencies.includes(urn) && !isDone(own),
      )
      .map(({ urn: own }) => ({
        what: `${shortName(own)} -> ${shortName(urn)}`,
        calls: madeAt < 0 ? undefined : madeAt - at - 1,
      }));
  });
}
