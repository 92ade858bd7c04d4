import { expect } from "chai";
import { RegionFleet } from "#functions/exclusion-processor/core/fleet.js";
import { Ledger, wordIn } from "#functions/exclusion-processor/core/ledger.js";
import type { Entry, RegionState } from "#functions/exclusion-processor/core/model.js";
import { rejecting } from "#functions/exclusion-processor/core/placement.js";
import { type Cohort, groupOf } from "#shared/contract/exclusionNames.js";
import { inGroup, word } from "./planSupport.js";
import { appliesTo, entry, node, nodes, now, record, region, rejects, tagged, west } from "./support.js";

const openssl = `web.${word}`;
const kernel = `web.${rejecting(["kernel*"], "ALLOW_AS_DEPENDENCY").word}`;
const ledgerOf = (state: RegionState) => new Ledger(new RegionFleet(state, record()), appliesTo, now);
/** The shifts of a change as `id: from > to`. */
const moves = (shifts: ReturnType<Ledger["set"]>, present?: Cohort) =>
  shifts.map(
    ({ id, from, to }) =>
      `${id}: ${groupOf("web", wordIn(from, present))} > ${groupOf("web", wordIn(to, present))}`,
  );

describe("a ledger", () => {
  it("tells which nodes a manifest moves, and which it lets go", () => {
    const ledger = ledgerOf(region([node("i-1"), node("i-2")]));
    expect(moves(ledger.set("a", [entry({ selector: nodes("i-1", "i-2") })]))).to.deep.equal([
      `i-1: web > ${openssl}`,
      `i-2: web > ${openssl}`,
    ]);
    expect(moves(ledger.set("b", [entry({ id: "b", selector: nodes("i-2") })]))).to.deep.equal([]);
    expect(moves(ledger.set("a", [entry({ effect: rejects("kernel*") })]))).to.deep.equal([
      `i-1: ${openssl} > ${kernel}`,
    ]);
    const needs = [...ledger.needs.values()].map(({ rule, nodes: count }) => [...rule.patches, count]);
    expect(needs).to.have.deep.members([
      ["openssl*", 1],
      ["kernel*", 1],
    ]);
    expect(moves(ledger.set("b", []))).to.deep.equal([`i-2: ${openssl} > web`]);
    ledger.set("a", []);
    expect([ledger.needs.size, ledger.placements().size]).to.deep.equal([0, 0]);
  });

  it("finds the same whether entries are put in at once or one after the other", () => {
    const entries: Entry[] = [
      entry(),
      entry({ id: "b", selector: nodes("i-1", "i-2"), effect: rejects("kernel*") }),
    ];
    const state = region([node("i-1"), node("i-2")]);
    const once = ledgerOf(state);
    once.set("a", entries);
    const twice = ledgerOf(state);
    for (const [index, one] of entries.entries()) twice.set(`m${index}`, [one]);
    expect(new Map(twice.placements())).to.deep.equal(new Map(once.placements()));
  });

  it("regards neither other Regions' entries nor those that have ended", () => {
    const ledger = ledgerOf(region([node("i-1")]));
    expect(ledger.set("a", [entry({ regions: [west] }), entry({ expiresAt: now })])).to.deep.equal([]);
    expect(ledger.selections("a")).to.deep.equal([]);
  });

  it("says whether a node is where it is wanted", () => {
    const ledger = ledgerOf(region([inGroup("i-1"), node("i-2")]));
    const shifts = ledger.set("a", [entry({ selector: nodes("i-1", "i-2") })]);
    expect(shifts.map(({ id, isThere }) => [id, isThere])).to.deep.equal([
      ["i-1", true],
      ["i-2", false],
    ]);
  });

  it("selects by the tags of a node's base group, before and after it has been moved", () => {
    const selector = { kind: "tags", tags: { PatchGroup: ["web"], App: ["pay", "shop"] } } as const;
    const ledger = ledgerOf(
      region([
        tagged("i-1", { App: "pay" }),
        tagged("i-2", { ...inGroup("i-2").tags, App: "shop" }),
        tagged("i-3", { App: "other" }),
        tagged("i-4", { PatchGroup: "app", App: "pay" }),
      ]),
    );
    ledger.set("a", [entry({ selector })]);
    expect([...ledger.placements().keys()]).to.deep.equal(["i-1", "i-2"]);
    ledger.set("a", [entry({ selector: { kind: "tags", tags: {} } })]);
    expect([...ledger.placements().keys()], "no tags are no nodes").to.deep.equal([]);
  });

  it("keeps pinned nodes where they are, unless they are where they are wanted or in their base group", () => {
    const ledger = ledgerOf(region([inGroup("i-1"), inGroup("i-2"), node("i-3")]));
    ledger.pin("lost", ["i-1", "i-2", "i-3"], "it is lost");
    ledger.set("a", [
      entry({ selector: nodes("i-1", "i-3"), effect: rejects("kernel*") }),
      entry({ selector: nodes("i-2") }),
    ]);
    const placed = ["i-1", "i-2", "i-3"].map((id) => ledger.placement(id));
    expect(placed.map(({ kind }) => kind)).to.deep.equal(["stay", "moved", "moved"]);
    expect(placed[0]).to.deep.equal({ kind: "stay", cause: "pinned", why: "it is lost" });
    expect(moves(ledger.unpin("lost"), word)).to.deep.equal([`i-1: ${openssl} > ${kernel}`]);
  });
});
