import fc from "fast-check";
import { readConfig } from "#stacks/config/config.js";
import type { ConfigKeyName } from "#stacks/config/configSchema.js";
import { project, values } from "./configuration.js";

/** Texts as people and copies from elsewhere bring them: what a pattern of AWS's may have forgotten is among them. */
const characters = fc.constantFrom(..."abzAZ019 _.:/=+-@,;&'\"(){}[]<>|\\~^*?#%$!äß漢\u00a0\u2028🐧");
const text = (maxLength: number) => fc.string({ unit: characters, minLength: 1, maxLength });
const name = (maxLength: number) =>
  fc.string({ unit: fc.constantFrom(..."abzAZ019-_."), minLength: 1, maxLength });
const regions = [
  ...["us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1", "eu-north-1"],
  ...["eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1", "ap-south-1", "ap-northeast-1", "me-south-1"],
];
/** The permissions boundary of some. */
export const boundaryArn = "arn:aws:iam::111122223333:policy/boundary";
const rate = fc.constantFrom("0", "0%", "1", "1%", "10", "50%", "100%", "9999999");
const systems = [
  "AMAZON_LINUX_2023",
  "UBUNTU",
  "WINDOWS",
  "DEBIAN",
  "SUSE",
  "MACOS",
  "REDHAT_ENTERPRISE_LINUX",
];
const rule = fc.record(
  {
    approveAfterDays: fc.nat({ max: 360 }),
    complianceLevel: fc.constantFrom("CRITICAL", "UNSPECIFIED", "LOW"),
    enableNonSecurity: fc.boolean(),
    severity: fc.constant(["Critical"]),
    priority: fc.constant(["Required"]),
  },
  { requiredKeys: [] },
);
const baseline = fc.record(
  {
    approvalRules: fc.array(rule, { minLength: 1, maxLength: 3 }),
    rejectedPatches: fc.array(fc.oneof(name(100), fc.constantFrom("KB5034439", "libstdc++6", "kernel*")), {
      maxLength: 50,
    }),
    rejectedPatchesAction: fc.constantFrom("BLOCK", "ALLOW_AS_DEPENDENCY"),
  },
  { requiredKeys: ["approvalRules"] },
);

/** Values for each key, of which many are refused. */
const drawn = fc.record(
  {
    "aws:region": fc.constantFrom(...regions),
    stacks: fc.subarray(["scan", "install", "central"], { minLength: 1 }),
    environment: fc.oneof(name(30), fc.constantFrom("d", "x".repeat(30))),
    patchGroups: fc.array(fc.oneof(text(256), name(256), fc.constant("y".repeat(256))), {
      minLength: 1,
      maxLength: 25,
    }),
    patchGroupTagKey: fc.constantFrom("PatchGroup", "Patch Group"),
    targetTags: fc.dictionary(
      text(128),
      fc.oneof(text(256), fc.array(text(50), { minLength: 1, maxLength: 4 })),
      {
        maxKeys: 4,
      },
    ),
    ownsBaselines: fc.boolean(),
    operatingSystems: fc.subarray(systems, { minLength: 1 }),
    baselines: fc.dictionary(fc.constantFrom(...systems), baseline, { maxKeys: 3 }),
    scheduleTimezone: fc.constantFrom("UTC", "Asia/Tokyo", "America/Argentina/ComodRivadavia"),
    scanSchedule: fc.constantFrom("cron(0 0 ? * * *)", "cron(30 1 ? * MON-FRI *)"),
    installSchedule: fc.constantFrom("cron(0 6 ? * SUN *)", "cron(0 6 ? * TUE#2 *)"),
    installScheduleOffsetDays: fc.nat({ max: 6 }),
    installCutoffHours: fc.nat({ max: 4 }),
    installStartDate: fc.constantFrom("", "2026-12-24"),
    scanEnabled: fc.boolean(),
    installCalendars: fc.array(fc.oneof(name(50), text(50)), { maxLength: 3 }),
    fanoutEndDate: fc.constantFrom("", "2199-12-31"),
    rebootOption: fc.constantFrom("RebootIfNeeded", "NoReboot"),
    exclusionGate: fc.constantFrom("cancel", "proceed"),
    exclusionFunction: fc.constant("SSM-patchplane-prod-exclusions"),
    exclusionBucket: fc.constant("exclusions-bucket-0a1b2c3"),
    maxConcurrency: rate,
    maxErrors: rate,
    ownerInformation: text(128),
    notificationEmails: fc.array(
      fc.oneof(
        fc.emailAddress(),
        text(20).map((local) => `${local}@a.b`),
      ),
      {
        maxLength: 5,
      },
    ),
    completionEmails: fc.array(fc.emailAddress(), { maxLength: 2 }),
    permissionsBoundary: fc.constantFrom("", boundaryArn, "boundary"),
    logRetentionDays: fc.constantFrom(1, 30, 90, 3653),
    maxExclusionDays: fc.integer({ min: 1, max: 365 }),
    maxChangedNodes: fc.nat({ max: 1_000_000 }),
    maxHeldPercent: fc.integer({ min: 1, max: 100 }),
    maxBaselines: fc.integer({ min: 50, max: 1000 }),
    approvers: fc.constantFrom(
      [],
      ["arn:aws:iam::111122223333:role/a*"],
      ["arn:aws:iam::111122223333:role/*"],
    ),
    deployers: fc.constantFrom([], ["arn:aws:iam::111122223333:user/b"]),
    // A call of the function comes with each of them, and an account without an endpoint answers none.
    retiredRegions: fc.constant([]),
    retiredPatchGroups: fc.constant([]),
    retiredOperatingSystems: fc.constant([]),
    fanoutRegions: fc.subarray(regions, { minLength: 1 }),
    // At an hour of its own in each of the zones above: two runs at a time are refused.
    fanoutSchedule: fc.constantFrom("cron(0 19 ? * SAT *)", "cron(15 19 1 * ? *)"),
    fanoutTimezone: fc.constant("UTC"),
    fanoutDurationHours: fc.constant(1),
    fanoutCutoffHours: fc.constant(0),
    fanoutOperation: fc.constantFrom("Scan", "Install"),
    fanoutExecutionMode: fc.constantFrom("per-region", "per-instance"),
    fanoutPerInstanceNodes: fc.integer({ min: 1, max: 1_000_000 }),
    fanoutMaxConcurrency: rate,
    fanoutMaxErrors: rate,
    fanoutLocationMaxConcurrency: rate,
    fanoutLocationMaxErrors: rate,
    fanoutAccounts: fc.array(fc.stringMatching(/^[0-9]{12}$/), { maxLength: 10 }),
    fanoutCalendars: fc.array(fc.oneof(name(50), text(50)), { maxLength: 10 }),
    fanoutResourceGroups: fc.array(fc.oneof(name(300), text(30)), { minLength: 1, maxLength: 10 }),
  } satisfies Partial<Record<ConfigKeyName | "aws:region", unknown>>,
  {
    requiredKeys: [
      "aws:region",
      "scanSchedule",
      "installSchedule",
      "fanoutSchedule",
      "fanoutTimezone",
      "fanoutDurationHours",
      "fanoutCutoffHours",
    ],
  },
);

/** A configuration that the program accepts: what it refuses of one that was drawn is left out. */
export const acceptedConfiguration = fc.noShrink(
  drawn.map(({ "aws:region": homeRegion, ...keys }) => {
    const left: Record<string, unknown> = { ...keys };
    for (;;) {
      const read = { ...values(left), "aws:region": homeRegion };
      const result = readConfig(read, project, Date.now());
      if (result.ok) return { homeRegion, values: read };
      const refused = result.problems.flatMap(({ key }) =>
        Object.keys(left).filter((one) => key.startsWith(one)),
      );
      // Without a key that the central window needs, the stack is one without it.
      const culprits = refused.length > 0 ? refused : ["stacks"].filter((key) => key in left);
      if (culprits.length === 0) throw new Error(JSON.stringify({ left, problems: result.problems }));
      for (const key of culprits) delete left[key];
    }
  }),
);
