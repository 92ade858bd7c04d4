import { expect } from "chai";
import fc from "fast-check";
import type { DeployedResource } from "#lab/deploy/deploy.js";
import { makeResource } from "#lab/deploy/resources.js";
import type { SentRequest } from "#lab/deploy/send.js";
import { stackSettings } from "#stacks/stackFiles.js";
import { project } from "#test/support/configuration.js";
import { root } from "#test/support/program.js";
import { acceptedConfiguration } from "#test/support/randomConfiguration.js";
import { size } from "#test/support/size.js";
import { account, errorCode } from "../support.js";
import { bounding, deploy } from "./changesSupport.js";

const requestsOf = (resources: readonly DeployedResource[]) => resources.flatMap(({ requests }) => requests);

describe("what the provider would send for a stack", () => {
  for (const [stack, least] of [
    ["dev", 100],
    ["prod", 150],
  ] as const) {
    it(`is there for every resource of ${stack}, and the API's models take it`, async () => {
      const resources = await deploy(account([]).account, stackSettings(root, stack));
      const silent = resources.filter(
        ({ type, requests }) => type.startsWith("aws:") && requests.length === 0,
      );
      expect(silent.map(({ type, name }) => `${type} ${name}`)).to.deep.equal([]);
      expect(requestsOf(resources).length).to.be.at.least(least);
    });
  }

  it("is taken by the API's models for any configuration that is accepted", async function () {
    let stacks = 0;
    let requests = 0;
    await fc.assert(
      fc.asyncProperty(acceptedConfiguration, async ({ homeRegion, values }) => {
        const settings = { project, stack: "random", values, secretKeys: [], homeRegion };
        requests += requestsOf(await deploy(bounding(), settings)).length;
        stacks++;
      }),
      { numRuns: size(4, 200) },
    );
    expect(stacks).to.equal(size(4, 200));
    if (this.test !== undefined) this.test.title += ` (${stacks} configurations, ${requests} requests)`;
    expect(requests).to.be.above(30 * stacks);
  });
});

describe("a resource's requests", () => {
  const task = "aws:ssm/maintenanceWindowTask:MaintenanceWindowTask";

  function made(type: string, inputs: Readonly<Record<string, unknown>>): SentRequest[] {
    const sent: SentRequest[] = [];
    makeResource(account([]).region, type, "logical", inputs, (request) => sent.push(request));
    return sent;
  }

  function windowTask(inputs: Readonly<Record<string, unknown>>): object | undefined {
    const { region } = account([]);
    const window = { schedule: "rate(7 days)", duration: 2, cutoff: 1 };
    const { id: windowId } = makeResource(
      region,
      "aws:ssm/maintenanceWindow:MaintenanceWindow",
      "w-w",
      window,
    );
    const targetInputs = { windowId, resourceType: "INSTANCE", targets: [{ key: "tag:A", values: ["b"] }] };
    const target = makeResource(
      region,
      "aws:ssm/maintenanceWindowTarget:MaintenanceWindowTarget",
      "t",
      targetInputs,
    );
    const whole = {
      windowId,
      taskType: "RUN_COMMAND",
      taskArn: "AWS-RunPatchBaseline",
      targets: [{ key: "WindowTargetIds", values: [target.id] }],
      maxConcurrency: "1",
      maxErrors: "0",
      ...inputs,
    };
    let input: object | undefined;
    makeResource(region, task, "logical", whole, (request) => {
      input = request.input;
    });
    return input;
  }

  // The lines of the provider (hashicorp/aws 5.100.0 and 6.28.0): d.GetOk takes these for "not set".
  it("leave out what is zero or empty where the provider takes that for nothing", () => {
    expect(windowTask({ priority: 0, description: "", cutoffBehavior: "" })).to.not.have.any.keys(
      "Priority",
      "Description",
      "CutoffBehavior",
    );
    expect(windowTask({ priority: 1 })).to.include({ Priority: 1 });
  });

  // The same provider: it knows no baseline's rule without these.
  it("say what the provider always says", () => {
    const patchFilters = [{ key: "PRIORITY", values: ["Required"] }];
    const [request] = made("aws:ssm/patchBaseline:PatchBaseline", {
      operatingSystem: "UBUNTU",
      approvalRules: [{ patchFilters }],
    });
    expect(request?.input).to.deep.include({
      ApprovedPatchesComplianceLevel: "UNSPECIFIED",
      ApprovalRules: {
        PatchRules: [
          {
            PatchFilterGroup: { PatchFilters: [{ Key: "PRIORITY", Values: ["Required"] }] },
            ApproveAfterDays: 0,
            ComplianceLevel: "UNSPECIFIED",
            EnableNonSecurity: false,
          },
        ],
      },
    });
  });

  it("carry the output's bucket of a window's command", () => {
    const runCommandParameters = { outputS3Bucket: "a-bucket", outputS3KeyPrefix: "scan" };
    expect(windowTask({ taskInvocationParameters: { runCommandParameters } })).to.deep.include({
      TaskInvocationParameters: { RunCommand: { OutputS3BucketName: "a-bucket", OutputS3KeyPrefix: "scan" } },
    });
  });

  it("are refused with an input, however deep, of which they would not tell", () => {
    const runCommandParameters = { comment: "c", output: "a-bucket" };
    expect(() => windowTask({ taskInvocationParameters: { runCommandParameters } })).to.throw(
      `taskInvocationParameters.runCommandParameters.output of ${task} logical`,
    );
  });

  // The patterns, types and lengths are those of the API's models.
  for (const [what, type, inputs, message] of [
    [
      "a description that breaks a pattern",
      "aws:resourcegroups/group:Group",
      { description: "patchplane: nodes", resourceQuery: { query: "{}" } },
      "aws:resourcegroups/group:Group logical: resource-groups:CreateGroup: 1 validation error detected: Value 'patchplane: nodes' at 'description' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\sa-zA-Z0-9_\\.-]*",
    ],
    [
      "a description that is too long",
      "aws:iam/role:Role",
      { assumeRolePolicy: "{}", description: "x".repeat(1001) },
      "at 'description' failed to satisfy constraint: Member must have length less than or equal to 1000",
    ],
    [
      "a text where a number belongs",
      "aws:lambda/function:Function",
      { role: "arn:aws:iam::123456789012:role/r", handler: "h", runtime: "nodejs24.x", timeout: "5" },
      "Value '5' at 'Timeout' failed to satisfy constraint: Member must be of type integer",
    ],
  ] as const) {
    it(`are refused with ${what}, by the names of resource and property`, () => {
      expect(() => made(type, inputs)).to.throw(message);
      expect(errorCode(() => made(type, inputs))).to.equal("ValidationException");
    });
  }

  // IAM's model: a role's name has at most 64 characters; the provider puts a dash and seven characters behind one.
  it("are refused with a name that is too long once the provider has lengthened it", () => {
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: [] });
    const role = (name: string) => () =>
      makeResource(account([]).region, "aws:iam/role:Role", name, { assumeRolePolicy: policy });
    expect(role("r".repeat(56))).to.not.throw();
    expect(role("r".repeat(57))).to.throw(
      "at 'roleName' failed to satisfy constraint: Member must have length",
    );
  });
});
