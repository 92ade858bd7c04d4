import { expect } from "chai";
import { statusKey } from "#shared/contract/exclusionNames.js";
import { nameWarnings } from "#shared/contract/patchNameWarnings.js";
import { readOnly } from "#tools/exclusions/access.js";
import { day, node, region, World, west } from "../functions/exclusion-processor/core/support.js";
import { bucket, devRecord, type Members, manifestOf, portsOf, processOnce, runOn } from "./support.js";

const first = "i-00000001";
const second = "i-00000002";
const nextInstallAt = Date.parse("2026-09-06T04:00:00Z");
const openssl = { id: "openssl", patches: ["openssl*"], nodes: [first, second] };

function dev(changes: Parameters<typeof devRecord>[0] = {}): World {
  return new World([region([node(first), node(second)], { nextInstallAt })], devRecord(changes));
}

function upload(world: World, name: string, ...entries: readonly Members[]): string {
  return world.bucket.put(`exclusions/${name}`, manifestOf(...entries), world.now);
}

const status = (world: World, ...args: readonly string[]) =>
  runOn(world, ["status", "--bucket", bucket, ...args]);

async function linesOf(world: World, ...args: readonly string[]): Promise<string[]> {
  return (await status(world, ...args)).out.split("\n");
}

const [freezes = ""] = nameWarnings(["AMAZON_LINUX_2023"], "openssl*", "BLOCK");

describe("npm run exclusions -- status", () => {
  it("says so when there is nothing", async () => {
    const ran = await status(dev());
    expect(ran).to.deep.equal({
      code: 0,
      out: "There is no manifest, and none has ended.\n",
      err: "",
      writes: 0,
    });
  });

  it("tells of each entry where it is in force and until when", async () => {
    const world = dev();
    const version = upload(world, "pay.json", openssl, { id: "freeze", hold: true, nodes: [second] });
    const { out, ...rest } = await status(await processOnce(world).then(() => world));
    expect(rest).to.include({ code: 0, err: "", writes: 0 });
    expect(out.split("\n")).to.deep.equal([
      `exclusions/pay.json: applied, version ${version}, in force`,
      "  2 entries are in force, on 2 nodes.",
      `  line 10:5: openssl: warning: patches[0]: ${freezes}`,
      "  Entry    Phase     Ends                  Patches      Nodes                      Takes effect",
      "  openssl  in force  2026-11-02 00:00 UTC  openssl*     2: i-00000001, i-00000002  2026-09-06 04:00 UTC",
      "  freeze   in force  2026-11-02 00:00 UTC  all, a hold  1: i-00000002              2026-09-06 04:00 UTC",
      "  openssl: us-east-1: 1 node held as a whole, because entry freeze asks for it.",
      "  Held by freeze: scans report nothing missing there; what their last scan before found is below scan/ in the log bucket.",
      "",
      "1 manifest: 1 in force.",
      "",
    ]);
  });

  it("tells of refused, held and waiting manifests, and of an upload that is newer than its verdict", async () => {
    const world = dev({ maxChangedNodes: 1 });
    const kernel = { ...openssl, id: "kernel", patches: ["kernel*"] };
    const held = upload(world, "b-held.json", kernel);
    const good = upload(world, "c-old.json", { ...openssl, nodes: [first] });
    await processOnce(world);
    const bad = world.bucket.put("exclusions/c-old.json", "{}", world.now);
    await processOnce(world);
    world.now += 1000;
    upload(world, "a-new.json", openssl);
    upload(world, "b-held.json", { ...kernel, reason: "another" });
    const { code, out } = await status(world);
    expect(code).to.equal(1);
    expect(out.split("\n")).to.deep.equal([
      "exclusions/a-new.json: waits for the next run",
      "",
      `exclusions/b-held.json: held, version ${held}`,
      "  A newer upload waits for the next run.",
      "  Held: it would move 2 nodes, and 1 may move without an approval.",
      "  Nothing of it is in force until then.",
      `  To release it, put an object approvals/exclusions/b-held.json with the text ${held} into the bucket.`,
      "  Entry   Phase  Ends                  Patches  Nodes  Takes effect",
      "  kernel  held   2026-11-02 00:00 UTC  kernel*  none   -",
      "",
      `exclusions/c-old.json: refused, version ${bad}; version ${good} is in force`,
      `  Refused; version ${good} is in force.`,
      "  1 entry is in force, on 1 node.",
      "  line 1:1: version: got nothing; allowed is 1. Add version: 1.",
      "  line 1:1: exclusions: got nothing; allowed is a list of at most 10000 entries. Add exclusions: a list, which may be empty.",
      "  Entry    Phase     Ends                  Patches   Nodes          Takes effect",
      "  openssl  in force  2026-11-02 00:00 UTC  openssl*  1: i-00000001  2026-09-06 04:00 UTC",
      "",
      "3 manifests: 1 waiting, 1 held, 1 refused. To look at: exclusions/a-new.json, exclusions/b-held.json, exclusions/c-old.json.",
      "",
    ]);
  });

  it("tells what keeps one in force from doing what its author expects", async () => {
    const world = new World([region([node(first), node(second)]), region([], { region: west })], devRecord());
    world.region(west).isDown = true;
    world.region().stuck.add(second);
    upload(world, "pay.json", { ...openssl, patches: ["openssl"], nodes: [first, second] });
    upload(world, "win.json", { id: "win", patches: ["KB5034439"], nodes: [first] });
    await processOnce(world);
    const { code, out } = await status(world);
    expect(code).to.equal(1);
    for (const line of [
      '  line 10:5: openssl: warning: patches[0]: "openssl" does not keep the package out of AMAZON_LINUX_2023 where another one needs it, or one of the same source brings it along; "openssl*" does',
      "  openssl: could not move i-00000002 (the tags are locked); the next run tries again.",
      "  eu-west-1: cannot be read (Error: eu-west-1 does not answer); nothing is known of it since 2026-09-01 10:00 UTC; the next run tries again.",
      "  win: left alone i-00000001: no patch name is one of AMAZON_LINUX_2023.",
      "  win: there is no node for it.",
      "2 manifests: 1 in force, 1 being applied. To look at: exclusions/pay.json, exclusions/win.json.",
    ]) {
      expect(out.split("\n")).to.include(line);
    }
  });

  for (const [what, disturb] of [
    ["a node that could not be moved", (world: World) => world.region().stuck.add(second)],
    [
      "a Region that failed",
      (world: World) => {
        world.region(west).isDown = true;
      },
    ],
  ] as const) {
    it(`wants somebody to look for ${what}`, async () => {
      const world = new World(
        [region([node(first), node(second)]), region([node("i-00000003")], { region: west })],
        devRecord(),
      );
      disturb(world);
      upload(world, "pay.json", openssl);
      await processOnce(world);
      const { code, out } = await status(world);
      expect(code).to.equal(1);
      expect(out).to.contain("\n1 manifest: 1 in force. To look at: exclusions/pay.json.\n");
      world.region().stuck.clear();
      world.region(west).isDown = false;
      await processOnce(world);
      expect((await status(world)).code).to.equal(0);
    });
  }

  it("tells of entries that end, and of manifests that have ended", async () => {
    const world = dev();
    upload(world, "pay.json", { ...openssl, expires: "2026-09-05" });
    upload(world, "was.json", { ...openssl, id: "was" });
    await processOnce(world);
    expect((await status(world)).out).to.contain("  openssl  expiring  2026-09-06 00:00 UTC ");
    world.bucket.remove("exclusions/was.json", world.now);
    world.now += 10 * day;
    await processOnce(world);
    const { code, out } = await status(world);
    expect(code).to.equal(0);
    expect(out).to.match(/ {2}openssl {2}expired {2}2026-09-06 00:00 UTC {2}openssl\* {2}none {3}-\n/);
    expect(out).to.contain(
      "exclusions/was.json: ended\n  Ended: the manifest is gone, and nothing of it is in force.\n\n2 manifests: 2 ended.\n",
    );
  });

  it("tells of the manifests that are asked for, by key or by the name below exclusions/", async () => {
    const world = dev();
    for (const name of ["a.json", "b.json", "c.json"]) upload(world, name, openssl);
    await processOnce(world);
    const asked = await linesOf(world, "c.json", "exclusions/a.json", "a.json");
    expect(
      asked.filter((line) => line.startsWith("exclusions/")).map((line) => line.split(":")[0]),
    ).to.deep.equal(["exclusions/c.json", "exclusions/a.json"]);
    expect(await status(world, "a.json", "d.json", "e\u001b.json")).to.deep.include({
      code: 2,
      out: "",
      err:
        'Bucket exclusions-bucket has no "exclusions/d.json", and nothing is said of it.\n' +
        'Bucket exclusions-bucket has no "exclusions/e\\u001b.json", and nothing is said of it.\n',
    });
  });

  it("leaves reports on plans, folders and other objects aside", async () => {
    const world = dev();
    world.bucket.put("plans/pay.json", manifestOf(openssl), world.now);
    world.bucket.put("exclusions/", "", world.now);
    world.bucket.put("status/notes.txt", "", world.now);
    await processOnce(world);
    expect((await status(world)).out).to.equal("There is no manifest, and none has ended.\n");
  });

  it("names nodes whose tags something else writes, whether or not there is a manifest", async () => {
    const world = dev();
    const found = world.region().nodes.get(second);
    if (found === undefined) throw new Error("no node");
    world.region().nodes.set(second, { ...found, tags: { ...found.tags, "patchplane:base-group": "web" } });
    await processOnce(world);
    const { code, out } = await status(world);
    expect(code).to.equal(1);
    expect(out.split("\n")).to.deep.equal([
      "There is no manifest, and none has ended.",
      "",
      "Something else has written the tags of 1 node:",
      "  us-east-1 i-00000002: PatchGroup is web, and patchplane:base-group is web: somebody else has changed one of the two (once since 2026-09-01T10:00:00.000Z).",
      "",
    ]);
    world.now += 2 * day;
    await processOnce(world);
    expect((await status(world)).code).to.equal(0);
  });

  it("names objects that nothing looks at, and where they belong", async () => {
    const world = dev();
    for (const key of ["patch-exclusions.json", "Exclusions/web.yaml"])
      world.bucket.put(key, "{}", world.now);
    const { code, out } = await status(world);
    expect(code).to.equal(1);
    expect(out.split("\n")).to.deep.equal([
      "There is no manifest, and none has ended.",
      "",
      "Nothing looks at 2 objects:",
      "  Exclusions/web.yaml: As a manifest it belongs to exclusions/web.yaml.",
      "  patch-exclusions.json: As a manifest it belongs to exclusions/patch-exclusions.json.",
      "",
    ]);
  });

  it("says so where what is known of such nodes cannot be read", async () => {
    const world = dev();
    world.bucket.put("state/foreign.json", "{", world.now);
    const { code, err } = await status(world);
    expect([code, err]).to.deep.equal([2, `state/foreign.json of bucket ${bucket} cannot be understood.\n`]);
  });

  it("tells all of it as JSON", async () => {
    const world = dev();
    upload(world, "pay.json", openssl);
    await processOnce(world);
    world.now += 1000;
    upload(world, "new.json", openssl);
    const { code, out } = await status(world, "--json");
    expect(code).to.equal(1);
    expect(JSON.parse(out)).to.deep.equal({
      version: 1,
      foreignNodes: [],
      misplaced: [],
      retired: [],
      manifests: [
        { key: "exclusions/new.json", isWaiting: true },
        {
          key: "exclusions/pay.json",
          isWaiting: false,
          status: JSON.parse(world.bucket.text("status/exclusions/pay.json.json") ?? ""),
        },
      ],
    });
  });

  it("says what cannot be read", async () => {
    const world = dev();
    for (const name of ["a.json", "b.json", "c.json"]) upload(world, name, openssl);
    await processOnce(world);
    world.bucket.put(statusKey("exclusions/b.json"), "{}", world.now);
    const ports = portsOf(world);
    ports.store.denied.add(statusKey("exclusions/c.json"));
    const { code, out } = await runOn(world, ["status", "--bucket", bucket], { ports: readOnly(ports) });
    expect(code).to.equal(1);
    expect(out).to.contain(
      "exclusions/b.json: status/exclusions/b.json.json is not a status\n\n" +
        "exclusions/c.json: status/exclusions/c.json.json cannot be read (Error: AccessDenied: status/exclusions/c.json.json)\n\n" +
        "3 manifests: 1 in force, 2 not readable. To look at: exclusions/b.json, exclusions/c.json.\n",
    );
    ports.store.denied.add("");
    const denied = await runOn(world, ["status", "--bucket", bucket], { ports: readOnly(ports) });
    expect(denied).to.deep.include({ code: 2, out: "" });
    expect(denied.err).to.match(/^Bucket exclusions-bucket cannot be read: Error: AccessDenied: \.\n/);
    expect((await runOn(dev(), ["status", "--bucket", bucket, "x"])).code).to.equal(2);
  });

  it("lets nothing hostile reach the terminal", async () => {
    const world = dev();
    const key = "exclusions/\u001b[2J\u202e.json";
    world.bucket.put(key, manifestOf(openssl), world.now);
    await processOnce(world);
    const text = world.bucket.text(statusKey(key)) ?? "";
    const hostile = text
      .replaceAll("1 entry is", "\\u001b]0;x\\u0007\\u009b\\n")
      .replaceAll("openssl*", "\u202e");
    world.bucket.put(statusKey(key), hostile, world.now);
    for (const isTTY of [false, true]) {
      const { out } = await runOn(world, ["status", "--bucket", bucket], { isTTY });
      const rest = ["0", "2", "32", "\n"].reduce(
        (text, code) => text.replaceAll(code === "\n" ? code : `\u001b[${code}m`, ""),
        out,
      );
      expect(rest).to.not.match(/[\p{Cc}\p{Bidi_Control}]/u);
      expect(rest)
        .to.contain("exclusions/\\u001b[2J\\u202e.json: applied")
        .and.to.contain("\\u001b]0;x\\u0007\\u009b\\u000a");
      expect(out.includes("\u001b[32min force\u001b[0m")).to.equal(isTTY);
    }
  });
});
