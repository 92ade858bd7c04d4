import { createHash } from "node:crypto";
import { iso } from "./supportCli.js";
import type { CliLab } from "./supportCliLab.js";
import { firstCommand, type Read } from "./supportCliWindows.js";

const counts = (node: CliLab["node"] | undefined) => [
  node?.id,
  node?.state?.installed,
  node?.state?.missing,
  node?.state?.failed,
  iso(node?.state?.endedAt),
];
const states = "InstancePatchStates[].[InstanceId,InstalledCount,MissingCount,FailedCount,OperationEndTime]";
const baseline = ({ home }: CliLab) => home.baselines.forGroup("AMAZON_LINUX_2023", "dev-servers").baseline;
const shop = ({ lab, home }: CliLab) =>
  lab.account.fleet.nodes.filter(({ region, tags }) => region === home.name && tags.App === "shop");

/** Nodes, their patches, and who patches them. */
export const nodeReads: readonly Read[] = [
  [
    "all nodes, over three pages",
    (aws) =>
      aws`ssm describe-instance-information --page-size 15 --query InstanceInformationList[].[InstanceId,ComputerName,PlatformName]`,
    ({ home }) =>
      home.nodes.all
        .filter(({ spec }) => spec.state !== "stopped")
        .map(({ id, spec, catalog }) => [id, spec.name, catalog.platformName]),
  ],
  [
    "patch states of nodes",
    (aws, { home }) =>
      aws`ssm describe-instance-patch-states --instance-ids ${home.nodes.all[0]?.id ?? ""} ${home.nodes.all[9]?.id ?? ""} --query ${states}`,
    ({ home }) => [counts(home.nodes.all[0]), counts(home.nodes.all[9])],
  ],
  [
    "patch states of a patch group, page by page",
    (aws) =>
      aws`ssm describe-instance-patch-states-for-patch-group --patch-group dev-servers --query ${states}`,
    ({ home }) => home.nodes.all.filter(({ state }) => state?.patchGroup === "dev-servers").map(counts),
  ],
  [
    "how many nodes of a patch group are how",
    (aws) =>
      aws`ssm describe-patch-group-state --patch-group dev-servers --query [Instances,InstancesWithFailedPatches,InstancesWithMissingPatches]`,
    ({ home }) => {
      const all = home.nodes.all.flatMap(({ state }) => (state?.patchGroup === "dev-servers" ? [state] : []));
      const having = (name: "failed" | "missing") => all.filter((state) => state[name] > 0).length;
      return [all.length, having("failed"), having("missing")];
    },
  ],
  [
    "a node's failed patches",
    (aws, { home }) =>
      aws`ssm describe-instance-patches --instance-id ${home.nodes.all.find(({ spec }) => spec.name === "shop-web-08")?.id ?? ""} --filters Key=State,Values=Failed --query Patches[].[State,Severity]`,
    () => [["FAILED", "Important"]],
  ],
  [
    "the baselines of the account",
    (aws) =>
      aws`ssm describe-patch-baselines --filters Key=OWNER,Values=Self --query BaselineIdentities[].[BaselineName,DefaultBaseline]`,
    () => [
      ["patchplane-dev-UBUNTU", false],
      ["patchplane-dev-AMAZON_LINUX_2023", false],
    ],
  ],
  [
    "a baseline",
    (aws, lab) =>
      aws`ssm get-patch-baseline --baseline-id ${baseline(lab).id} --query [Name,PatchGroups,ApprovalRules.PatchRules[].ApproveAfterDays]`,
    () => ["patchplane-dev-AMAZON_LINUX_2023", ["dev-servers"], [3, 7]],
  ],
  [
    "patch groups and their baselines",
    (aws) => aws`ssm describe-patch-groups --query Mappings[].[PatchGroup,BaselineIdentity.OperatingSystem]`,
    () => [
      ["dev-servers", "UBUNTU"],
      ["dev-servers", "AMAZON_LINUX_2023"],
      ["dev-servers.hold", "AMAZON_LINUX_2023"],
      ["dev-servers.hold", "UBUNTU"],
    ],
  ],
  [
    "the baseline of a patch group",
    (aws) =>
      aws`ssm get-patch-baseline-for-patch-group --patch-group dev-servers --operating-system AMAZON_LINUX_2023`,
    (lab) => ({
      BaselineId: baseline(lab).id,
      PatchGroup: "dev-servers",
      OperatingSystem: "AMAZON_LINUX_2023",
    }),
  ],
  [
    "the commands that ran, newest first",
    (aws) =>
      aws`ssm list-commands --page-size 2 --query Commands[].[CommandId,Status,StatusDetails,RequestedDateTime,TargetCount]`,
    ({ scan, install }) =>
      [...scan.executions, ...install.executions]
        .flatMap(({ tasks }) => tasks.flatMap(({ invocations }) => invocations))
        .map(({ command: { id, end, requestedAt, nodes } }) => [
          id,
          end?.status,
          end?.details,
          iso(requestedAt),
          nodes.length,
        ])
        .reverse(),
  ],
  [
    "what a command came to on each node",
    (aws, lab) =>
      aws`ssm list-command-invocations --command-id ${firstCommand(lab)?.id ?? ""} --query CommandInvocations[].[InstanceId,StatusDetails]`,
    (lab) => firstCommand(lab)?.nodes.map(({ id }, index) => [id, firstCommand(lab)?.statusOf(index)]),
  ],
  [
    "a command on a node",
    (aws, lab) =>
      aws`ssm get-command-invocation --command-id ${firstCommand(lab)?.id ?? ""} --instance-id ${lab.node.id} --query [PluginName,Status,ResponseCode,StandardOutputContent,ExecutionStartDateTime]`,
    () => ["PatchLinux", "Success", 0, "", "2026-10-11T04:00:00Z"],
  ],
  [
    "documents by a filter",
    (aws) =>
      aws`ssm list-documents --filters Key=Name,Values=AWS-Run --query DocumentIdentifiers[].[Name,DocumentType]`,
    () => [["AWS-RunPatchBaseline", "Command"]],
  ],
  [
    "the tags of a window",
    (aws, { scan }) =>
      aws`ssm list-tags-for-resource --resource-type MaintenanceWindow --resource-id ${scan.id}`,
    () => ({
      TagList: [
        { Key: "Environment", Value: "dev" },
        { Key: "ManagedBy", Value: "patchplane" },
      ],
    }),
  ],
  [
    "resources by a tag, pages of which may be short or empty",
    (aws) =>
      aws`resourcegroupstaggingapi get-resources --tag-filters Key=App,Values=shop --resource-type-filters ec2:instance --page-size 1 --query ResourceTagMappingList[].ResourceARN`,
    (lab) => shop(lab).map(({ id }) => lab.home.nodeArn(id)),
  ],
  [
    "the members of a group",
    (aws) =>
      aws`resource-groups list-group-resources --group-name shop --query ResourceIdentifiers[].[ResourceArn,ResourceType]`,
    (lab) => shop(lab).map(({ id }) => [lab.home.nodeArn(id), "AWS::EC2::Instance"]),
  ],
  [
    "the groups",
    (aws) => aws`resource-groups list-groups --query GroupIdentifiers[].[GroupName,GroupArn]`,
    () => [["shop", "arn:aws:resource-groups:us-east-1:123456789012:group/shop"]],
  ],
];

/** Everything else. */
export const otherReads: readonly Read[] = [
  [
    "who calls",
    (aws) => aws`sts get-caller-identity --query [Account,Arn]`,
    () => ["123456789012", "arn:aws:iam::123456789012:user/lab"],
  ],
  [
    "the topics",
    (aws) => aws`sns list-topics`,
    () => ({
      Topics: ["failures", "completions"].map((name) => ({
        TopicArn: `arn:aws:sns:us-east-1:123456789012:notifications-${name}`,
      })),
    }),
  ],
  [
    "a function",
    (aws) =>
      aws`lambda get-function-configuration --function-name greeter --query [FunctionName,Runtime,Timeout,MemorySize,Environment.Variables,LastModified]`,
    () => ["greeter", "nodejs22.x", 3, 128, { GREETING: "good morning" }, "2026-10-09T00:00:00.000+0000"],
  ],
  [
    "the functions",
    (aws) => aws`lambda list-functions --query Functions[].FunctionArn`,
    ({ home }) => home.lambda.all.map(({ arn }) => arn),
  ],
  [
    "the buckets",
    (aws) => aws`s3api list-buckets --query Buckets[?Name=='reports'].[Name,CreationDate]`,
    () => [["reports", "2026-10-09T00:00:00+00:00"]],
  ],
  [
    "objects below a prefix, one on each page",
    (aws) =>
      aws`s3api list-objects-v2 --bucket reports --prefix 2026/ --page-size 1 --query Contents[].[Key,Size]`,
    () => [
      ["2026/10/a b+ü.txt", 6],
      ["2026/11/c.txt", 5],
    ],
  ],
  [
    "an object's head",
    (aws) => aws`s3api head-object --bucket reports --key top.txt --query [ContentLength,ContentType,ETag]`,
    () => [7, "text/plain", `"${createHash("md5").update("fourth!").digest("hex")}"`],
  ],
];
