import * as patchplane from "patchplane";

// Scans every night and installs on Saturdays, on nodes whose tag PatchGroup is web or app.
const fleet = new patchplane.PatchPlane("fleet", {
  patchGroups: ["web", "app"],
  operatingSystems: ["AMAZON_LINUX_2023", "WINDOWS"],
  installSchedule: {
    expression: "cron(0 4 ? * SAT *)",
    timezone: "Europe/Berlin",
    durationHours: 5,
    cutoffHours: 1,
  },
  notifications: { failureEmails: ["ops@example.com"] },
});

export const exclusionBucket = fleet.exclusionBucket;
/** To be attached to the roles of nodes. */
export const nodePolicyArn = fleet.nodePolicyArn;
