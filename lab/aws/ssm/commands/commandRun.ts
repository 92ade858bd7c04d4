import TinyQueue from "tinyqueue";
import { type OperationParameters, stepTimeoutSeconds } from "../../patching/operation.js";
import type { Place } from "../../place.js";
import type { PatchManager, PatchRun } from "../baselines/patchManager.js";
import type { LabNode } from "../nodes/labNode.js";
import { type Command, type CommandEnd, type InvocationStatus, naturalEnd } from "./command.js";

/** Where commands run, and who patches. */
type Needs = Place & { readonly patchManager: PatchManager };

/** Seconds after which a run that finds another one on its node gives up. */
const lockSeconds = 10;

/** How a command runs, beside what is written on it. */
interface RunSettings {
  readonly parameters: OperationParameters;
  /** The snapshot of the wave; without one each node makes its own. */
  readonly snapshotId: string | undefined;
  /** Whether the sender may reach a node. */
  readonly reaches: (node: LabNode) => boolean;
  /** Seconds for which delivery to a node is tried. */
  readonly deliveryTimeout: number;
  /** Called for each invocation that has come to its end. */
  readonly onInvocation: (node: LabNode, status: InvocationStatus) => void;
  readonly onEnd: (end: CommandEnd) => void;
}

/** Lets a command go over its nodes: so many at once, until it is done, cancelled, or too many have failed. */
export class CommandRun {
  private next = 0;
  private errors = 0;
  private tooManyErrors = false;
  private isStarted = false;
  /** The invocations that hold a place, and when each gives it back. */
  private readonly running = new Map<number, number>();
  /** What runs on nodes, until it has ended or is killed. */
  private readonly works = new Map<number, PatchRun>();
  /** Snapshot ids of nodes that had to make one each. */
  private readonly ownSnapshots = new Map<number, string>();

  constructor(
    private readonly region: Needs,
    private readonly command: Command,
    private readonly settings: RunSettings,
  ) {}

  /** Starts the first nodes. */
  start(): void {
    if (this.command.end !== undefined) return;
    this.isStarted = true;
    if (this.command.nodes.length === 0) this.end({ status: "Success", details: "NoInstancesInTag" });
    else this.fill();
  }

  /**
   * Cancels what has not ended, and kills what runs on nodes. AWS guarantees neither that it stops nor that it goes on
   * (API reference, CancelCommand); the agent kills the process group, which is the unkinder.
   */
  cancel(): void {
    if (this.command.end !== undefined) return;
    this.command.neededUntil = this.estimate();
    this.command.nodes.forEach((_, index) => {
      const status = this.command.statusOf(index);
      if (status !== "Pending" && status !== "InProgress") return;
      this.kill(index);
      this.settle(index, "Cancelled");
    });
    this.end({ status: "Cancelled", details: "Cancelled" });
  }

  /** Cancels the command on some nodes; on those that have ended nothing is to be done. */
  cancelOn(ids: ReadonlySet<string>): void {
    if (this.command.end !== undefined) return;
    this.command.nodes.forEach((node, index) => {
      const status = this.command.statusOf(index);
      if (!ids.has(node.id) || (status !== "Pending" && status !== "InProgress")) return;
      this.running.delete(index);
      this.kill(index);
      this.settle(index, "Cancelled");
    });
    if (this.isStarted) this.fill();
  }

  private get now(): number {
    return this.region.account.clock.now;
  }

  private fill(): void {
    const { command } = this;
    while (
      !this.tooManyErrors &&
      this.running.size < command.concurrency &&
      this.next < command.nodes.length
    ) {
      const index = this.next++;
      if (command.statusOf(index) === "Pending") this.launch(index);
    }
    if (this.running.size > 0) return;
    if (this.next < command.nodes.length) {
      command.stoppedByErrorLimit = true;
      for (let index = this.next; index < command.nodes.length; index++) this.settle(index, "Terminated");
    }
    if (!this.tooManyErrors) this.end(naturalEnd(command.counts()));
    else this.end({ status: "Failed", details: command.stoppedByErrorLimit ? "Terminated" : "Failed" });
  }

  /** Brings the command to a node, waits for the node, or gives it up. */
  private launch(index: number): void {
    const { clock } = this.region.account;
    const node = this.node(index);
    if (!this.settings.reaches(node)) {
      this.settle(index, "AccessDenied");
      return;
    }
    if (node.spec.state === "stopped" || !node.isThere(this.now)) {
      this.settle(index, "Undeliverable");
      return;
    }
    const reachable = node.reachableFrom(this.now);
    const givesUpAt = this.now + this.settings.deliveryTimeout * 1000;
    if (reachable === this.now) {
      this.begin(index, node);
    } else if (reachable !== undefined && reachable < givesUpAt) {
      this.running.set(index, reachable);
      clock.at(reachable, () => {
        if (this.command.end === undefined && this.running.has(index)) this.begin(index, node);
      });
    } else {
      this.finishAt(givesUpAt, index, "DeliveryTimedOut");
    }
  }

  /** Runs the document on a node that has taken the command. */
  private begin(index: number, node: LabNode): void {
    this.command.begin(index, this.now);
    if (node.busyUntil > this.now) {
      // Two patch runs on one node fail on each other's locks.
      this.finishAt(this.now + lockSeconds * 1000, index, "Failed");
      return;
    }
    const { parameters } = this.settings;
    const run = this.region.patchManager.begin(node, this.snapshotId(index), parameters);
    const { clock } = this.region.account;
    const endsAt = this.now + Math.ceil(run.plan.seconds) * 1000;
    const timesOutAt = this.now + stepTimeoutSeconds * 1000;
    const isLost = node.isLostWithin(this.now, endsAt);
    if (!isLost) this.works.set(index, run);
    if (!isLost && run.isLost) clock.at(endsAt, () => this.lose(index));
    if (endsAt > timesOutAt || isLost || run.isLost) {
      node.busyUntil = timesOutAt;
      this.finishAt(timesOutAt, index, "ExecutionTimedOut");
      return;
    }
    node.busyUntil = endsAt;
    const { crashes, failures } = run.plan;
    this.finishAt(endsAt, index, crashes || failures.length > 0 ? "Failed" : "Success");
  }

  /** Leaves a node with what has been installed, in the reboot that it does not come back from. */
  private lose(index: number): void {
    const run = this.works.get(index);
    this.works.delete(index);
    if (run !== undefined) this.report(this.node(index), run);
  }

  /** Ends what runs on a node, wherever it is. */
  private kill(index: number): void {
    const run = this.works.get(index);
    const node = this.node(index);
    if (run === undefined || !this.region.patchManager.kill(node, run, this.command.id)) return;
    this.works.delete(index);
    node.busyUntil = this.now;
  }

  private finishAt(time: number, index: number, status: InvocationStatus): void {
    this.running.set(index, time);
    this.region.account.clock.at(time, () => {
      const run = this.works.get(index);
      // The agent ends a step that takes too long as it ends one that is cancelled.
      if (status === "ExecutionTimedOut") this.kill(index);
      // What runs on the node ends there, whether or not anybody still waits for it.
      else if (run !== undefined && !run.plan.crashes) this.report(this.node(index), run);
      this.works.delete(index);
      if (this.command.end !== undefined || !this.running.has(index)) return;
      this.running.delete(index);
      this.settle(index, status);
      if (status === "Failed" || status === "ExecutionTimedOut") this.errors++;
      this.tooManyErrors = this.errors > this.command.errorLimit;
      this.fill();
    });
  }

  private report(node: LabNode, run: PatchRun): void {
    this.region.patchManager.finish(node, run);
    this.command.patchesInstalled += run.plan.steps.length;
    if (run.plan.reboots) this.command.nodesRebooted++;
  }

  private settle(index: number, status: InvocationStatus): void {
    this.command.finish(index, status, this.now);
    this.settings.onInvocation(this.node(index), status);
  }

  private end(end: CommandEnd): void {
    this.command.end = end;
    this.command.endedAt = this.now;
    this.settings.onEnd(end);
  }

  /** When all nodes would be done if the command went on with as many at once. */
  private estimate(): number {
    const places = new TinyQueue([...this.running.values()]);
    let last = Math.max(this.now, ...this.running.values());
    for (let index = this.next; index < this.command.nodes.length; index++) {
      const from = places.length < this.command.concurrency ? this.now : (places.pop() ?? this.now);
      const until = from + this.secondsOn(index) * 1000;
      places.push(until);
      last = Math.max(last, until);
    }
    return last;
  }

  private secondsOn(index: number): number {
    const node = this.node(index);
    if (node.spec.state === "stopped" || !node.isThere(this.now)) return 0;
    if (node.reachableFrom(this.now) !== this.now) return this.settings.deliveryTimeout;
    const { plan } = this.region.patchManager.begin(node, this.snapshotId(index), this.settings.parameters);
    return Math.min(stepTimeoutSeconds, Math.ceil(plan.seconds));
  }

  private snapshotId(index: number): string {
    if (this.settings.snapshotId !== undefined) return this.settings.snapshotId;
    const known = this.ownSnapshots.get(index);
    if (known !== undefined) return known;
    const own = this.region.account.ids.uuid(`snapshot|${this.command.id}|${index}`);
    this.ownSnapshots.set(index, own);
    return own;
  }

  private node(index: number): LabNode {
    const node = this.command.nodes[index];
    if (node === undefined) throw new RangeError(`command ${this.command.id} has no node ${index}`);
    return node;
  }
}
