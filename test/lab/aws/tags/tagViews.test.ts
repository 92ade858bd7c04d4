import { expect } from "chai";
import type { TagView } from "#lab/aws/tags/tagViews.js";
import { account, minute, monday, node, second } from "../../support.js";

const views: readonly TagView[] = ["iam", "tagging", "groups", "targets", "node", "read"];
const arn = "arn:aws:ec2:us-east-1:123456789012:instance/i-00000000000000000";
const baseline = "arn:aws:ssm:us-east-1:123456789012:patchbaseline/pb-0123456789abcdef0";

/** A node whose group is written at some seconds, and what each view says of it in each second of a quarter of an hour. */
async function seenOf(seed: number, writes: Readonly<Record<number, string>>) {
  const { clock, region } = account([node({ patchGroup: "old" })], { seed, unknowns: { tagsSeen: "late" } });
  for (const [at, PatchGroup] of Object.entries(writes))
    clock.at(monday + Number(at) * second, () => region.tags.merge(arn, { PatchGroup }));
  const seen = Object.fromEntries(views.map((view) => [view, [] as string[]])) as Record<TagView, string[]>;
  for (let passed = 0; passed <= 15 * 60; passed++) {
    await clock.advanceTo(monday + passed * second);
    for (const view of views) seen[view].push(region.tags.seen(arn, view).PatchGroup ?? "none");
  }
  return seen;
}

/** The answers in the order in which they are given, none of them twice on end. */
const turns = (answers: readonly string[]) => answers.filter((one, index) => one !== answers[index - 1]);

describe("tags as each reader sees them", () => {
  it("come to each view after a delay of its own, which may take the answer back once, and are all there in ten minutes", async () => {
    const delays = new Set<number>();
    const orders = new Set<string>();
    for (let seed = 1; seed <= 20; seed++) {
      const seen = await seenOf(seed, { 0: "new" });
      for (const view of views) {
        expect(["old,new", "old,new,old,new"], `${seed} ${view}`).to.include(String(turns(seen[view])));
        expect(seen[view].slice(10 * 60).every((group) => group === "new")).to.equal(true);
        delays.add(seen[view].indexOf("new"));
      }
      orders.add([...views].sort((a, b) => seen[a].indexOf("new") - seen[b].indexOf("new")).join());
    }
    expect(delays.size).to.be.greaterThan(80);
    expect(Math.max(...delays)).to.be.greaterThan(6 * 60);
    expect(orders.size).to.be.greaterThan(15);
  });

  it("are the same in each run with the same seed, and others with another", async () => {
    const writes = { 0: "one", 90: "two", 200: "old" };
    expect(await seenOf(7, writes)).to.deep.equal(await seenOf(7, writes));
    expect(await seenOf(7, writes)).not.to.deep.equal(await seenOf(8, writes));
  });

  it("never lose the last of several writes, and tell nothing that never was", async () => {
    for (let seed = 1; seed <= 10; seed++) {
      const seen = await seenOf(seed, { 0: "one", 60: "two", 61: "three", 240: "four" });
      for (const view of views) {
        const groups = ["old", "one", "two", "three", "four"];
        seen[view].forEach((group, passed) => {
          const written = groups.slice(0, 2 + [60, 61, 240].filter((at) => at <= passed).length);
          expect(written, `${seed} ${view} ${passed}`).to.include(group);
        });
        expect(seen[view].slice(14 * 60).every((group) => group === "four")).to.equal(true);
      }
    }
  });

  it("are as they are for whoever writes: two tools that write different keys keep both", async () => {
    const { region } = account([node({ patchGroup: "old" })], { unknowns: { tagsSeen: "late" } });
    region.tags.merge(arn, { A: "1" });
    region.tags.merge(arn, { B: "2" });
    region.tags.remove(arn, ["PatchGroup"]);
    expect(region.tags.of(arn)).to.deep.equal({ A: "1", B: "2" });
    expect(region.tags.seen(arn, "tagging")).to.deep.equal({ PatchGroup: "old" });
  });

  it("that a resource is made with come within ten seconds", async () => {
    const { clock, region } = account([], { unknowns: { justMade: "late", tagsSeen: "atOnce" } });
    region.tags.set(baseline, { Owner: "us" });
    expect(views.map((view) => region.tags.seen(baseline, view))).to.deep.equal(views.map(() => ({})));
    await clock.advanceTo(monday + 10 * second);
    expect(region.tags.seen(baseline, "iam")).to.deep.equal({ Owner: "us" });
    region.tags.merge(baseline, { Owner: "them" });
    expect(region.tags.seen(baseline, "iam")).to.deep.equal({ Owner: "them" });
  });

  it("are forgotten as writes when everybody has seen them", async () => {
    const { clock, region } = account([node(), node()], { unknowns: { tagsSeen: "late" } });
    const kept = () => (Reflect.get(region.tagViews, "lately") as ReadonlyMap<unknown, unknown>).size;
    region.tags.merge(arn, { A: "1" });
    await clock.advanceTo(monday + 11 * minute);
    region.tags.merge(arn.replace(/0$/, "1"), { A: "1" });
    expect(kept()).to.equal(1);
  });
});
