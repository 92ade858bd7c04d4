import type { Cause, CauseBook } from "#shared/contract/causes.js";
import { momentText, toMs } from "#shared/text/format.js";
import { Snapshot } from "../../aws/patching/snapshot.js";
import type { LabNode } from "../../aws/ssm/nodes/labNode.js";
import { none } from "../../fleet/model.js";
import type { FanoutRun } from "../summary/fanoutShape.js";
import type { WindowSummary } from "../summary/summary.js";
import type { OpenPatch } from "./patches.js";

const mostNames = 3;

/** Names of patches, the first few. */
export function patchNames(patches: readonly Pick<OpenPatch, "patch">[]): string {
  const shown = patches.slice(0, mostNames).map(({ patch }) => patch.name);
  return [...shown, ...(patches.length > shown.length ? ["..."] : [])].join(", ");
}

/** When a window last sent a command; of a central one, when its last closed run began. */
function lastRunAt({ executions, fanoutRegions }: WindowSummary): number | undefined {
  const isCentral = fanoutRegions.length > 0;
  const last = executions.findLast(({ fanout, commands }) =>
    isCentral ? fanout?.closedAt && !isIdle(fanout) : commands.some(({ startedAt }) => startedAt !== null),
  );
  return last === undefined ? undefined : toMs(last.startedAt);
}

/** Whether a run was not to start anything. */
function isIdle({ end }: FanoutRun): boolean {
  return end === "held" || end === "calendar closed";
}

/** The ring of a window whose last run was held. */
function heldRing({ executions }: WindowSummary): FanoutRun["ring"] {
  const last = executions.findLast(({ fanout }) => fanout?.closedAt)?.fanout;
  return last?.end === "held" ? last.ring : undefined;
}

/** Why patches are missing on nodes that windows install on. */
export class MissingPatches {
  private readonly snapshots = new Map<string, Snapshot>();
  private readonly lastRuns: ReadonlyMap<WindowSummary, number | undefined>;

  constructor(
    private readonly book: CauseBook,
    windows: readonly WindowSummary[],
  ) {
    this.lastRuns = new Map(windows.map((window) => [window, lastRunAt(window)]));
  }

  /**
   * @param missing what its last report calls missing
   * @param installs the install windows that select it
   * @param known why the last of them did not do its work there, where it did not
   * @param excludedBy the exclusion that was in force on the node at a time and is not any more
   */
  causes(
    node: LabNode,
    missing: readonly OpenPatch[],
    installs: readonly WindowSummary[],
    known: Cause | undefined,
    excludedBy: (at: number) => string | undefined,
  ): Cause[] {
    if (missing.length === 0) return [];
    const names = `${missing.length} missing (${patchNames(missing)})`;
    if (known !== undefined) return [{ ...known, why: names }];
    if (installs.length === 0)
      return [this.book.of("in no install window", `${names}, and no install window selects it`)];
    const [last] = installs.toSorted((a, b) => (this.lastRuns.get(b) ?? 0) - (this.lastRuns.get(a) ?? 0));
    const at = last === undefined ? undefined : this.lastRuns.get(last);
    if (at === undefined) return [this.waits(installs, `${names}; no install window has run on it so far`)];
    const exclusion = excludedBy(at);
    if (exclusion !== undefined)
      return [this.waits(installs, `${names}; exclusion ${exclusion} has ended since the last run`)];
    const since = missing.filter((one) => this.isSince(node, one, at));
    const left = missing.filter((one) => !since.includes(one));
    const when = `the run of ${last?.name} of ${momentText(at)}`;
    return [
      ...(left.length === 0
        ? []
        : [
            this.book.of(
              "left by the last install",
              `${left.length} missing (${patchNames(left)}), left by ${when}`,
            ),
          ]),
      ...(since.length === 0
        ? []
        : [this.waits(installs, `${since.length} missing (${patchNames(since)}), approved since ${when}`)]),
    ];
  }

  /** The next of its install windows will do it. */
  private waits(installs: readonly WindowSummary[], why: string): Cause {
    const [held] = installs.flatMap((window) => heldRing(window) ?? []);
    if (held !== undefined) {
      const remedy = "See why below Rings; it starts in the next cycle where the ring before does well then.";
      return this.book.other({ cause: `ring ${held.name} is held`, act: "stack", remedy }, why);
    }
    const [next] = installs
      .filter(({ nextOpening }) => nextOpening !== null)
      .toSorted((a, b) => toMs(a.nextOpening ?? "") - toMs(b.nextOpening ?? ""));
    if (next === undefined)
      return this.book.of("in no install window", `${why}; its install window does not open any more`);
    const opens = momentText(toMs(next.nextOpening ?? ""));
    const cause = `waiting for ${next.name}`;
    const remedy = `Nothing: the window opens ${opens}.`;
    return { ...this.book.other({ cause, act: "nobody", remedy }, why), who: `nobody: it opens ${opens}` };
  }

  /** Whether the baseline did not approve a patch yet when a run began. */
  private isSince({ state, catalog, installed }: LabNode, { patch }: OpenPatch, at: number): boolean {
    if (state === undefined) return false;
    const { baseline } = state.snapshot;
    const key = `${baseline.id}|${catalog.key}|${at}`;
    const then = this.snapshots.get(key) ?? new Snapshot(baseline, catalog, at);
    this.snapshots.set(key, then);
    const { packageIndex } = patch;
    return (then.target[packageIndex] ?? none) <= (installed[packageIndex] ?? none);
  }
}

/** What is known of a held node: its own scans compare it with nothing. */
export function heldWhy({ state, stateBefore, patchGroup }: LabNode, missing: readonly OpenPatch[]): string {
  if (state?.patchGroup !== patchGroup) {
    const found =
      missing.length === 0 ? "nothing missing" : `${missing.length} missing (${patchNames(missing)})`;
    return `held by an exclusion; the last scan before it found ${found}`;
  }
  if (stateBefore === undefined) return "held by an exclusion, and not scanned before it";
  const found = stateBefore.missing === 0 ? "nothing missing" : `${stateBefore.missing} missing`;
  return `held by an exclusion, whose baseline approves nothing; the last scan before it found ${found}`;
}
