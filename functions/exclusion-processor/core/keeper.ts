import { memoryText, settleMs, type Things } from "#shared/contract/regionMemory.js";
import { settle } from "../../shared/errors.js";
import type { DoneStep } from "./afterwards.js";
import { unusedKey } from "./cleanup.js";
import { keptText, type Memory } from "./memory.js";
import type { Plan } from "./plan.js";
import type { Step } from "./steps.js";
import type { Means, Written } from "./written.js";

/** Longest time for which a run can go on writing (Lambda: 900 s). */
export const longestRunMs = 900_000;

/** Keeps what a run writes in a Region: before it does, and once it is done. */
export class Keeper {
  private readonly steps: DoneStep[] = [];
  private readonly failedNodes = new Map<string, string>();
  private readonly goneNodes = new Set<string>();
  private readonly written: Map<string, string>;
  private made: Things;
  private gone: Things;
  private hasWritten = false;
  private isTagging = false;
  /** What is kept at the moment. */
  private kept: string | undefined;

  constructor(
    private readonly plan: Plan,
    private readonly memory: Memory,
    private readonly means: Pick<Means, "keep" | "clock">,
  ) {
    this.written = new Map(memory.written);
    ({ made: this.made, gone: this.gone } = memory);
    this.kept = memory.kept === undefined ? undefined : memoryText(memory.kept);
  }

  /** Comes before each step. Throws when what is about to be written cannot be kept. */
  async before({ kind }: Step): Promise<void> {
    if (this.isTagging || (kind !== "tagNodes" && kind !== "untagNodes")) return;
    const { moves, unused, left } = this.plan;
    const written = new Map([...this.written, ...moves.written]);
    const wroteAt = this.means.clock() + longestRunMs;
    const promised = this.promised(written, false);
    this.kept = keptText({ wroteAt, written, promised, made: this.made, gone: this.gone, unused, left });
    await this.means.keep(this.kept);
    this.isTagging = true;
  }

  /** Comes after each step that was made. */
  after(done: DoneStep): void {
    const { step, result } = done;
    this.steps.push(done);
    for (const { id, error } of result.failures ?? [])
      if (!this.isEarly(step, error)) this.failedNodes.set(id, error);
    for (const id of result.gone ?? []) this.goneNodes.add(id);
    this.note(step, result.baselineId);
  }

  /**
   * The function may take no mark from a node in a group that exclusions have made, and IAM may not know yet that it has left
   * that group. The mark that it keeps leads no window to it, and the next settled read finds it.
   */
  private isEarly({ kind }: DoneStep["step"], error: string): boolean {
    const isRefused = /^(AccessDenied|UnauthorizedOperation)/.test(error);
    return kind === "untagNodes" && isRefused && (this.hasWritten || !this.memory.isSettled);
  }

  /** Comes after a step that has failed: nobody knows how far it has come. */
  failed(step: Step): void {
    this.note(step, undefined);
  }

  private note(step: Step | DoneStep["step"], baselineId: string | undefined): void {
    switch (step.kind) {
      case "tagNodes":
      case "untagNodes":
        for (const { id } of step.nodes) {
          if (this.failedNodes.has(id) || this.goneNodes.has(id)) continue;
          this.hasWritten = true;
          const group = this.plan.moves.written.get(id);
          if (group !== undefined) this.written.set(id, group);
        }
        return;
      case "createBaseline": {
        this.hasWritten = true;
        const { name, operatingSystem } = step;
        if (baselineId !== undefined)
          this.made = plus(this.made, { baselines: [{ id: baselineId, name, operatingSystem }] });
        return;
      }
      case "registerGroup": {
        this.hasWritten = true;
        const { group, operatingSystem, baseline } = step;
        if (!("id" in baseline)) return;
        const registrations = [{ group, operatingSystem, baselineId: baseline.id }];
        this.made = plus(this.made, { registrations });
        this.gone = without(this.gone, { registrations });
        return;
      }
      case "deregisterGroup": {
        this.hasWritten = true;
        const { group, operatingSystem, baselineId: id } = step;
        const registrations = [{ group, operatingSystem, baselineId: id }];
        this.gone = plus(this.gone, { registrations });
        this.made = without(this.made, { registrations });
        return;
      }
      case "deleteBaseline": {
        this.hasWritten = true;
        const { name, operatingSystem, baselineId: id } = step;
        const baselines = [{ id, name, operatingSystem }];
        this.gone = plus(this.gone, { baselines });
        this.made = without(this.made, { baselines });
        return;
      }
      case "updateBaseline":
    }
  }

  /** Keeps what is known at the end, if that is anything new, and sums the run up. */
  async end(error: string | undefined): Promise<Omit<Written, "done">> {
    const { memory, plan, means } = this;
    for (const id of this.goneNodes) this.written.delete(id);
    // What nobody has ever kept is settled where exclusions have left nothing.
    const isNews = this.hasWritten || (!memory.isKnown && (plan.hasTraces || memory.isSpoiled));
    const wroteAt = isNews ? means.clock() : memory.wroteAt;
    const promised = this.promised(this.written, error === undefined && memory.isSettled);
    const unused = this.stillUnused();
    const next = keptText({
      wroteAt,
      written: this.written,
      promised,
      made: this.made,
      gone: this.gone,
      unused,
      left: plan.left,
    });
    const isKept = next === this.kept || (this.kept === undefined && !isNews);
    const kept = isKept ? undefined : await settle(means.keep(next));
    const why =
      error ?? (kept?.ok === false ? `what was written could not be kept (${kept.error})` : undefined);
    const settlesAt = wroteAt === undefined ? undefined : wroteAt + settleMs;
    return {
      steps: this.steps,
      ...(why === undefined ? {} : { error: why }),
      failedNodes: this.failedNodes,
      goneNodes: this.goneNodes,
      promised,
      unsure: [...promised.keys()].filter((id) => this.written.has(id)).length,
      waiting: plan.moves.waiting,
      ...(settlesAt === undefined || settlesAt <= memory.now ? {} : { settlesAt }),
      unused,
    };
  }

  /**
   * The nodes on which entries are in force: those that were and that go on, put back or not, and where a settled read has
   * shown them where they should be, those too.
   */
  private promised(written: ReadonlyMap<string, string>, isSeen: boolean): Map<string, string> {
    const { seen, waiting, owed } = this.plan.moves;
    const promised = new Map([...owed].filter(([id]) => !this.goneNodes.has(id)));
    for (const [id, group] of seen) {
      const isNew = isSeen && !waiting.has(id) && !written.has(id);
      if (isNew || this.memory.promised.get(id) === group) promised.set(id, group);
    }
    for (const [id, group] of this.plan.moves.written) {
      if (this.memory.promised.get(id) === group && !this.goneNodes.has(id)) promised.set(id, group);
    }
    return promised;
  }

  private stillUnused(): ReadonlyMap<string, number> {
    const ended = new Set(
      this.steps.flatMap(({ step }) => {
        if (step.kind === "deleteBaseline") return [step.baselineId];
        return step.kind === "deregisterGroup" ? [unusedKey(step.operatingSystem, step.group)] : [];
      }),
    );
    return new Map([...this.plan.unused].filter(([key]) => !ended.has(key)));
  }
}

function plus(things: Things, more: Partial<Things>): Things {
  const others = without(things, more);
  return {
    baselines: [...others.baselines, ...(more.baselines ?? [])],
    registrations: [...others.registrations, ...(more.registrations ?? [])],
  };
}

function without(things: Things, less: Partial<Things>): Things {
  const { baselines = [], registrations = [] } = less;
  return {
    baselines: things.baselines.filter(({ id }) => !baselines.some((one) => one.id === id)),
    registrations: things.registrations.filter((one) => !registrations.some((other) => isSame(one, other))),
  };
}

function isSame(a: Things["registrations"][number], b: Things["registrations"][number]): boolean {
  return a.group === b.group && a.operatingSystem === b.operatingSystem && a.baselineId === b.baselineId;
}
