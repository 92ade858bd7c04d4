/** The rings of docs/rings.md, three of them. */
export const exampleRings = [
  {
    name: "canary",
    patchGroups: ["web-canary"],
    schedule: "cron(0 4 ? * TUE#2 *)",
    offsetDays: 1,
  },
  {
    name: "early",
    patchGroups: ["web-early"],
    schedule: "cron(0 4 ? * TUE#2 *)",
    offsetDays: 5,
    after: "canary",
    soakHours: 72,
  },
  {
    name: "broad",
    patchGroups: ["web", "db"],
    schedule: "cron(0 4 ? * TUE#3 *)",
    offsetDays: 3,
    after: "early",
    soakHours: 72,
    minSuccess: "95%",
    maxFailed: 2,
    alarms: ["arn:aws:cloudwatch:us-east-1:123456789012:alarm:checkout-errors"],
  },
] as const;
