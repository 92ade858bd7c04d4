import { expect } from "chai";
import { noFaults } from "#lab/faults/faults.js";
import { at, minute } from "../support.js";
import { ExclusionLab, group, idOf, manifest } from "./exclusionSupport.js";

const held = manifest(
  { id: "held", nodes: [idOf(0)], expires: "2026-06-30" },
  { id: "one", nodes: [idOf(1)], patches: ["openssl*"], expires: "2026-06-30" },
);

/** A lab in which two exclusions are in force long before an installation, and tags cannot be read as it begins. */
async function doubtful(gate: "cancel" | "proceed"): Promise<ExclusionLab> {
  const [from, to] = [at("2026-06-01T03:55:00Z"), at("2026-06-01T04:30:00Z")];
  const lab = await ExclusionLab.open({
    values: { "patchplane:exclusionGate": gate },
    records: true,
    faults: {
      ...noFaults,
      onCall: ({ service, time }) =>
        service === "tag" && from <= time && time < to ? { kind: "throttle" } : undefined,
    },
  });
  await lab.until("03:05:00");
  lab.put("a.yaml", held);
  await lab.until("03:25:00");
  expect(lab.status("a.yaml").entries.map(({ phase }) => phase)).to.eql(["in force", "in force"]);
  return lab;
}

describe("an install window whose exclusions nobody can vouch for", () => {
  let lab: ExclusionLab | undefined;
  afterEach(() => lab?.close());
  const messages = () =>
    lab?.home.sns.delivered.filter(({ subject }) => subject?.includes("nobody can vouch")) ?? [];
  /** The execution of four o'clock. */
  const execution = () =>
    lab?.window("install").executions.find(({ startedAt }) => startedAt === at("2026-06-01T04:00:00Z"));

  it("is cancelled before a node is patched, which is told by name", async () => {
    lab = await doubtful("cancel");
    await lab.until("05:30:00");
    expect(execution()?.status).to.equal("CANCELLED");
    expect(execution()?.tasks.map(({ status, runs }) => [status, runs.length])).to.have.deep.members([
      ["FAILED", 1],
      ["CANCELLED", 0],
      ["CANCELLED", 0],
      // The task that arranges the window's end.
      ["SUCCESS", 1],
    ]);
    expect(messages().map(({ text }) => text.includes(idOf(0)) && text.includes(idOf(1)))).to.eql([true]);
    const ended = lab.home.sns.delivered.filter(({ text }) => text.includes("ended as CANCELLED"));
    // Its record tells whom it left out.
    const subjects = ended.map(({ subject }) => subject ?? "");
    expect(subjects.join()).to.match(/^patchplane: install window: ended as CANCELLED, \d nodes to look at$/);
    // The next one is vouched for, and installs.
    await lab.until("07:30:00");
    expect(messages()).to.have.lengthOf(1);
    expect([lab.patched(0), lab.patched(1)]).to.eql([[], ["nginx", "curl"]]);
    expect(lab.patched(2)).to.have.members(["openssl", "nginx", "curl"]);
  });

  it("goes on where that is wished, and tells it", async () => {
    lab = await doubtful("proceed");
    await lab.advance(at("2026-06-01T05:30:00Z") - lab.now + minute);
    expect(execution()?.tasks.map(({ runs }) => runs.length)).to.eql([1, 1, 1, 1]);
    expect(messages().map(({ text }) => text.includes("goes on, as exclusionGate: proceed says"))).to.eql([
      true,
    ]);
    expect(lab.places[2]).to.equal(group);
  });
});
