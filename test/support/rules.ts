import { policyProblems } from "./policyRules.js";

/** A resource as a rule sees it: its type as `ssm.MaintenanceWindow`, its name, its resolved inputs. */
export interface Declared {
  readonly type: string;
  readonly name: string;
  readonly props: Readonly<Record<string, unknown>>;
}

/** A rule over everything that a program declares: what breaks it, one sentence each. */
export type Rule = (resources: readonly Declared[]) => string[];

type Fields = Readonly<Record<string, unknown>>;

function of(resources: readonly Declared[], type: string): readonly Declared[] {
  return resources.filter((resource) => resource.type === type);
}

/** Goes into objects and, by number, into lists; undefined where the path ends early. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (current, part) =>
      typeof current === "object" && current !== null ? Reflect.get(current, part) : undefined,
    value,
  );
}

function each(
  type: string,
  check: (props: Fields, resources: readonly Declared[]) => readonly string[],
): Rule {
  return (resources) =>
    of(resources, type).flatMap(({ name, props }) =>
      check(props, resources).map((what) => `${name} ${what}`),
    );
}

function unless(holds: boolean, otherwise: string): string[] {
  return holds ? [] : [otherwise];
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

const windowsHaveZones = each("ssm.MaintenanceWindow", ({ scheduleTimezone }) =>
  unless(isText(scheduleTimezone), "has no time zone"),
);

const windowsEndInTime = each("ssm.MaintenanceWindow", ({ duration, cutoff }) =>
  unless(
    typeof duration === "number" && typeof cutoff === "number" && cutoff >= 0 && cutoff <= duration - 1,
    `has cutoff ${String(cutoff)} in ${String(duration)} hours`,
  ),
);

const command = (props: Fields) => at(props, "taskInvocationParameters", "runCommandParameters");

function operations(props: Fields): unknown[] {
  const parameters = at(command(props), "parameters");
  if (!Array.isArray(parameters)) return [];
  return parameters.filter((one) => at(one, "name") === "Operation").flatMap((one) => at(one, "values"));
}

/** By the window's own name: its description and parts are what the rule is to guard. */
const scanNeverInstalls = each("ssm.MaintenanceWindowTask", (props, resources) => {
  const window = of(resources, "ssm.MaintenanceWindow").find(({ name }) => `mw-${name}` === props.windowId);
  if (window === undefined) return [`belongs to no window: ${String(props.windowId)}`];
  const wanted = String(window.props.name).endsWith("-scan") ? "Scan" : "Install";
  const done = operations(props);
  return unless(
    done.length === 1 && done[0] === wanted,
    `does ${done.join(" and ")} in ${String(window.props.name)}`,
  );
});

const tasksAreBounded = each("ssm.MaintenanceWindowTask", (props) => {
  const { targets, maxConcurrency, maxErrors, cutoffBehavior } = props;
  const targeted = Array.isArray(targets) && targets.length > 0;
  const limits = [maxConcurrency, maxErrors];
  return [
    ...unless(!targeted || limits.every(isText), "has targets and lacks maxConcurrency or maxErrors"),
    ...unless(targeted || limits.every((limit) => limit === undefined), "has limits and no targets"),
    ...unless(targeted || props.taskType !== "RUN_COMMAND", "runs a command on no target"),
    ...unless(cutoffBehavior === "CANCEL_TASK", "runs on after the cutoff"),
    ...unless(isText(props.serviceRoleArn), "has no service role"),
  ];
});

/** AWS changes its documents; a pinned hash or version makes every later run fail or stay behind. */
const documentsAreNotPinned = each("ssm.MaintenanceWindowTask", (props) =>
  ["documentHash", "documentHashType", "documentVersion"].flatMap((key) =>
    unless(at(command(props), key) === undefined, `pins ${key}`),
  ),
);

const outputIsKept = each("ssm.MaintenanceWindowTask", (props) => [
  ...unless(isText(at(command(props), "outputS3Bucket")), "writes its output to no bucket"),
  ...unless(isText(at(command(props), "outputS3KeyPrefix")), "writes its output below no prefix"),
  ...unless(at(command(props), "cloudwatchConfig", "cloudwatchOutputEnabled") === true, "writes no log"),
]);

/** No list of nodes: a node born tomorrow must be found too, and a list ends at 50. */
const targetsAreTags = each("ssm.MaintenanceWindowTarget", ({ targets, resourceType }) => {
  const keys = Array.isArray(targets) ? targets.map((one) => String(at(one, "key"))) : [];
  return [
    ...unless(resourceType === "INSTANCE", "does not select nodes"),
    ...unless(keys.length >= 1 && keys.length <= 5, `has ${keys.length} criteria`),
    ...unless(
      keys.every((key) => /^tag:[^+]{1,128}$/.test(key)),
      `selects by ${keys.join(", ")}`,
    ),
    ...unless(
      /^tag:(PatchGroup|Patch Group|patchplane:base-group)$/.test(keys[0] ?? ""),
      "selects by no patch group",
    ),
  ];
});

const logsAreKeptAndEncrypted = each("cloudwatch.LogGroup", ({ retentionInDays, kmsKeyId }) => [
  ...unless(typeof retentionInDays === "number" && retentionInDays > 0, "keeps its lines for ever"),
  ...unless(isText(kmsKeyId), "is not encrypted with a key of ours"),
]);

const bucketParts: Readonly<Record<string, (props: Fields) => boolean>> = {
  "s3.BucketPublicAccessBlock": (props) =>
    ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"].every(
      (key) => props[key] === true,
    ),
  "s3.BucketServerSideEncryptionConfiguration": (props) =>
    isText(at(props, "rules", 0, "applyServerSideEncryptionByDefault", "sseAlgorithm")),
  "s3.BucketVersioning": (props) => at(props, "versioningConfiguration", "status") === "Enabled",
  "s3.BucketOwnershipControls": (props) => at(props, "rule", "objectOwnership") === "BucketOwnerEnforced",
  "s3.BucketLifecycleConfiguration": (props) => Number(at(props, "rules", 0, "expiration", "days")) > 0,
  "s3.BucketPolicy": (props) => /"Effect":"Deny".*"aws:SecureTransport":"false"/.test(String(props.policy)),
};

const bucketsAreClosed: Rule = (resources) =>
  of(resources, "s3.Bucket").flatMap(({ name }) =>
    Object.entries(bucketParts).flatMap(([type, holds]) => {
      // The recording gives a bucket its resource's name and an ending.
      const parts = of(resources, type).filter(({ props }) => String(props.bucket).startsWith(`${name}-`));
      return unless(
        parts.some(({ props }) => holds(props)),
        `${name} lacks a sound ${type}`,
      );
    }),
  );

const topicsAreEncrypted = each("sns.Topic", ({ kmsMasterKeyId }) =>
  unless(isText(kmsMasterKeyId) && kmsMasterKeyId !== "alias/aws/sns", "is not encrypted with a key of ours"),
);

const keysRotate = each("kms.Key", ({ enableKeyRotation }) =>
  unless(enableKeyRotation === true, "does not rotate"),
);

const rpm = ["PRODUCT", "CLASSIFICATION", "SEVERITY"];
const apt = ["PRODUCT", "PRIORITY"];
/** API reference of DescribePatchProperties; written here again, so that a slip in the program's table shows. */
const filterKeys: Readonly<Record<string, readonly string[]>> = {
  ...{
    ALMA_LINUX: rpm,
    AMAZON_LINUX: rpm,
    AMAZON_LINUX_2: rpm,
    AMAZON_LINUX_2022: rpm,
    AMAZON_LINUX_2023: rpm,
  },
  ...{ CENTOS: rpm, ORACLE_LINUX: rpm, REDHAT_ENTERPRISE_LINUX: rpm, ROCKY_LINUX: rpm, SUSE: rpm },
  ...{ DEBIAN: apt, RASPBIAN: apt, UBUNTU: apt },
  MACOS: ["PRODUCT", "CLASSIFICATION"],
  WINDOWS: ["PRODUCT", "PRODUCT_FAMILY", "PATCH_SET", "CLASSIFICATION", "MSRC_SEVERITY"],
};

const baselinesFitTheirSystem = each(
  "ssm.PatchBaseline",
  ({ operatingSystem, approvalRules, rejectedPatches }) => {
    const allowed = filterKeys[String(operatingSystem)];
    if (allowed === undefined) return [`is for the unknown system ${String(operatingSystem)}`];
    const rules: readonly unknown[] = Array.isArray(approvalRules) ? approvalRules : [];
    return [
      ...unless(rules.length >= 1 && rules.length <= 10, `has ${rules.length} approval rules`),
      ...unless(
        !Array.isArray(rejectedPatches) || rejectedPatches.length <= 50,
        "rejects more than 50 patches",
      ),
      ...rules.flatMap((rule) => ruleProblems(rule, allowed)),
    ];
  },
);

function ruleProblems(rule: unknown, allowed: readonly string[]): string[] {
  const filters = at(rule, "patchFilters");
  const keys = Array.isArray(filters) ? filters.map((filter) => String(at(filter, "key"))) : [];
  const delays = ["approveAfterDays", "approveUntilDate"].filter((key) => at(rule, key) !== undefined);
  return [
    ...unless(keys.length >= 1 && keys.length <= 4, `has a rule with ${keys.length} filters`),
    ...keys.filter((key) => !allowed.includes(key)).map((key) => `filters by ${key}`),
    ...unless(allowed !== apt || delays.length === 0, "delays what AWS approves at once"),
    ...unless(delays.length <= 1, "has two delays in one rule"),
  ];
}

/** Every rule that the declared resources of a stack must keep. */
export const rules = {
  windowsHaveZones,
  windowsEndInTime,
  scanNeverInstalls,
  tasksAreBounded,
  documentsAreNotPinned,
  outputIsKept,
  targetsAreTags,
  logsAreKeptAndEncrypted,
  bucketsAreClosed,
  topicsAreEncrypted,
  keysRotate,
  baselinesFitTheirSystem,
  policiesAreNarrow: (resources) => resources.flatMap(policyProblems),
} as const satisfies Record<string, Rule>;

/** The name of a rule. */
export type RuleName = keyof typeof rules;
