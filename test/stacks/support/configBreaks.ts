import fc from "fast-check";
import { configKeys } from "#stacks/config/configKeys.js";
import type { StackFile } from "#test/support/pulumiConfig.js";
import {
  anyGood,
  changed,
  good,
  inList,
  keysOf,
  overlapping,
  rules,
  scalar,
  slip,
  windows,
  withItem,
} from "./goodConfigs.js";

/** What people do to a good configuration, by kind. */
const single: Readonly<Record<string, fc.Arbitrary<StackFile>>> = {
  "a slip in a key": fc
    .tuple(anyGood, slip(fc.constantFrom(...Object.keys(configKeys))))
    .filter(([, key]) => !Object.hasOwn(configKeys, key))
    .map(([file, key]) => changed(file, key, "x")),
  "a key that is none": anyGood.map((file) => changed(file, "maintenanceContact", "x")),
  "a missing key": fc
    .tuple(anyGood, fc.constantFrom("environment", "patchGroups", "operatingSystems"))
    .map(([file, key]) => {
      const { [key]: _, ...others } = file;
      return others;
    }),
  "a number in the place of a text": withItem(
    fc.oneof(fc.nat({ max: 99999 }), fc.constantFrom(112233445566, 12345678901, 1.5, -3)),
  ),
  "a truth, a date or nothing in the place of a text": withItem(
    fc.constantFrom(true, false, null, "2026-12-31 00:00:00 +0000 UTC"),
  ),
  "a list or a map in the place of a text": withItem(fc.constantFrom([], {}, ["web"], { a: "b" })),
  "a blank beside a number": fc
    .tuple(anyGood, fc.constantFrom("patchGroups", "notificationEmails", "operatingSystems"))
    .map(([file, key]) => changed(file, key, [...[file[key] ?? []].flat(), " web ", 2024, null])),
  "a blank beside a number in tags": anyGood.map((file) =>
    changed(file, "targetTags", { Team: " a", Cost: 42, Tier: [" b", 7] }),
  ),
  "an item that is there already": inList().map(({ file, key, items, at }) =>
    changed(file, key, [...items, items[at]]),
  ),
  "several items that are there already": inList().map(({ file, key, items, at }) =>
    changed(file, key, [items[at], ...items, ...items]),
  ),
  "a text in the place of a list": fc
    .tuple(
      anyGood,
      fc.constantFrom(...keysOf("array")),
      fc.constantFrom("web", "a, b", "5", "null", '{"a":1}', "us-east-2"),
    )
    .map(([file, key, value]) => changed(file, key, value)),
  "a system by another name": withItem(
    fc.constantFrom(
      "RHEL",
      "Windows",
      "AL2023",
      "SLES",
      "ubuntu",
      "Amazon Linux 2",
      "BEOS",
      "AMAZON_LINUX_2024",
    ),
    ["operatingSystems"],
  ),
  "a slip in a system": withItem(slip(fc.constantFrom("ALMA_LINUX", "CENTOS", "RASPBIAN", "ORACLE_LINUX")), [
    "operatingSystems",
  ]).filter((file) => !isGoodSystem(file)),
  "a Region by another name": withItem(
    fc.constantFrom(
      "frankfurt",
      "Ohio",
      "us-est-1",
      "euwest3",
      "eu-west-9",
      "us-gov-west-1",
      "us-east-1a",
      "moon",
    ),
    ["fanoutRegions"],
  ).filter((file) => Array.isArray(file.fanoutRegions)),
  "an address with more around it": withItem(
    fc.constantFrom("Duty <duty@example.com>", " c@example.com", "<d@example.com>", "nobody", "a@@b.c"),
    ["notificationEmails"],
  ).filter((file) => Array.isArray(file.notificationEmails)),
  "a tag's value that is no text": fc
    .tuple(
      anyGood,
      fc.constantFrom(42, true, null, 1.5, "a,b", [42, "a"], [], {}),
      fc.constantFrom("Cost", "cost.center", "Cost Center"),
    )
    .map(([file, value, key]) => changed(file, "targetTags", { Team: "a", [key]: value })),
  // Any number of nodes may be changed.
  "a text in the place of a number": scalar(
    "integer",
    fc.constantFrom("5h", "abc", "2 hours", "", "-1", "1.5", "null", "[]", "99999999", "007"),
  ).filter(({ maxChangedNodes }) => maxChangedNodes === undefined),
  "a text in the place of a truth": scalar(
    "boolean",
    fc.constantFrom("yes", "No", "on", "OFF", "maybe", "1", "null", "{}"),
  ),
  "a word that is none of a few": scalar("string", fc.constantFrom("null", "[]", '{"a":1}')),
  "a slip in one of a few words": fc
    .tuple(
      anyGood,
      fc.constantFrom(
        ["rebootOption", "rebootifneeded"],
        ["rebootOption", "NoRebot"],
        ["patchGroupTagKey", "Patchgroup"],
        ["fanoutOperation", "instal"],
        ["fanoutExecutionMode", "per_region"],
        ["rebootOption", "sometimes"],
        ["exclusionGate", "cancell"],
      ),
    )
    .map(([file, [key = "", value]]) => changed(file, key, value)),
  "a schedule with a slip": fc
    .tuple(
      fc.constantFrom(good[0] ?? {}, windows),
      fc.constantFrom(
        "rate(7 day)",
        "0 4 * * SUN",
        "cron(0 4 * * SUN)",
        "daily",
        "cron(0 25 ? * SUN *)",
        " cron(0 12 ? * SUN *)",
        "rate(7 days",
        "cron(0 4 30 2 ? *)",
        "at(2020-01-01T00:00:00)",
      ),
    )
    .map(([file, value]) => changed(file, "installSchedule", value)),
  "a zone with a slip": fc
    .tuple(
      anyGood,
      fc.oneof(
        slip(fc.constantFrom("Europe/Berlin", "America/New_York", "Asia/Tokyo")),
        fc.constantFrom("Europe/Munich", "EST", "UTC+2", "W. Europe Standard Time", "Mars/Base"),
      ),
      fc.constantFrom("scheduleTimezone", "fanoutTimezone"),
    )
    .filter(([, zone]) => !/^(Europe\/Berlin|America\/New_York|Asia\/Tokyo)$/.test(zone))
    .map(([file, zone, key]) => changed(file, key, zone)),
  "a share that is none": fc
    .tuple(
      anyGood,
      fc.constantFrom("maxConcurrency", "maxErrors"),
      fc.constantFrom("101%", "-1", "ten", "10 %", ""),
    )
    .map(([file, key, value]) => changed(file, key, value)),
  "an environment that is no name": fc
    .tuple(anyGood, fc.constantFrom("my env", "9dev", "prod_1", "", "ümlaut", "x".repeat(40)))
    .map(([file, value]) => changed(file, "environment", value)),
  "a filter's value with a slip": fc.constantFrom(
    rules({ classification: ["security updates", "CriticalUpdates"] }),
    rules({ classification: ["SecurityUpdate"], severity: ["critical"] }),
    rules({ classification: ["Security"] }),
    rules({ classification: "SecurityUpdates" }),
    rules({ classification: ["*"], enableNonSecurity: true }),
    rules({ priority: ["Required"] }),
    rules({ classification: ["*"], approveAfterDays: "7 days" }),
    rules({ classification: ["*"], approveAfterDays: 400 }),
    rules({ classification: ["*"], complianceLevel: "critical" }),
    rules({ classification: ["*"], approveUntilDate: "31.12.2026" }),
    rules({ classifications: ["*"] }),
  ),
  "the name of a patch with a slip": fc
    .constantFrom(
      "kb5034439",
      "KB 5034439",
      "5034439",
      "MS17010",
      "CVE-2024-1",
      "*",
      "openssl",
      " KB5034439",
      5034439,
    )
    .map((name) => rules({ classification: ["*"] }, { rejectedPatches: ["KB5034123", name] })),
  "a baseline of a system that is not listed": anyGood.map((file) =>
    changed(file, "baselines", {
      MACOS: { approvalRules: [{ classification: ["*"], approveAfterDays: 7 }] },
    }),
  ),
  "a delay that AWS ignores": fc
    .constantFrom({ approveAfterDays: 3 }, { approveUntilDate: "2026-12-31" })
    .map((delay) => ({
      ...windows,
      baselines: { DEBIAN: { approvalRules: [{ priority: ["*"], ...delay }] } },
    })),
  "windows that meet": overlapping,
  "a default list that was extended": fc.constantFrom(
    { ...good[0], stacks: [null, null, "central"], fanoutRegions: ["us-west-2"] },
    { ...good[0], stacks: [null, "install"] },
  ),
  "a home Region with a slip": fc
    .tuple(anyGood, fc.constantFrom("us-est-1", "frankfurt", "us-east-1a", "moon"))
    .map(([file, region]) => changed(file, "aws:region", region)),
};

function isGoodSystem({ operatingSystems }: StackFile): boolean {
  const items = operatingSystems as string[];
  return (
    new Set(items).size === items.length &&
    items.every((item) => /^[A-Z_0-9]+$/.test(item) && known.has(item))
  );
}
const known: ReadonlySet<string> = new Set([
  "ALMA_LINUX",
  "CENTOS",
  "RASPBIAN",
  "ORACLE_LINUX",
  "AMAZON_LINUX_2023",
  "AMAZON_LINUX_2",
  "UBUNTU",
  "WINDOWS",
  "DEBIAN",
  "SUSE",
  "REDHAT_ENTERPRISE_LINUX",
]);

/** A key that is missing is there again where the keys of another file are put with it. */
const { "a missing key": _, ...lasting } = single;

/** The same, and two at a time: the keys of both files, of which the second's win. */
export const breaks: Readonly<Record<string, fc.Arbitrary<StackFile>>> = {
  ...single,
  "two slips at once": fc
    .tuple(fc.oneof(...Object.values(single)), fc.oneof(...Object.values(lasting)))
    .map(([one, other]) => ({ ...one, ...other })),
};
