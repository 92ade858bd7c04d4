import type { TargetLocation } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { errorCode, hour, minute, monday } from "#test/lab/support.js";
import { topicForServices } from "#test/lab/topicSupport.js";
import {
  accountId,
  childrenByRegion,
  executionRoleName,
  located,
  locationsWorld,
} from "./locationSupport.js";
import { call, listed, statuses } from "./support.js";

const home = "us-east-1";
const ireland = "eu-west-1";
const ohio = "us-east-2";
const tokyo = "ap-northeast-1";
/** Not enabled by default. */
const capeTown = "af-south-1";

describe("an automation with locations", () => {
  for (const [what, location, fails, expected, status] of [
    [
      "one Region after the other unasked",
      {},
      "none",
      [
        [home, 0, "Success"],
        [ireland, 10, "Success"],
        [ohio, 20, "Success"],
        [tokyo, 30, "Success"],
      ],
      "Success",
    ],
    [
      "as many at once as it says, in waves",
      { TargetLocationMaxConcurrency: "4" },
      "none",
      [
        [home, 0, "Success"],
        [ireland, 10, "Success"],
        [ohio, 10, "Success"],
        [tokyo, 20, "Success"],
      ],
      "Success",
    ],
    [
      "a share at once",
      { TargetLocationMaxConcurrency: "50%" },
      "none",
      [
        [home, 0, "Success"],
        [ireland, 10, "Success"],
        [ohio, 10, "Success"],
        [tokyo, 20, "Success"],
      ],
      "Success",
    ],
    [
      "none after the first error unasked",
      {},
      ireland,
      [
        [home, 0, "Success"],
        [ireland, 10, "Failed"],
        [ohio, undefined, "Pending"],
        [tokyo, undefined, "Pending"],
      ],
      "Failed",
    ],
    [
      "on after an error that it may have",
      { TargetLocationMaxErrors: "1" },
      ireland,
      [
        [home, 0, "Success"],
        [ireland, 10, "Failed"],
        [ohio, 10, "Success"],
        [tokyo, 20, "Success"],
      ],
      "Success",
    ],
    [
      "on after any error",
      { TargetLocationMaxErrors: "100%" },
      `${home} ${ireland} ${ohio}`,
      [
        [home, 0, "Failed"],
        [ireland, 0, "Failed"],
        [ohio, 0, "Failed"],
        [tokyo, 0, "Success"],
      ],
      "Success",
    ],
  ] as [string, TargetLocation, string, [string, number, string][], string][]) {
    it(`goes ${what}`, async () => {
      const { begin, get, clock } = locationsWorld();
      const id = begin({ Regions: [home, ireland, ohio, tokyo], ...location }, { Fails: [fails] });
      await clock.advanceTo(monday + 24 * hour);
      expect(located(get(id))).to.deep.equal(expected);
      expect(get(id).AutomationExecutionStatus).to.equal(status);
    });
  }

  it("has a child in each Region, found there and nowhere else, which needs no runbook of its own", async () => {
    const { begin, get, getIn, clock, account } = locationsWorld();
    const location = { Regions: [home, ireland], TargetLocationMaxConcurrency: "2" };
    const id = begin(location, {}, { Tags: [{ Key: "Run", Value: "1" }] });
    await clock.advanceTo(monday + 15 * minute);
    const parent = get(id);
    expect(parent).to.deep.include({
      TargetLocations: [{ Accounts: [accountId], ExecutionRoleName: executionRoleName, ...location }],
      ProgressCounters: {
        TotalSteps: 2,
        SuccessSteps: 1,
        FailedSteps: 0,
        CancelledSteps: 0,
        TimedOutSteps: 0,
      },
      CurrentAction: "aws:executeAutomation",
      CurrentStepName: `${accountId}-${ireland}`,
    });
    expect(parent.StepExecutions?.[1]?.TargetLocation).to.deep.equal({
      Accounts: [accountId],
      Regions: [ireland],
      ExecutionRoleName: executionRoleName,
    });
    const children = childrenByRegion(parent);
    expect([...children.keys()]).to.deep.equal([home, ireland]);
    const list = (region: string, key: string, value: string) =>
      listed(account.region(region), key, value).map((one) => [
        one.AutomationExecutionId,
        one.AutomationType,
      ]);
    for (const region of [home, ireland])
      expect(list(region, "ParentExecutionId", id)).to.deep.equal([[children.get(region), "Local"]]);
    expect(list(home, "AutomationType", "CrossAccount")).to.deep.equal([[id, "CrossAccount"]]);
    expect(account.region(ireland).documents.has("my-runbook")).to.equal(false);
    const child = getIn(ireland, children.get(ireland) ?? "");
    expect(statuses(child)).to.deep.equal(["InProgress", "Success", "InProgress", "Pending"]);
    expect(child.StepExecutions?.[1]?.Inputs?.region).to.equal(`"${ireland}"`);
    expect(child).to.include({ ParentAutomationExecutionId: id, DocumentName: "my-runbook" });
    expect(errorCode(() => get(child.AutomationExecutionId ?? ""))).to.equal(
      "AutomationExecutionNotFoundException",
    );
  });

  it("fails in what is not the account's own, and names it", async () => {
    const { begin, get, clock, account } = locationsWorld();
    const wanted = { Accounts: ["210987654321", accountId], Regions: [ireland, capeTown] };
    const id = begin({ ...wanted, TargetLocationMaxErrors: "100%" });
    const unnamed = begin({ Regions: [ireland], ExecutionRoleName: undefined });
    await clock.advanceTo(monday + hour);
    const told = (one: string) => (get(one).StepExecutions ?? []).map(({ FailureMessage }) => FailureMessage);
    const stranger = `arn:aws:iam::210987654321:role/${executionRoleName}`;
    expect(told(id)).to.deep.equal([
      `The execution role ${stranger} in the target location is unable to be assumed (account 210987654321, Region ${ireland}).`,
      `The execution role ${stranger} in the target location is unable to be assumed (account 210987654321, Region ${capeTown}).`,
      undefined,
      `The Region ${capeTown} is not enabled in the account ${accountId}.`,
    ]);
    expect(account.regions().map(({ name }) => name)).to.not.include(capeTown);
    expect(told(unnamed)[0]).to.match(
      /role\/AWS-SystemsManager-AutomationExecutionRole in the target location/,
    );
  });

  it("does not go from a Region that is enabled to one that every account has", async () => {
    const { begin, get, clock } = locationsWorld({}, capeTown);
    const id = begin({ Regions: [ireland, capeTown], TargetLocationMaxErrors: "1" });
    await clock.advanceTo(monday + hour);
    expect(located(get(id)).map(([region, , status]) => [region, status])).to.deep.equal([
      [ireland, "Failed"],
      [capeTown, "Success"],
    ]);
    expect(get(id).StepExecutions?.[0]?.FailureMessage).to.equal(
      `An automation in ${capeTown} cannot run in ${ireland}, enabled by default.`,
    );
  });

  it("keeps to the targets of each location", async () => {
    const { begin, get, getIn, clock } = locationsWorld({
      mayDo: ["ssm:StartAutomationExecution", "iam:PassRole", "tag:GetResources"],
    });
    const targets = (tag: string) => [{ Key: "tag:Team", Values: [tag] }];
    const common = {
      Targets: targets("web"),
      TargetParameterName: "Nodes",
      MaxConcurrency: "3",
      MaxErrors: "2",
    };
    const location = { Regions: [home, ireland, ohio], TargetLocationMaxErrors: "1" };
    const id = begin(location, {}, common);
    const own = begin({ Regions: [home], Targets: targets("db"), TargetsMaxConcurrency: "1" }, {}, common);
    await clock.advanceTo(monday + 24 * hour);
    expect(located(get(id)).map(([region, , status]) => [region, status])).to.deep.equal([
      [home, "Success"],
      [ireland, "Success"],
      [ohio, "Failed"],
    ]);
    const child = getIn(ireland, childrenByRegion(get(id)).get(ireland) ?? "");
    expect(child).to.deep.include({ Targets: targets("web"), MaxConcurrency: "3", MaxErrors: "2" });
    const [grandchild] = child.StepExecutions ?? [];
    const last = getIn(ireland, grandchild?.Outputs?.ExecutionId?.[0] ?? "");
    expect(last.Parameters?.Nodes).to.deep.equal(["i-00000000000000001"]);
    expect(getIn(home, childrenByRegion(get(own)).get(home) ?? "")).to.deep.include({
      Targets: targets("db"),
      MaxConcurrency: "1",
      MaxErrors: "2",
      FailureMessage: "The target tag:Team db selects no resource.",
    });
  });

  it("takes the children in all Regions with it when it is cancelled", async () => {
    const { begin, get, getIn, clock, region } = locationsWorld();
    const regions = [home, ireland, ohio, tokyo];
    const id = begin({ Regions: regions, TargetLocationMaxConcurrency: "4" });
    await clock.advanceTo(monday + 15 * minute);
    call(region, "StopAutomationExecution", { AutomationExecutionId: id });
    const children = childrenByRegion(get(id));
    const told = [...children].map(([where, child]) => getIn(where, child).AutomationExecutionStatus);
    expect(told).to.deep.equal(["Success", "Cancelled", "Cancelled"]);
    expect(statuses(get(id))).to.deep.equal(["Cancelled", "Success", "Cancelled", "Cancelled", "Pending"]);
    expect(get(id).ProgressCounters).to.include({ TotalSteps: 4, SuccessSteps: 1, CancelledSteps: 2 });
  });

  it("is cancelled in the very moment in which a location is refused", async () => {
    const { begin, get, clock, region } = locationsWorld();
    const id = begin({ Accounts: ["210987654321"], Regions: [ireland] });
    clock.at(monday, () => {
      expect(get(id).StepExecutions?.[0]?.StepStatus).to.equal("InProgress");
      call(region, "StopAutomationExecution", { AutomationExecutionId: id });
    });
    await clock.advanceTo(monday + hour);
    expect(statuses(get(id))).to.deep.equal(["Cancelled", "Cancelled"]);
  });

  it("tells the bus of each Region how its executions ended", async () => {
    const { begin, get, clock, account } = locationsWorld();
    const type = "EC2 Automation Execution Status-change Notification";
    for (const name of [home, ireland]) {
      const region = account.region(name);
      region.events.putRule({ Name: "ends", EventPattern: JSON.stringify({ "detail-type": [type] }) });
      region.events.putTargets({
        Rule: "ends",
        Targets: [{ Id: "topic", Arn: topicForServices(region, "ends") }],
      });
    }
    const id = begin({ Regions: [ireland] });
    await clock.advanceTo(monday + hour);
    const told = (name: string) =>
      account.region(name).sns.delivered.map(({ text }) => {
        const { region, detail } = JSON.parse(text);
        return [region, detail.ExecutionId, detail.Status, detail.EndTime];
      });
    const child = childrenByRegion(get(id)).get(ireland);
    expect(told(ireland)).to.deep.equal([[ireland, child, "Success", "Jun 1, 2026 12:10:00 AM"]]);
    expect(told(home)).to.deep.equal([[home, id, "Success", "Jun 1, 2026 12:10:00 AM"]]);
  });

  for (const [what, location, code] of [
    [
      "no accounts",
      { Accounts: undefined, Regions: [ireland] },
      "InvalidAutomationExecutionParametersException",
    ],
    ["no Regions", {}, "InvalidAutomationExecutionParametersException"],
    ["an organizational unit", { Accounts: ["ou-ab12-cdefgh34"], Regions: [ireland] }, "NotModelledError"],
    ["accounts to leave out", { ExcludeAccounts: [accountId], Regions: [ireland] }, "NotModelledError"],
    [
      "targets but no parameter",
      { Targets: [{ Key: "tag:A", Values: ["b"] }], Regions: [ireland] },
      "InvalidAutomationExecutionParametersException",
    ],
  ] as [string, TargetLocation, string][]) {
    it(`is refused with ${what}`, () => {
      expect(errorCode(() => locationsWorld().begin(location))).to.equal(code);
    });
  }
});
