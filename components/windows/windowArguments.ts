import type * as pulumi from "@pulumi/pulumi";
import { calendarFunctionName } from "#shared/contract/windowCalendars.js";
import { shown } from "#shared/text/quotes.js";
import { regionProblems } from "../common/awsContext.js";
import { calendarsProblems } from "../common/calendars.js";
import type { ExclusionGate, Operation } from "../common/choices.js";
import { defaults } from "../common/defaults.js";
import {
  type CompleteWindowLogs,
  type FilledLogs,
  filledLogs,
  foundationOf,
  foundationProblems,
  type Notifications,
  outputBucketOf,
  type WindowLogs,
  type WindowNotifications,
} from "../common/foundation.js";
import { logGroupPrefixProblems, retentionProblems } from "../common/logSettings.js";
import { ArgumentChecks, type Check, type Problem } from "../common/problems.js";
import { type CompleteTargets, completeTargets, type PatchTargets, targetsProblems } from "./patchTargets.js";
import { scheduleProblems, type WindowSchedule } from "./windowSchedule.js";

/** How many nodes are patched at once, and how many may fail. */
export interface RateControl {
  /** Nodes at once, as a number such as `"10"` or a share of the nodes such as `"10%"`. */
  maxConcurrency: pulumi.Input<string>;
  /** Failed nodes after which no further node is started, as a number (`"0"`: none may fail) or a share. */
  maxErrors: pulumi.Input<string>;
}

/** What a scan window and an install window have in common. */
export interface PatchWindowArgs {
  /** Region of the window. @default the provider's Region */
  region?: string;
  /**
   * Name of the window in the console, 3 to 100 characters of `a-z A-Z 0-9 _ - .`. Its log group and its alarm are
   * named after it, so it is the only one of its name in the account and Region.
   * @default the component's name
   */
  windowName?: string;
  /** When the window opens and for how long, in UTC. @default a scan daily at midnight for 2 hours, an installation on Saturdays at 4 for 5 hours, with a cutoff of 1 hour */
  schedule?: WindowSchedule;
  /** Which nodes it reaches. */
  targets: PatchTargets;
  /** Names or ARNs of Change Calendars, up to 10: unless all of them are open, the opening is cancelled before a node is reached. Plain. @default none */
  calendars?: string[];
  /** How many nodes are patched at once, and how many may fail. @default 10% and 25% */
  rateControl?: RateControl;
  /** Where the output of its commands goes. @default a bucket and a log group that are made, kept for 90 days */
  logs?: WindowLogs;
  /** Who is told. @default topics that are made, with no subscription */
  notifications?: Notifications;
  /**
   * Whether closing records are written of the window, and tell of its failed ends: the window itself then tells of openings that were
   * skipped alone, so that a loss comes as one message. Plain.
   * @default no
   */
  isRecorded?: boolean;
  /** Who answers for the window, 1 to 128 characters; SSM puts it into the events of the targets. @default Patch Management Team */
  ownerInformation?: pulumi.Input<string>;
  /**
   * ARN of a role that is there already, as which the window sends its commands and calls its functions: it needs what
   * docs/security.md says of a window's service role.
   * @default one is made, for the targets alone
   */
  serviceRoleArn?: pulumi.Input<string>;
  /** ARN of a managed policy that bounds what every role made here may do. Plain. @default none */
  permissionsBoundary?: string;
  /** Tags of all that takes tags, by key. @default none */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** Arguments of a window, filled but for what is a resource. */
export interface FilledWindowArgs extends PatchWindowArgs {
  windowName: string;
  schedule: WindowSchedule;
  targets: CompleteTargets;
  rateControl: RateControl;
  logs: FilledLogs<WindowLogs>;
  ownerInformation: pulumi.Input<string>;
}

/** Arguments of a window with nothing left open. */
export interface CompleteWindowArgs extends FilledWindowArgs {
  logs: CompleteWindowLogs;
  notifications: WindowNotifications;
}

/** Fills in what arguments leave open and what is no resource. */
export function filledWindowArgs<Args extends PatchWindowArgs>(
  name: string,
  schedule: WindowSchedule,
  args: Args,
): Args & FilledWindowArgs {
  return {
    ...args,
    windowName: args.windowName ?? name,
    schedule: args.schedule ?? schedule,
    targets: completeTargets(args.targets),
    rateControl: args.rateControl ?? defaults.rateControl,
    logs: filledLogs(name, args.logs),
    ownerInformation: args.ownerInformation ?? defaults.ownerInformation,
  };
}

/** Makes what the arguments of a window still leave open, as children of `parent`. */
export function foundedWindowArgs<Args extends FilledWindowArgs>(
  parent: pulumi.Resource,
  name: string,
  args: Args,
): Args & CompleteWindowArgs {
  const { logs, notifications } = foundationOf(parent, name, args, [
    "completionsTopicArn",
    "deadLetterQueueArn",
    "failuresTopicArn",
    "roleArn",
  ]);
  return { ...args, notifications, logs: { ...logs, bucket: outputBucketOf(parent, name, args) } };
}

/** A function that a window calls before any node is patched. */
export interface FirstCall {
  readonly functionArn: pulumi.Input<string>;
  /** What becomes of the window when the function cannot vouch for exclusions. @default it does not look */
  readonly gate?: ExclusionGate;
}

/** How a window ends without harm. */
export interface WindowEnd {
  /** Whether nothing begins after the cutoff and nobody who is at work is killed, by a function that the window calls. @default true */
  enabled?: boolean;
  /** Folder of the bundle of that function, whose `index.mjs` exports `handler`. @default the one inside the package */
  code?: string;
}

/** The same with nothing left open. */
export interface CompleteWindowEnd {
  readonly code: string;
}

/** In what the two windows differ. */
export interface PatchOperation {
  readonly operation: Operation;
  /** Parameters of AWS-RunPatchBaseline beside Operation. */
  readonly parameters: Readonly<Record<string, pulumi.Input<string>>>;
  readonly description: string;
  /** What is called before any node is patched. */
  readonly firstCall?: FirstCall;
  /** By what its runs end without harm. */
  readonly end?: CompleteWindowEnd;
}

/** Arguments that `checkedWindowArgs` handed back. The unchecked ones do not fit, so none can slip through. */
export type Checked<Args> = Args & { readonly "handed back by checkedWindowArgs": true };

/**
 * Checks the arguments of a window and hands them back checked.
 *
 * @param further checks what only one kind of window has, so that its problems are thrown with the others
 * @throws `pulumi.InputPropertiesError` with every problem
 */
export function checkedWindowArgs<Further extends object>(
  component: string,
  args: FilledWindowArgs,
  further: (checks: ArgumentChecks) => Further,
): Checked<FilledWindowArgs & Further> {
  const checks = new ArgumentChecks(component);
  checks.plain(args.region, regionProblems);
  checks.plain(args.windowName, windowNameProblems);
  checks.plain(args.schedule, scheduleProblems("schedule"));
  checks.plain(args.targets, targetsProblems("targets"));
  checks.plain(args.calendars ?? [], calendarsProblems("calendars"));
  if ((args.calendars ?? []).length > 0)
    checks.plain(args.windowName, callableProblems(calendarFunctionName));
  checks.plain(args.logs.logGroupPrefix, logGroupPrefixProblems("logs.logGroupPrefix"));
  checks.plain(args, foundationProblems);
  const checked = {
    ...args,
    ...further(checks),
    rateControl: {
      maxConcurrency: checks.input(args.rateControl.maxConcurrency, rateControlProblems("maxConcurrency")),
      maxErrors: checks.input(args.rateControl.maxErrors, rateControlProblems("maxErrors")),
    },
    logs: {
      ...args.logs,
      retentionDays: checks.input(args.logs.retentionDays, retentionProblems("logs.retentionDays")),
    },
    ownerInformation: checks.input(args.ownerInformation, ownerProblems),
  };
  checks.done();
  return checked as Checked<typeof checked>;
}

const rateControlPatterns = {
  maxConcurrency: {
    pattern: /^([1-9][0-9]*|[1-9][0-9]%|[1-9]%|100%)$/,
    allowed: 'from "1" or a share from "1%" to "100%"',
  },
  maxErrors: {
    pattern: /^([1-9][0-9]*|0|[1-9][0-9]%|[0-9]%|100%)$/,
    allowed: 'from "0" or a share from "0%" to "100%"',
  },
};

/** What SSM takes as MaxConcurrency and MaxErrors, of nodes or of accounts: 1 to 7 characters, a number or a percentage. */
export function rateControlProblems(
  name: "maxConcurrency" | "maxErrors",
  what: "nodes" | "accounts" = "nodes",
): Check<string> {
  const { pattern, allowed } = rateControlPatterns[name];
  const isGood = (value: string) => pattern.test(value) && value.length <= 7;
  return (value) => {
    if (isGood(value)) return [];
    const reason = `got ${shown(value)}; allowed is a number of ${what} ${allowed}, in 1 to 7 characters.`;
    // Two numbers are not one.
    const plain = value.slice(0, 64).replaceAll(/["']|\s+(?!\d)|^\s+/g, "");
    const [instead] = [plain, plain.replace(/(percent|pct|prozent)$/i, "%")].filter(isGood);
    const whole = plain.replace(/\.\d+%$/, "%");
    const share = /^0?\.\d+$/.test(plain) ? `${Math.floor(Number(plain) * 100)}%` : whole;
    const perhaps = instead === undefined && isGood(share) ? { perhaps: share } : {};
    return [
      { propertyPath: `rateControl.${name}`, reason, ...(instead === undefined ? perhaps : { instead }) },
    ];
  };
}

/** What is wrong with the words on who answers for a window. */
export function ownerProblems(owner: string): Problem[] {
  if (owner.length >= 1 && owner.length <= 128) return [];
  const reason = `got ${shown(owner)}; allowed is a text of 1 to 128 characters.`;
  return [{ propertyPath: "ownerInformation", reason }];
}

/** What is wrong with a window's name by which a function is named (Lambda: up to 64 characters, without a dot). */
export function callableProblems(functionName: (windowName: string) => string): Check<string> {
  return (name) => {
    const called = functionName(name);
    if (windowNameProblems(name).length > 0 || /^[a-zA-Z0-9_-]{1,64}$/.test(called)) return [];
    const most = 64 - (called.length - name.length);
    const reason = `got ${shown(name)}; allowed is 3 to ${most} of a-z A-Z 0-9 _ and -, since a function is named ${functionName("NAME")}.`;
    return [{ propertyPath: "windowName", reason }];
  };
}

function windowNameProblems(name: string): Problem[] {
  if (/^[a-zA-Z0-9_\-.]{3,100}$/.test(name)) return [];
  const reason = `got ${shown(name)}; allowed is 3 to 100 of a-z A-Z 0-9 _ - and a dot.`;
  return [{ propertyPath: "windowName", reason }];
}
