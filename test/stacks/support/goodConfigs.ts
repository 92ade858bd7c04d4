import fc from "fast-check";
import { configKeys } from "#stacks/config/configKeys.js";
import type { StackFile } from "#test/support/pulumiConfig.js";

/** Good configurations, as they stand in a stack's file. */
export const good: readonly StackFile[] = [
  {
    "aws:region": "us-east-1",
    environment: "dev",
    patchGroups: ["web", "app", "db"],
    operatingSystems: ["AMAZON_LINUX_2023", "UBUNTU"],
  },
  {
    ...{ "aws:region": "eu-central-1", stacks: ["install"], environment: "prod", patchGroups: ["prod-web"] },
    ...{
      operatingSystems: ["WINDOWS", "DEBIAN"],
      targetTags: { Environment: "prod", Tier: ["front", "back"] },
    },
    baselines: {
      WINDOWS: {
        approvalRules: [
          {
            classification: ["SecurityUpdates", "CriticalUpdates"],
            severity: ["Critical"],
            approveAfterDays: 7,
          },
        ],
      },
      DEBIAN: {
        approvalRules: [{ priority: ["Required", "Standard"] }],
        rejectedPatches: ["curl", "openssl*"],
      },
    },
    ...{ notificationEmails: ["a@example.com", "b@example.com"], installSchedule: "cron(0 3 ? * SUN#2 *)" },
    ...{ installCalendars: ["arn:aws:ssm:eu-west-1:210987654321:document/release-freeze", "quarter.end"] },
    ...{ scheduleTimezone: "Europe/Berlin", installDurationHours: 4, logRetentionDays: 365 },
  },
  {
    ...{ "aws:region": "us-west-2", stacks: ["central"], environment: "all", patchGroups: ["web", "app"] },
    ...{ operatingSystems: ["AMAZON_LINUX_2", "SUSE", "REDHAT_ENTERPRISE_LINUX"], ownsBaselines: false },
    ...{ exclusionFunction: "SSM-patchplane-web-exclusions", exclusionBucket: "exclusions-bucket-0a1b2c3" },
    ...{
      fanoutRegions: ["us-east-1", "eu-west-1", "ap-southeast-2"],
      fanoutAccounts: ["210987654321", "112233445566"],
    },
    ...{ fanoutCalendars: ["freeze"], fanoutResourceGroups: ["mine", "yours"] },
  },
];
export const anyGood = fc.constantFrom(...good);

/** Lists of texts that a good configuration has, and keys of each kind. */
const lists = [
  "patchGroups",
  "operatingSystems",
  "notificationEmails",
  "fanoutRegions",
  "fanoutAccounts",
  "fanoutResourceGroups",
];
export const keysOf = (type: string) =>
  Object.entries(configKeys)
    .filter(([, key]) => key.type === type)
    .map(([name]) => name);

export function changed(file: StackFile, key: string, value: unknown): StackFile {
  return { ...file, [key]: value };
}

/** A list of a file, and an index in it. */
export function inList(
  among: readonly string[] = lists,
): fc.Arbitrary<{ file: StackFile; key: string; items: unknown[]; at: number }> {
  return anyGood.chain((file) => {
    const there = among.filter((key) => Array.isArray(file[key]));
    const key = fc.constantFrom(...(there.length > 0 ? there : ["patchGroups"]));
    return fc
      .record({ file: fc.constant(file), key, at: fc.nat({ max: 9 }) })
      .map(({ key: name, at, file: same }) => {
        const items = [...(same[name] as unknown[])];
        return { file: same, key: name, items, at: at % items.length };
      });
  });
}

export function withItem(item: fc.Arbitrary<unknown>, among?: readonly string[]): fc.Arbitrary<StackFile> {
  return fc.tuple(inList(among), item, fc.boolean()).map(([{ file, key, items, at }, value, isMore]) => {
    if (isMore) return changed(file, key, [...items, value]);
    return changed(file, key, items.with(at, value));
  });
}

/** One slip of a finger in a name. */
function slipped(name: string, at: number, kind: number): string {
  const place = at % name.length;
  const [before, sign, after] = [name.slice(0, place), name[place] ?? "", name.slice(place + 1)];
  const slips = [
    before + after,
    `${before}${sign}${sign}${after}`,
    `${before}x${after}`,
    name.toLowerCase(),
    name.toUpperCase(),
  ];
  return slips[kind % slips.length] ?? name;
}

export const slip = (name: fc.Arbitrary<string>) =>
  fc
    .tuple(name, fc.nat({ max: 40 }), fc.nat({ max: 4 }))
    .map(([text, at, kind]) => slipped(text, at, kind))
    .filter((text) => text !== "");

/** A scalar key with another value; of one whose value is its own already, the file is good. */
export const scalar = (type: string, value: fc.Arbitrary<unknown>) =>
  fc
    .tuple(anyGood, fc.constantFrom(...keysOf(type)), value)
    .map(([file, key, wrong]) => changed(file, key, wrong));

export const windows = good[1] ?? {};
export const rules = (rule: object, more: object = {}): StackFile => ({
  ...windows,
  baselines: { WINDOWS: { approvalRules: [rule], ...more } },
});
export const overlapping = fc
  .record({
    scan: fc.integer({ min: 0, max: 23 }),
    hours: fc.integer({ min: 2, max: 9 }),
    minute: fc.constantFrom(0, 30),
  })
  .map(({ scan, hours, minute }) => ({
    ...good[0],
    scanSchedule: `cron(${minute} ${scan} ? * * *)`,
    scanDurationHours: 2,
    installSchedule: `cron(0 ${(scan + 1) % 24} ? * SAT *)`,
    installDurationHours: hours,
  }));
