import { fanoutRules } from "./fanoutRules.js";
import { functionRules } from "./functionRules.js";
import { policyProblems } from "./policyRules.js";
import { at, each, type Fields, isText, of, type Rule, unless } from "./rule.js";

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

/** A rule for each task that runs a command; a call of a function has rules of its own. */
function eachCommand(check: Parameters<typeof each>[1]): Rule {
  return each("ssm.MaintenanceWindowTask", (props, resources) =>
    props.taskType === "LAMBDA" ? [] : check(props, resources),
  );
}

/** By the window's own name: its description and parts are what the rule is to guard. */
const scanNeverInstalls = eachCommand((props, resources) => {
  const window = of(resources, "ssm.MaintenanceWindow").find(({ name }) => `mw-${name}` === props.windowId);
  if (window === undefined) return [`belongs to no window: ${String(props.windowId)}`];
  const wanted = String(window.props.name).endsWith("-scan") ? "Scan" : "Install";
  const done = operations(props);
  return unless(
    done.length === 1 && done[0] === wanted,
    `does ${done.join(" and ")} in ${String(window.props.name)}`,
  );
});

/** A command that is cancelled is killed on its nodes, an installation in the midst of its transaction. */
const isInstall = (props: Fields): boolean =>
  props.taskType === "RUN_COMMAND" && JSON.stringify(props).includes('"Install"');

const tasksAreBounded = each("ssm.MaintenanceWindowTask", (props) => {
  const { targets, maxConcurrency, maxErrors, cutoffBehavior } = props;
  const targeted = Array.isArray(targets) && targets.length > 0;
  const limits = [maxConcurrency, maxErrors];
  return [
    ...unless(!targeted || limits.every(isText), "has targets and lacks maxConcurrency or maxErrors"),
    ...unless(targeted || limits.every((limit) => limit === undefined), "has limits and no targets"),
    ...unless(targeted || props.taskType !== "RUN_COMMAND", "runs a command on no target"),
    ...unless(isInstall(props) || cutoffBehavior === "CANCEL_TASK", "runs on after the cutoff"),
    ...unless(!isInstall(props) || cutoffBehavior === "CONTINUE_TASK", "kills installations at the cutoff"),
    ...unless(isText(props.serviceRoleArn), "has no service role"),
  ];
});

/** AWS changes its documents; a pinned hash or version makes every later run fail or stay behind. */
const documentsAreNotPinned = eachCommand((props) =>
  ["documentHash", "documentHashType", "documentVersion"].flatMap((key) =>
    unless(at(command(props), key) === undefined, `pins ${key}`),
  ),
);

const outputIsKept = eachCommand((props) => [
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

const bucketParts: Readonly<Record<string, (props: Fields, isWatched: boolean) => boolean>> = {
  "s3.BucketPublicAccessBlock": (props) =>
    ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"].every(
      (key) => props[key] === true,
    ),
  "s3.BucketServerSideEncryptionConfiguration": (props) =>
    isText(at(props, "rules", 0, "applyServerSideEncryptionByDefault", "sseAlgorithm")),
  "s3.BucketVersioning": (props) => at(props, "versioningConfiguration", "status") === "Enabled",
  "s3.BucketOwnershipControls": (props) => at(props, "rule", "objectOwnership") === "BucketOwnerEnforced",
  // What a function reads from a bucket stays until somebody deletes it; of all else too much would gather.
  "s3.BucketLifecycleConfiguration": (props, isWatched) =>
    Number(
      isWatched
        ? at(props, "rules", 0, "noncurrentVersionExpiration", "noncurrentDays")
        : at(props, "rules", 0, "expiration", "days"),
    ) > 0,
  "s3.BucketPolicy": (props) => /"Effect":"Deny".*"aws:SecureTransport":"false"/.test(String(props.policy)),
};

const bucketsAreClosed: Rule = (resources) =>
  of(resources, "s3.Bucket").flatMap(({ name }) => {
    // The recording gives a bucket its resource's name and an ending.
    const partsOf = (type: string) =>
      of(resources, type).filter(({ props }) => String(props.bucket).startsWith(`${name}-`));
    const isWatched = partsOf("s3.BucketNotification").length > 0;
    return Object.entries(bucketParts).flatMap(([type, holds]) =>
      unless(
        partsOf(type).some(({ props }) => holds(props, isWatched)),
        `${name} lacks a sound ${type}`,
      ),
    );
  });

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
  ({ name, operatingSystem, approvalRules, approvedPatches, rejectedPatches }) => {
    const allowed = filterKeys[String(operatingSystem)];
    if (allowed === undefined) return [`is for the unknown system ${String(operatingSystem)}`];
    const rules: readonly unknown[] = Array.isArray(approvalRules) ? approvalRules : [];
    if (String(name).endsWith(`-hold-${String(operatingSystem)}`)) {
      const isNothing = rules.length === 0 && approvedPatches === undefined;
      return unless(isNothing, "approves something for held nodes");
    }
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
  ...functionRules,
  ...fanoutRules,
} as const satisfies Record<string, Rule>;

/** The name of a rule. */
export type RuleName = keyof typeof rules;
