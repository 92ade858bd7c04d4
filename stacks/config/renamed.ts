import type { Problem } from "#components/index.js";
import type { ConfigKeyName } from "./configSchema.js";
import type { RuleProblem } from "./found.js";

export const targetKeys: Readonly<Record<string, ConfigKeyName>> = {
  "targets.patchGroupTagKey": "patchGroupTagKey",
  "targets.patchGroups": "patchGroups",
  "targets.tags": "targetTags",
};
export const scanKeys: Readonly<Record<string, ConfigKeyName>> = {
  "scan.expression": "scanSchedule",
  "scan.timezone": "scheduleTimezone",
  "scan.durationHours": "scanDurationHours",
  "scan.cutoffHours": "scanCutoffHours",
  "scan.offsetDays": "scanScheduleOffsetDays",
  "scan.startDate": "scanStartDate",
  "scan.endDate": "scanEndDate",
};
export const installKeys: Readonly<Record<string, ConfigKeyName>> = {
  "install.expression": "installSchedule",
  "install.timezone": "scheduleTimezone",
  "install.durationHours": "installDurationHours",
  "install.cutoffHours": "installCutoffHours",
  "install.offsetDays": "installScheduleOffsetDays",
  "install.startDate": "installStartDate",
  "install.endDate": "installEndDate",
};
export const fanoutKeys: Readonly<Record<string, ConfigKeyName>> = {
  "fanout.expression": "fanoutSchedule",
  "fanout.durationHours": "fanoutDurationHours",
  "fanout.cutoffHours": "fanoutCutoffHours",
  "fanout.offsetDays": "fanoutScheduleOffsetDays",
  "fanout.startDate": "fanoutStartDate",
  "fanout.endDate": "fanoutEndDate",
  "fanout.regions": "fanoutRegions",
  "fanout.operation": "fanoutOperation",
  "fanout.rebootOption": "rebootOption",
  "fanout.executionMode": "fanoutExecutionMode",
  "fanout.perInstanceNodes": "fanoutPerInstanceNodes",
  "fanout.maxConcurrency": "fanoutMaxConcurrency",
  "fanout.maxErrors": "fanoutMaxErrors",
  "fanout.locationMaxConcurrency": "fanoutLocationMaxConcurrency",
  "fanout.locationMaxErrors": "fanoutLocationMaxErrors",
  "fanout.accounts": "fanoutAccounts",
  "fanout.calendars": "fanoutCalendars",
  "fanout.resourceGroups": "fanoutResourceGroups",
  ...targetKeys,
};

/** A cutoff is judged by its duration, and an offset by the kind of its schedule. */
const needsOf: { readonly [name in ConfigKeyName]?: readonly ConfigKeyName[] } = {
  scanCutoffHours: ["scanDurationHours"],
  installCutoffHours: ["installDurationHours"],
  fanoutCutoffHours: ["fanoutDurationHours"],
  scanScheduleOffsetDays: ["scanSchedule"],
  installScheduleOffsetDays: ["installSchedule"],
  fanoutScheduleOffsetDays: ["fanoutSchedule"],
  scanEndDate: ["scanStartDate"],
  installEndDate: ["installStartDate"],
  fanoutEndDate: ["fanoutStartDate"],
};
/** Puts the configuration's key in the place of the component's property that it fills. */
export function renamed(keys: Readonly<Record<string, ConfigKeyName>>): (problem: Problem) => RuleProblem {
  return ({ propertyPath, ...said }) => {
    const found = Object.entries(keys).find(([property]) => propertyPath.startsWith(property));
    if (found === undefined) throw new Error(`no configuration key fills ${propertyPath}`);
    const [property, key] = found;
    const path = `${key}${propertyPath.slice(property.length)}`;
    return { key, path, ...said, needs: needsOf[key] ?? [] };
  };
}

/** Names the configuration's key as the place of a problem whose component knows no other. */
export function own(key: ConfigKeyName): (problem: Problem) => RuleProblem {
  return ({ propertyPath, ...said }) => ({
    key,
    path: propertyPath.startsWith(key) ? propertyPath : key,
    ...said,
  });
}
