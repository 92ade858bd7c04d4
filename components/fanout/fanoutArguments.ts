import type * as pulumi from "@pulumi/pulumi";
import { logGroupPrefixProblems, retentionProblems } from "../common/logSettings.js";
import { ArgumentChecks, type Check, type Problem, shown } from "../common/problems.js";
import { type RebootOption, rebootOptionProblems } from "../windows/patchInstallWindow.js";
import { type PatchTargets, targetsProblems } from "../windows/patchTargets.js";
import {
  ownerProblems,
  type PatchOperation,
  rateControlProblems,
  type WindowLogs,
  type WindowNotifications,
} from "../windows/windowArguments.js";
import { scheduleProblems, type WindowSchedule } from "../windows/windowSchedule.js";
import { groupProblems } from "./fanoutGroups.js";
import { fanoutPrefixProblems, payloadProblems } from "./fanoutPayload.js";
import { executionRoleProblems } from "./fanoutRoles.js";
import { fanoutRegionsProblems, homeRegionProblems } from "./regions.js";

export const executionModes = ["per-region", "per-instance"] as const;

/** Most accounts of a target location (API: StartAutomationExecution, TargetLocation.Accounts). */
const maxAccounts = 50;

/** What a central window does, and where. Plain: it decides which resources exist, and must fit into the payload. */
export interface Fanout {
  /** Regions that are patched, 1 to 50 of the home Region's partition; the home Region only when it is among them. */
  readonly regions: readonly string[];
  readonly operation: PatchOperation["operation"];
  /** @default RebootIfNeeded */
  readonly rebootOption?: RebootOption;
  /** One command for each group of a Region, or one automation for each node (billed by the step). @default per-region */
  readonly executionMode?: (typeof executionModes)[number];
  /** Nodes of a group at once within a Region: a number from `"1"` or a share from `"1%"`. */
  readonly maxConcurrency: string;
  /** Failed nodes of a group after which no other of the Region is begun: a number from `"0"` or a share. */
  readonly maxErrors: string;
  /** Regions at once. @default all of them */
  readonly locationMaxConcurrency?: string;
  /** Failed Regions after which no other is begun. @default 100%: a failed Region stops no other */
  readonly locationMaxErrors?: string;
  /** Other accounts that are patched as well, at most 50: 12-digit ids, or organizational units as `ou-...`. @default none */
  readonly accounts?: readonly string[];
  /** Names or ARNs of Change Calendars that must all be open, or nothing is started. @default none */
  readonly calendars?: readonly string[];
  /** Names of resource groups that are there in every Region, to be patched instead of those made from `targets`. */
  readonly resourceGroups?: readonly string[];
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
  /** ARN of the exclusion processor, which the window calls before it starts anything. @default no call */
  exclusionProcessorArn?: pulumi.Input<string>;
  /** Folders of the bundles of the two functions. */
  code: { start: string; closing: string };
  logs: WindowLogs;
  notifications: Pick<WindowNotifications, "failuresTopicArn" | "completionsTopicArn"> & {
    kmsKeyArn: pulumi.Input<string>;
  };
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** Everything that is wrong is thrown at once; what may still be unknown is handed back with its check. */
export function checkedFanoutArgs(name: string, args: RegionalFanoutArgs): RegionalFanoutArgs {
  const checks = new ArgumentChecks(`RegionalFanout ${name}`);
  checks.plain(args.region, homeRegionProblems("region"));
  checks.plain(args.namePrefix, fanoutPrefixProblems);
  checks.plain(args.schedule, scheduleProblems("schedule"));
  checks.plain(args.targets, targetsProblems("targets"));
  checks.plain(args, (given) => [
    ...fanoutProblems("fanout", given),
    ...payloadProblems(given),
    ...executionRoleProblems(given),
  ]);
  checks.plain(args.logs.logGroupPrefix, logGroupPrefixProblems("logs.logGroupPrefix"));
  const checked = {
    ...args,
    logs: {
      ...args.logs,
      retentionDays: checks.input(args.logs.retentionDays, retentionProblems("logs.retentionDays")),
    },
    ownerInformation: checks.input(args.ownerInformation, ownerProblems),
  };
  checks.done();
  return checked;
}

/** What is wrong with a fan-out beside its payload's length. */
export function fanoutProblems(
  path: string,
  { fanout, region, targets }: Pick<RegionalFanoutArgs, "fanout" | "region" | "targets">,
): Problem[] {
  const at =
    <T>(property: keyof Fanout, check: Check<T>) =>
    (value: T): Problem[] =>
      check(value).map(({ reason }) => ({ propertyPath: `${path}.${property}`, reason }));
  const { locationMaxConcurrency, locationMaxErrors, rebootOption } = fanout;
  return [
    ...fanoutRegionsProblems(`${path}.regions`, region)(fanout.regions),
    ...oneOf(`${path}.operation`, ["Scan", "Install"], fanout.operation),
    ...(rebootOption === undefined ? [] : at("rebootOption", rebootOptionProblems)(rebootOption)),
    ...oneOf(`${path}.executionMode`, executionModes, fanout.executionMode ?? "per-region"),
    ...at("maxConcurrency", rateControlProblems("maxConcurrency"))(fanout.maxConcurrency),
    ...at("maxErrors", rateControlProblems("maxErrors"))(fanout.maxErrors),
    ...at(
      "locationMaxConcurrency",
      rateControlProblems("maxConcurrency", "Regions"),
    )(locationMaxConcurrency ?? "1"),
    ...at("locationMaxErrors", rateControlProblems("maxErrors", "Regions"))(locationMaxErrors ?? "0"),
    ...listProblems(`${path}.accounts`, fanout.accounts ?? [], accountReason, maxAccounts),
    ...listProblems(`${path}.calendars`, fanout.calendars ?? [], calendarReason, 10),
    ...(fanout.resourceGroups === undefined
      ? groupProblems(fanout.operation)(targets)
      : [
          ...(fanout.resourceGroups.length === 0
            ? [{ propertyPath: `${path}.resourceGroups`, reason: "is empty. Leave it out, or name a group." }]
            : []),
          ...listProblems(`${path}.resourceGroups`, fanout.resourceGroups, groupReason, 10),
        ]),
  ];
}

function oneOf(propertyPath: string, allowed: readonly string[], value: string): Problem[] {
  if (allowed.includes(value)) return [];
  return [{ propertyPath, reason: `got ${shown(value)}; allowed is ${allowed.join(" or ")}.` }];
}

function listProblems(
  path: string,
  values: readonly string[],
  wrong: (value: string) => string | undefined,
  most: number,
): Problem[] {
  const problems = values.flatMap((value, index) => {
    const repeated =
      values.indexOf(value) === index ? undefined : `${shown(value)} is there twice. Remove one of them.`;
    const reason = wrong(value) ?? repeated;
    return reason === undefined ? [] : [{ propertyPath: `${path}[${index}]`, reason }];
  });
  if (values.length <= most) return problems;
  return [...problems, { propertyPath: path, reason: `got ${values.length}; allowed are up to ${most}.` }];
}

function accountReason(account: string): string | undefined {
  if (/^(\d{12}|ou-[a-z0-9]{4,32}-[a-z0-9]{8,32})$/.test(account)) return undefined;
  return `got ${shown(account)}; allowed is the 12-digit id of an account, or an organizational unit as ou-ab12-cdefgh34.`;
}

function calendarReason(calendar: string): string | undefined {
  if (/^(arn:[\w-]+:ssm:[\w-]+:\d{12}:document\/)?[a-zA-Z0-9_\-.]{3,128}$/.test(calendar)) return undefined;
  return `got ${shown(calendar)}; allowed is the name of a Change Calendar, 3 to 128 of a-z A-Z 0-9 _ - and a dot, or its ARN.`;
}

function groupReason(group: string): string | undefined {
  if (/^[a-zA-Z0-9_.-]{1,300}$/.test(group)) return undefined;
  return `got ${shown(group)}; allowed is the name of a resource group, 1 to 300 of a-z A-Z 0-9 _ . and -.`;
}
