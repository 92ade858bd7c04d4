import { expect } from "chai";
import { errorCode, hour, minute, monday } from "#test/lab/support.js";
import { call, statuses, world } from "./support.js";
import { sleeper, sleeping } from "./targetSupport.js";

describe("an automation with targets, among others,", () => {
  it("is one of 25 that run and 1,000 that wait, and of all automations", async () => {
    const { start, get, clock } = world(sleeper);
    const plain = () => start({ Parameters: { Duration: ["PT1M"] } });
    const ids = Array.from({ length: 1025 }, () => start(sleeping(10)));
    expect(errorCode(() => start(sleeping(10)))).to.equal("AutomationExecutionLimitExceededException");
    const other = plain();
    await clock.advanceTo(monday + 10 * minute - 1);
    const told = (index: number) => get(ids[index] ?? "").AutomationExecutionStatus;
    expect([told(24), told(25)]).to.deep.equal(["InProgress", "Pending"]);
    expect(get(other).AutomationExecutionStatus).to.equal("Success");
    await clock.advanceTo(monday + 10 * minute);
    expect([told(24), told(25), told(50)]).to.deep.equal(["Success", "InProgress", "Pending"]);
    // 25 parents take places from the 100: 75 are left for children and all others.
    const others = Array.from({ length: 76 }, plain);
    await clock.advanceTo(monday + 10.5 * minute);
    expect(others.filter((one) => get(one).AutomationExecutionStatus === "InProgress")).to.have.length(50);
    await clock.advanceTo(monday + 12 * minute);
    expect(others.every((one) => get(one).AutomationExecutionStatus === "Success")).to.equal(true);
  });

  it("takes its children with it when it is cancelled", async () => {
    const { start, get, clock, region } = world(sleeper);
    const started = start(sleeping(1, 60, 60, 60));
    await clock.advanceTo(monday + 2 * minute);
    call(region, "StopAutomationExecution", { AutomationExecutionId: started });
    const { StepExecutions = [] } = get(started);
    expect(statuses(get(started))).to.deep.equal([
      "Cancelled",
      "Success",
      "Cancelled",
      "Cancelled",
      "Pending",
    ]);
    const children = StepExecutions.flatMap(({ Outputs }) => Outputs?.ExecutionId ?? []);
    expect(children.map((one) => statuses(get(one)))).to.deep.equal([
      ["Success", "Success"],
      ["Cancelled", "Cancelled"],
      ["Cancelled", "Cancelled"],
    ]);
    await clock.advanceTo(monday + 24 * hour);
    expect(get(started).ExecutionEndTime).to.deep.equal(new Date(monday + 2 * minute));
    const code = errorCode(() => call(region, "StopAutomationExecution", { AutomationExecutionId: started }));
    expect(code).to.equal("InvalidAutomationStatusUpdateException");
  });

  it("lets its children end and begins no other when it is completed", async () => {
    const { start, get, clock, region } = world(sleeper);
    const started = start(sleeping(1, 60, 60, 60));
    await clock.advanceTo(monday + 2 * minute);
    call(region, "StopAutomationExecution", { AutomationExecutionId: started, Type: "Complete" });
    expect(get(started).AutomationExecutionStatus).to.equal("InProgress");
    await clock.advanceTo(monday + 24 * hour);
    expect(statuses(get(started))).to.deep.equal(["Success", "Success", "Success", "Success", "Pending"]);
    expect(get(started).ExecutionEndTime).to.deep.equal(new Date(monday + 61 * minute));
  });
});
