import { minute } from "../support.js";
import type { CaseNode } from "./randomFleet.js";
import type { Asked, Edit } from "./randomHistory.js";

/** What exclusions make of a node under patching: `base`, `hold`, or the names that it rejects and the action. */
export type Effect = string;

/** What an author's entries ask of a node at a time, by the plain meaning of their words. */
function effectOf(node: CaseNode, entries: readonly Asked[], now: number): Effect {
  const asked = entries.filter(
    ({ expires, regions, selects }) =>
      now < expires && (regions?.includes(node.region) ?? true) && isSelected(node, selects),
  );
  if (asked.some(({ patches }) => patches === undefined)) return "hold";
  const isForNode = (patch: string) => /^KB\d/.test(patch) === (node.system === "WINDOWS");
  const counting = asked.filter(({ patches = [] }) => patches.some(isForNode));
  if (counting.length === 0) return "base";
  const rejected = new Set(counting.flatMap(({ patches = [] }) => patches.filter(isForNode)));
  const isBlocked = counting.some(({ action = "block" }) => action === "block");
  return effectText([...rejected], isBlocked ? "BLOCK" : "ALLOW_AS_DEPENDENCY");
}

export function effectText(rejected: readonly string[], action: string): Effect {
  return `${[...rejected].sort().join(" ")} ${action}`;
}

function isSelected({ id, tags }: CaseNode, selects: Asked["selects"]): boolean {
  if (isIds(selects)) return selects.includes(id);
  return Object.entries(selects).every(([key, values]) => values.includes(tags[key] ?? ""));
}

function isIds(selects: Asked["selects"]): selects is readonly string[] {
  return Array.isArray(selects);
}

/** The packages that an install window puts on a node that misses all of them, of which nginx needs openssl. */
export function installedUnder(effect: Effect, usual: readonly string[]): string[] {
  if (effect === "hold" || usual.length === 0) return [];
  if (effect === "base") return [...usual];
  const rejected = effect.split(" ").slice(0, -1);
  const isRejected = (name: string) =>
    rejected.some((one) => (one.endsWith("*") ? `${name}-2.0`.startsWith(one.slice(0, -1)) : one === name));
  const blocks = effect.endsWith(" BLOCK");
  const comes = (name: string) => usual.includes(name) && !isRejected(name);
  const nginx = comes("nginx") && !(isRejected("openssl") && blocks);
  return usual.filter((name) => {
    if (name === "nginx") return nginx;
    return comes(name) || (name === "openssl" && nginx);
  });
}

/** The last edit of a place. */
interface Standing {
  readonly at: number;
  readonly edit: Edit;
  readonly versionId: string | undefined;
}

/** A version that may be in force; undefined stands for none. */
type InForce = Standing | undefined;

/** A run as its Region has seen it. */
interface WholeRun {
  readonly startedAt: number;
  readonly endedAt: number;
  /** The version in force by the status object of a place. */
  readonly inForce: (name: string) => string | undefined;
  /** What the status object says beside that. */
  readonly problems: (name: string) => string;
}

/** How long before an opening of a window that installs a changed intent begins to wait, and how long after it that ends. */
const quietBefore = 10 * minute;
const quietAfter = 20 * minute;
/** From the beginning of a run to its last look at the clock before it plans, at most. */
const planning = minute;

/** The quiet time of an opening. */
interface Quiet {
  readonly begins: number;
  readonly ends: number;
  /** What was believed when it began. */
  readonly before: Belief;
  /** Whether a run has gone through that began in it, and so may have left nodes where they were. */
  hasRun: boolean;
}

/**
 * What may be in force in a Region, by the edits and by which runs went through: after a run exactly the newest good
 * version of each place, or the one before while the newest is not valid; from an edit to the next whole run either. A run
 * in a quiet time may leave a node as it was right when that began, until one goes through that began after it.
 */
export class Belief {
  private readonly newest = new Map<string, Standing>();
  private possible = new Map<string, Set<InForce>>();
  private quiet: Quiet[] = [];
  /** When the last run began that went through. */
  since = 0;

  /**
   * @param openings when windows open that install, after one time and until another one
   * @param now what began to be quiet before this time does not count
   */
  constructor(
    private readonly openings: (after: number, until: number) => readonly number[],
    private now: number,
  ) {}

  edited(edit: Edit, at: number, versionId: string | undefined): void {
    this.pass(at);
    const { name, text, entries } = edit;
    const standing = { at, edit, versionId };
    this.newest.set(name, standing);
    const known = this.possible.get(name) ?? new Set<InForce>([undefined]);
    if (text === undefined) known.add(undefined);
    else if (entries !== undefined) known.add(standing);
    this.possible.set(name, known);
  }

  /** @returns what of the run is wrong */
  ran({ startedAt, endedAt, inForce: told, problems }: WholeRun): string[] {
    this.pass(endedAt);
    this.quiet = this.quiet.filter(({ ends }) => startedAt < ends);
    for (const quiet of this.quiet) quiet.hasRun ||= startedAt >= quiet.begins - planning;
    this.since = startedAt;
    return [...this.newest].flatMap(([name, newest]) => {
      const before = this.possible.get(name) ?? new Set<InForce>();
      const version = told(name);
      const inForce = [...before].find((one) => one?.versionId === version);
      const { edit, at, versionId } = newest;
      const isDeletion = edit.text === undefined;
      const isGood = isDeletion || edit.entries !== undefined;
      const now = new Set<InForce>([inForce]);
      // What came while the run was under way may have come too late for it.
      if (isGood && at >= startedAt) now.add(isDeletion ? undefined : newest);
      this.possible.set(name, now);
      const isKnown = version === undefined || inForce !== undefined;
      const isRight = !isGood || at >= startedAt || version === (isDeletion ? undefined : versionId);
      if (isKnown && isRight) return [];
      const newestText = isGood ? (versionId ?? "a deletion") : `not valid`;
      return [`the status of ${name} has version ${version}, the newest is ${newestText}: ${problems(name)}`];
    });
  }

  /** All effects on a node that are right at a time. */
  allowed(node: CaseNode, now: number): Set<Effect> {
    let combined: Asked[][] = [[]];
    for (const versions of this.possible.values()) {
      combined = combined.flatMap((entries) =>
        [...versions].map((one) => [...entries, ...(one?.edit.entries ?? [])]),
      );
    }
    const effects = combined.flatMap((entries) => {
      const ends = entries.map(({ expires }) => expires).filter((end) => this.since < end && end <= now);
      return [this.since, now, ...ends].map((time) => effectOf(node, entries, time));
    });
    const waiting = this.quiet.flatMap(({ hasRun, before, begins }) =>
      hasRun ? [...before.allowed(node, begins)] : [],
    );
    return new Set([...effects, ...waiting]);
  }

  /** Notes the quiet times that have begun until a time, at which something happens that changes what is believed. */
  private pass(time: number): void {
    for (const opening of this.openings(this.now + quietBefore, time + quietBefore)) {
      const begins = opening - quietBefore;
      this.quiet = [
        ...this.quiet,
        { begins, ends: opening + quietAfter, before: this.copy(begins), hasRun: false },
      ];
    }
    this.now = Math.max(this.now, time);
  }

  private copy(now: number): Belief {
    const copy = new Belief(this.openings, now);
    copy.possible = new Map([...this.possible].map(([name, versions]) => [name, new Set(versions)]));
    copy.quiet = this.quiet;
    copy.since = this.since;
    return copy;
  }
}
