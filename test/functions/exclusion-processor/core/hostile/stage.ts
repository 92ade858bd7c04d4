import { hashUnit } from "#lab/random.js";
import type { DeploymentRecord } from "#shared/contract/deploymentRecord.js";
import { approvalKey } from "#shared/contract/exclusionNames.js";
import type { Notice } from "#shared/contract/topicMessage.js";
import { targetsOf } from "#test/memory/exclusionProcessor/safe.js";
import type { FleetNode } from "../generate.js";
import { states } from "../generate.js";
import { mistakes } from "../oracle.js";
import { now as begins, east, keyOf, type manifest, record, World } from "../support.js";
import { Clock } from "./clock.js";
import { Hands, settleTime } from "./hands.js";
import { type Execution, Invocation } from "./invocation.js";
import { LateRegion } from "./lateRegion.js";
import { type Deed, type Plot, theirs } from "./plot.js";
import { Runs } from "./runs.js";

const minute = 60_000;
const hour = 60 * minute;
/** What came of a plot. */
export interface Outcome {
  readonly problems: readonly string[];
  readonly cancelled: number;
  readonly windows: number;
  readonly breaches: number;
}

/**
 * Plays a plot over an account in which tags are seen late and invocations are slow, die and overlap, and holds what comes of it to
 * the account's own truth.
 */
export class Stage {
  readonly clock = new Clock(begins);
  readonly world: World;
  readonly record: DeploymentRecord;
  readonly problems: string[] = [];
  readonly runs: Runs;
  readonly hands: Hands;
  private readonly late = new Map<string, LateRegion>();
  private readonly executions = new Map<string, Execution>();
  private readonly inForce = new Map<string, Parameters<typeof manifest>>();
  private readonly fleet: Map<string, FleetNode>;
  private readonly fuses: number[] = [];
  private readonly full: Invocation[] = [];
  private lastWrite: { readonly by: Invocation; readonly at: number } | undefined;
  private invocations = 0;
  private throttled = 0;
  private cancelled = 0;
  private windows = 0;
  private readonly down = new Map<string, number>();

  constructor(readonly plot: Plot) {
    const { seed, fleet, most } = plot;
    this.fleet = new Map(fleet.map((one) => [one.state.id, one]));
    this.record = record({ maxChangedNodes: most });
    this.world = new World(states(fleet), this.record, (state) => {
      const region = new LateRegion(state, seed, this.clock);
      this.late.set(region.name, region);
      return region;
    });
    this.hands = new Hands(this.clock, this.record.patchGroups);
    this.runs = new Runs(this);
  }

  async play(): Promise<Outcome> {
    const { clock, plot } = this;
    const { deeds, lasts } = plot;
    for (let at = begins + 37 * minute; at < begins + lasts + 28 * hour; at += hour)
      clock.at(at, () => this.start("hour"));
    for (const at of plot.openings) clock.at(begins + at, () => this.guard(this.open()));
    for (const deed of deeds) clock.at(begins + deed.at, () => this.do(deed));
    await clock.advanceTo(begins + lasts);
    await this.end(begins + lasts);
    const { problems, cancelled, windows, runs } = this;
    return { problems, cancelled, windows, breaches: runs.excused };
  }

  chance(...parts: (string | number)[]): number {
    return hashUnit(this.plot.seed, ...parts);
  }

  region(name: string): LateRegion {
    const found = this.late.get(name);
    if (found === undefined) throw new RangeError(`there is no Region ${name}`);
    return found;
  }

  regionOf(id: string): LateRegion {
    return this.region(this.fleet.get(id)?.region ?? east);
  }

  say(problem: string): void {
    this.problems.push(`${new Date(this.clock.now).toISOString()} ${problem}`);
  }

  latency(id: string, call: number): number {
    const unit = this.chance("slow", id, call);
    return 20 + unit * 200 + (unit > 0.97 ? 20_000 : 0);
  }

  failureOf(where: string, id: string, call: number): string | undefined {
    const { now } = this.clock;
    if (now < (this.down.get(where) ?? 0)) return "TimeoutError: the Region does not answer";
    const isThrottled = now < this.throttled && this.chance("throttled", id, call) < 0.04;
    return isThrottled ? "ThrottlingException: Rate exceeded" : undefined;
  }

  /** What opens next, and what is open. */
  openings() {
    const { now } = this.clock;
    const all = this.plot.openings.map((at) => ({ id: "mw-1", at: begins + at, endsAt: begins + at + hour }));
    const open = all.filter(({ at, endsAt }) => at <= now && now < endsAt);
    return [...open, ...all.filter(({ at }) => now < at).slice(0, 1)];
  }

  async cancel(id: string): Promise<void> {
    const execution = this.executions.get(id);
    if (execution !== undefined) execution.isCancelled = true;
  }

  async tell(notice: Notice): Promise<void> {
    this.world.told.push(notice);
    if (notice.kind === "exclusions-breach") this.runs.told(notice.text);
  }

  /** Comes before each write to a Region: there is one writer, and nobody has written since it has read. */
  written(by: Invocation, region: string): void {
    const { lastWrite, clock } = this;
    if (lastWrite !== undefined && lastWrite.by !== by && lastWrite.at > by.listedAt)
      this.say(`${by.id} writes in ${region} by what it had read before ${lastWrite.by.id} wrote`);
    this.lastWrite = { by, at: clock.now };
  }

  private guard(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.say(`the play itself has failed: ${String(error)}`));
  }

  private start(occasion: "hour" | "other", tries = 1): void {
    this.guard(this.invoke(occasion, tries));
  }

  private async invoke(occasion: "hour" | "other", tries: number): Promise<void> {
    const invocation = new Invocation(
      this,
      `${occasion} ${++this.invocations}`,
      occasion,
      this.fuses.shift(),
    );
    await invocation.run();
    this.ended(invocation);
    // Lambda tries an event twice more.
    if (invocation.summary?.ok !== true && tries < 3)
      this.clock.at(this.clock.now + tries * minute, () => this.start(occasion, tries + 1));
  }

  private async open(): Promise<void> {
    const { clock } = this;
    this.windows++;
    const execution: Execution = { id: `e-${clock.now}`, isCancelled: false };
    this.executions.set(execution.id, execution);
    const opened = clock.now;
    const invocation = new Invocation(this, `window ${execution.id}`, "window", this.fuses.shift());
    await invocation.run(execution);
    this.ended(invocation);
    if (execution.isCancelled) {
      this.cancelled++;
      if (!this.plot.isHostile) this.say("a window was cancelled in a quiet history");
      return;
    }
    await clock.wait(2_000);
    this.runs.begin(opened, execution);
  }

  private ended(invocation: Invocation): void {
    const { summary } = invocation;
    if (summary?.ok !== true || summary.why === undefined || summary.why.startsWith("left to")) return;
    // About an opening a node that nothing is promised of stays where it is.
    const isQuiet = this.plot.openings.some(
      (at) =>
        begins + at - 11 * minute < invocation.startedAt && invocation.startedAt < begins + at + 20 * minute,
    );
    if (!isQuiet) this.full.push(invocation);
    for (const { state } of this.plot.fleet) this.checkTargets(state.id);
  }

  /** No node is in two targets or in none two whole runs after what somebody else wrote of it could be seen. */
  private checkTargets(id: string): void {
    const region = this.regionOf(id);
    const node = region.nodes.get(id);
    if (node === undefined || node.tags.PatchGroup === theirs || region.stuck.has(id)) return;
    const last = this.hands.last(id);
    const since = last === undefined ? begins : last + settleTime;
    if (this.full.filter(({ startedAt }) => startedAt >= since).length < 2) return;
    const { base, installExcluded, scanExcluded } = targetsOf(node.tags, this.record);
    const isHeld = scanExcluded && !installExcluded && !base;
    if (!isHeld && base === installExcluded)
      this.say(
        `${id} is in ${base ? "two targets" : "no target"} after two runs: ${JSON.stringify(node.tags)}`,
      );
  }

  private do(deed: Deed): void {
    const { world, clock } = this;
    world.now = clock.now;
    switch (deed.kind) {
      case "upload":
        world.upload(deed.name, ...deed.entries);
        this.inForce.set(deed.name, [...deed.entries]);
        this.event(deed);
        return;
      case "garbage":
        world.uploadText(deed.name, "garbage");
        this.event(deed);
        return;
      case "delete":
        world.delete(deed.name);
        this.inForce.delete(deed.name);
        this.event(deed);
        return;
      case "wake":
        this.start("other");
        return;
      case "approve":
        this.approve();
        return;
      case "meddle": {
        const region = this.regionOf(deed.id);
        const base = this.fleet.get(deed.id)?.state.tags.PatchGroup ?? "web";
        const tags = deed.tags(base, region.historyOf(deed.id, clock.now - 23 * hour));
        region.retagBy(deed.id, tags);
        this.hands.meddle(deed.id);
        return;
      }
      case "stuck": {
        const region = this.regionOf(deed.id);
        region.stuck.add(deed.id);
        clock.at(clock.now + deed.lasts, () => {
          region.stuck.delete(deed.id);
          this.hands.meddle(deed.id);
        });
        return;
      }
      case "terminate":
        this.regionOf(deed.id).terminate(deed.id);
        return;
      case "crash":
        this.fuses.push(deed.after);
        return;
      case "down":
        this.down.set(deed.region, clock.now + deed.lasts);
        return;
      case "throttle":
        this.throttled = clock.now + deed.lasts;
        return;
      case "patch now":
        this.runs.byHand(deed.id, deed.list);
    }
  }

  /** S3 tells the function, once or twice, at once or later. */
  private event({ at, name }: { readonly at: number; readonly name: string }): void {
    const delay = this.chance("event", at, name) * minute;
    this.clock.at(this.clock.now + delay, () => this.start("other"));
    if (this.chance("twice", at, name) < 0.3)
      this.clock.at(this.clock.now + 2 * delay, () => this.start("other"));
  }

  private approve(): void {
    const { world, clock } = this;
    for (const name of this.inForce.keys()) {
      if (world.bucket.text(`status/${keyOf(name)}.json`) === undefined) continue;
      const { verdict, versionId = "" } = world.status(name);
      if (verdict === "held") world.bucket.put(approvalKey(keyOf(name)), versionId, clock.now);
    }
    this.event({ at: clock.now, name: "approval" });
  }

  /** Two quiet hours after the last deed everything is as it should be, but for what only a run sees that reads everything. */
  private async end(last: number): Promise<void> {
    const { clock, world } = this;
    if (this.plot.most < 100)
      for (let turn = 0; turn < 2; turn++) {
        this.approve();
        await clock.advanceTo(clock.now + 15 * minute);
      }
    await clock.advanceTo(last + 2 * hour + 20 * minute);
    this.start("other");
    await clock.advanceTo(clock.now + 20 * minute);
    world.now = clock.now;
    const fleet = this.plot.fleet.filter(({ state, region }) => this.region(region).nodes.has(state.id));
    const inForce = new Map([...this.inForce].map(([name, entries]) => [name, [...entries]]));
    for (const text of mistakes({ world, fleet, inForce })) this.say(`at the end ${text}`);
    // After the last window nodes are asked once a day.
    if (this.runs.untold().length > 0) await clock.advanceTo(last + 27 * hour);
    for (const text of this.runs.untold()) this.say(text);
  }
}
