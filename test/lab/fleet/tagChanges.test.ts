import { expect } from "chai";
import { fleetOf, linuxNode, load, problemsOf } from "./support/files.js";

const at = "2026-10-06T09:00Z";
const nodes = [linuxNode.id];
const tags = { PatchGroup: "web", Gone: null };

describe("what others do to tags, as a fleet file says it", () => {
  it("is nothing by itself", () => {
    expect(load(fleetOf(linuxNode)).tagChanges).to.eql([]);
  });

  it("comes in the order of time", () => {
    const tagChanges = [
      { at: "2026-10-07", nodes, tags, everyHours: 1 },
      { at, nodes, tags },
    ];
    expect(load({ ...fleetOf(linuxNode), tagChanges }).tagChanges).to.eql([
      { at: Date.parse(at), nodes: [0], tags },
      { at: Date.parse("2026-10-07"), nodes: [0], tags, everyHours: 1 },
    ]);
  });

  it("is refused with every problem", () => {
    const tagChanges = [
      { at, nodes: [], tags: {} },
      { at, nodes, tags: { "aws:x": "1" } },
      { at, nodes, tags, everyHours: 0.5 },
      { at, nodes: [...nodes, "i-0123456789abcdef9"], tags },
    ];
    const found = (list: readonly unknown[]) => problemsOf({ ...fleetOf(linuxNode), tagChanges: list });
    expect(found(tagChanges.slice(0, 3)).map((one) => one.split(":")[1]?.trim())).to.eql([
      "tagChanges[0].nodes",
      "tagChanges[0].tags",
      "tagChanges[1].tags",
      "tagChanges[2].everyHours",
    ]);
    expect(found(tagChanges.slice(3))).to.eql([
      'fleet.yaml: tagChanges[0].nodes[1]: got "i-0123456789abcdef9"; allowed is the id of a node of this fleet',
    ]);
  });
});
