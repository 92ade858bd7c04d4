import { expect } from "chai";
import { keys } from "#shared/contract/exclusionNames.js";
import { nameWarnings } from "#shared/contract/patchNameWarnings.js";
import type { PlannedNode } from "#shared/contract/planReport.js";
import { readOnly } from "#tools/exclusions/access.js";
import { east, node, region, World, west } from "../functions/exclusion-processor/core/support.js";
import {
  bucket,
  devRecord,
  Folder,
  type Members,
  manifestOf,
  now,
  portsOf,
  processOnce,
  type RunOptions,
  runOn,
} from "./support.js";

const first = "i-00000001";
const second = "i-00000002";
const third = "i-00000003";
const nextInstallAt = Date.parse("2026-09-06T04:00:00Z");
const fleet = (changes = {}) =>
  region(
    [first, second, third].map((id) => node(id)),
    { nextInstallAt, ...changes },
  );
const openssl = { id: "openssl", patches: ["openssl*"], nodes: [first, second] };
const [freezes = ""] = nameWarnings(["AMAZON_LINUX_2023"], "openssl*", "BLOCK");
const head = (text: string) => text.split("\n")[0];

describe("npm run exclusions -- plan", () => {
  let folder: Folder;
  beforeEach(() => {
    folder = new Folder();
  });
  afterEach(() => folder.remove());

  /** Plans a manifest, given as text or by its entries, in a world. */
  function plan(
    world: World,
    manifest: string | Members[],
    more: readonly string[] = [],
    options: RunOptions = {},
  ) {
    const text = typeof manifest === "string" ? manifest : manifestOf(...manifest);
    const file = folder.write("pay.json", text);
    return runOn(world, ["plan", file, "--stack", "dev", "--bucket", bucket, ...more], options);
  }

  it("tells which nodes would lose and gain what, and when", async () => {
    const world = new World([fleet()], devRecord());
    const version = world.bucket.put("exclusions/pay.json", manifestOf(openssl), world.now);
    await processOnce(world);
    const before = JSON.stringify([world.region().state, world.bucket.keys(), world.told]);
    const { code, out, err, writes } = await plan(world, [
      { id: "kernel", patches: ["kernel*", "openssl*"], nodes: [second] },
      { id: "freeze", hold: true, nodes: [third, "i-0000000f"] },
    ]);
    expect([code, err, writes]).to.deep.equal([0, "", 0]);
    expect(JSON.stringify([world.region().state, world.bucket.keys(), world.told])).to.equal(before);
    const group = world.tags(first).PatchGroup ?? "";
    const [, next] = /-> (web\.x-\w+)/.exec(out) ?? [];
    expect(out.split("\n")).to.deep.equal([
      `exclusions/pay.json of stack patchplane/dev: would be applied; version ${version} is in force now.`,
      `${folder.path}/pay.json:11:5: warning: patches[1]: ${freezes}`,
      "",
      "Node        Region     Patch group now -> then               Loses            Gains back  When",
      `i-00000001  us-east-1  ${group} -> web               -                openssl*    2026-09-06 04:00 UTC`,
      `i-00000002  us-east-1  ${group} -> ${next}  kernel*          -           2026-09-06 04:00 UTC`,
      "i-00000003  us-east-1  web -> web.hold                       all, it is held  -           2026-09-06 04:00 UTC",
      "",
      "3 nodes would move (1000 may without an approval): 1 would lose patches, 1 would gain some back, 1 would be held.",
      "freeze: no Region knows i-0000000f.",
      "Nothing was written.",
      "",
    ]);
  });

  it("tells of holds that would end, and of entries that reach nothing", async () => {
    const world = new World([fleet({ nextInstallAt: undefined })], devRecord());
    world.bucket.put("exclusions/pay.json", manifestOf({ id: "a", hold: true, nodes: [first] }), world.now);
    await processOnce(world);
    const { out } = await plan(world, [{ id: "win", patches: ["openssl*"], tags: { PatchGroup2: "none" } }]);
    expect(out).to.match(/web\.hold -> web +- +all, no hold any more +from the next installation\n/);
    expect(out).to.contain("1 node would move (1000 may without an approval): 1 would not be held any more.");
    expect(out).to.contain("\nwin: would be in force on no node.\n");
  });

  it("says when nothing would move", async () => {
    const world = new World([fleet()], devRecord());
    world.bucket.put("exclusions/pay.json", manifestOf(openssl), world.now);
    await processOnce(world);
    expect((await plan(world, [{ ...openssl, reason: "another" }])).out).to.contain(
      "\nNo node would move.\n",
    );
    const allowing = await plan(world, [{ ...openssl, action: "allow-as-dependency" }]);
    expect(allowing.out).to.contain(": 2 would keep the patches and change what happens to dependencies.\n");
  });

  it("tells what would be refused, with the place", async () => {
    const world = new World([fleet()], devRecord());
    const { code, out } = await plan(world, "version: 1\n", ["--key", "exclusions/a/b.yaml"]);
    expect(code).to.equal(1);
    expect(out.split("\n")).to.deep.equal([
      "exclusions/a/b.yaml of stack patchplane/dev: would be refused; nothing of it is in force now.",
      `${folder.path}/pay.json:1:1: exclusions: got nothing; allowed is a list of at most 10000 entries. Add exclusions: a list, which may be empty.`,
      "Nothing was written.",
      "",
    ]);
    const names = (letter: string) => Array.from({ length: 26 }, (_, index) => `${letter}${index}-lib*`);
    const large = await plan(world, [
      { id: "a", patches: names("a"), nodes: [first] },
      { id: "b", patches: names("b"), nodes: [first] },
    ]);
    expect(large.code).to.equal(1);
    expect(large.out).to.contain(
      `${folder.path}/pay.json:4: a: us-east-1, AMAZON_LINUX_2023, i-00000001: 52 rejected patches, and a baseline takes 50. `,
    );
    expect(large.out).to.not.contain("would move");
  });

  it("tells what would be held", async () => {
    const world = new World([fleet()], devRecord({ maxChangedNodes: 1 }));
    const { code, out } = await plan(world, [openssl]);
    expect(code).to.equal(1);
    expect(head(out)).to.contain("would be held; nothing of it is in force now.");
    expect(out).to.contain("2 nodes would move (1 may without an approval): 2 would lose patches.");
    expect(out).to.contain(
      "Nothing would move until an object approvals/exclusions/pay.json names the version that S3 gives the upload.",
    );
  });

  it("warns as check does", async () => {
    const world = new World([fleet()], devRecord());
    const { code, out } = await plan(world, [{ ...openssl, patches: ["openssl"] }]);
    expect(code).to.equal(0);
    expect(out).to.contain(
      `${folder.path}/pay.json:10:5: warning: patches[0]: "openssl" does not keep the package out of AMAZON_LINUX_2023`,
    );
  });

  it("holds the file to the deployed stack and to the time that it is given", async () => {
    const world = new World([fleet()], devRecord({ maxExclusionDays: 10 }));
    expect((await plan(world, [openssl])).out).to.contain("allowed is at most 10 days after the upload");
    const at = ["--at", "2026-10-25T00:00:00Z"];
    const { code, out } = await plan(world, [openssl], at);
    expect([code, head(out)]).to.deep.equal([
      0,
      "exclusions/pay.json of stack patchplane/dev: would be applied; nothing of it is in force now.",
    ]);
  });

  it("tells all of it as JSON", async () => {
    const world = new World([fleet(), region([], { region: west })], devRecord());
    world.region(west).isDown = true;
    const { code, out } = await plan(world, [{ ...openssl, nodes: [first] }], ["--json"]);
    expect(code).to.equal(1);
    const { nodes, ...rest } = JSON.parse(out);
    expect(rest).to.deep.equal({
      version: 1,
      stack: "patchplane/dev",
      key: "exclusions/pay.json",
      verdict: "would be applied",
      problems: [],
      warnings: [{ entry: "openssl", line: 10, column: 5, message: `patches[0]: ${freezes}` }],
      changedNodes: 1,
      mostChangedNodes: 1000,
      takesEffect: { [east]: "2026-09-06T04:00:00.000Z" },
      entries: [{ id: "openssl", region: east, nodes: 1, unknownNodes: [], leftAlone: [] }],
      unreadRegions: [{ region: west, error: "cannot be read (Error: eu-west-1 does not answer)" }],
    });
    expect(nodes).to.have.lengthOf(1);
    expect(nodes[0]).to.deep.include({
      id: first,
      region: east,
      from: "web",
      loses: ["openssl*"],
      gains: [],
    });
  });

  it("says which Regions it knows nothing of, and gives up when there is no other", async () => {
    const world = new World([fleet(), region([], { region: west })], devRecord());
    world.region(west).isDown = true;
    const { code, out } = await plan(world, [openssl]);
    expect(code).to.equal(1);
    expect(out).to.contain(
      "\neu-west-1: cannot be read (Error: eu-west-1 does not answer); what would change there is not known.\n",
    );
    world.region(west).isDown = false;
    world.region(west).baselines.delete("pb-base-ub");
    expect((await plan(world, [openssl])).out).to.contain(
      "\neu-west-1: the base baseline pb-base-ub of UBUNTU is not there; run the deployment again; what would change there is not known.\n",
    );
    world.region(west).isDown = true;
    world.region(east).isDown = true;
    const none = await plan(world, [openssl]);
    expect(none).to.deep.include({ code: 2, out: "" });
    expect(none.err).to.equal(
      "us-east-1: cannot be read (Error: us-east-1 does not answer).\neu-west-1: cannot be read (Error: eu-west-1 does not answer).\n",
    );
  });

  it("shows the first of many nodes, and all in JSON", async () => {
    const ids = Array.from({ length: 60 }, (_, index) => `i-${String(index).padStart(8, "0")}`);
    const world = new World([region(ids.map((id) => node(id)))], devRecord());
    const entry = { id: "a", patches: ["openssl*"], nodes: ids };
    const { out } = await plan(world, [entry]);
    expect(out.split("\n").filter((line) => line.startsWith("i-"))).to.have.lengthOf(50);
    expect(out).to.contain("\nand 10 more nodes; --json tells them all.\n");
    expect(JSON.parse((await plan(world, [entry], ["--json"])).out).nodes).to.have.lengthOf(60);
  });

  it("does not say that few are left alone where a report counts no further", async () => {
    const ids = Array.from({ length: 120 }, (_, index) => `i-${String(index).padStart(8, "0")}`);
    const windows = ids.map((id) => node(id, { operatingSystem: "WINDOWS" }));
    const world = new World([region(windows)], devRecord());
    const { out } = await plan(world, [{ id: "a", patches: ["openssl*"], nodes: ids }]);
    expect(out).to.contain(" and 95 more in us-east-1: no patch name is one of WINDOWS.\n");
    expect(out).to.contain("a: of those left alone in us-east-1, only the first 100 are counted.\n");
  });

  it("refuses a bucket that is not the stack's", async () => {
    const other = new World([fleet()], devRecord({ stack: "patchplane/prod" }));
    expect(await plan(other, [openssl])).to.deep.include({
      code: 2,
      out: "",
      err: "Bucket exclusions-bucket is of stack patchplane/prod, and --stack dev is patchplane/dev.\n",
    });
    const empty = new World([fleet()], devRecord());
    empty.bucket.remove(keys.record, now);
    expect((await plan(empty, [openssl])).err).to.equal(
      "Bucket exclusions-bucket has no deployment.json: it is no bucket of exclusions, or its stack is not deployed yet.\n",
    );
    empty.bucket.put(keys.record, "{}", now);
    expect((await plan(empty, [openssl])).err).to.match(
      /^deployment\.json in bucket exclusions-bucket is not valid: version: is not 1; /,
    );
  });

  it("says what it may not read, and where it looked", async () => {
    const world = new World([fleet()], devRecord());
    for (const denied of [keys.record, ""]) {
      const ports = portsOf(world);
      ports.store.denied.add(denied);
      expect(await plan(world, [openssl], [], { ports: readOnly(ports) })).to.deep.include({
        code: 2,
        err:
          `Bucket exclusions-bucket cannot be read: Error: AccessDenied: ${denied}.\n` +
          "What decides where and as whom: the stack's aws:region (without --stack AWS_REGION), AWS_ENDPOINT_URL, and AWS's usual credentials.\n",
      });
    }
  });

  it("lets nothing hostile reach the terminal", async () => {
    const hostile = node(first, { tags: { PatchGroup: "web", Environment: "\u001b[2J\u202e" } });
    const world = new World([region([hostile])], devRecord({ targetTags: { Environment: ["\u009b1m"] } }));
    const { out } = await plan(world, [{ ...openssl, reason: "\u001b", nodes: [first] }]);
    expect(out.replaceAll("\n", "")).to.not.match(/[\p{Cc}\p{Bidi_Control}]/u);
    const left = await plan(world, [openssl], [], { isTTY: true });
    expect(left.out).to.contain("\u001b[32mwould be applied\u001b[0m");
    expect(left.out).to.contain("lacks the tag Environment = \\u009b1m");
  });

  it("tells what an upload then does", async () => {
    const drafts: Members[][] = [
      [openssl],
      [
        { ...openssl, nodes: [second] },
        { id: "k", patches: ["kernel*"], tags: { Environment: "prod" } },
      ],
      [{ id: "h", hold: true, nodes: [first, third] }],
      [{ id: "h", hold: true, nodes: [first] }, openssl],
      [],
    ];
    const world = new World([fleet()], devRecord());
    for (const draft of drafts) {
      const { out } = await plan(world, draft, ["--json"]);
      const planned = (JSON.parse(out).nodes as PlannedNode[]).map(({ id, from, to }) => [id, from, to]);
      const groups = () => [first, second, third].map((id) => world.tags(id).PatchGroup);
      const before = groups();
      world.bucket.put("exclusions/pay.json", manifestOf(...draft), world.now);
      await processOnce(world);
      const moved = groups().flatMap((to, index) => {
        const from = before[index];
        return from === to ? [] : [[[first, second, third][index], from, to]];
      });
      expect(planned).to.deep.equal(moved);
      expect(moved).to.not.be.empty;
    }
  });
});
