import { expect } from "chai";
import { rejecting } from "#functions/exclusion-processor/core/placement.js";
import { knownSystems, withSystems } from "#functions/exclusion-processor/core/remember.js";
import {
  day,
  east,
  entry,
  node,
  nodes,
  now,
  record,
  region,
  rejects,
  systems,
  World,
  west,
} from "./support.js";

/** A world in which a node can be stopped, so that nobody tells its operating system, and started. */
function fleet(operatingSystem: string | undefined) {
  const world = new World([region([node("i-1", { operatingSystem }), node("i-2")])]);
  const set = (system: string | undefined) => {
    const state = world.region().nodes.get("i-1") ?? node("i-1");
    world.region().nodes.set("i-1", { ...state, operatingSystem: system });
  };
  return { world, set };
}

const group = (...names: string[]) => `web.${rejecting(names, "ALLOW_AS_DEPENDENCY").word}`;

describe("a node that stops", () => {
  it("stays where it is, in a cohort", async () => {
    const { world, set } = fleet("UBUNTU");
    world.upload("a", entry({ effect: rejects("openssl*", "KB1") }));
    await world.run();
    set(undefined);
    expect((await world.run()).writes).to.equal(0);
    expect(world.marks("i-1")[0]).to.equal(group("openssl*"));
    expect(world.derivedNames()).to.have.lengthOf(1);
  });

  it("stays where it is, in its base group, when no name is for it", async () => {
    const { world, set } = fleet("UBUNTU");
    world.upload("a", entry({ effect: rejects("KB1") }));
    await world.run();
    set(undefined);
    expect((await world.run()).writes).to.equal(0);
    expect(world.marks("i-1")[0]).to.equal("web");
  });

  it("is moved by what is new, as the system that it had", async () => {
    const { world, set } = fleet("UBUNTU");
    world.upload("a", entry());
    await world.run();
    set(undefined);
    world.upload("b", entry({ id: "b", effect: rejects("deb-nginx", "KB1"), selector: nodes("i-1", "i-2") }));
    world.upload("a", entry({ selector: nodes("i-2") }));
    await world.run();
    expect(world.marks("i-1")[0]).to.equal(group("deb-nginx"));
    expect((await world.run()).writes).to.equal(0);
  });

  it("has a baseline for every system, when it has never been seen running", async () => {
    const { world, set } = fleet(undefined);
    world.upload("a", entry({ effect: rejects("openssl*", "KB1") }));
    await world.run();
    expect(world.marks("i-1")[0]).to.equal(group("KB1", "openssl*"));
    expect(world.derivedNames()).to.have.lengthOf(systems.length);
    expect((await world.run()).writes).to.equal(0);
    set("WINDOWS");
    await world.run();
    expect(world.marks("i-1")[0]).to.equal(group("KB1"));
    world.now += day;
    await world.run();
    world.now += day;
    await world.run();
    expect(world.derivedNames()).to.have.lengthOf(1);
  });
});

describe("operating systems that are remembered", () => {
  /** i-1 is of a system that no name is for; a held version asks for it, and an entry in force that ends in a day. */
  async function held(): Promise<World> {
    const states = [region([node("i-1", { operatingSystem: "MACOS" }), node("i-2"), node("i-3")])];
    const world = new World([...states, region([], { region: west })], record({ maxChangedNodes: 1 }));
    world.upload("a", entry({ selector: nodes("i-1", "i-2"), expiresAt: now + day }));
    await world.run();
    world.upload("b", entry({ selector: nodes("i-1", "i-2", "i-3"), effect: rejects("kernel*") }));
    await world.run();
    expect(world.status("b").waitingNodes).to.deep.equal({
      [east]: { AMAZON_LINUX_2023: ["i-2", "i-3"], MACOS: ["i-1"] },
    });
    const state = world.region().nodes.get("i-1") ?? node("i-1");
    world.region().nodes.set("i-1", { ...state, operatingSystem: undefined });
    return world;
  }
  const would = (world: World) => world.status("b").message[0];
  const two = "Held: it would move 2 nodes, and 1 may move without an approval.";

  it("are those of nodes that a held version asks for, so that it moves as many in every run", async () => {
    const world = await held();
    world.now += day;
    for (let runs = 0; runs < 2; runs++) {
      await world.run();
      expect(would(world)).to.equal(two);
    }
    expect((await world.run()).writes).to.equal(0);
  });

  it("outlast a Region that is down, and end with the version", async () => {
    const world = await held();
    world.now += day;
    world.region().isDown = true;
    await world.run();
    // Every node that it names is counted as if it were there.
    expect(would(world)).to.equal("Held: it would move 3 nodes, and 1 may move without an approval.");
    world.region().isDown = false;
    await world.run();
    expect(would(world)).to.equal(two);
    world.uploadText("b", "garbage");
    await world.run();
    expect(world.status("b").waitingNodes).to.equal(undefined);
    world.upload("b", entry({ selector: nodes("i-2"), expiresAt: now + 2 * day }));
    await world.run();
    expect(world.status("b")).to.include({ verdict: "being applied" }).and.not.have.property("waitingNodes");
  });

  it("are those of statuses, by Region, for nodes that do not tell their own", async () => {
    const { world } = fleet("UBUNTU");
    world.upload("a", entry({ selector: nodes("i-1", "i-2"), effect: rejects("deb-nginx") }));
    await world.run();
    const known = knownSystems([
      { kind: "missing" },
      { kind: "lost", why: "it is gone" },
      { kind: "known", status: world.status("a") },
    ]);
    const own = [["i-1", "UBUNTU"] as const, ["i-2", "AMAZON_LINUX_2023"] as const];
    expect([...known]).to.deep.equal([[east, new Map(own)]]);
    const stopped = ["i-1", "i-2", "i-3"].map((id) => node(id, { operatingSystem: undefined }));
    const told = (name: string) =>
      withSystems(region(stopped, { region: name }), known).nodes.map((one) => one.operatingSystem);
    expect(told(east)).to.deep.equal(["UBUNTU", "AMAZON_LINUX_2023", undefined]);
    expect(told(west)).to.deep.equal([undefined, undefined, undefined]);
    const running = region([node("i-1", { operatingSystem: "WINDOWS" })]);
    expect(withSystems(running, known).nodes[0]?.operatingSystem).to.equal("WINDOWS");
  });
});
