import type { OpenPatch, RegionReading } from "../../account/model.js";
import type { DatedPatch, NodeCoverage, Severity } from "./model.js";

/** Severities as the vendors write them. */
const words: Readonly<Record<string, Severity>> = {
  critical: "critical",
  important: "important",
  high: "important",
  medium: "medium",
  moderate: "medium",
  low: "low",
};

/** The severity that a vendor means. */
export function severityOf(text: string): Severity {
  return words[text.toLowerCase()] ?? "other";
}

/** Since when records have seen a patch missing on a node: epoch milliseconds by the patch's name. */
export type FirstSeen = ReadonlyMap<string, number>;

/**
 * Patches with how long each is known to be missing: by its release, or the first record that saw it missing, whichever is earlier, so
 * that nothing grows younger by being recorded. What neither tells has no age, which is not the same as a young one.
 */
export function dated(
  patches: readonly OpenPatch[],
  firstSeen: FirstSeen,
  releases: RegionReading["releases"],
): DatedPatch[] {
  return patches.map(({ name, state, severity }) => {
    const common = { name, state, severity: severityOf(severity) };
    const seen = firstSeen.get(name);
    const released = releases.ok ? releases.value.get(name) : undefined;
    if (seen !== undefined && seen <= (released ?? seen))
      return { ...common, since: new Date(seen).toISOString(), from: "record" };
    if (released !== undefined)
      return { ...common, since: new Date(released).toISOString(), from: "release" };
    return { ...common, since: null, from: null };
  });
}

/** Missing patches by severity. */
export function bySeverity(patches: readonly DatedPatch[]): NonNullable<NodeCoverage["bySeverity"]> {
  const counts = { critical: 0, important: 0, medium: 0, low: 0, other: 0 };
  for (const { state, severity } of patches) if (state === "Missing") counts[severity]++;
  return counts;
}

/** The critical patch that is missing for the longest time; one without an age comes last. */
export function oldestCritical(patches: readonly DatedPatch[]): DatedPatch | null {
  const critical = patches.filter(({ state, severity }) => state === "Missing" && severity === "critical");
  const time = ({ since }: DatedPatch) => (since === null ? Number.POSITIVE_INFINITY : Date.parse(since));
  return critical.toSorted((a, b) => time(a) - time(b) || (a.name < b.name ? -1 : 1))[0] ?? null;
}
