import type { Watched } from "../../shared/windows/watch.js";
import type { Doubt } from "./gate.js";

/** What one run has done in a Region. */
export interface RegionSummary {
  readonly region: string;
  /** Writes, by the kind of step. */
  readonly done: Readonly<Record<string, number>>;
  readonly error?: string;
  readonly failedNodes: number;
  /** Nodes whose tags somebody else has changed. */
  readonly foreign: readonly { readonly id: string; readonly why: string }[];
  /** Nodes on which entries are in force, and that nobody can vouch for; missing when the Region could not be read. */
  readonly unvouched?: number;
  /** The first of them. */
  readonly doubts?: readonly Doubt[];
  /** Why nobody knows on which nodes entries were in force, as a sentence; missing when somebody does. */
  readonly lost?: string;
  /** Nodes that have, or may have, installed what was to be kept off them; missing when there is none. */
  readonly breaches?: number;
  /** When tags that were written there are sure to be seen, epoch milliseconds; missing when they are. */
  readonly settlesAt?: number;
  /** Nodes on which entries are in force and whose tags were put back since the last settled read. */
  readonly unsure?: number;
  /** Until when changed intents wait there, since something is about to install; missing when none does. */
  readonly waitsUntil?: number;
  /** How many more there are than are listed, in a line that would be too long. */
  readonly foreignMore?: number;
}

/** What became of the execution of an install window that has called. */
export interface GateSummary {
  readonly windowId: string;
  readonly executionId: string;
  readonly verdict: "vouched" | "cancelled" | "went on";
}

/** What one run has done. The handler throws when it is not ok, so that the run is retried and the alarm goes off. */
export interface RunSummary extends Watched {
  readonly ok: boolean;
  /** Why the run is not ok: whole sentences. */
  readonly errors: readonly string[];
  /** How many more there are than are listed, in a line that would be too long. */
  readonly errorsMore?: number;
  /** How many manifests have each verdict. */
  readonly verdicts: Readonly<Record<string, number>>;
  readonly regions: readonly RegionSummary[];
  readonly messages: number;
  /** Objects written for people. */
  readonly statusWrites: number;
  readonly gate?: GateSummary;
  /** Why everything was checked; missing when a look around has shown nothing new. */
  readonly why?: string;
}

/** What a run is called for: an hour has passed, a window is about to patch nodes, or something may have changed. */
export type Occasion = "hour" | "window" | "other";
