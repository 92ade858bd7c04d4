import { expect } from "chai";
import type { ResourceChange } from "#lab/deploy/deploy.js";
import { east, FanoutLab, ohio, server } from "./fanoutSupport.js";

const oregon = "us-west-2";
const roleArn = "arn:aws:iam::123456789012:role/patchplane-dev-automation-execution";
const group = "group-a";

/** The seed's JSON as it stands there, where it has lost its braces, brackets and examples; put back is only that. */
const seedText = (operation: string) => `{
  "WindowId": "{{WINDOW_ID}}",
  "TaskExecutionId": "{{TASK_EXECUTION_ID}}",
  "Document": {
    "Name": "CustomAutomationDocument",
    "Version": "1",
    "Parameters": {
      "AutomationAssumeRole": [
        "${roleArn}"
      ],
      "Operation": [
        "${operation}"
      ]
    }
  },
  "TargetParameterName": "InstanceIds",
  "Targets": [
    {
      "Key": "ResourceGroup",
      "Values": [
        "${group}"
      ]
    }
  ],
  "MaxConcurrency": "10",
  "MaxErrors": "1",
  "Regions": ["us-east-2","us-east-1"]
}`;

/** The seed tells its reader to put the own Regions in; a third one is added to its two. */
const threeRegions = (text: string) =>
  text.replace('["us-east-2","us-east-1"]', `["us-east-2","us-east-1","${oregon}"]`);

/**
 * The central window calls its function with the seed's payload, and the program's runbook has the name of the seed's.
 * The rights go with the name.
 */
function asInTheSeed(payload: string): ResourceChange {
  const named = (text: unknown) =>
    String(text).replaceAll(
      /((?:document|automation-definition)\/)patchplane-dev-fanout/g,
      "$1CustomAutomationDocument",
    );
  return (type, name, inputs) => {
    if (type === "aws:ssm/document:Document") return { ...inputs, name: "CustomAutomationDocument" };
    if (type === "aws:iam/rolePolicy:RolePolicy") return { ...inputs, policy: named(inputs.policy) };
    if (name === "central-ended-rule")
      return {
        ...inputs,
        eventPattern: String(inputs.eventPattern).replace(
          "patchplane-dev-fanout",
          "CustomAutomationDocument",
        ),
      };
    if (name === "central-task")
      return { ...inputs, taskInvocationParameters: { lambdaParameters: { payload } } };
    return inputs;
  };
}

async function seedRun(payload: string, fleet: ReturnType<typeof server>[]) {
  const lab = await FanoutLab.open({
    records: true,
    fleet,
    regions: [ohio, east, oregon],
    values: { fanoutResourceGroups: `["${group}"]` },
    change: asInTheSeed(payload),
  });
  const Query = JSON.stringify({
    ResourceTypeFilters: ["AWS::EC2::Instance", "AWS::SSM::ManagedInstance"],
    TagFilters: [{ Key: "Environment", Values: ["dev"] }],
  });
  for (const region of [ohio, east, oregon])
    lab
      .region(region)
      .resourceGroups.createGroup({ Name: group, ResourceQuery: { Type: "TAG_FILTERS_1_0", Query } });
  await lab.until("12:55:00");
  return lab;
}

describe("the seed's payload, word for word", () => {
  let lab: FanoutLab;
  const everything = "openssl nginx curl";

  describe("over three Regions, one of them without instances", () => {
    before(async () => {
      lab = await seedRun(threeRegions(seedText("Install")), [
        server(east),
        server(east),
        server(ohio),
        server(ohio, { id: "mi-00000000000000001" }),
      ]);
    });
    after(() => lab.close());

    it("starts two and skips one by name", () => {
      expect(lab.refused).to.deep.equal([]);
      expect(lab.execution.status).to.equal("SUCCESS");
      expect(lab.run.starts.map((one) => [one.region, one.group, one.status])).to.deep.equal([
        [ohio, group, "Success"],
        [east, group, "Success"],
      ]);
      expect(lab.run.skipped).to.deep.equal([{ region: oregon, group, reason: "no members" }]);
      expect(lab.run.failed).to.deep.equal([]);
      expect(lab.executed(lab.run.runId, [ohio, east, oregon])).to.deep.equal({
        automations: 2,
        commands: [1, 1, 0],
      });
    });

    it("asks by pages and Regions", () => {
      const { calls } = lab.lab.endpoint.api.counts;
      const count = (name: string) => calls.get(`ssm:${name}`);
      expect(count("StartAutomationExecution")).to.equal(2);
      expect([count("ListCommands"), count("ListCommandInvocations")]).to.deep.equal([2, 2]);
      // Before and after, in each of two Regions.
      expect(count("DescribeInstancePatchStates")).to.equal(4);
    });

    it("patches every member, and closes the record with the right counts", () => {
      expect(lab.patched(east)).to.deep.equal([everything, everything]);
      expect(lab.patched(ohio)).to.deep.equal([everything, everything]);
      expect(lab.run).to.deep.include({
        end: "ended",
        totals: { members: 4, patched: 4, failed: 0, notCovered: 0 },
      });
      expect(lab.run.request).to.deep.include({
        maxConcurrency: "10",
        maxErrors: "1",
        executionMode: "per-region",
      });
      expect(lab.open).to.deep.equal([]);
      expect([lab.told, lab.alarms]).to.deep.equal([[], []]);
    });
  });

  it("scans as well, with its own two Regions", async () => {
    lab = await seedRun(seedText("Scan"), [server(east), server(ohio), server(oregon)]);
    try {
      expect(lab.run).to.deep.include({
        end: "ended",
        totals: { members: 2, patched: 2, failed: 0, notCovered: 0 },
      });
      expect([lab.patched(east), lab.patched(ohio)]).to.deep.equal([[""], [""]]);
      expect(lab.nodes(ohio)[0]?.state).to.deep.include({ operation: "Scan" });
      expect(lab.nodes(oregon)[0]?.state).to.equal(undefined);
    } finally {
      await lab.close();
    }
  });
});
