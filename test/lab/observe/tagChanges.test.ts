import { expect } from "chai";
import type { TagChange } from "#lab/fleet/model.js";
import { planTagChanges } from "#lab/observe/tagChanges.js";
import { account, hour, monday, node } from "../support.js";

/** The patch group of a node that loses it, in each of so many hours. */
async function groupsOf(hours: number, ...tagChanges: TagChange[]): Promise<string[]> {
  const {
    account: made,
    clock,
    region,
    node: nodeAt,
  } = account([node({ patchGroup: "old", terminatedAt: monday + 90 * hour })]);
  Object.assign(made.fleet, { tagChanges });
  planTagChanges(made);
  const groups: string[] = [];
  for (let passed = 0; passed < hours; passed++) {
    await clock.advanceTo(monday + passed * hour);
    groups.push(nodeAt(0).patchGroup ?? "none");
    region.tags.merge(region.nodeArn(nodeAt(0).id), { PatchGroup: "moved" });
  }
  return groups;
}

describe("planTagChanges", () => {
  const tags = { PatchGroup: "web" };

  it("writes once, or again and again", async () => {
    expect(await groupsOf(4, { at: monday + hour, nodes: [0], tags })).to.deep.equal([
      "old",
      "web",
      "moved",
      "moved",
    ]);
    const again = { at: monday + hour, nodes: [0], tags, everyHours: 2 };
    expect(await groupsOf(4, again)).to.deep.equal(["old", "web", "moved", "web"]);
  });

  it("takes tags away", async () => {
    const change = { at: monday + hour, nodes: [0], tags: { PatchGroup: null } };
    expect(await groupsOf(2, change)).to.deep.equal(["old", "none"]);
  });

  it("has done what lies before the run, and goes on with its hours", async () => {
    const before = { nodes: [0], tags, at: monday - hour };
    expect(await groupsOf(2, before)).to.deep.equal(["web", "moved"]);
    expect(await groupsOf(4, { ...before, everyHours: 2 })).to.deep.equal(["old", "web", "moved", "web"]);
  });

  it("does not end the run where AWS refuses the write", async () => {
    const change = { at: monday + 91 * hour, nodes: [0], tags };
    expect((await groupsOf(93, change)).at(-1)).to.equal("moved");
  });
});
