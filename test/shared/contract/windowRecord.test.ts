import { expect } from "chai";
import { countOfState, nodeStateNames } from "#shared/contract/nodeStates.js";
import { windowClosedKey } from "#shared/contract/runKeys.js";
import {
  readWindowRecord,
  stateCounts,
  type WindowRecord,
  windowRecordText,
} from "#shared/contract/windowRecord.js";
import { windowRecord } from "../../support/windowRecords.js";

const record = windowRecord();
const key = windowClosedKey(record.executionId, Date.parse(record.startedAt));
const stored = JSON.parse(windowRecordText(record));

describe("readWindowRecord", () => {
  it("reads what is written", () => {
    expect(readWindowRecord(key, windowRecordText(record))).to.deep.equal(record);
    expect(record.totals).to.deep.equal({ members: 6, patched: 4, failed: 1, notCovered: 1 });
  });

  it("reads a record of an execution that reached nobody", () => {
    const empty = windowRecord({ end: "not started", commands: [], nodes: [], findings: [], exclusions: [] });
    expect(readWindowRecord(key, windowRecordText(empty))).to.deep.equal(empty);
  });

  it("reads a record with what a later version says beside it", () => {
    expect(readWindowRecord(key, JSON.stringify({ ...stored, cost: 3 }))).to.deep.equal(record);
  });

  const { nodes } = record;
  const changed = (changes: Partial<Record<keyof WindowRecord, unknown>>) =>
    JSON.stringify({ ...stored, ...changes });
  const cases: readonly (readonly [what: string, text: string, problem: string])[] = [
    ["no JSON", "{", "is not JSON: "],
    ["half of a record", windowRecordText(record).slice(0, -200), "is not JSON: "],
    ["another version", changed({ version: 2 }), "version: is not 1"],
    ["another kind", changed({ kind: "central" }), "kind: "],
    ["a state that nobody knows", changed({ nodes: [{ state: "lost", ids: ["i-1"] }] }), "nodes.0.state: "],
    [
      "a node in two states",
      changed({ nodes: [...nodes, { state: "held", ids: ["i-1"] }] }),
      "nodes.5.ids: i-1 is there twice",
    ],
    [
      "a node that is there twice in one state",
      changed({ nodes: [{ state: "held", ids: ["i-1", "i-1"] }] }),
      "nodes.0.ids: i-1 is there twice",
    ],
    [
      "sums that do not fit its nodes",
      changed({ nodes: nodes.slice(1) }),
      "totals.members: is not the number of nodes, 4; totals.patched: is not the number of nodes, 2",
    ],
    ["an exclusion that is not there", changed({ exclusions: [] }), "nodes.2.exclusions: names none"],
    [
      "a finding about a stranger",
      changed({ findings: [{ id: "i-9", missing: 1, failed: 0, pendingReboot: 0 }] }),
      "findings: i-9 is not among the nodes",
    ],
    ["a list", "[]", "record: "],
  ];
  for (const [what, text, problem] of cases) {
    it(`refuses ${what}, and says where and why`, () => {
      const refused = `${key} is no record of a run that this version can read: `;
      expect(() => readWindowRecord(key, text))
        .to.throw(refused)
        .with.property("message")
        .that.contains(problem);
    });
  }
});

describe("nodeStates", () => {
  it("counts each state in one of three numbers", () => {
    const states = (count: string) => nodeStateNames.filter((state) => countOfState(state) === count);
    expect(states("patched")).to.deep.equal([
      ...["patched", "scanned", "nothing to do", "excluded", "pending reboot"],
    ]);
    expect(states("failed")).to.deep.equal(["failed"]);
    expect([...states("patched"), ...states("failed"), ...states("notCovered")]).to.have.members(
      nodeStateNames,
    );
  });

  it("counts nodes by state", () => {
    expect([...stateCounts(record.nodes)]).to.deep.equal([
      ["patched", 2],
      ["excluded", 1],
      ["pending reboot", 1],
      ["failed", 1],
      ["not connected", 1],
    ]);
  });
});

describe("keys of closing records", () => {
  it("have the day on which the execution began, in UTC", () => {
    const began = Date.parse("2026-09-05T23:59:59.999Z");
    expect(windowClosedKey("e-1", began)).to.equal("runs/windows/closed/2026/09/05/e-1.json");
  });
});
