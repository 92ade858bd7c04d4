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
const starts = (changes: Record<string, unknown>, filter: FilterResult[]) =>
  startsOf(readPayload(payload(changes), "execution"), account, filter);

const common = {
  AutomationAssumeRole: ["arn:aws:iam::123456789012:role/automation"],
  Operation: ["Install"],
  RebootOption: ["RebootIfNeeded"],
  SnapshotId: [runId],
};
const location = {
  Accounts: [account],
  ExecutionRoleName: "execution",
  TargetLocationMaxConcurrency: "2",
  TargetLocationMaxErrors: "100%",
};

describe("the automations of a run", () => {
  it("are one for a group, in the Regions with members, with every rate said", () => {
    expect(starts({}, [members(ohio), members(east)])).to.deep.equal([
      {
        group: "group-a",
        regions: [ohio, east],
        accounts: [],
        request: {
          DocumentName: "CustomAutomationDocument",
          DocumentVersion: "1",
          ClientToken: clientToken(runId, "group-a", "Install"),
          Parameters: {
            ...common,
            ExecutionMode: ["per-region"],
            ResourceGroup: ["group-a"],
            MaxConcurrency: ["10"],
            MaxErrors: ["1"],
          },
          TargetLocations: [{ ...location, Regions: [ohio, east] }],
        },
      },
    ]);
  });

  it("are one for a node in the mode per-instance: the automation's own targets and rates", () => {
    const [start] = starts({ ExecutionMode: "per-instance", RebootOption: "NoReboot" }, [members(east)]);
    expect(start?.request).to.deep.equal({
      DocumentName: "CustomAutomationDocument",
      DocumentVersion: "1",
      ClientToken: clientToken(runId, "group-a", "Install"),
      Parameters: { ...common, RebootOption: ["NoReboot"], ExecutionMode: ["per-instance"] },
      TargetParameterName: "InstanceIds",
      Targets: [{ Key: "ResourceGroup", Values: ["group-a"] }],
      MaxConcurrency: "10",
      MaxErrors: "1",
      TargetLocations: [{ ...location, Regions: [east] }],
    });
  });

  it("leave out Regions that are empty or failed, and groups that have no other", () => {
    const filter = [members(ohio, "a"), failed(east, "a"), empty(ohio, "b"), failed(east, "b")];
    const found = starts(groups("a", "b"), filter);
    expect(found.map(({ group, regions }) => [group, regions])).to.deep.equal([["a", [ohio]]]);
  });

  it("ask every Region of further accounts, without the own one", () => {
    const [start] = starts({ Accounts: ["210987654321", account], LocationMaxErrors: "0" }, [
      members(east),
      empty(ohio),
    ]);
    expect(start?.request.TargetLocations).to.deep.equal([
      { ...location, TargetLocationMaxErrors: "0", Regions: [east] },
      { ...location, TargetLocationMaxErrors: "0", Accounts: ["210987654321"], Regions: [ohio, east] },
    ]);
    const [units] = starts({ Accounts: ["ou-ab12-cdef3456"] }, [empty(east), empty(ohio)]);
    expect(units?.regions).to.deep.equal([]);
    expect(units?.request.TargetLocations).to.deep.equal([
      { ...location, Accounts: ["ou-ab12-cdef3456"], ExcludeAccounts: [account], Regions: [ohio, east] },
    ]);
    expect(starts({ Accounts: [account] }, [empty(east), empty(ohio)])).to.deep.equal([]);
  });

  it("send no parameter that is empty or longer than SSM takes", () => {
    for (const ExecutionMode of ["per-region", "per-instance"]) {
      const [start] = starts({ ExecutionMode, ...groups("g".repeat(300)) }, [members(east, "g".repeat(300))]);
      const values = Object.values(start?.request.Parameters ?? {}).flat();
      expect(values).to.not.be.empty;
      for (const value of values) expect(value.length).to.be.within(1, 512);
    }
  });
});
