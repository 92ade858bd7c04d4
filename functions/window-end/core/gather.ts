import { baseGroupTagKey, holdGroup, parseGroup } from "#shared/contract/exclusionNames.js";
import { several, sortedUnion } from "#shared/text/words.js";
import { isRunning } from "../../shared/commands/invocations.js";
import { settle, stableText } from "../../shared/errors.js";
import { nameNodes, type PlaceNames } from "../../shared/names/nameNodes.js";
import type { PatchState } from "../../shared/patchState.js";
import { untilAborted } from "../../shared/untilAborted.js";
import type { OpenExecution, ReadSoFar } from "./progress.js";
import type { ClosingPorts, Criterion, WindowEvidence, WindowTarget } from "./windowEvidence.js";

type Found = { -readonly [Part in keyof ReadSoFar]: ReadSoFar[Part] };

/** What a reading came to. */
interface Gathered {
  /** Missing while commands go on, or the time was up. */
  readonly evidence?: WindowEvidence;
  /** What has been read once and for all, to go on with. */
  readonly read: ReadSoFar;
  /** Why it is not all, where something could not be read. */
  readonly error?: string;
}

/**
 * Reads what is known of an execution. What has been read is kept, whatever fails after it; the parts are about different
 * operations of the API, and are read at once.
 *
 * @param isGivenUp takes what there is: what cannot be read is said to be missing
 */
export async function gather(
  ports: ClosingPorts,
  { execution, read }: OpenExecution,
  isGivenUp: boolean,
  signal: AbortSignal,
): Promise<Gathered> {
  const found: Found = { ...read };
  const failed: string[] = [];
  const attempt = async <T>(what: string, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await untilAborted(signal, work);
    } catch (error) {
      failed.push(`${what} could not be read: ${stableText(error)}.`);
      return undefined;
    }
  };
  const commands =
    found.commands ?? (await attempt("The commands", () => commandsOf(ports, execution.id, signal)));
  if (commands === undefined && !isGivenUp) return { read, error: failed.join(" ") };
  const sent = commands ?? [];
  if (sent.some(({ status }) => isRunning(status)) && !isGivenUp) return { read };
  if (commands !== undefined) found.commands = commands;
  const [members, invocations, pings, baselines, verdicts] = await Promise.all([
    found.members ?? attempt("The nodes of the targets", () => membersOf(ports, execution, signal)),
    found.invocations ??
      attempt("What became of the commands", async () =>
        (await Promise.all(sent.map(({ id }) => ports.invocations(id, signal)))).flat(),
      ),
    found.pings ?? attempt("What SSM knows of nodes", async () => [...(await ports.pings(signal))]),
    attempt("The baselines", () => ports.defaultBaselines(signal)),
    attempt("The exclusions in force", () => ports.verdicts(signal)),
  ]);
  if (Array.isArray(members)) found.members = members;
  else if (members !== undefined) Object.assign(found, members);
  if (invocations !== undefined) found.invocations = invocations;
  const lists = found.members ?? [];
  const ids = sortedUnion(...lists.map((one) => one.ids), found.held ?? [], nodesOf(invocations));
  const isOurs = new Set(ids);
  // As long as it is not known whose they are, they are kept of all: one that is left out would seem to have no agent.
  const areKnown = found.members !== undefined && invocations !== undefined;
  if (pings !== undefined)
    found.pings = pings.flatMap(([id, ping]) => (areKnown && !isOurs.has(id) ? [] : [[id, ping]]));
  const states = await attempt("What nodes have reported", () => ports.patchStates(ids, signal));
  if (failed.length > 0 && !isGivenUp)
    return { read: found, ...(signal.aborted ? {} : { error: failed.join(" ") }) };
  const named =
    states && (await attempt("Earlier records", () => namesOf(ports, execution, states, found, signal)));
  if (signal.aborted && !isGivenUp) return { read: found };
  if (named?.unread !== undefined)
    failed.push(`The names of all missing patches could not be read: ${named.unread}.`);
  const evidence = {
    commands: sent,
    members: lists,
    held: found.held ?? [],
    invocations: invocations ?? [],
    pings: new Map(found.pings ?? []),
    states: states ?? [],
    named,
    baselines: baselines ?? { defaults: new Set<string>(), registered: new Map() },
    verdicts,
    closed: await closedBy(ports, execution, sent.length, signal),
    unread: failed,
  };
  return { evidence, read: found };
}

/**
 * The names of open patches. That some cannot be read keeps no record from being written; what is read is kept where the time is up.
 *
 * @throws Error when earlier records cannot be read, by which it would be told since when a patch is missing
 */
async function namesOf(
  ports: ClosingPorts,
  { startedAt }: OpenExecution["execution"],
  states: readonly PatchState[],
  found: Found,
  signal: AbortSignal,
): Promise<PlaceNames | undefined> {
  const read = new Map(found.names);
  const place = {
    region: ports.place.region,
    reports: states,
    openPatches: (id: string) => ports.openPatches(id),
  };
  const [named] = await nameNodes(ports, startedAt, [place], signal, read);
  if (read.size > 0) found.names = [...read].map(([key, patches]) => [key, [...patches]]);
  return named;
}

/**
 * Why the calendars of a window have kept an execution from beginning: as the function saw it that cancelled it, nothing tells but
 * they themselves.
 */
async function closedBy(
  ports: ClosingPorts,
  { windowId, startedAt, status }: OpenExecution["execution"],
  commands: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { calendars = [] } = ports.windows.find(({ id }) => id === windowId) ?? {};
  if (calendars.length === 0 || commands > 0 || status !== "CANCELLED") return undefined;
  const found = await settle(untilAborted(signal, () => ports.calendarState(calendars, startedAt, signal)));
  if (!found.ok) return `its calendar ${several(calendars)} cannot be read (${found.error})`;
  return found.value.state === "OPEN"
    ? undefined
    : `calendar closed: ${several(calendars)} was ${found.value.state}`;
}

function nodesOf(invocations: ReadSoFar["invocations"] = []): string[] {
  return invocations.map(({ nodeId }) => nodeId);
}

async function commandsOf(
  ports: ClosingPorts,
  executionId: string,
  signal: AbortSignal,
): Promise<NonNullable<ReadSoFar["commands"]>> {
  const sent = await ports.commands(executionId, signal);
  return Promise.all(
    sent.map(async ({ id, targetId }) => ({
      id,
      targetId,
      status: (await ports.commandStatus(id, signal)) ?? "unknown",
    })),
  );
}

/** The nodes of each target by their tags; of an installation those that an exclusion holds beside them. */
async function membersOf(
  ports: ClosingPorts,
  { windowId, operation }: OpenExecution["execution"],
  signal: AbortSignal,
): Promise<Required<Pick<ReadSoFar, "members" | "held">>> {
  const targets = await ports.targets(windowId, signal);
  const found = await Promise.all(
    targets.map(async ({ id, criteria }) => ({
      targetId: id,
      nodes: await ports.tagged(criteria, signal),
    })),
  );
  const holding = operation === "Install" ? targets.flatMap(holdCriteria) : [];
  const held = (await Promise.all(holding.map((criteria) => ports.tagged(criteria, signal)))).flat();
  const isHold = (mark = "") => parseGroup(mark)?.word === "hold";
  return {
    members: found.map(({ targetId, nodes }) => ({ targetId, ids: nodes.map(({ id }) => id) })),
    held: sortedUnion(
      [...held, ...found.flatMap(({ nodes }) => nodes)].flatMap(({ id, mark }) => (isHold(mark) ? [id] : [])),
    ),
  };
}

/** The tags of nodes that are held, from those of the target of moved nodes. */
function holdCriteria({ criteria }: WindowTarget): Criterion[][] {
  if (!criteria.some(({ key }) => key === baseGroupTagKey)) return [];
  return [
    criteria.map(({ key, values }) => ({
      key,
      values: key === baseGroupTagKey ? values.map(holdGroup) : values,
    })),
  ];
}
