import { expect } from "chai";
import { rejecting } from "#functions/exclusion-processor/core/placement.js";
import { approvalKey } from "#shared/contract/exclusionNames.js";
import { verdictsKey } from "#shared/contract/keptVerdicts.js";
import { day, entry, keyOf, node, nodes, now, record, region, rejects, World } from "./support.js";

const openssl = `web.${rejecting(["openssl*"], "ALLOW_AS_DEPENDENCY").word}`;
const ids = (count: number) => Array.from({ length: count }, (_, index) => `i-${index + 1}`);
/** A Region of five nodes in which a manifest may move two. */
const small = () => new World([region(ids(5).map((id) => node(id)))], record({ maxChangedNodes: 2 }));
const groups = (world: World) => ids(5).map((id) => world.marks(id)[0]);

describe("a change of many nodes", () => {
  it("goes through up to the limit", async () => {
    const world = small();
    world.upload("pay", entry({ selector: nodes("i-1", "i-2") }));
    await world.run();
    expect(world.status("pay").verdict).to.equal("being applied");
  });

  it("is held above it, says how to release it, and is released by naming the version", async () => {
    const world = small();
    const version = world.upload("pay", entry({ selector: nodes("i-1", "i-2", "i-3") }));
    const { writes } = await world.run();
    expect(writes, "a message and a status").to.equal(2);
    const held = world.status("pay");
    expect(held.verdict).to.equal("held");
    expect(held.message).to.deep.equal([
      "Held: it would move 3 nodes, and 2 may move without an approval.",
      "Nothing of it is in force until then.",
      `To release it, put an object approvals/exclusions/pay.yaml with the text ${version} into the bucket.`,
    ]);
    expect(held.entries.map(({ phase, nodes: list }) => [phase, list])).to.deep.equal([["held", []]]);
    expect((await world.run()).writes).to.equal(0);

    world.bucket.put(approvalKey(keyOf("pay")), "v0", world.now);
    await world.run();
    expect(world.status("pay").verdict, "another version").to.equal("held");
    world.bucket.put(approvalKey(keyOf("pay")), ` ${version}\n`, world.now);
    await world.run();
    expect(world.status("pay").verdict).to.equal("being applied");
    expect(groups(world)).to.deep.equal([openssl, openssl, openssl, "web", "web"]);
  });

  it("leaves the version before in force", async () => {
    const world = small();
    const before = world.upload("pay", entry({ selector: nodes("i-1") }));
    await world.rest();
    world.upload("pay", entry({ selector: nodes(...ids(5)) }));
    await world.run();
    expect(world.status("pay")).to.include({ verdict: "held", inForceVersionId: before });
    expect(world.status("pay").entries[0]).to.include({ phase: "in force" });
    expect(groups(world)).to.deep.equal([openssl, "web", "web", "web", "web"]);
    expect((await world.run()).writes).to.equal(0);
  });

  it("counts moves and not nodes: those that stay where they are, and entries that do nothing", async () => {
    const world = small();
    world.upload("pay", entry({ selector: nodes("i-1", "i-2") }));
    await world.run();
    world.now += day;
    world.upload("pay", entry({ selector: nodes("i-1", "i-2", "i-3", "i-4") }));
    world.upload("win", entry({ id: "win", selector: nodes(...ids(5)), effect: rejects("KB1") }));
    await world.run();
    expect(world.status("pay").verdict).to.equal("being applied");
    expect(world.status("win").verdict).to.equal("being applied");
    expect(groups(world).filter((group) => group === openssl)).to.have.lengthOf(4);
  });

  it("counts a node that another manifest lets go in the same run", async () => {
    const world = new World([region([node("i-1"), node("i-2")])], record({ maxChangedNodes: 1 }));
    world.upload("a", entry());
    world.uploadText("b", "bad");
    await world.run();
    world.upload("a", entry({ selector: nodes("i-9") }));
    world.upload("b", entry({ selector: nodes("i-1", "i-2") }));
    await world.run();
    expect([world.status("a").verdict, world.status("b").verdict]).to.deep.equal(["being applied", "held"]);
    expect(world.marks("i-1")[0]).to.equal("web");
  });

  it("counts nodes that an edit lets go", async () => {
    const world = new World([region(ids(5).map((id) => node(id)))], record({ maxChangedNodes: 5 }));
    world.upload("pay", entry({ selector: nodes(...ids(5)) }));
    await world.run();
    world.deploy(record({ maxChangedNodes: 2, regions: record().regions.slice(0, 1) }));
    world.upload("pay", entry({ selector: nodes("i-1") }));
    await world.run();
    expect(world.status("pay").verdict).to.equal("held");
    expect(groups(world)).to.deep.equal(ids(5).map(() => openssl));
  });

  it("is not held when it comes from an end or a deletion", async () => {
    for (const end of ["expiry", "deletion"] as const) {
      const world = small();
      const version = world.upload("pay", entry({ selector: nodes(...ids(5)), expiresAt: now + day }));
      world.bucket.put(approvalKey(keyOf("pay")), version, world.now);
      await world.run();
      expect(groups(world)).to.deep.equal(ids(5).map(() => openssl));
      if (end === "expiry") world.now += day;
      else world.delete("pay");
      await world.run();
      expect(groups(world), end).to.deep.equal(ids(5).map(() => "web"));
    }
  });

  it("is counted over all Regions, and the limit is 50 or a tenth of the nodes", async () => {
    const fleet = (count: number) => region(ids(count).map((id) => node(id)));
    const { maxChangedNodes: _, ...unlimited } = record();
    for (const [size, moved, verdict] of [
      [60, 50, "being applied"],
      [60, 51, "held"],
      [520, 52, "being applied"],
      [520, 53, "held"],
    ] as const) {
      const world = new World([fleet(size)], unlimited);
      world.upload("pay", entry({ selector: nodes(...ids(moved)) }));
      await world.run();
      expect(world.status("pay").verdict, `${moved} of ${size}`).to.equal(verdict);
    }
    const two = [region([node("i-1"), node("i-2")]), region([node("i-3")], { region: "eu-west-1" })];
    const world = new World(two, record({ maxChangedNodes: 2 }));
    world.upload("pay", entry({ selector: nodes("i-1", "i-2", "i-3") }));
    await world.run();
    expect(world.status("pay").verdict).to.equal("held");
  });
});

describe("what is in force", () => {
  const version = (world: World) => world.status("pay").inForceVersionId;

  it("is an older version that is good, when the first run finds a bad one", async () => {
    const world = new World([region([node("i-1")])]);
    const good = world.upload("pay", entry());
    world.uploadText("pay", "bad");
    await world.run();
    expect(world.status("pay")).to.include({ verdict: "refused", inForceVersionId: good });
    expect(world.status("pay").message[0]).to.equal(`Refused; version ${good} is in force.`);
    expect(world.marks("i-1")[0]).to.equal(openssl);
    expect((await world.run()).writes).to.equal(0);
  });

  it("is nothing from before a deletion", async () => {
    const world = new World([region([node("i-1")])]);
    world.upload("pay", entry());
    world.delete("pay");
    world.uploadText("pay", "bad");
    await world.run();
    expect(version(world)).to.equal(undefined);
    expect(world.status("pay").message).to.deep.equal(["Refused; nothing of this manifest is in force."]);
    expect(world.marks("i-1")[0]).to.equal("web");
  });

  it("comes back when a bad version is followed by a good one", async () => {
    const world = new World([region([node("i-1")])]);
    world.upload("pay", entry());
    await world.run();
    world.uploadText("pay", "bad");
    await world.run();
    const good = world.upload("pay", entry({ effect: rejects("kernel*") }));
    await world.run();
    expect(world.status("pay")).to.include({ verdict: "being applied", inForceVersionId: good });
    expect(world.contentFor("i-1")?.rejectedPatches).to.deep.equal(["kernel*"]);
  });

  it("is not lost with what is known of it: what is there already is no change", async () => {
    const world = small();
    const approved = world.upload("pay", entry({ selector: nodes(...ids(5)) }));
    world.bucket.put(approvalKey(keyOf("pay")), approved, world.now);
    await world.run();
    world.bucket.remove(approvalKey(keyOf("pay")), world.now);
    for (const text of [undefined, "{"]) {
      world.spoil(text);
      await world.run();
      expect(world.status("pay")).to.include({ verdict: "being applied", inForceVersionId: approved });
      expect(groups(world)).to.deep.equal(ids(5).map(() => openssl));
    }
  });

  it("is not known when that is lost, so that every moved node stays when there is no good version", async () => {
    const world = new World([region([node("i-1"), node("i-2"), node("i-3")])]);
    world.upload("pay", entry());
    world.upload("web", entry({ id: "web", selector: nodes("i-2") }));
    await world.run();
    world.delete("web");
    world.delete("pay");
    world.uploadText("pay", "bad");
    world.spoil("not JSON");
    world.upload("new", entry({ id: "new", selector: nodes("i-3") }));
    await world.run();
    expect(world.status("pay").message[0]).to.equal(
      "Refused, and nodes stay where they are: what was known of exclusions/pay.yaml is lost, so that nobody can tell which version was in force.",
    );
    const all = () => ["i-1", "i-2", "i-3"].map((id) => world.marks(id)[0]);
    expect(all()).to.deep.equal([openssl, openssl, openssl]);
    expect((await world.run()).writes, "and so it stays").to.equal(0);
    const good = world.upload("pay", entry({ effect: rejects("kernel*") }));
    await world.run();
    expect(world.status("pay")).to.include({ verdict: "being applied", inForceVersionId: good });
    expect(world.status("pay")).to.not.have.property("isUnknown");
    expect(world.contentFor("i-1")?.rejectedPatches).to.deep.equal(["kernel*"]);
    expect(all().slice(1)).to.deep.equal(["web", openssl]);
  });

  it("can be an older version that is approved", async () => {
    const world = small();
    const older = world.upload("pay", entry({ selector: nodes(...ids(5)) }));
    world.uploadText("pay", "bad");
    world.spoil("not JSON");
    await world.run();
    expect(world.status("pay")).to.include({ verdict: "refused", isUnknown: true });
    expect((await world.run()).writes).to.equal(0);
    world.bucket.put(approvalKey(keyOf("pay")), older, world.now);
    await world.run();
    expect(world.status("pay")).to.include({ verdict: "refused", inForceVersionId: older });
    expect(groups(world)).to.deep.equal(ids(5).map(() => openssl));
  });

  it("is left alone, as everything is, while what is known of it cannot be read", async () => {
    const world = new World([region([node("i-1")])]);
    world.upload("pay", entry());
    await world.run();
    world.delete("pay");
    world.uploadText("pay", "bad");
    const { ok, errors } = await world.runDenied(verdictsKey);
    expect([ok, ...errors]).to.deep.equal([
      false,
      "What the last run has found cannot be read (Error: AccessDenied: state/verdicts.json).",
    ]);
    expect(world.marks("i-1")[0]).to.equal(openssl);
  });

  it("keeps its nodes when its version cannot be read any more, until its entries end", async () => {
    const world = new World([region([node("i-1"), node("i-2")])]);
    const lost = world.upload("pay", entry({ expiresAt: now + day }));
    await world.run();
    world.uploadText("pay", "bad");
    await world.run();
    await world.believe("pay", { inForceVersionId: "gone" });
    await world.run();
    expect(lost).to.not.equal("gone");
    expect(world.marks("i-1")[0]).to.equal(openssl);
    expect(world.status("pay").message[0]).to.equal(
      "Refused, and nodes stay where they are: version gone of exclusions/pay.yaml is in force and cannot be read.",
    );
    expect(world.status("pay").entries[0]?.nodes.map(({ id }) => id)).to.deep.equal(["i-1"]);
    expect((await world.run()).writes).to.equal(0);
    world.now += day;
    await world.run();
    expect(world.marks("i-1")[0]).to.equal("web");
    expect(world.status("pay").entries[0]).to.deep.include({ phase: "expired", nodes: [], takesEffect: {} });
  });

  it("is replaced by a good version although it has been lost", async () => {
    const world = new World([region([node("i-1"), node("i-2")])]);
    world.upload("pay", entry({ selector: nodes("i-1", "i-2") }));
    await world.run();
    await world.believe("pay", { inForceVersionId: "gone" });
    const good = world.upload("pay", entry({ selector: nodes("i-2") }));
    await world.run();
    expect(world.status("pay")).to.include({ verdict: "being applied", inForceVersionId: good });
    expect(["i-1", "i-2"].map((id) => world.marks(id)[0])).to.deep.equal(["web", openssl]);
    expect((await world.run()).writes).to.equal(0);
  });

  it("stays when the newest version cannot be read for the moment", async () => {
    const world = new World([region([node("i-1")])]);
    world.upload("pay", entry());
    await world.run();
    await world.runDenied(keyOf("pay"));
    expect(world.status("pay").verdict).to.equal("refused");
    expect(world.marks("i-1")[0]).to.equal(openssl);
    await world.run();
    expect(world.status("pay").verdict).to.equal("being applied");
  });
});
