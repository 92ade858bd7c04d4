import type { OperatingSystem } from "#shared/contract/operatingSystems.js";
import { absent, none } from "../../fleet/model.js";
import { failedFlag, type Installation, isMissing, pendingRebootFlag } from "./patchState.js";
import type { Snapshot } from "./snapshot.js";
import { transaction } from "./transaction.js";

/** Parameters of AWS-RunPatchBaseline that decide what a run does. */
export interface OperationParameters {
  readonly operation: "Scan" | "Install";
  readonly rebootOption: "RebootIfNeeded" | "NoReboot";
}

/** A patch that a run puts on a node. */
interface InstallStep {
  readonly packageIndex: number;
  readonly versionIndex: number;
}

/** What a run of AWS-RunPatchBaseline will do on one node, decided when it starts. */
export interface OperationPlan {
  readonly steps: readonly InstallStep[];
  /** Packages that will not go in, because a dependency is rejected or the installation fails on this node. */
  readonly failures: readonly number[];
  readonly reboots: boolean;
  /** Whether the program on the node ends with an exception, before it does or reports anything. */
  readonly crashes: boolean;
  /** Seconds until the first patch goes in. */
  readonly scanSeconds: number;
  /** Seconds until the node reports. */
  readonly seconds: number;
  /** Factor on how long each patch takes. */
  readonly spread: number;
}

/** What a run has done by the time at which it is killed. */
interface KilledOperation {
  readonly done: readonly InstallStep[];
  /** The patch that was going in. */
  readonly halfDone: InstallStep | undefined;
}

/** A node as a run sees it. */
export interface PatchedNode extends Installation {
  /** Packages whose installation fails on this node. */
  readonly fails: ReadonlySet<number>;
  /** What an installation that was killed has left; undefined when its package database is whole. */
  readonly broken?: object | undefined;
  /** Factor on all durations. */
  readonly speed: number;
}

/** Seconds of a scan and of a reboot; a run takes between 0.6 and 1.4 times as long. */
const durations: { readonly [system in OperatingSystem | "default"]?: { scan: number; reboot: number } } = {
  WINDOWS: { scan: 120, reboot: 300 },
  MACOS: { scan: 60, reboot: 180 },
  default: { scan: 40, reboot: 90 },
};

/** After as many seconds AWS-RunPatchBaseline's step is stopped (the document's timeoutSeconds). */
export const stepTimeoutSeconds = 7200;

/**
 * Decides what a run does on a node.
 *
 * @param luck evenly spread in [0, 1), decides how long it takes
 */
export function planOperation(
  node: PatchedNode,
  snapshot: Snapshot,
  { operation, rebootOption }: OperationParameters,
  luck: number,
): OperationPlan {
  const pace = durations[snapshot.baseline.operatingSystem] ?? durations.default ?? { scan: 0, reboot: 0 };
  const spread = (0.6 + 0.8 * luck) * node.speed;
  // A package manager that was killed in its midst refuses to go on until somebody has repaired it.
  const isBroken = operation === "Install" && node.broken !== undefined;
  const crashes = snapshot.unreadableEntry !== undefined || isBroken;
  const scanSeconds = pace.scan * spread;
  if (operation === "Scan" || crashes) {
    return { steps: [], failures: [], reboots: false, crashes, scanSeconds, seconds: scanSeconds, spread };
  }

  const chosen = new Map<number, number>();
  const current = (index: number) => chosen.get(index) ?? node.installed[index] ?? absent;
  const target = (index: number) => snapshot.target[index] ?? none;
  const failed: number[] = [];
  for (let index = 0; index < node.installed.length; index++) {
    if (!isMissing(node, snapshot, index) || current(index) >= target(index)) continue;
    const wanted = transaction(current, snapshot, index, target(index));
    const fails = wanted === undefined || [...wanted.keys()].some((one) => node.fails.has(one));
    if (fails) failed.push(index);
    else for (const [one, version] of wanted) chosen.set(one, version);
  }
  // What failed by itself may have come with another.
  const failures = failed.filter((index) => current(index) < target(index));
  const steps = [...chosen].map(([packageIndex, versionIndex]) => ({ packageIndex, versionIndex }));
  const installing = steps.reduce(
    (sum, step) => sum + (snapshot.patch(step.packageIndex, step.versionIndex)?.installSeconds ?? 0),
    0,
  );
  // AWS reboots after any installation of the run, whether or not a patch asks for it.
  const reboots = rebootOption === "RebootIfNeeded" && (steps.length > 0 || node.flags.some(isPending));
  const seconds = (pace.scan + installing + (reboots ? pace.reboot : 0)) * spread;
  return { steps, failures, reboots, crashes, scanSeconds, seconds, spread };
}

/**
 * What is left of a run that is killed before its end. The agent kills the whole process group of a command that is
 * cancelled (aws/amazon-ssm-agent, agent/framework/processor/executer), the package manager in its transaction with it.
 *
 * @param seconds since the run began
 * @returns undefined when nothing is left to kill: all is in, and the node is starting anew
 */
export function killedOperation(
  { steps, scanSeconds, spread }: OperationPlan,
  snapshot: Snapshot,
  seconds: number,
): KilledOperation | undefined {
  let begins = scanSeconds;
  for (const [place, step] of steps.entries()) {
    if (seconds < begins) return { done: steps.slice(0, place), halfDone: undefined };
    begins += (snapshot.patch(step.packageIndex, step.versionIndex)?.installSeconds ?? 0) * spread;
    if (seconds < begins) return { done: steps.slice(0, place), halfDone: step };
  }
  return steps.length === 0 ? { done: [], halfDone: undefined } : undefined;
}

/** Leaves on a node what a killed run has done: its patches wait for the reboot that did not come. */
export function applyKilled(node: Installation, { done, halfDone }: KilledOperation): void {
  for (const { packageIndex, versionIndex } of done) {
    node.installed[packageIndex] = versionIndex;
    node.flags[packageIndex] = (node.flags[packageIndex] ?? 0) | pendingRebootFlag;
  }
  if (halfDone !== undefined)
    node.flags[halfDone.packageIndex] = (node.flags[halfDone.packageIndex] ?? 0) | failedFlag;
}

function isPending(flags: number): boolean {
  return (flags & pendingRebootFlag) !== 0;
}

/** Puts on a node what its run has done by its end. */
export function applyOperation(
  node: Installation,
  plan: OperationPlan,
  { operation, rebootOption }: OperationParameters,
): void {
  for (let index = 0; index < node.flags.length; index++) {
    // A later report says nothing of an earlier failure, and a reboot finishes what waited for it.
    const cleared = failedFlag | (plan.reboots ? pendingRebootFlag : 0);
    node.flags[index] = (node.flags[index] ?? 0) & ~cleared;
  }
  if (operation === "Scan") return;
  for (const { packageIndex, versionIndex } of plan.steps) {
    node.installed[packageIndex] = versionIndex;
    if (rebootOption === "NoReboot") node.flags[packageIndex] = pendingRebootFlag;
  }
  // What waited for a reboot before still does, when there was none.
  for (const index of plan.failures) node.flags[index] = (node.flags[index] ?? 0) | failedFlag;
}
