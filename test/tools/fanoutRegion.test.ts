import { ResourceGroupsClient } from "@aws-sdk/client-resource-groups";
import { SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { AwsRegion } from "#tools/fanout/awsRegion.js";
import { StubAws } from "../functions/regional-fanout/aws/support.js";
import { east, runId } from "../functions/regional-fanout/core/support.js";

/** Automations that the listing has: their ids, the runs in their parameters, and what has become of them since. */
const automations: Readonly<Record<string, readonly [string[] | undefined, string]>> = {
  own: [[runId], "InProgress"],
  "own, in capitals": [[runId.toUpperCase()], "Waiting"],
  "own, over since": [[runId], "Success"],
  "of another run": [["11111111-1111-4111-8111-111111111111"], "InProgress"],
  "of no run": [undefined, "InProgress"],
};

describe("a Region's automations that stop ends, by the real SDK", () => {
  let aws: StubAws;
  before(async () => {
    aws = await StubAws.start();
  });
  after(() => aws.stop());

  it("are those of the run that are not over, and none of another run", async () => {
    const ids = Object.keys(automations);
    aws.answer = ({ operation, body }) => {
      if (operation === "DescribeAutomationExecutions") {
        const AutomationExecutionMetadataList = ids.map((id) => ({ AutomationExecutionId: id }));
        return { body: { AutomationExecutionMetadataList } };
      }
      const [SnapshotId, AutomationExecutionStatus] =
        automations[JSON.parse(body).AutomationExecutionId] ?? [];
      return { body: { AutomationExecution: { Parameters: { SnapshotId }, AutomationExecutionStatus } } };
    };
    const settings = { ...aws.settings(), region: east };
    const region = new AwsRegion(new SSMClient(settings), new ResourceGroupsClient(settings));
    const since = Date.parse("2026-09-06T08:00:00.700Z");
    const runbook = "arn:aws:ssm:us-east-1:123456789012:document/SSM-runbook";
    expect(await region.automations({ runId, runbook, since })).to.deep.equal(["own", "own, in capitals"]);
    expect(JSON.parse(aws.asked[0]?.body ?? "").Filters).to.deep.equal([
      { Key: "DocumentNamePrefix", Values: ["SSM-runbook"] },
      { Key: "ExecutionStatus", Values: ["Pending", "InProgress", "Waiting", "Cancelling"] },
      { Key: "StartTimeAfter", Values: ["2026-09-06T07:59:59Z"] },
    ]);
  });
});
