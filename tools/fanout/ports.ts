import type { CommandSent, RunAutomation } from "#functions/regional-fanout/core/evidence.js";
import type { RegionStops } from "#functions/regional-fanout/core/stopping.js";
import type { RegionQueries } from "#functions/regional-fanout/ports.js";
import type { Invocation } from "#functions/shared/commands/invocations.js";
import type { RunStore } from "#functions/shared/runStore.js";
import type { AccountClock } from "../account/clock.js";
import type { DeployedFunction } from "../deployedFunction.js";

/** What the central window hands to the function, as it is deployed. */
export interface WindowTask {
  readonly windowId: string;
  /** How long the window is. */
  readonly windowHours: number;
  /** JSON, with the names in double braces that the window fills in. */
  readonly payload: string;
}

/** What an invocation came to. */
export type Invoked =
  | { readonly ok: true }
  /** The function failed, perhaps after it had started something. */
  | { readonly ok: false; readonly error: string }
  /** It was not invoked: as many invocations run as it may have. */
  | { readonly ok: "throttled" };

/** What is asked of one Region, and ended there. */
export interface RegionPorts
  extends Pick<RegionQueries, "groupPage">,
    Pick<RegionStops, "invocationPages" | "cancelOn" | "completeAutomation" | "beginning"> {
  /** Commands of AWS-RunPatchBaseline since a time (epoch milliseconds). */
  commands(since: number, signal: AbortSignal): Promise<readonly CommandSent[]>;
  invocations(since: number, signal: AbortSignal): Promise<readonly Invocation[]>;
  automation(id: string, signal: AbortSignal): Promise<RunAutomation>;
  /** Ids of a run's automations that have not ended, parents and children alike. */
  automations(run: {
    readonly runId: string;
    readonly runbook: string;
    readonly since: number;
  }): Promise<readonly string[]>;
  /** @returns whether it was still to be stopped */
  stopAutomation(id: string): Promise<boolean>;
  cancelCommand(id: string): Promise<void>;
}

/** Everything that the commands reach. Each method throws when it does not know the answer. */
export interface FanoutPorts {
  /** Undefined when there is none of the name. */
  readonly deployedFunction: (name: string) => Promise<DeployedFunction | undefined>;
  /** Undefined when there is no such window, or it does not call the function. */
  readonly windowTask: (windowName: string, functionName: string) => Promise<WindowTask | undefined>;
  readonly invoke: (functionName: string, payload: string, signal: AbortSignal) => Promise<Invoked>;
  readonly runs: (bucket: string) => Pick<RunStore, "list" | "read">;
  /** What people say of rings, in the bucket of exclusions. */
  readonly words: (bucket: string) => Pick<RunStore, "read" | "create" | "replace">;
  readonly region: (name: string) => RegionPorts;
}

/** What the commands work with. */
export interface Surroundings {
  /** Folder with the Pulumi project. */
  readonly root: string;
  readonly portsOf: (homeRegion: string) => Promise<FanoutPorts>;
  /** Lets some milliseconds pass, or fewer when the person at the keyboard has had enough. */
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Ctrl-C. */
  readonly interrupted: AbortSignal;
  readonly clock: AccountClock;
  /** A new UUID. */
  readonly newId: () => string;
}
