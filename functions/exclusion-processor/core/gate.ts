import { groupOf } from "#shared/contract/exclusionNames.js";
import { isReachable, type StandingNode } from "./fleet.js";
import { rejectsAll } from "./keeping.js";
import type { Ledger } from "./ledger.js";
import type { RegionRun } from "./regionRun.js";
import type { Patched } from "./standing.js";

/** A promised node that nobody can vouch for. */
export interface Doubt {
  readonly region: string;
  readonly id: string;
  readonly why: string;
}

/** A Region as a run has found it, before it wrote anything, and what it could not do there. */
type Seen = Pick<RegionRun, "region" | "error"> & { readonly ledger: Ledger };

/**
 * The nodes of a Region on which entries are in force, and that a window may patch even so. A promise is none any more when
 * nothing asks for its node, and a node is in no danger that no target of this stack selects: one that is gone, that lacks a
 * target's tags, or that is in another stack's group. Total.
 */
export function doubtsOf(seen: Seen): Doubt[] {
  const { region, ledger } = seen;
  const owed = ledger.owed();
  return [...ledger.memory.promised].flatMap(([id, group]) => {
    const why = doubtOf(id, group, { ...seen, isOwed: owed.has(id) });
    return why === undefined ? [] : [{ region, id, why }];
  });
}

function doubtOf(
  id: string,
  promised: string,
  { region, ledger, error, isOwed }: Seen & { readonly isOwed: boolean },
): string | undefined {
  const found = ledger.fleet.nodes.get(id);
  const place = ledger.placement(id);
  if (found === undefined) return undefined;
  const { standing } = found;
  if (standing.kind === "foreign") return isOwed ? standing.why : undefined;
  if (standing.kind === "outside") {
    const isLate = isOwed && ledger.memory.written.has(id);
    return isLate ? `${standing.why}, which AWS may not know yet` : undefined;
  }
  if (!isReachable(standing) || place.kind === "base") return undefined;
  const group = groupOf(standing.base, standing.word);
  // Another entry may have joined since, and what it makes of the group keeps this promise too.
  const wanted = place.kind === "moved" ? groupOf(standing.base, place.rule.word) : promised;
  if (group !== promised && group !== wanted) return `it is in the patch group ${group} instead of ${wanted}`;
  if (!standing.isMarked) return standing.drift ?? "its base group tag does not go with its patch group";
  if (standing.word !== "hold" && standing.doubt !== undefined) return `it ${standing.doubt}`;
  if (standing.word !== "hold" && place.kind === "stay" && place.cause === "groupTaken") return place.why;
  // A run that has done all that was to be done has made what was missing, but for a node that stays where it is.
  if ((error !== undefined || place.kind === "stay") && lacksBaseline(ledger, found, standing, group)) {
    const but = error === undefined ? "" : `, and ${region} ${error}`;
    return `its patch group ${group} has not the baseline that it needs${but}`;
  }
  if (!ledger.memory.isKnown) return "what was known of its tags was lost";
  return ledger.memory.written.has(id)
    ? "its tags were put right just now, and AWS may not know them everywhere yet"
    : undefined;
}

/** Whether a group gives a node another baseline than one that rejects what it should. No target selects what is held. */
function lacksBaseline(ledger: Ledger, { node }: StandingNode, { word }: Patched, group: string): boolean {
  const { fleet, placer } = ledger;
  if (word === "hold") return false;
  const systems = node.operatingSystem === undefined ? fleet.systems : [node.operatingSystem];
  return systems.some((system) => {
    if (fleet.base(system) === undefined) return false;
    const id = fleet.registered(group, system);
    const own = fleet.derived.find(({ baseline }) => baseline.id === id)?.baseline;
    if (own?.content === undefined) return true;
    const place = ledger.placement(node.id);
    const rule = place.kind === "moved" && place.rule.word === word ? place.rule : undefined;
    const wanted = rule === undefined ? undefined : placer.content(rule, system);
    return wanted !== undefined && !rejectsAll(own.content, wanted);
  });
}
