import { expect } from "chai";
import {
  baseBaselines,
  baseGroups,
  content,
  holdBaselines,
  node,
  region,
} from "../../functions/exclusion-processor/core/support.js";
import { Crash, Fuse } from "../fuse.js";
import { MemoryRegion, MemoryRegionAccess } from "./region.js";
import { MemoryBucket, MemoryStore } from "./store.js";

async function failure(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
  return "no failure";
}

describe("the store in memory", () => {
  const filled = () => {
    const bucket = new MemoryBucket();
    for (const [index, text] of ["one", "two"].entries()) bucket.put("exclusions/a", text, index);
    bucket.remove("exclusions/a", 2);
    for (const [index, text] of ["three", "four", "five"].entries())
      bucket.put("exclusions/a", text, 3 + index);
    bucket.put("status/b", "six", 9);
    return { bucket, store: new MemoryStore(bucket, new Fuse(), 10) };
  };
  const textOf = (object?: { bytes: Uint8Array }) => new TextDecoder().decode(object?.bytes);

  it("lists newest versions below a prefix with their MD5", async () => {
    const { store, bucket } = filled();
    expect(await store.list("exclusions/")).to.deep.equal([
      { key: "exclusions/a", etag: "30056e1cab7a61d256fc8edd970d14f5", lastModified: 5, size: 4 },
    ]);
    bucket.remove("exclusions/a", 11);
    expect(await store.list("exclusions/")).to.deep.equal([]);
  });

  it("reads the newest version and older ones", async () => {
    const { store } = filled();
    expect(await store.read("exclusions/a")).to.deep.include({ versionId: "v6", lastModified: 5 });
    expect(textOf(await store.read("exclusions/a"))).to.equal("five");
    expect(textOf(await store.read("exclusions/a", "v2"))).to.equal("two");
    expect(await store.read("exclusions/a", "v99")).to.equal(undefined);
    expect(await store.read("none")).to.equal(undefined);
  });

  it("knows older versions back to the last deletion", async () => {
    const { store } = filled();
    expect(await store.olderVersions("exclusions/a")).to.deep.equal([
      { versionId: "v5", lastModified: 4 },
      { versionId: "v4", lastModified: 3 },
    ]);
  });

  it("denies what it is told to, and counts", async () => {
    const { store } = filled();
    store.denied.add("status/b");
    expect(await failure(store.read("status/b"))).to.equal("Error: AccessDenied: status/b");
    expect(await failure(store.write("status/b", ""))).to.equal("Error: AccessDenied: status/b");
    await store.write("status/c", "x");
    await store.list("");
    expect([store.reads, store.writes]).to.deep.equal([1, 1]);
  });
});

describe("a process in memory", () => {
  it("dies after its last write, which is done, and answers nothing from then on", async () => {
    const bucket = new MemoryBucket();
    const store = new MemoryStore(bucket, new Fuse(2), 0);
    await store.write("a", "1");
    await store.write("b", "2");
    expect(await failure(store.write("c", "3"))).to.equal("Crash: the process has died after 2 writes");
    expect(await failure(store.read("a"))).to.contain("Crash");
    expect(bucket.keys()).to.deep.equal(["a", "b"]);
    expect(new Crash("x")).to.be.instanceOf(Error);
  });
});

describe("a Region in memory", () => {
  const access = (changes = {}) => {
    const place = new MemoryRegion(region([node("i-1")], changes));
    return { place, access: new MemoryRegionAccess(place, "PatchGroup", new Fuse()) };
  };
  const why = "";
  const make = (name: string) =>
    ({ kind: "createBaseline", name, operatingSystem: "UBUNTU", content: content(), why }) as const;
  const register = (group: string, id: string, operatingSystem = "UBUNTU") =>
    ({ kind: "registerGroup", group, operatingSystem, baseline: { id }, why }) as const;

  it("refuses what the API refuses", async () => {
    const { access: api } = access();
    const { baselineId = "" } = await api.apply(make("first"));
    const { baselineId: second = "" } = await api.apply(make("second"));
    expect(baselineId).to.match(/^pb-[0-9a-f]{17}$/);
    await api.apply(register("g", baselineId));
    await api.apply(register("g", baselineId));
    expect(await failure(api.apply(register("g", second)))).to.contain("AlreadyExistsException");
    expect(await failure(api.apply(register("g", second, "WINDOWS")))).to.contain("ValidationException");
    expect(await failure(api.apply(register("g", "pb-none")))).to.contain("DoesNotExistException");
    const deletion = {
      kind: "deleteBaseline",
      baselineId,
      name: "first",
      operatingSystem: "UBUNTU",
      groups: [],
      why,
    } as const;
    expect(await failure(api.apply(deletion))).to.contain("ResourceInUseException");
    for (let count = 1; count < 25; count++) await api.apply(register(`g${count}`, baselineId));
    expect(await failure(api.apply(register("one too many", baselineId)))).to.contain("patch groups");
    const long = content({ rejectedPatches: Array.from({ length: 51 }, (_, index) => `p${index}`) });
    expect(await failure(api.apply({ ...make("third"), content: long }))).to.contain("rejected patches");
    expect(await failure(api.apply(make("a name with spaces")))).to.contain("ValidationException");
    const nodes = Array.from({ length: 21 }, () => ({ id: "i-1", from: "" }));
    expect(await failure(api.apply({ kind: "untagNodes", nodes, key: "a", why }))).to.contain("too many");
    for (let count = 8; count < 50; count++) await api.apply(make(`more-${count}`));
    expect(await failure(api.apply(make("full")))).to.contain("ResourceLimitExceededException");
  });

  it("writes tags of the nodes that it can, and names the others", async () => {
    const { place, access: api } = access();
    const nodes = ["i-1", "i-2"].map((id) => ({ id, from: "web" }));
    const done = await api.apply({ kind: "tagNodes", nodes, values: { A: "1" }, to: "", why });
    expect(done).to.deep.equal({ failures: [], gone: ["i-2"] });
    expect(place.nodes.get("i-1")?.tags).to.include({ A: "1", PatchGroup: "web" });
    await api.apply({ kind: "untagNodes", nodes: nodes.slice(0, 1), key: "A", why });
    expect(place.nodes.get("i-1")?.tags).to.deep.equal({ PatchGroup: "web", Environment: "prod" });
  });

  it("does not answer while it is down", async () => {
    const { place, access: api } = access();
    place.isDown = true;
    expect(await failure(api.read(new Map()))).to.equal("Error: us-east-1 does not answer");
    expect(await failure(api.apply(make("first")))).to.equal("Error: us-east-1 does not answer");
    place.isDown = false;
    expect((await api.read(new Map())).baselines).to.deep.equal([...baseBaselines(), ...holdBaselines()]);
    expect((await api.read(new Map())).groups).to.deep.equal(baseGroups());
    expect(api.reads).to.equal(2);
  });
});
