import { runAsOnlyWriter } from "#functions/exclusion-processor/core/oneWriter.js";
import type { Occasion, RunSummary } from "#functions/exclusion-processor/core/runSummary.js";
import { keepGate } from "#functions/exclusion-processor/core/windowGate.js";
import type { Ports, RegionAccess } from "#functions/exclusion-processor/ports.js";
import { settle } from "#functions/shared/errors.js";
import { memoryPorts } from "#test/memory/exclusionProcessor/ports.js";
import { Fuse } from "#test/memory/fuse.js";
import { readManifest } from "../readManifest.js";
import { appliesTo, east } from "../support.js";
import type { LateRegion } from "./lateRegion.js";
import type { Stage } from "./stage.js";

const minute = 60_000;
/** Time that Lambda gives, and the margin before its end at which writes are cut off. */
const given = 15 * minute;
const margin = 30_000;

/** An execution of an install window that has called. */
export interface Execution {
  readonly id: string;
  isCancelled: boolean;
  /** When the processor has begun its last read of the Region, or undefined when it could not answer. */
  vouchedFrom?: number;
}

/** One invocation of the function: calls take their time, go wrong, and have no answer once it is dead. */
export class Invocation {
  isDead = false;
  /** When what it plans by was listed. */
  listedAt = 0;
  /** When it has begun to read the Region of windows. */
  readAt = 0;
  /** How it has ended, if it has. */
  summary: RunSummary | undefined;
  readonly startedAt: number;
  private readonly skew: number;
  private calls = 0;

  /** @param fuse the call after which it dies, if it does */
  constructor(
    private readonly stage: Stage,
    readonly id: string,
    private readonly occasion: Occasion,
    private readonly fuse = Number.POSITIVE_INFINITY,
  ) {
    this.startedAt = stage.clock.now;
    this.skew = Math.floor((stage.chance("skew", id) - 0.5) * minute);
  }

  /** @returns when it has ended or died */
  async run(execution?: Execution): Promise<void> {
    const { stage, startedAt } = this;
    const over = new Promise<void>((resolve) => {
      stage.clock.at(startedAt + given, () => {
        this.isDead = true;
        resolve();
      });
      this.died = resolve;
    });
    await Promise.race([this.handle(execution), over]);
  }

  private died: () => void = () => undefined;

  /** As handler.ts does it. */
  private async handle(execution: Execution | undefined): Promise<void> {
    const { stage, startedAt, skew, occasion, id } = this;
    const clock = { now: () => stage.clock.now + skew, wait: (time: number) => stage.clock.wait(time) };
    const endsAt = startedAt + given + skew;
    const lateAt = startedAt + given * 0.8 + skew;
    const ports = this.ports(clock.now, lateAt, endsAt);
    const running = runAsOnlyWriter(ports, { id, occasion, home: east, lateAt, endsAt, clock });
    const ended = await settle(running);
    if (execution !== undefined) {
      const call = { windowId: "mw-1", executionId: execution.id, gate: "cancel" as const };
      await keepGate(ports, call, east, ended);
      execution.vouchedFrom = this.readAt;
    }
    if (!this.isDead && ended.ok) this.summary = ended.value;
  }

  private ports(now: () => number, lateAt: number, endsAt: number): Ports {
    const { stage } = this;
    const plain = () => memoryPorts(stage.world, { readManifest, appliesTo }, stage.clock.now, new Fuse());
    const store: Ports["store"] = {
      list: (prefix) => {
        this.listedAt = stage.clock.now;
        return this.call("list", () => plain().store.list(prefix));
      },
      read: (key, version) => this.call("read", () => plain().store.read(key, version)),
      olderVersions: (key) => this.call("read", () => plain().store.olderVersions(key)),
      write: (key, text) => this.write(endsAt, () => plain().store.write(key, text)),
      writeIf: (key, text, etag) => this.write(endsAt, () => plain().store.writeIf(key, text, etag)),
    };
    return {
      ...plain(),
      store,
      region: (name) => this.access(stage.region(name), endsAt),
      watchWindows: async () => ({ openings: stage.openings() }),
      cancelExecution: (id) => this.write(endsAt, () => stage.cancel(id)),
      notifier: { publish: (notice) => this.write(endsAt, () => stage.tell(notice)) },
      clock: now,
      isLate: () => now() >= lateAt,
      isCut: () => now() >= endsAt - margin,
    };
  }

  private access(region: LateRegion, endsAt: number): RegionAccess {
    const { stage } = this;
    const key = stage.record.patchGroupTagKey;
    const read = <T>(effect: () => T): Promise<T> => {
      if (region.name === east) this.readAt = stage.clock.now;
      return this.call(region.name, effect);
    };
    return {
      read: () => read(() => region.shown),
      readTraces: () => read(() => region.traces(key)),
      readTagged: (groups) => read(() => region.tagged(groups, key)),
      readTold: (ids) => read(() => ids.filter((id) => region.nodes.get(id)?.operatingSystem !== undefined)),
      readReports: (ids) =>
        read(() => region.reports.filter((one) => ids.includes(one.id) && one.endedAt <= stage.clock.now)),
      apply: (step) =>
        this.write(
          endsAt,
          () => {
            stage.written(this, region.name);
            if (step.kind === "tagNodes" || step.kind === "untagNodes")
              stage.hands.tagged(
                step.nodes.map(({ id }) => id).filter((id) => !region.stuck.has(id)),
                step.kind === "tagNodes" ? step.to : undefined,
              );
            return region.write(step);
          },
          region.name,
        ),
    };
  }

  private write<T>(endsAt: number, effect: () => T | Promise<T>, where = "write"): Promise<T> {
    if (this.stage.clock.now + this.skew >= endsAt - margin)
      return Promise.reject(new Error("AbortError: cut off"));
    return this.call(where, effect);
  }

  /** A call that takes effect after a while; after the last one there is no answer any more. */
  private async call<T>(where: string, effect: () => T | Promise<T>): Promise<T> {
    const { stage } = this;
    await this.unlessDead();
    const number = this.calls++;
    await stage.clock.wait(stage.latency(this.id, number));
    await this.unlessDead();
    const failure = stage.failureOf(where, this.id, number);
    if (failure !== undefined) throw new Error(failure);
    const answer = await effect();
    if (number + 1 >= this.fuse) {
      this.isDead = true;
      this.died();
    }
    await this.unlessDead();
    return answer;
  }

  private unlessDead(): Promise<void> {
    return this.isDead ? new Promise(() => undefined) : Promise.resolve();
  }
}
