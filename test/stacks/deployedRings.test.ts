import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { parseDeploymentRecord } from "#shared/contract/deploymentRecord.js";
import { payloadSchema } from "#shared/contract/fanoutPayload.js";
import { expectUniqueUrns, promiseOf, type Recording, settle } from "../support/mocks.js";
import { declared, deployStack } from "../support/program.js";
import { exampleRings } from "../support/rings.js";
import { type RuleName, rules } from "../support/rules.js";
import { fanoutValues } from "./support/fanoutValues.js";

const values = {
  ...fanoutValues,
  patchGroups: '["dev-servers"]',
  rings: JSON.stringify(exampleRings),
  scanSchedule: "cron(0 22 ? * * *)",
};

describe("a stack with rings", () => {
  let recording: Recording;
  let exports: Readonly<Record<string, unknown>>;
  before(async () => {
    ({ recording, exports } = await deployStack("dev", values));
  });
  after(settle);

  for (const name of Object.keys(rules) as RuleName[]) {
    it(`keeps the rule ${name}`, () => expect(rules[name](declared(recording))).to.deep.equal([]));
  }

  it("has one set of functions, roles and runbooks, and a window and two groups in each Region for each ring", async () => {
    const plain = (await deployStack("dev", fanoutValues)).recording;
    const count = (of: Recording, type: string) =>
      of.all(type).filter(({ parent }) => parent === "central" || of.named("central").urn === parent).length;
    for (const type of [
      "lambda.Function",
      "iam.Role",
      "ssm.Document",
      "s3.Bucket",
      "scheduler.ScheduleGroup",
      "cloudwatch.CompositeAlarm",
      "kms.Key",
    ])
      expect(count(recording, type), type).to.equal(count(plain, type));
    // Two for the rules of each further window (docs/costs.md).
    const more = 2 * (exampleRings.length - 1);
    const type = "cloudwatch.MetricAlarm";
    expect(count(recording, type)).to.equal(count(plain, type) + more);
    expectUniqueUrns(recording);
    const names = (type: string, start: string) =>
      recording.all(type).flatMap(({ name, props }) => (name.startsWith(start) ? [String(props.name)] : []));
    expect(names("ssm.MaintenanceWindow", "central").sort()).to.deep.equal([
      ...["patchplane-dev-fanout-broad", "patchplane-dev-fanout-canary", "patchplane-dev-fanout-early"],
    ]);
    expect(names("resourcegroups.Group", "central")).to.have.length(3 * 2 * 2);
  });

  it("hands each window a payload of its ring, which the function takes", () => {
    const tasks = recording
      .all("ssm.MaintenanceWindowTask")
      .filter(({ name }) => /^central-\w+-task$/.test(name));
    const payloads = tasks.map(({ props }) => {
      const { lambdaParameters } = props.taskInvocationParameters as {
        lambdaParameters: { payload: string };
      };
      const text = lambdaParameters.payload
        .replace("{{WINDOW_ID}}", "mw-0123456789abcdef0")
        .replace("{{TASK_EXECUTION_ID}}", "0b5f1c1e-8a7d-4c3b-9e2f-112233445566")
        .replace("{{WINDOW_EXECUTION_ID}}", "0b5f1c1e-8a7d-4c3b-9e2f-665544332211");
      const parsed = payloadSchema.safeParse(JSON.parse(text));
      expect(parsed.success, JSON.stringify(parsed.error?.issues)).to.equal(true);
      return parsed.data;
    });
    const told = payloads.map((one) => [one?.Ring?.Name, one?.Ring?.After?.Name, one?.Targets[0]?.Values]);
    expect(told).to.deep.equal([
      ["canary", undefined, ["patchplane-dev-canary-base", "patchplane-dev-canary-excluded"]],
      ["early", "canary", ["patchplane-dev-early-base", "patchplane-dev-early-excluded"]],
      ["broad", "early", ["patchplane-dev-broad-base", "patchplane-dev-broad-excluded"]],
    ]);
  });

  it("registers the groups of later rings with baselines that approve later, and no group with two", () => {
    const registered = recording
      .all("ssm.PatchGroup")
      .filter(({ props }) => !/hold$/.test(String(props.patchGroup)));
    const keys = registered.map(
      ({ props }) => `${props.region} ${props.patchGroup} ${String(props.baselineId).replace(/^.*-/, "")}`,
    );
    expect(new Set(keys).size).to.equal(keys.length);
    const delays = recording.all("ssm.PatchBaseline").flatMap(({ name, props }) => {
      if (!name.endsWith("AMAZON_LINUX_2023") || !name.startsWith("baselines") || name.includes("eu-west-3"))
        return [];
      const approval = props.approvalRules as { approveAfterDays?: number }[];
      return [[name, ...approval.map((rule) => rule.approveAfterDays)]];
    });
    expect(delays).to.have.deep.members([
      ["baselines-AMAZON_LINUX_2023", 3, 7],
      ["baselines-ring-early-AMAZON_LINUX_2023", 7, 11],
      ["baselines-ring-broad-AMAZON_LINUX_2023", 12, 16],
    ]);
  });

  it("has no group of a ring in the install window, and all of them in the scan window", () => {
    const groupsOf = (name: string) => {
      const { targets } = recording.named(name).props as { targets: { key: string; values: string[] }[] };
      return targets[0]?.values;
    };
    expect(groupsOf("install-base-target")).to.deep.equal(["dev-servers"]);
    expect(groupsOf("scan-base-target")).to.deep.equal([
      "dev-servers",
      "web-canary",
      "web-early",
      "web",
      "db",
    ]);
  });

  it("tells the exclusion processor from which baselines those of a ring's nodes are derived", () => {
    const read = parseDeploymentRecord(String(recording.named("exclusion-record-object").props.content));
    expect(read.ok ? [] : read.problems).to.deep.equal([]);
    if (!read.ok) return;
    const told = read.record.regions.map(({ name, rings = [] }) => [
      name,
      ...rings.map((one) => [one.name, one.patchGroups]),
    ]);
    const later = [
      ["early", ["web-early"]],
      ["broad", ["web", "db"]],
    ];
    expect(told).to.deep.equal([
      ["us-east-1", ...later],
      ["eu-west-3", ...later],
    ]);
  });

  it("exports the ids of all windows", async () => {
    const { ringWindowIds } = await promiseOf(pulumi.output(exports));
    expect(Object.keys(Object(ringWindowIds))).to.deep.equal(["canary", "early", "broad"]);
  });
});
