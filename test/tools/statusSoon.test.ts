import { expect } from "chai";
import { reconcile } from "#functions/exclusion-processor/core/reconcile.js";
import { day, node, region, World } from "../functions/exclusion-processor/core/support.js";
import { bucket, devRecord, type Members, manifestOf, portsOf, processOnce, runOn } from "./support.js";

const first = "i-00000001";
const second = "i-00000002";
const nextInstallAt = Date.parse("2026-09-06T04:00:00Z");
const openssl = { id: "openssl", patches: ["curl*"], nodes: [first, second] };

const upload = (world: World, entry: Members) =>
  world.bucket.put("exclusions/pay.json", manifestOf(entry), world.now);
const status = (world: World) => runOn(world, ["status", "--bucket", bucket]);

describe("npm run exclusions -- status, of what is not as it will be", () => {
  it("tells of a manifest that is being applied, on which nodes not yet, and that it is in force later", async () => {
    const world = new World([region([node(first), node(second)], { nextInstallAt })], devRecord());
    const version = upload(world, openssl);
    await reconcile(portsOf(world), world.now);
    const { code, out } = await status(world);
    expect(code).to.equal(1);
    expect(out.split("\n").slice(0, 3)).to.deep.equal([
      `exclusions/pay.json: applied, version ${version}, not in force yet`,
      "  1 entry is being applied: in force on 0 of 2 nodes so far.",
      "  Not yet on i-00000001, i-00000002: written, and not sure to be seen everywhere yet.",
    ]);
    expect(out).to.contain("1 manifest: 1 being applied. To look at: exclusions/pay.json.\n");
    await processOnce(world);
    await processOnce(Object.assign(world, { now: world.now + day / 24 }));
    expect(await status(world)).to.deep.include({ code: 0, err: "" });
  });

  it("heads a manifest that waits for an opening with being applied, since nothing of it is written", async () => {
    const world = new World([region([node(first), node(second)], { nextInstallAt })], devRecord());
    world.now = nextInstallAt - 5 * 60_000;
    const version = upload(world, openssl);
    await reconcile(portsOf(world), world.now);
    const { out } = await status(world);
    expect(out).to.contain(`exclusions/pay.json: being applied, version ${version}\n`);
    expect(out).to.contain("waits until 2026-09-06T04:20:00.000Z");
  });

  it("wants somebody to look at an entry that ends within an open window, until it has ended, and tells of it", async () => {
    const hour = day / 24;
    const world = new World(
      [region([node(first), node(second)], { nextInstallAt, installHours: 4 })],
      devRecord(),
    );
    upload(world, { ...openssl, expires: "2026-09-06T06:00:00Z" });
    await processOnce(world);
    const line =
      "openssl: ends on 2026-09-06T06:00:00.000Z, within the install window that is open from 2026-09-06T04:00:00.000Z to 2026-09-06T08:00:00.000Z: nodes that are begun after that get everything.";
    const { code, out } = await status(world);
    expect(code).to.equal(1);
    expect(out).to.contain(`\n  ${line}\n`).and.to.contain("To look at: exclusions/pay.json.");
    expect(world.told.filter(({ text }) => text.includes(line))).to.have.length(1);
    // While it is open, its next opening is the one of the week after.
    world.region().nextInstallAt = nextInstallAt + 7 * day;
    world.now = nextInstallAt + hour;
    await processOnce(world);
    expect((await status(world)).out).to.contain(line);
    upload(world, { ...openssl, expires: "2026-09-06T08:00:00Z" });
    await processOnce(world);
    expect((await status(world)).out).to.not.contain("within the install window");
  });
});
