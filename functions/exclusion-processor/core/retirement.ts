import type { DeploymentRecord } from "#shared/contract/deploymentRecord.js";
import {
  isLetGo,
  parseRetired,
  partsOf,
  partText,
  type RetiredPart,
  type RetiredState,
  retiredKey,
  retiredKeys,
  retiredLine,
  unknownState,
} from "#shared/contract/retired.js";
import { compare } from "#shared/text/words.js";
import type { Store } from "../ports.js";
import type { StandingNode } from "./fleet.js";
import { isTaken } from "./left.js";
import type { RegionRun } from "./regionRun.js";
import { Sealed } from "./sealed.js";

/** Nodes of a part that are named. */
const maxNodes = 5;

/**
 * What is left of each part that has left the stack. One that the record does not name any more stays as it was last seen, since
 * what it has had goes after the record; one that has come back is forgotten.
 *
 * @param before what was kept
 */
export function retiredAfter(
  record: DeploymentRecord,
  runs: readonly RegionRun[],
  before: readonly RetiredState[],
): RetiredState[] {
  const parts = record.retired === undefined ? [] : partsOf(record.retired);
  const isNamed = (one: RetiredPart) =>
    parts.some(({ kind, name }) => kind === one.kind && name === one.name);
  const active = {
    region: record.regions.map(({ name }) => name),
    patchGroup: record.patchGroups,
    operatingSystem: record.operatingSystems,
  };
  const gone = before.filter((one) => !isNamed(one) && !active[one.kind].includes(one.name));
  return [...parts.map((part) => stateOf(part, runs)), ...gone];
}

function stateOf(part: RetiredPart, runs: readonly RegionRun[]): RetiredState {
  const own = part.kind === "region" ? runs.filter(({ region }) => region === part.name) : runs;
  const nodes = own.flatMap(({ ledger }) =>
    ledger === undefined ? [] : [...ledger.fleet.nodes.values()].filter((found) => isLeft(found, part)),
  );
  // Elsewhere the processor can still delete them once the part is gone.
  const baselines = part.kind === "region" ? own.flatMap(({ ledger }) => ledger?.fleet.derived ?? []) : [];
  const unread = own.filter(({ ledger, error }) => ledger === undefined || error !== undefined);
  const unsettled = own.filter(({ ledger, settlesAt, steps }) => {
    const hasWritten = steps.length > 0 || settlesAt !== undefined;
    return ledger !== undefined && (hasWritten || !ledger.memory.isSettled);
  });
  const unknown =
    unread.length > 0
      ? `${named(unread)} could not be read or written`
      : unsettled.length > 0
        ? `tags were written in ${named(unsettled)} just now, and AWS may not show them yet`
        : undefined;
  return {
    ...part,
    nodes: nodes.length,
    some: nodes
      .map(({ node }) => node.id)
      .sort(compare)
      .slice(0, maxNodes),
    baselines: baselines.length,
    ...(unknown === undefined ? {} : { unknown }),
  };
}

function named(runs: readonly RegionRun[]): string {
  return runs.map(({ region }) => region).join(", ");
}

/** Whether exclusions still have a node of a part. */
function isLeft({ node, standing }: StandingNode, { kind, name }: RetiredPart): boolean {
  if (!isTaken(standing)) return false;
  if (kind === "region") return true;
  // One that has been stopped ever since it was first seen may be of any system.
  if (kind === "operatingSystem") return (node.operatingSystem ?? name) === name;
  return standing.kind === "patched" && standing.base === name;
}

/**
 * Why a part may not go for good; undefined when it may. What has left the record is not read any more, so that the last look
 * before that counts.
 *
 * @throws whatever the store throws: in doubt nothing goes
 */
export async function removalRefusal(
  store: Pick<Store, "read">,
  part: RetiredPart,
): Promise<string | undefined> {
  const { text, isSpoiled } = await Sealed.read(store, retiredKey, [{ key: retiredKey }]);
  const states = text === undefined ? undefined : parseRetired(text);
  const state = states?.find(({ kind, name }) => kind === part.kind && name === part.name);
  if (state !== undefined && isLetGo(state)) return undefined;
  const why = isSpoiled
    ? retiredLine(unknownState(part))
    : state === undefined
      ? `nobody has looked yet what exclusions have of ${partText(part)}. Leave it in ${retiredKeys[part.kind]} until it is empty`
      : retiredLine(state);
  return `${why}, as npm run exclusions -- status tells. Put it back, and deploy again.`;
}
