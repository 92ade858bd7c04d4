import { expect } from "chai";
import { held } from "#lab/aws/model/held.js";
import { account, errorCode, hour, monday, node } from "../../support.js";
import { execution, maintenanceWindow } from "../../windowSupport.js";

const request = { CommandId: "11111111-2222-3333-4444-555555555555" };

describe("what a service of the lab asks of another", () => {
  it("goes on as it is when the model takes it", () => {
    expect(held("ssm", "CancelCommand", request)).to.equal(request);
  });

  it("is refused as at the endpoint for what breaks a constraint, each time", () => {
    for (const CommandId of ["short", "shorter", "short"]) {
      const refused = errorCode(() => held("ssm", "CancelCommand", { CommandId }));
      expect(refused).to.equal("ValidationException");
    }
  });

  for (const [what, strange] of [
    ["a member that the model has not", { ...request, Reason: "none" }],
    ["a member of another type", { ...request, InstanceIds: "i-1" }],
  ] as const) {
    it(`is a fault of the lab with ${what}`, () => {
      expect(() => held("ssm", "CancelCommand", strange)).to.throw(/^the lab's own ssm:CancelCommand /);
    });
  }

  it("ends a window's task that sends what the model refuses", async () => {
    const world = account([node({ patchGroup: "servers" })]);
    const window = maintenanceWindow(world, { tasks: [{ comment: "c".repeat(101) }] });
    await world.clock.advanceTo(monday + 3 * hour);
    const { status, statusDetails } = execution(window);
    expect([status, world.region.runCommand.commands]).to.deep.equal(["FAILED", []]);
    expect(statusDetails).to.contain(" at 'comment' failed to satisfy constraint");
  });

  for (const [what, input] of [
    ["a subject of 100 characters", { Subject: "s".repeat(100), Message: "m" }],
    ["a subject of two lines", { Subject: "a\nb", Message: "m" }],
    ["an empty message", { Message: "" }],
    ["a message of more than 256 KiB", { Message: "m".repeat(262_145) }],
  ] as const) {
    it(`cannot be ${what} to a topic`, () => {
      const { region } = account([]);
      const { TopicArn } = region.sns.createTopic({ Name: "topic" });
      const refused = errorCode(() => region.sns.publish({ TopicArn, ...input }));
      expect(refused).to.equal("InvalidParameterException");
    });
  }
});
