import type { Call, Kept } from "./project.js";

/** Types whose names AWS lets several have at a time. */
const sharedNames = /:(MaintenanceWindow|MaintenanceWindowTarget|MaintenanceWindowTask|PatchBaseline)$/;

/**
 * What of a resource AWS lets be there once, as text; undefined when nothing is. A name counts for a Region; a patch group
 * has one baseline of each operating system (API: RegisterPatchBaselineForPatchGroup, AlreadyExistsException).
 */
function identityOf({ type, inputs = {} }: Kept, all: readonly Kept[]): string | undefined {
  const place = `${String(inputs.region ?? "home")} ${type}`;
  if (type.endsWith(":PatchGroup")) {
    const baseline = all.find(({ id }) => id !== undefined && id === inputs.baselineId);
    return `${place} ${String(inputs.patchGroup)} ${String(baseline?.inputs?.operatingSystem)}`;
  }
  const name = inputs.name ?? inputs.alarmName;
  return typeof name === "string" && !sharedNames.test(type) ? `${place} ${name}` : undefined;
}

/** What a stack has of which there can be one, by the URN of the resource. */
export function identities(state: readonly Kept[]): Map<string, string> {
  const pairs = state.map((one) => [one.urn, identityOf(one, state)] as const);
  return new Map(pairs.filter((pair): pair is readonly [string, string] => pair[1] !== undefined));
}

/** Creations of something of which there was one already at that moment, with a stack's state before and after. */
export function clashes(calls: readonly Call[], before: readonly Kept[], after: readonly Kept[]): string[] {
  const old = identities(before);
  const young = identities(after);
  const there = new Set(old.values());
  return calls.flatMap(({ call, urn }) => {
    if (call === "delete") there.delete(old.get(urn) ?? "");
    const made = call === "create" ? young.get(urn) : undefined;
    if (made === undefined) return [];
    if (there.has(made)) return [`${urn}: ${made}`];
    there.add(made);
    return [];
  });
}
