import { countOfState, type NodeState, nodeStateNames } from "#shared/contract/nodeStates.js";
import {
  totalsOf,
  type WindowEntry,
  type WindowNodes,
  type WindowRecord,
} from "#shared/contract/windowRecord.js";
import { compare, sortedUnion, timeText } from "#shared/text/words.js";
import { type Invocation, isRunning, plainStatus } from "../../shared/commands/invocations.js";
import { entriesByNode } from "../../shared/entriesByNode.js";
import { isOfExecution, nodeOutcome } from "./nodeOutcome.js";
import type { OpenExecution } from "./progress.js";
import type { WindowEvidence } from "./windowEvidence.js";

/** What is summed up beside what is known of the nodes. */
interface Surroundings {
  readonly place: { readonly accountId: string; readonly region: string };
  /** The record before, of whichever of the stack's windows. */
  readonly before: WindowRecord | undefined;
  readonly isGivenUp: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Sums an execution up. Total: each node that belongs to the window, or that it sent a command to, is in one state. */
export function closingRecord(
  { execution }: OpenExecution,
  evidence: WindowEvidence,
  { place, before, isGivenUp, now }: Surroundings,
): WindowRecord {
  const { commands, members, unread, named } = evidence;
  const invocations = worstOf(evidence.invocations);
  const states = new Map(evidence.states.map((state) => [state.id, state]));
  const held = new Set(evidence.held);
  const clean = cleanNodes(before);
  const commandOf = new Map(
    members.flatMap(({ targetId, ids }) => {
      const command = commands.find((one) => one.targetId === targetId)?.status;
      return command === undefined ? [] : ids.map((id) => [id, command] as const);
    }),
  );
  const entries = entriesByNode(evidence.verdicts, place.region, execution.startedAt);
  const ids = sortedUnion(...members.map((one) => one.ids), evidence.held, [...invocations.keys()]);
  const groups = new Groups();
  for (const id of ids) {
    const own = entries.get(id) ?? [];
    // One that goes on holds it by its tags.
    const hold = own.find((one) => one.effect === "hold" && Date.parse(one.expires) <= now);
    const known = {
      id,
      isHeld: execution.operation === "Install" && (held.has(id) || hold !== undefined),
      ...(hold === undefined ? {} : { endedHold: endText(hold, execution.startedAt) }),
      invocation: invocations.get(id),
      command: commandOf.get(id),
      ping: evidence.pings.get(id),
      state: states.get(id),
      wasClean: clean.has(id),
    };
    const { state, why } = nodeOutcome({ ...execution, closed: evidence.closed }, known, evidence.baselines);
    groups.add(id, state, why, own);
  }
  const nodes = groups.list();
  const findings = nodes
    .flatMap(({ state, ids: those }) => {
      const count = countOfState(state);
      if (count === "notCovered" && state !== "default baseline") return [];
      return those.flatMap((id) => {
        const found = states.get(id);
        if (found === undefined || !isOfExecution(execution, found)) return [];
        const { missing, failed, pendingReboot } = found;
        // Of whom nothing else says that they have reported, nothing open is told too.
        const isClean = missing + failed + pendingReboot === 0;
        return isClean && count === "patched" ? [] : [{ id, missing, failed, pendingReboot }];
      });
    })
    .sort((a, b) => compare(a.id, b.id));
  const { accountId, region } = place;
  const { id: executionId, windowId, windowName, operation, status, statusDetails } = execution;
  const isUnfinished = isGivenUp && (unread.length > 0 || commands.some((one) => isRunning(one.status)));
  return {
    ...{ kind: "window", version: 1, executionId, windowId, windowName, operation, accountId, region },
    startedAt: new Date(execution.startedAt).toISOString(),
    endedAt: new Date(execution.endedAt).toISOString(),
    closedAt: new Date(now).toISOString(),
    end: isUnfinished ? "given up" : commands.length === 0 ? "not started" : "ended",
    status,
    ...(statusDetails === undefined || statusDetails === "" ? {} : { statusDetails }),
    commands: [...commands],
    nodes,
    findings,
    exclusions: groups.entries,
    ...(named === undefined ? {} : { patches: named.patches }),
    ...(named === undefined || named.unnamed === 0 ? {} : { unnamed: named.unnamed }),
    unread: [...unread],
    totals: totalsOf(nodes),
  };
}

function endText({ entry, manifest, owner, expires }: WindowEntry, startedAt: number): string {
  const when = Date.parse(expires) <= startedAt ? "too late for it to be back" : "while the window was open";
  return `exclusion ${entry} of ${manifest} (${owner}) ended ${timeText(expires)}, ${when}`;
}

/** One invocation a node: of a node in two targets the one that went worse, since somebody must look at it. */
function worstOf(all: readonly Invocation[]): Map<string, Invocation> {
  const rank = ({ status }: Invocation) =>
    plainStatus(status) === "success" ? 0 : isRunning(status) ? 1 : 2;
  const worst = new Map<string, Invocation>();
  for (const one of all) {
    const known = worst.get(one.nodeId);
    if (known === undefined || rank(known) < rank(one)) worst.set(one.nodeId, one);
  }
  return worst;
}

/** Nodes that had reported, and of which nothing was missing, failed or pending. */
function cleanNodes(before: WindowRecord | undefined): ReadonlySet<string> {
  if (before === undefined) return new Set();
  const found = new Set(before.findings.map(({ id }) => id));
  const reported = before.nodes.filter(({ state }) => countOfState(state) === "patched");
  return new Set(reported.flatMap(({ ids }) => ids.filter((id) => !found.has(id))));
}

/** Nodes by state, reason and exclusions; entries that no node has are left out. */
class Groups {
  readonly entries: WindowEntry[] = [];
  private readonly places = new Map<WindowEntry, number>();
  private readonly groups = new Map<string, WindowNodes>();

  add(id: string, state: NodeState, why: string | undefined, entries: readonly WindowEntry[]): void {
    const exclusions = entries.map((entry) => this.placeOf(entry));
    const key = JSON.stringify([nodeStateNames.indexOf(state), why ?? "", exclusions]);
    const known = this.groups.get(key);
    if (known !== undefined) known.ids.push(id);
    else
      this.groups.set(key, {
        state,
        ...(why === undefined ? {} : { why }),
        ...(exclusions.length === 0 ? {} : { exclusions }),
        ids: [id],
      });
  }

  list(): WindowNodes[] {
    const place = ({ state }: WindowNodes) => nodeStateNames.indexOf(state);
    return [...this.groups.values()].sort(
      (a, b) =>
        place(a) - place(b) || compare(a.why ?? "", b.why ?? "") || compare(a.ids[0] ?? "", b.ids[0] ?? ""),
    );
  }

  private placeOf(entry: WindowEntry): number {
    const known = this.places.get(entry);
    if (known !== undefined) return known;
    this.places.set(entry, this.entries.length);
    return this.entries.push(entry) - 1;
  }
}
