import { expect } from "chai";
import { makeResource } from "#lab/deploy/resources.js";
import { account } from "../../support.js";
import { call } from "./support.js";

const window = { name: "a-window", schedule: "cron(0 2 ? * * *)", duration: 2, cutoff: 1 };

describe("what the program deploys of Systems Manager", () => {
  it("keeps descriptions and tags", () => {
    const world = account([]);
    const { region } = world;
    const more = { description: "a description", tags: { Team: "ops" } };
    const made = makeResource(region, "aws:ssm/maintenanceWindow:MaintenanceWindow", "x", {
      ...window,
      ...more,
    });
    expect(call(world, "GetMaintenanceWindow", { WindowId: made.id }).Description).to.equal("a description");
    expect(region.tags.of(region.arn("ssm", `maintenancewindow/${made.id}`))).to.deep.equal({ Team: "ops" });
    const baseline = makeResource(region, "aws:ssm/patchBaseline:PatchBaseline", "baseline", more);
    expect(call(world, "GetPatchBaseline", { BaselineId: baseline.id }).Description).to.equal(
      "a description",
    );
    expect(region.tags.of(region.arn("ssm", `patchbaseline/${baseline.id}`))).to.deep.equal({ Team: "ops" });
  });

  it("may be a task that calls a function", () => {
    const world = account([]);
    const { id: windowId } = makeResource(
      world.region,
      "aws:ssm/maintenanceWindow:MaintenanceWindow",
      "x",
      window,
    );
    const inputs = {
      windowId,
      taskType: "LAMBDA",
      taskArn: "arn:aws:lambda:us-east-1:123456789012:function:exclude",
      serviceRoleArn: "arn:aws:iam::123456789012:role/window",
      priority: 0,
      taskInvocationParameters: {
        lambdaParameters: { payload: '{"window":"{{WINDOW_ID}}"}', clientContext: "e30=", qualifier: "live" },
      },
    };
    const type = "aws:ssm/maintenanceWindowTask:MaintenanceWindowTask";
    const { id: WindowTaskId } = makeResource(world.region, type, "task", inputs);
    expect(call(world, "GetMaintenanceWindowTask", { WindowId: windowId, WindowTaskId })).to.deep.equal({
      WindowId: windowId,
      WindowTaskId,
      TaskType: "LAMBDA",
      TaskArn: inputs.taskArn,
      ServiceRoleArn: inputs.serviceRoleArn,
      TaskInvocationParameters: {
        Lambda: {
          Payload: new TextEncoder().encode('{"window":"{{WINDOW_ID}}"}'),
          ClientContext: "e30=",
          Qualifier: "live",
        },
      },
      Targets: [],
      Priority: 0,
      MaxConcurrency: "1",
      MaxErrors: "1",
    });
  });
});
