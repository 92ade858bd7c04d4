import { examplePolicy, exampleRole, executionModes, rebootOptions } from "#components/index.js";
import { exclusionGates } from "#shared/contract/exclusionGate.js";
import { patchGroupTagKeys } from "#shared/contract/exclusionNames.js";
import { operatingSystemNames } from "#shared/contract/operatingSystems.js";
import { settingsKeys } from "./baselineSchema.js";
import type { ConfigKeyName } from "./configSchema.js";

/** How Pulumi carries a value: strings as they are, everything else as JSON. */
export type ConfigType = "string" | "integer" | "boolean" | "array" | "object";

/** One configuration key: what `Pulumi.yaml` says of it, and what a person who got it wrong needs to read. */
interface ConfigKey {
  readonly type: ConfigType;
  /** What is allowed, as the end of "allowed is ...". */
  readonly allowed: string;
  /** The words after `pulumi config set` of a line that would work. */
  readonly example: string;
}

const expression = "an SSM schedule expression";
const offsetDays = "a whole number of days from 0 (none) to 6, after an n-th weekday up to 27";
const durationHours = "a whole number of hours from 1 to 24";
const dayOrNothing = "a day as YYYY-MM-DD, or nothing";
const addresses = "a list of e-mail addresses";
const arns = "a list of up to 10 ARNs of IAM roles and users, * and ? in their names";
const nodesAtOnce = 'a number of nodes from "1" or a share from "1%" to "100%"';
const errors = 'a number of nodes from "0" or a share from "0%" to "100%"';

/** Every key of the configuration, in the order of the documentation. */
export const configKeys: { readonly [name in ConfigKeyName]: ConfigKey } = {
  stacks: {
    type: "array",
    allowed: "a list of scan, install and central, each at most once",
    example: "--path 'stacks[0]' scan",
  },
  environment: {
    type: "string",
    allowed: "1 to 30 letters, digits and dashes, beginning with a letter",
    example: "environment dev",
  },
  patchGroups: {
    type: "array",
    allowed: "a list of 1 to 25 patch groups",
    example: "--path 'patchGroups[0]' web-servers",
  },
  patchGroupTagKey: {
    type: "string",
    allowed: patchGroupTagKeys.join(" or "),
    example: "patchGroupTagKey PatchGroup",
  },
  targetTags: {
    type: "object",
    allowed: "up to 4 tags, each with a value or a list of values, all of them strings (quote numbers)",
    example: "--path targetTags.Environment dev --type string",
  },
  ownsBaselines: { type: "boolean", allowed: "true or false", example: "ownsBaselines true" },
  operatingSystems: {
    type: "array",
    allowed: `a list of ${operatingSystemNames.join(", ")}, each at most once`,
    example: "--path 'operatingSystems[0]' AMAZON_LINUX_2023",
  },
  baselines: {
    type: "object",
    allowed: `per operating system: ${settingsKeys.join(", ")}`,
    example: "--path 'baselines.AMAZON_LINUX_2023.approvalRules[0].classification[0]' Security",
  },
  scheduleTimezone: {
    type: "string",
    allowed: "UTC or an IANA zone such as Europe/Berlin",
    example: "scheduleTimezone UTC",
  },
  scanSchedule: { type: "string", allowed: expression, example: 'scanSchedule "cron(0 0 ? * * *)"' },
  scanScheduleOffsetDays: { type: "integer", allowed: offsetDays, example: "scanScheduleOffsetDays 0" },
  scanDurationHours: { type: "integer", allowed: durationHours, example: "scanDurationHours 2" },
  scanCutoffHours: {
    type: "integer",
    allowed: "a whole number of hours from 0 to scanDurationHours - 1",
    example: "scanCutoffHours 0",
  },
  scanStartDate: { type: "string", allowed: dayOrNothing, example: 'scanStartDate ""' },
  scanEndDate: { type: "string", allowed: dayOrNothing, example: 'scanEndDate ""' },
  scanEnabled: { type: "boolean", allowed: "true or false", example: "scanEnabled true" },
  scanCalendars: {
    type: "array",
    allowed: "a list of up to 10 Change Calendars, by name or ARN",
    example: "--path 'scanCalendars[0]' release-freeze",
  },
  installSchedule: {
    type: "string",
    allowed: expression,
    example: 'installSchedule "cron(0 4 ? * SAT *)"',
  },
  installScheduleOffsetDays: {
    type: "integer",
    allowed: offsetDays,
    example: "installScheduleOffsetDays 0",
  },
  installDurationHours: { type: "integer", allowed: durationHours, example: "installDurationHours 5" },
  installCutoffHours: {
    type: "integer",
    allowed: "a whole number of hours from 0 to installDurationHours - 1",
    example: "installCutoffHours 1",
  },
  installStartDate: { type: "string", allowed: dayOrNothing, example: 'installStartDate ""' },
  installEndDate: { type: "string", allowed: dayOrNothing, example: 'installEndDate ""' },
  installEnabled: { type: "boolean", allowed: "true or false", example: "installEnabled true" },
  installCalendars: {
    type: "array",
    allowed: "a list of up to 10 Change Calendars, by name or ARN",
    example: "--path 'installCalendars[0]' release-freeze",
  },
  rebootOption: {
    type: "string",
    allowed: rebootOptions.join(" or "),
    example: "rebootOption RebootIfNeeded",
  },
  exclusionGate: {
    type: "string",
    allowed: exclusionGates.join(" or "),
    example: "exclusionGate cancel",
  },
  exclusionFunction: {
    type: "string",
    allowed: "the output exclusionFunction of the stack that owns the baselines",
    example: "exclusionFunction SSM-patchplane-prod-exclusions",
  },
  exclusionBucket: {
    type: "string",
    allowed: "the output exclusionBucket of the stack that owns the baselines",
    example: "exclusionBucket exclusions-bucket-0a1b2c3",
  },
  maxConcurrency: { type: "string", allowed: nodesAtOnce, example: "maxConcurrency 10%" },
  maxErrors: { type: "string", allowed: errors, example: "maxErrors 25%" },
  ownerInformation: {
    type: "string",
    allowed: "a text of 1 to 128 characters",
    example: 'ownerInformation "Patch Management Team"',
  },
  notificationEmails: {
    type: "array",
    allowed: addresses,
    example: "--path 'notificationEmails[0]' ops@example.com",
  },
  completionEmails: {
    type: "array",
    allowed: addresses,
    example: "--path 'completionEmails[0]' ops@example.com",
  },
  permissionsBoundary: {
    type: "string",
    allowed: "the ARN of a managed policy, or nothing",
    example: `permissionsBoundary ${examplePolicy("Boundary")}`,
  },
  logRetentionDays: {
    type: "integer",
    allowed: "one of CloudWatch Logs' retention periods, such as 30, 90 or 365 days",
    example: "logRetentionDays 90",
  },
  maxExclusionDays: {
    type: "integer",
    allowed: "a whole number of days from 1 to 365",
    example: "maxExclusionDays 90",
  },
  maxChangedNodes: {
    type: "integer",
    allowed: "a whole number of nodes from 0 (the larger of 50 and 10 %) to 1000000",
    example: "maxChangedNodes 0",
  },
  maxHeldPercent: {
    type: "integer",
    allowed: "a whole number of percent from 1 to 100",
    example: "maxHeldPercent 20",
  },
  maxBaselines: {
    type: "integer",
    allowed: "a whole number of baselines from 50 to 1000",
    example: "maxBaselines 50",
  },
  approvers: {
    type: "array",
    allowed: arns,
    example: `--path 'approvers[0]' ${exampleRole("PatchApprovers")}`,
  },
  deployers: {
    type: "array",
    allowed: arns,
    example: `--path 'deployers[0]' ${exampleRole("Deployment")}`,
  },
  retiredRegions: {
    type: "array",
    allowed: "a list of Regions that the stack does not patch any more",
    example: "--path 'retiredRegions[0]' eu-south-2",
  },
  retiredPatchGroups: {
    type: "array",
    allowed: "a list of patch groups that the stack has no more, 25 with patchGroups",
    example: "--path 'retiredPatchGroups[0]' old-servers",
  },
  retiredOperatingSystems: {
    type: "array",
    allowed: `a list of ${operatingSystemNames.join(", ")} that are not among operatingSystems`,
    example: "--path 'retiredOperatingSystems[0]' AMAZON_LINUX",
  },
  fanoutRegions: {
    type: "array",
    allowed: "a list of 1 to 50 Regions of the partition, each at most once",
    example: "--path 'fanoutRegions[0]' us-east-2",
  },
  fanoutSchedule: { type: "string", allowed: expression, example: 'fanoutSchedule "cron(0 4 ? * SUN *)"' },
  fanoutScheduleOffsetDays: { type: "integer", allowed: offsetDays, example: "fanoutScheduleOffsetDays 0" },
  fanoutTimezone: {
    type: "string",
    allowed: "UTC or an IANA zone such as Europe/Berlin",
    example: "fanoutTimezone US/Eastern",
  },
  fanoutDurationHours: { type: "integer", allowed: durationHours, example: "fanoutDurationHours 5" },
  fanoutCutoffHours: {
    type: "integer",
    allowed: "a whole number of hours from 0 to fanoutDurationHours - 1",
    example: "fanoutCutoffHours 1",
  },
  fanoutStartDate: { type: "string", allowed: dayOrNothing, example: 'fanoutStartDate ""' },
  fanoutEndDate: { type: "string", allowed: dayOrNothing, example: 'fanoutEndDate ""' },
  fanoutEnabled: { type: "boolean", allowed: "true or false", example: "fanoutEnabled true" },
  fanoutOperation: { type: "string", allowed: "Scan or Install", example: "fanoutOperation Install" },
  fanoutExecutionMode: {
    type: "string",
    allowed: executionModes.join(" or "),
    example: "fanoutExecutionMode per-region",
  },
  fanoutPerInstanceNodes: {
    type: "integer",
    allowed: "a whole number of nodes from 1 to 1000000",
    example: "fanoutPerInstanceNodes 1000",
  },
  fanoutMaxConcurrency: {
    type: "string",
    allowed: nodesAtOnce,
    example: "fanoutMaxConcurrency 10 --type string",
  },
  fanoutMaxErrors: { type: "string", allowed: errors, example: "fanoutMaxErrors 1 --type string" },
  fanoutLocationMaxConcurrency: {
    type: "string",
    allowed: 'a number of Regions from "1" or a share from "1%" to "100%"',
    example: "fanoutLocationMaxConcurrency 100%",
  },
  fanoutLocationMaxErrors: {
    type: "string",
    allowed: 'a number of Regions from "0" or a share from "0%" to "100%"',
    example: "fanoutLocationMaxErrors 100%",
  },
  fanoutAccounts: {
    type: "array",
    allowed: "a list of up to 1,000 accounts, by 12-digit id, or organizational units, as ou-ab12-cdefgh34",
    example: "--path 'fanoutAccounts[0]' 210987654321 --type string",
  },
  fanoutCalendars: {
    type: "array",
    allowed: "a list of up to 10 Change Calendars, by name or ARN",
    example: "--path 'fanoutCalendars[0]' release-freeze",
  },
  fanoutResourceGroups: {
    type: "array",
    allowed: "a list of up to 10 resource groups that are there in every Region",
    example: "--path 'fanoutResourceGroups[0]' patched-nodes",
  },
  rings: {
    type: "array",
    allowed: "a list of up to 10 rings, each with name, patchGroups and schedule",
    example: 'rings "[]"',
  },
  maxFailedTotal: {
    type: "string",
    allowed: 'a number of nodes from "0", or nothing',
    example: "maxFailedTotal 10 --type string",
  },
};
