/** What is so where neither a stack's configuration nor a component's arguments say otherwise. */
export const defaults = {
  scan: { expression: "cron(0 0 ? * * *)", durationHours: 2, cutoffHours: 1 },
  install: { expression: "cron(0 4 ? * SAT *)", durationHours: 5, cutoffHours: 1 },
  central: { expression: "cron(0 4 ? * SUN *)", durationHours: 5, cutoffHours: 1 },
  timezone: "UTC",
  rateControl: { maxConcurrency: "10%", maxErrors: "25%" },
  fanout: { maxConcurrency: "10", maxErrors: "1", perInstanceNodes: 1_000 },
  ownerInformation: "Patch Management Team",
  logRetentionDays: 90,
  maxExclusionDays: 90,
  maxHeldPercent: 20,
  maxBaselines: 50,
} as const;
