import { expect } from "chai";
import { clientToken } from "#functions/regional-fanout/core/ids.js";
import { readPayload } from "#functions/regional-fanout/core/payload.js";
import { startsOf } from "#functions/regional-fanout/core/starts.js";
import type { FilterResult } from "#shared/contract/runRecord.js";
import { account, east, groups, nodeId, ohio, payload, runId } from "./support.js";

const members = (region: string, group = "group-a"): FilterResult => ({
  region,
  group,
  outcome: "members",
  ids: [nodeId(1)],
});
const empty = (region: string, group = "group-a"): FilterResult => ({
  region,
  group,
  outcome: "skipped",
  reason: "no members",
});
const failed = (region: string, group = "group-a"): FilterResult => ({
  region,
  group,
  outcome: "failed",
  error: "x",
});
const starts = (changes: Record<string, unknown>, region: string, ...filter: FilterResult[]) =>
  startsOf(readPayload(payload(changes), "execution"), account, region, filter);

const common = {
  AutomationAssumeRole: ["arn:aws:iam::123456789012:role/automation"],
  Operation: ["Install"],
  RebootOption: ["RebootIfNeeded"],
  SnapshotId: [runId],
};
const others = {
  ExecutionRoleName: "execution",
  TargetLocationMaxConcurrency: "100%",
  TargetLocationMaxErrors: "100%",
};
const place = { region: east, group: "group-a" };

describe("the automations of a run in a Region", () => {
  it("are one for a group with members: nothing but the Region itself", () => {
    expect(starts({}, east, members(east))).to.deep.equal([
      {
        ...place,
        accounts: [],
        request: {
          DocumentName: "CustomAutomationDocument",
          DocumentVersion: "1",
          ClientToken: clientToken(runId, place, "Install"),
          Parameters: {
            ...common,
            ResourceGroup: ["group-a"],
            MaxConcurrency: ["10"],
            MaxErrors: ["1"],
          },
        },
      },
    ]);
  });

  it("are one for a node in the mode per-instance: the automation's own targets and rates", () => {
    const [start] = starts({ ExecutionMode: "per-instance", RebootOption: "NoReboot" }, east, members(east));
    expect(start?.request).to.deep.equal({
      DocumentName: "CustomAutomationDocument",
      DocumentVersion: "1",
      ClientToken: clientToken(runId, place, "Install"),
      Parameters: { ...common, RebootOption: ["NoReboot"] },
      TargetParameterName: "InstanceIds",
      Targets: [{ Key: "ResourceGroup", Values: ["group-a"] }],
      MaxConcurrency: "10",
      MaxErrors: "1",
    });
  });

  it("leave out groups that are empty or failed", () => {
    const found = starts(
      groups("a", "b", "c"),
      ohio,
      members(ohio, "a"),
      empty(ohio, "b"),
      failed(ohio, "c"),
    );
    expect(found.map(({ region, group }) => [region, group])).to.deep.equal([[ohio, "a"]]);
  });

  it("are further ones for other accounts, whatever the own one has, as the role that begins theirs", () => {
    const administration = "arn:aws:iam::123456789012:role/administration";
    const changes = {
      Accounts: ["210987654321", account],
      LocationMaxErrors: "0",
      AdministrationRole: administration,
    };
    const [own, other, ...more] = starts(changes, east, members(east));
    expect([own?.accounts, other?.accounts, more]).to.deep.equal([[], ["210987654321"], []]);
    expect(own?.request.TargetLocations).to.equal(undefined);
    expect(own?.request.Parameters.AutomationAssumeRole).to.deep.equal(common.AutomationAssumeRole);
    expect(other?.request.Parameters.AutomationAssumeRole).to.deep.equal([administration]);
    expect(other?.request.ClientToken).to.not.equal(own?.request.ClientToken);
    expect(other?.request.TargetLocations).to.deep.equal([
      { ...others, TargetLocationMaxErrors: "0", Accounts: ["210987654321"], Regions: [east] },
    ]);
    // A shared runbook is known by its ARN, which is another in each Region.
    expect([own?.request.DocumentName, other?.request.DocumentName]).to.deep.equal([
      "CustomAutomationDocument",
      `arn:aws:ssm:${east}:${account}:document/CustomAutomationDocument`,
    ]);
    const [units] = starts({ Accounts: ["ou-ab12-cdef3456"] }, east, empty(east));
    expect(units?.request.Parameters.AutomationAssumeRole).to.deep.equal(common.AutomationAssumeRole);
    expect(units?.request.TargetLocations).to.deep.equal([
      { ...others, Accounts: ["ou-ab12-cdef3456"], ExcludeAccounts: [account], Regions: [east] },
    ]);
    expect(starts({ Accounts: [account] }, east, empty(east))).to.deep.equal([]);
  });

  it("have 50 accounts in a location, which is what AWS takes (TargetLocation.Accounts)", () => {
    const Accounts = Array.from({ length: 120 }, (_, index) => String(200000000000 + index));
    const [start] = starts({ Accounts }, east, empty(east));
    const lists = start?.request.TargetLocations?.map((one) => one.Accounts) ?? [];
    expect(lists.map(({ length }) => length)).to.deep.equal([50, 50, 20]);
    expect(lists.flat()).to.deep.equal(Accounts);
  });

  it("send no parameter that is empty or longer than SSM takes", () => {
    for (const ExecutionMode of ["per-region", "per-instance"]) {
      const group = "g".repeat(300);
      const [start] = starts({ ExecutionMode, ...groups(group) }, east, members(east, group));
      const values = Object.values(start?.request.Parameters ?? {}).flat();
      expect(values).to.not.be.empty;
      for (const value of values) expect(value.length).to.be.within(1, 512);
    }
  });
});
