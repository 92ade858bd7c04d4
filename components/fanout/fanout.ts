import type * as pulumi from "@pulumi/pulumi";
import type { WatchedWindow } from "#shared/contract/windowWatch.js";
import type { RebootOption } from "../windows/patchInstallWindow.js";
import type { PatchTargets } from "../windows/patchTargets.js";
import type { PatchOperation, WindowLogs, WindowNotifications } from "../windows/windowArguments.js";
import type { WindowSchedule } from "../windows/windowSchedule.js";

export const executionModes = ["per-region", "per-instance"] as const;

export const defaultPerInstanceNodes = 1_000;

/** What a central window does, and where. Plain: it decides which resources exist, and must fit into the payload. */
export interface Fanout {
  /** Regions that are patched, 1 to 50 of the home Region's partition; the home Region only when it is among them. */
  readonly regions: readonly string[];
  readonly operation: PatchOperation["operation"];
  /** @default RebootIfNeeded */
  readonly rebootOption?: RebootOption;
  /** One command for each group of a Region, or one automation for each node (billed by the step). @default per-region */
  readonly executionMode?: (typeof executionModes)[number];
  /** Nodes of all Regions above which `per-instance`, which is billed by the node, starts nothing, from 1. @default 1,000 */
  readonly perInstanceNodes?: number;
  /** Nodes of a group at once within a Region: a number from `"1"` or a share from `"1%"`. */
  readonly maxConcurrency: string;
  /** Failed nodes of a group after which no other of the Region is begun: a number from `"0"` or a share. */
  readonly maxErrors: string;
  /** Other accounts at once within a Region. @default all of them */
  readonly locationMaxConcurrency?: string;
  /** Failed accounts of a Region after which no other is begun there. @default 100%: a failed one stops no other */
  readonly locationMaxErrors?: string;
  /** Other accounts that are patched as well, at most 1,000: 12-digit ids, or organizational units as `ou-...`. @default none */
  readonly accounts?: readonly string[];
  /** Names or ARNs of Change Calendars that must all be open, or nothing is started. @default none */
  readonly calendars?: readonly string[];
  /** Names of resource groups that are there in every Region, to be patched instead of those made from `targets`. */
  readonly resourceGroups?: readonly string[];
}

/** Who vouches for the exclusions that a fan-out is to keep. */
export interface FanoutExclusions {
  readonly functionName: pulumi.Input<string>;
  /** Name of the bucket in which it keeps its state. */
  readonly bucket: pulumi.Input<string>;
}

export interface RegionalFanoutArgs {
  /**
   * The home Region, of the window, the functions and the bucket: one that is enabled by default, since from an opt-in
   * Region Automation reaches no other.
   */
  region: string;
  /** Start of names, 3 to 38 characters of `a-z A-Z 0-9 _ -`. The roles carry it, so it is the only one in the account. */
  namePrefix: string;
  schedule: WindowSchedule;
  /** Who answers for the window, 1 to 128 characters. */
  ownerInformation: pulumi.Input<string>;
  fanout: Fanout;
  targets: PatchTargets;
  /**
   * The exclusion processor, of the same account and Region, which the window calls before it starts anything, and which vouches for each
   * Region before an installation is started there. @default no call, and exclusions are not looked at
   */
  exclusionProcessor?: FanoutExclusions;
  /**
   * Maintenance windows of the home Region that the closing function looks after every hour: OverdueAlarm.
   * @default none
   */
  watchedWindows?: readonly WatchedWindow[];
  /**
   * Regions that other windows of the same targets reach. Nodes that carry the targets' tags anywhere else are told of once a week.
   * @default none but those of the fan-out
   */
  windowRegions?: readonly string[];
  /** Folders of the bundles of the three functions. */
  code: { start: string; closing: string; stopping: string };
  logs: WindowLogs;
  notifications: Omit<WindowNotifications, "roleArn"> & {
    kmsKeyArn: pulumi.Input<string>;
  };
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}
