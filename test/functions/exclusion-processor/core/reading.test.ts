import { expect } from "chai";
import { manifestRules, readingOf } from "#functions/exclusion-processor/core/reading.js";
import { readManifest } from "#functions/exclusion-processor/manifest/readManifest.js";
import type { ManifestBytes } from "#functions/exclusion-processor/ports.js";
import { appliesTo } from "#shared/contract/patchNames.js";
import { parseRefusals, refusalsKey } from "#shared/contract/refusals.js";
import { day, east, node, now, record, region, World, west } from "./support.js";

const linux = "i-0a1b2c3d4e5f60718";
const windows = "i-0a1b2c3d4e5f60719";
const real = {
  readManifest: ({ key, bytes, uploadedAt, record: deployed }: ManifestBytes) =>
    readingOf(readManifest({ key, text: bytes, uploadedAt }, manifestRules(deployed))),
  appliesTo,
};

const fleet = () => new World([region([node(linux), node(windows, { operatingSystem: "WINDOWS" })])]);
const run = (world: World) => world.run(undefined, (ports) => ({ ...ports, ...real }));

describe("with the manifest reader, a run", () => {
  it("does what a YAML manifest says", async () => {
    const world = fleet();
    const text = [
      "version: 1",
      "exclusions:",
      "  - id: payments-openssl",
      '    patches: ["openssl*", KB5034439]',
      `    nodes: [${linux}, ${windows}]`,
      "    reason: TLS handshake fails with 3.2.2",
      "    owner: payments@example.com",
      "    expires: 2026-10-01",
      "",
    ].join("\n");
    world.uploadText("payments", text);
    const { ok } = await run(world);
    expect(ok).to.equal(true);
    expect(world.status("payments").verdict).to.equal("being applied");
    expect(world.contentFor(linux)?.rejectedPatches).to.deep.equal(["openssl*"]);
    expect(world.contentFor(windows)?.rejectedPatches).to.deep.equal(["KB5034439"]);
    expect((await run(world)).writes).to.equal(0);
  });

  it("reads the file of instances, several of them, and ends them by itself", async () => {
    const world = fleet();
    const file = {
      [linux]: { exclude_patches: ["openssl*"], maintenance_window: "cron(0 4 ? * SUN *)" },
      [windows]: { exclude_patches: ["KB5034439"] },
    };
    world.bucket.put("exclusions/patch-exclusions.json", JSON.stringify(file), now);
    await run(world);
    expect(world.contentFor(linux)?.rejectedPatches).to.deep.equal(["openssl*"]);
    expect(world.contentFor(windows)?.rejectedPatches).to.deep.equal(["KB5034439"]);
    world.now += 90 * day;
    await run(world);
    expect([world.marks(linux)[0], world.marks(windows)[0]]).to.deep.equal(["web", "web"]);
  });

  it("tells what is wrong with a manifest, with its place", async () => {
    const world = fleet();
    world.uploadText("payments", "version: 1\nexclusions:\n  - id: x\n    patches: [CVE-2026-1]\n");
    await run(world);
    const { verdict, problems } = world.status("payments");
    expect(verdict).to.equal("refused");
    expect(problems.length).to.be.above(1);
    expect(problems[0]).to.deep.include({ entry: "x" });
    expect(problems.every(({ line, column, message }) => line && column && message)).to.equal(true);
  });
});

describe("what the manifest reader says", () => {
  it("is told with the way to mend it, and how much was left out", () => {
    const found = { line: 2, column: 3, path: "a", message: "got 1; allowed is 2." };
    const reading = readingOf({
      ok: false,
      problems: [{ ...found, got: "1", allowed: "2", fix: "Write 2.", entryId: "e" }],
      unlisted: 7,
      warnings: [],
    });
    expect(reading).to.deep.equal({
      ok: false,
      problems: [
        { message: "got 1; allowed is 2. Write 2.", line: 2, column: 3, entry: "e" },
        { message: "and 7 more" },
      ],
    });
    expect(readingOf({ ok: true, manifest: { entries: [] }, warnings: [found] })).to.deep.equal({
      ok: true,
      entries: [],
      warnings: [{ message: "got 1; allowed is 2.", line: 2, column: 3 }],
    });
  });

  it("is about the stack that is deployed", () => {
    expect(manifestRules(record())).to.deep.equal({
      operatingSystems: ["AMAZON_LINUX_2023", "UBUNTU", "WINDOWS"],
      regions: [east, west],
      maxExclusionDays: 90,
      timezone: "UTC",
    });
  });
});

describe("a manifest that was refused for what stands in it", () => {
  const key = "exclusions/payments.yaml";
  const here = record({ regions: record().regions.filter(({ name }) => name === east) });
  const bad = "version: 1\nexclusions:\n  - id: x\n    patches: [CVE-2026-1]\n";
  /** Runs, and says how often the manifest was read. */
  async function reads(world: World): Promise<number> {
    let count = 0;
    const { ok } = await world.run(undefined, (ports) => {
      const read = ports.store.read.bind(ports.store);
      ports.store.read = (one, version) => {
        if (one === key) count++;
        return read(one, version);
      };
      return { ...ports, ...real };
    });
    expect(ok).to.equal(true);
    return count;
  }
  const refused = async () => {
    const world = fleet();
    world.uploadText("payments", bad);
    expect(await reads(world)).to.equal(1);
    return world;
  };

  it("is not read again, and is told as it was", async () => {
    const world = await refused();
    const before = world.status("payments");
    world.now += 60_000;
    expect(await reads(world)).to.equal(0);
    expect(world.status("payments")).to.deep.equal(before);
    expect(before.verdict).to.equal("refused");
  });

  // Each row: what happens to it, and how often it is read then.
  const events: readonly (readonly [string, (world: World) => void, number])[] = [
    ["it is uploaded anew", (world) => world.uploadText("payments", `${bad}#`), 1],
    [
      "another one is uploaded within the same second",
      (world) => {
        world.now -= 60_000;
        world.uploadText("payments", `${bad}#`);
      },
      1,
    ],
    ["the same is uploaded later", (world) => world.uploadText("payments", bad), 1],
    [
      "a day has passed, after which a newer version may understand it",
      (world) => {
        world.now += day;
      },
      1,
    ],
    ["the stack has changed", (world) => world.deploy({ ...here, maxExclusionDays: 30 }), 1],
    ["what is kept of it is gone", (world) => world.bucket.remove(refusalsKey, world.now), 1],
    ["what is kept of it is broken", (world) => void world.bucket.put(refusalsKey, "{", world.now), 1],
    [
      "what is kept of it is somebody else's",
      (world) =>
        void world.bucket.put(
          refusalsKey,
          (world.bucket.text(refusalsKey) ?? "").replace("patches", "nodes"),
          world.now,
        ),
      1,
    ],
    [
      "the program is another one",
      (world) => {
        world.version = "2";
      },
      1,
    ],
    ["another is refused", (world) => world.uploadText("other", bad), 0],
    ["it is deleted", (world) => world.bucket.remove(key, world.now), 0],
  ];
  for (const [what, happen, times] of events) {
    it(`is read ${times === 0 ? "no more" : "again"} when ${what}`, async () => {
      const world = await refused();
      world.now += 60_000;
      happen(world);
      expect(await reads(world)).to.equal(times);
    });
  }

  it("is read again, and people hear of it once, when somebody has put back what was kept before", async () => {
    const world = await refused();
    const older = world.bucket.text(refusalsKey) ?? "";
    world.now += 60_000;
    world.uploadText("payments", `${bad}#`);
    await reads(world);
    world.bucket.put(refusalsKey, older, world.now);
    world.told.length = 0;
    expect([await reads(world), await reads(world)]).to.eql([1, 0]);
    expect(world.told.map(({ kind, about }) => `${kind} ${about}`)).to.eql(["exclusions-lost refused"]);
  });

  it("leaves nothing behind once it is mended", async () => {
    const world = await refused();
    world.now += 60_000;
    world.uploadText("payments", "version: 1\nexclusions: []\n");
    await reads(world);
    expect(parseRefusals(world.bucket.text(refusalsKey) ?? "")).to.deep.equal(new Map());
  });
});
