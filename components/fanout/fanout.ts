import type * as pulumi from "@pulumi/pulumi";
import type { WatchedWindow } from "#shared/contract/windowWatch.js";
import { ExecutionMode, type Operation, type RebootOption } from "../common/choices.js";
import { codeFolder } from "../common/code.js";
import { defaults } from "../common/defaults.js";
import {
  type CompleteWindowLogs,
  type FanoutNotifications,
  type FilledLogs,
  filledLogs,
  foundationOf,
  type Notifications,
  outputBucketOf,
  type WindowLogs,
} from "../common/foundation.js";
import { type CompleteTargets, completeTargets, type PatchTargets } from "../windows/patchTargets.js";
import type { WindowSchedule } from "../windows/windowSchedule.js";
import type { FanoutRing } from "./ringArguments.js";

/** Modes of execution. */
export const executionModes: readonly ExecutionMode[] = Object.values(ExecutionMode);

export const defaultPerInstanceNodes = defaults.fanout.perInstanceNodes;

/** What a central window and the other accounts that it patches have in common. */
export interface FanoutScope {
  /** Regions that are patched, 1 to 50 of the home Region's partition; the home Region only when it is among them. */
  regions: string[];
  /** Whether nodes are scanned or patches installed. @default Install */
  operation?: Operation;
  /** Names of resource groups that are there in every Region, at most 10. @default groups that are made from `targets` */
  resourceGroups?: string[];
}

/** What a central window does, and where. Plain: it decides which resources exist, and must fit into the payload. */
export interface Fanout extends FanoutScope {
  /** Whether nodes are rebooted. @default RebootIfNeeded */
  rebootOption?: RebootOption;
  /** One command for each group of a Region, or one automation for each node (billed by the step). @default per-region */
  executionMode?: ExecutionMode;
  /** Nodes of all Regions above which `per-instance`, which is billed by the node, starts nothing, from 1. @default 1,000 */
  perInstanceNodes?: number;
  /** Nodes of a group at once within a Region: a number from `"1"` or a share from `"1%"`. @default 10 */
  maxConcurrency?: string;
  /** Failed nodes of a group after which no other of the Region is begun: a number from `"0"` or a share. @default 1 */
  maxErrors?: string;
  /** Other accounts at once within a Region. @default all of them */
  locationMaxConcurrency?: string;
  /** Failed accounts of a Region after which no other is begun there. @default 100%: a failed one stops no other */
  locationMaxErrors?: string;
  /** Other accounts that are patched as well, at most 1,000: 12-digit ids, or organizational units as `ou-...`. @default none */
  accounts?: string[];
  /** Names or ARNs of Change Calendars that must all be open, or nothing is started. @default none */
  calendars?: string[];
}

/** Who vouches for the exclusions that a fan-out is to keep. */
export interface FanoutExclusions {
  /** Name of its function. */
  functionName: pulumi.Input<string>;
  /** Name of the bucket in which it keeps its state. */
  bucket: pulumi.Input<string>;
}

/** Folders of bundles, whose `index.mjs` exports `handler`. */
export interface FanoutCode {
  /** Of the function that starts runs. */
  start: string;
  /** Of the function that closes their records. */
  closing: string;
  /** Of the function that ends them. */
  stopping: string;
}

export interface RegionalFanoutArgs {
  /**
   * The home Region, of the window, the functions and the bucket: one that is enabled by default, since from an opt-in
   * Region Automation reaches no other.
   */
  region: string;
  /** Start of names, 3 to 38 characters of `a-z A-Z 0-9 _ -`. The roles carry it, so it is the only one in the account. @default the component's name */
  namePrefix?: string;
  /** When the window opens and for how long; no Region is patched for longer. @default Sundays at 4 in UTC for 5 hours with a cutoff of 1 hour */
  schedule?: WindowSchedule;
  /** Who answers for the window, 1 to 128 characters. @default Patch Management Team */
  ownerInformation?: pulumi.Input<string>;
  /** What it does, and where. */
  fanout: Fanout;
  /**
   * Windows that follow each other, 1 to 10, in the place of the one: `schedule` is not read then. Each has some of the targets' patch
   * groups. @default none: one window for all of them
   */
  rings?: FanoutRing[];
  /** Which nodes it reaches. */
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
  watchedWindows?: WatchedWindow[];
  /**
   * Regions that other windows of the same targets reach. Nodes that carry the targets' tags anywhere else are told of once a week.
   * @default none but those of the fan-out
   */
  windowRegions?: string[];
  /** Folders of the bundles of the three functions. @default those inside the package */
  code?: FanoutCode;
  /** Where the output of commands and the logs of the functions go. @default a bucket and log groups that are made, kept for 90 days */
  logs?: WindowLogs;
  /** Who is told. @default topics that are made, with no subscription */
  notifications?: Notifications;
  /** ARN of a managed policy that bounds what every role made here may do. Plain. @default none */
  permissionsBoundary?: string;
  /** Tags of all that takes tags, by key. @default none */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** What a fan-out does, filled. */
export interface FilledFanout extends Fanout {
  operation: Operation;
  maxConcurrency: string;
  maxErrors: string;
}

/** Arguments of a fan-out, filled but for what is a resource. */
export interface FilledFanoutArgs extends RegionalFanoutArgs {
  namePrefix: string;
  schedule: WindowSchedule;
  ownerInformation: pulumi.Input<string>;
  fanout: FilledFanout;
  targets: CompleteTargets;
  code: FanoutCode;
  logs: FilledLogs<WindowLogs>;
}

/** Arguments of a fan-out with nothing left open. */
export interface CompleteFanoutArgs extends FilledFanoutArgs {
  logs: CompleteWindowLogs;
  notifications: FanoutNotifications;
}

/** Fills in what a fan-out leaves open. */
function filledFanout(fanout: Fanout): FilledFanout {
  const { maxConcurrency, maxErrors } = defaults.fanout;
  return { operation: "Install", maxConcurrency, maxErrors, ...fanout };
}

/** Fills in what arguments leave open and what is no resource. */
export function filledFanoutArgs(name: string, args: RegionalFanoutArgs): FilledFanoutArgs {
  return {
    ...args,
    namePrefix: args.namePrefix ?? name,
    schedule: args.schedule ?? defaults.central,
    ownerInformation: args.ownerInformation ?? defaults.ownerInformation,
    fanout: filledFanout(args.fanout),
    targets: completeTargets(args.targets),
    code: args.code ?? {
      start: codeFolder("regional-fanout"),
      closing: codeFolder("regional-fanout-closing"),
      stopping: codeFolder("regional-fanout-stopping"),
    },
    logs: filledLogs(name, args.logs),
  };
}

/** Makes what the arguments of a fan-out still leave open, as children of `parent`. */
export function foundedFanoutArgs(
  parent: pulumi.Resource,
  name: string,
  args: FilledFanoutArgs,
): CompleteFanoutArgs {
  const { logs, notifications } = foundationOf(parent, name, args, [
    "completionsTopicArn",
    "deadLetterQueueArn",
    "failuresTopicArn",
  ]);
  return { ...args, notifications, logs: { ...logs, bucket: outputBucketOf(parent, name, args) } };
}
