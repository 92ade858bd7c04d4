import { z } from "zod";
import { executionModes, rebootOptions } from "#components/index.js";
import { exclusionGates } from "#shared/contract/exclusionGate.js";
import { patchGroupTagKeys } from "#shared/contract/exclusionNames.js";
import { operatingSystemNames } from "#shared/contract/operatingSystems.js";
import { baseline } from "./baselineSchema.js";
import { dateAsWritten } from "./handedOver.js";
import { ring } from "./ringSchema.js";

/** What a stack may deploy. */
export const stackNames = ["scan", "install", "central"] as const;

const text = z.string();
const list = z.array(text);

/**
 * Shape and defaults of the configuration. Ranges and rules are the components' own, so that both ways in refuse the
 * same things; here is only what a value must look like to be looked at.
 */
export const configSchema = z.strictObject({
  stacks: z.array(z.enum(stackNames)).default(["scan", "install"]),
  environment: text,
  patchGroups: list,
  patchGroupTagKey: z.enum(patchGroupTagKeys).default("PatchGroup"),
  targetTags: z.record(text, z.union([text, list])).default({}),
  ownsBaselines: z.boolean().default(true),
  operatingSystems: z.array(z.enum(operatingSystemNames)),
  baselines: z.partialRecord(z.enum(operatingSystemNames), baseline).default({}),
  scheduleTimezone: text.default("UTC"),
  scanSchedule: text.default("cron(0 0 ? * * *)"),
  scanScheduleOffsetDays: z.number().default(0),
  scanDurationHours: z.number().default(2),
  scanCutoffHours: z.number().default(1),
  scanStartDate: text.transform(dateAsWritten).default(""),
  scanEndDate: text.transform(dateAsWritten).default(""),
  scanEnabled: z.boolean().default(true),
  scanCalendars: list.default([]),
  installSchedule: text.default("cron(0 4 ? * SAT *)"),
  installScheduleOffsetDays: z.number().default(0),
  installDurationHours: z.number().default(5),
  installCutoffHours: z.number().default(1),
  installStartDate: text.transform(dateAsWritten).default(""),
  installEndDate: text.transform(dateAsWritten).default(""),
  installEnabled: z.boolean().default(true),
  installCalendars: list.default([]),
  rebootOption: z.enum(rebootOptions).default("RebootIfNeeded"),
  exclusionGate: z.enum(exclusionGates).default("cancel"),
  exclusionFunction: text.default(""),
  exclusionBucket: text.default(""),
  maxConcurrency: text.default("10%"),
  maxErrors: text.default("25%"),
  ownerInformation: text.default("Patch Management Team"),
  notificationEmails: list.default([]),
  completionEmails: list.default([]),
  permissionsBoundary: text.default(""),
  logRetentionDays: z.number().default(90),
  maxExclusionDays: z.number().default(90),
  maxChangedNodes: z.number().default(0),
  maxHeldPercent: z.number().default(20),
  maxBaselines: z.number().default(50),
  approvers: list.default([]),
  deployers: list.default([]),
  retiredRegions: list.default([]),
  retiredPatchGroups: list.default([]),
  retiredOperatingSystems: z.array(z.enum(operatingSystemNames)).default([]),
  fanoutRegions: list.default([]),
  fanoutSchedule: text.default("cron(0 4 ? * SUN *)"),
  fanoutScheduleOffsetDays: z.number().default(0),
  // The configuration cannot leave a declared key out, so an empty text stands for the zone that `centralZoneOf` finds.
  fanoutTimezone: text.default(""),
  fanoutDurationHours: z.number().default(5),
  fanoutCutoffHours: z.number().default(1),
  fanoutStartDate: text.transform(dateAsWritten).default(""),
  fanoutEndDate: text.transform(dateAsWritten).default(""),
  fanoutEnabled: z.boolean().default(true),
  fanoutOperation: z.enum(["Scan", "Install"]).default("Install"),
  fanoutExecutionMode: z.enum(executionModes).default("per-region"),
  fanoutPerInstanceNodes: z.number().default(1_000),
  fanoutMaxConcurrency: text.default("10"),
  fanoutMaxErrors: text.default("1"),
  fanoutLocationMaxConcurrency: text.default("100%"),
  fanoutLocationMaxErrors: text.default("100%"),
  fanoutAccounts: list.default([]),
  fanoutCalendars: list.default([]),
  fanoutResourceGroups: list.default([]),
  rings: z.array(ring).default([]),
  maxFailedTotal: text.default(""),
});

const {
  environment: _,
  patchGroups: __,
  operatingSystems: ___,
  ...optional
} = configSchema.parse({
  ...{ environment: "", patchGroups: [], operatingSystems: [] },
});
/** What a key is without a value of its own. The required ones have none. */
export const defaults = optional;

/** A configuration whose shape is right. */
export type RawConfig = z.infer<typeof configSchema>;
/** Name of a configuration key. */
export type ConfigKeyName = keyof RawConfig;
