import { placeText } from "#shared/contract/closedRun.js";
import type { RunRecord } from "#shared/contract/runRecord.js";
import { settle } from "../../shared/errors.js";
import { type NamesPlace, nameNodes } from "../../shared/names/nameNodes.js";
import type { Named } from "../../shared/names/openPatches.js";
import type { ClosingPorts, RegionReports } from "../ports.js";
import type { OtherEvidence, RegionEvidence } from "./evidence.js";
import { otherRole } from "./others.js";

/**
 * The names of open patches of a run's nodes, by Region in words: what can be read in the time that is left. Without any the record is
 * written all the same.
 */
export async function namesOf(
  ports: Pick<ClosingPorts, "region" | "other" | "runs" | "log">,
  record: RunRecord,
  evidence: ReadonlyMap<string, RegionEvidence | string>,
  others: readonly OtherEvidence[],
  signal: AbortSignal,
): Promise<Map<string, Named>> {
  const places: (NamesPlace & { readonly name: string })[] = [];
  const add = (name: string, region: string, found: RegionEvidence, reports: RegionReports) =>
    places.push({
      ...{ name, region, reports: [...found.states.values()] },
      openPatches: (id) => reports.openPatches(id),
    });
  for (const [region, found] of evidence)
    if (typeof found === "object") add(region, region, found, ports.region(region));
  for (const one of others)
    if ("evidence" in one)
      add(
        placeText(one),
        one.region,
        one.evidence,
        ports.other(otherRole(record.request, one.account))(one.region),
      );
  const named = await settle(nameNodes(ports, Date.parse(record.startedAt), places, signal));
  if (!named.ok) {
    ports.log.error("no patches are named", { run: record.runId, error: named.error });
    return new Map();
  }
  return new Map(
    named.value.flatMap(({ unread, ...one }, index) => {
      const name = places[index]?.name ?? "";
      if (unread !== undefined)
        ports.log.error("not all patches are named", { run: record.runId, place: name, error: unread });
      return [[name, one] as const];
    }),
  );
}
