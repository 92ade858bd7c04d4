import { backBy } from "#shared/contract/entryEnds.js";
import {
  expiringDays,
  nodesInForce,
  notSeenYet,
  type Phase,
  type StatusEntry,
} from "#shared/contract/manifestStatus.js";
import { dayMs, hourMs } from "#shared/text/time.js";
import { compare } from "#shared/text/words.js";
import type { Ledger } from "./ledger.js";
import type { Entry, RegionState } from "./model.js";
import type { EntryOutcome } from "./outcome.js";
import type { RegionRun } from "./regionRun.js";

/** Most nodes that an entry lists as left alone; a selector by tags can name a whole fleet. */
const maxLeftAlone = 100;

/** A Region's run with what became of one manifest's entries, by their ids. */
export interface SeenRun extends RegionRun {
  readonly outcomes: ReadonlyMap<string, EntryOutcome>;
}

/** How an entry's end meets the openings of a Region. */
type Meeting = { readonly [Part in "endsWithin" | "endsLate"]?: NonNullable<StatusEntry[Part]>[string] };

/** Whether an entry has ended at a time, and whether its end is near, if it is in force. */
export function phaseOf(expiresAt: number, now: number): Phase {
  if (now >= expiresAt) return "expired";
  return now >= expiresAt - expiringDays * dayMs ? "expiring" : "in force";
}

/** Puts together what all Regions say of one entry. */
export class EntryStatus {
  private readonly nodes: StatusEntry["nodes"] = [];
  private readonly baselines: StatusEntry["baselines"] = [];
  private readonly left: StatusEntry["leftAlone"] = [];
  private readonly failed: StatusEntry["failedNodes"] = [];
  private readonly notes: string[] = [];
  private readonly takesEffect: Record<string, string> = {};
  private readonly endsWithin: NonNullable<StatusEntry["endsWithin"]> = {};
  private readonly endsLate: NonNullable<StatusEntry["endsLate"]> = {};
  /** Ids that no Region has known so far; undefined before the first one. */
  private unknown: readonly string[] | undefined;
  /** Whether every Region could be read, so that an unknown id is not just somewhere else. */
  private isComplete = true;

  constructor(
    private readonly entry: Entry,
    private readonly runs: readonly SeenRun[],
    /** What the last run has said of it. */
    private readonly before: StatusEntry | undefined,
  ) {}

  at(now: number): StatusEntry {
    const { entry } = this;
    const phase = phaseOf(entry.expiresAt, now);
    if (phase !== "expired") for (const region of [...entry.regions].sort(compare)) this.addRegion(region);
    const had = phase === "expired" ? this.hadAt(now) : {};
    const more = this.left.length - maxLeftAlone;
    const isApplying = phase !== "expired" && !this.isInForce();
    return {
      id: entry.id,
      phase: isApplying ? "being applied" : phase,
      ...(isApplying && phase === "expiring" ? { endsSoon: true } : {}),
      ...this.does,
      reason: entry.reason,
      owner: entry.owner,
      ...(entry.ticket === undefined ? {} : { ticket: entry.ticket }),
      expires: new Date(entry.expiresAt).toISOString(),
      takesEffect: this.takesEffect,
      ...(Object.keys(this.endsWithin).length === 0 ? {} : { endsWithin: this.endsWithin }),
      ...(Object.keys(this.endsLate).length === 0 ? {} : { endsLate: this.endsLate }),
      ...(Object.keys(had).length === 0 ? {} : { had }),
      nodes: this.nodes,
      baselines: this.baselines,
      unknownNodes: this.isComplete ? [...(this.unknown ?? [])] : [],
      leftAlone: this.left.slice(0, maxLeftAlone),
      ...(more > 0 ? { leftAloneMore: more } : {}),
      failedNodes: this.failed,
      notes: this.notes,
    };
  }

  /** Whether it is on every node that it can be on, and on one at least. */
  private isInForce(): boolean {
    const failed = new Set(this.failed.map(({ id, region }) => `${region}|${id}`));
    const able = this.nodes.filter(({ id, region }) => !failed.has(`${region}|${id}`));
    const isSure = able.some(({ notYet, doubt }) => notYet === undefined && doubt === undefined);
    return isSure && able.every(({ notYet }) => notYet === undefined);
  }

  private addRegion(region: string): void {
    const run = this.runs.find((one) => one.region === region);
    if (run === undefined) return;
    if (run.ledger === undefined) {
      // What holds there is what held when it was last read, and of an entry that asks for other things since nobody knows.
      this.isComplete = false;
      this.addEnd(region, {});
      const { before } = this;
      if (before === undefined) return;
      const { effect, patches, action, takesEffect } = before;
      const isSame = JSON.stringify(this.does) === JSON.stringify({ effect, patches, action });
      const notYet = "its Region cannot be read";
      const isHere = (one: { readonly region: string }) => one.region === region;
      const nodes = before.nodes.filter(isHere);
      this.nodes.push(...(isSame ? nodes : nodes.map(({ proved: _, ...node }) => ({ ...node, notYet }))));
      this.baselines.push(...before.baselines.filter(isHere));
      const time = takesEffect[region];
      if (time !== undefined) this.takesEffect[region] = time;
      return;
    }
    const outcome = run.outcomes.get(this.entry.id);
    if (outcome === undefined) return;
    const proved = new Set(run.evidence?.proved);
    const nodes = outcome.nodes
      .filter(({ id }) => !run.goneNodes.has(id))
      .map(({ id, ...node }) => {
        const notYet = notYetOf(run, id, node);
        if (notYet !== undefined) return { id, region, ...node, notYet };
        return { id, region, ...node, ...(proved.has(id) ? { proved: true as const } : {}) };
      });
    this.nodes.push(...nodes);
    this.baselines.push(...outcome.baselines.map((name) => ({ region, name })));
    this.left.push(...outcome.left.map(({ id, ...node }) => ({ id, region, ...node })));
    this.notes.push(...outcome.notes.map((note) => `${region}: ${note}`));
    for (const { id } of nodes) {
      const error = run.failedNodes.get(id);
      if (error !== undefined) this.failed.push({ id, region, error });
    }
    const { unknown } = this;
    const { selector } = this.entry;
    const gone = selector.kind === "nodes" ? selector.ids.filter((id) => run.goneNodes.has(id)) : [];
    const strange = [...outcome.unknown, ...gone];
    this.unknown = unknown === undefined ? strange : unknown.filter((id) => strange.includes(id));
    if (nodes.length === 0) return;
    this.addEnd(region, meetingOf(this.entry.expiresAt, run.ledger));
    // A Region that has failed may not have moved them yet.
    const time = run.error === undefined ? timeOf(run.ledger.fleet.state) : undefined;
    const shown = this.timeBefore(region, nodes) ?? time;
    if (shown !== undefined) this.takesEffect[region] = shown;
  }

  /** What it does, as a status tells it. */
  private get does(): Pick<StatusEntry, "effect" | "patches" | "action"> {
    const { effect } = this.entry;
    const { kind } = effect;
    return kind === "hold"
      ? { effect: kind }
      : { effect: kind, patches: [...effect.patches], action: effect.action };
  }

  /** What was told of an end stands while the window is open, when its next opening is a later one. */
  private addEnd(region: string, { endsWithin, endsLate }: Meeting): void {
    const before = this.hasSameEnd ? this.before : undefined;
    const within = endsWithin ?? before?.endsWithin?.[region];
    if (within !== undefined) this.endsWithin[region] = within;
    if (endsLate !== undefined) this.endsLate[region] = endsLate;
  }

  /** What it was on until it was seen to have ended: who closes the record of a run that began before that asks for it. */
  private hadAt(now: number): NonNullable<StatusEntry["had"]> {
    const { before } = this;
    const had: NonNullable<StatusEntry["had"]> = this.hasSameEnd ? { ...before?.had } : {};
    for (const { region, ledger, waiting } of this.runs) {
      const nodes = before === undefined ? [] : nodesInForce(before);
      const ids = nodes.flatMap((node) => (node.region === region ? [node.id] : []));
      if (ids.length === 0) continue;
      const quietUntil = ids.some((id) => waiting.has(id)) ? ledger?.memory.quietUntil : undefined;
      const until = new Date(quietUntil ?? now).toISOString();
      had[region] = { until, ids, ...(quietUntil === undefined ? {} : { isLate: true }) };
    }
    return had;
  }

  private get hasSameEnd(): boolean {
    return Date.parse(this.before?.expires ?? "") === this.entry.expiresAt;
  }

  /** The time that was given when these nodes were moved: it does not become a later one with every window. */
  private timeBefore(region: string, nodes: StatusEntry["nodes"]): string | undefined {
    const place = ({ id, group }: StatusEntry["nodes"][number]) => JSON.stringify([id, group]);
    const own = this.before?.nodes.filter((node) => node.region === region) ?? [];
    const before = new Set(own.map(place));
    return nodes.every((node) => before.has(place(node))) ? this.before?.takesEffect[region] : undefined;
  }
}

/** Why an entry is not in force on a node that it has reached; undefined when it is, or when that can never be told. */
function notYetOf(
  { promised, waiting, ledger, failedNodes }: RegionRun,
  id: string,
  { group, doubt }: { readonly group: string; readonly doubt?: string },
): string | undefined {
  if (promised.get(id) === group || doubt !== undefined || failedNodes.has(id)) return undefined;
  const until = ledger?.memory.quietUntil;
  return waiting.has(id) && until !== undefined
    ? `waits until ${new Date(until).toISOString()}, since a window that installs opens about now`
    : notSeenYet;
}

/** How an entry's end meets the next opening of a Region's install window. */
function meetingOf(expiresAt: number, { fleet: { state }, memory: { openings } }: Ledger): Meeting {
  const { nextInstallAt, installHours } = state;
  if (nextInstallAt === undefined) return {};
  const from = new Date(nextInstallAt).toISOString();
  const back = backBy(nextInstallAt, openings);
  if (expiresAt <= nextInstallAt)
    return expiresAt <= back ? {} : { endsLate: { from, back: new Date(back).toISOString() } };
  const to = nextInstallAt + (installHours ?? 0) * hourMs;
  return expiresAt < to ? { endsWithin: { from, to: new Date(to).toISOString() } } : {};
}

/** When installing regards what is written now, an instant or words: a run that has begun keeps the patches that it has fetched. */
export function timeOf({ nextInstallAt }: RegionState): string {
  return nextInstallAt === undefined ? "from the next installation" : new Date(nextInstallAt).toISOString();
}
