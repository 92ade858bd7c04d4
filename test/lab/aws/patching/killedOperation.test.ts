import { expect } from "chai";
import { killedOperation, planOperation } from "#lab/aws/patching/operation.js";
import { Snapshot } from "#lab/aws/patching/snapshot.js";
import { baseline, catalog, monday } from "../../support.js";

const two = [{ released: "2026-01-01" }, { released: "2026-02-01" }];
const offered = catalog({
  libs: two,
  openssl: [{ released: "2026-01-01" }, { released: "2026-02-01", installSeconds: 100 }],
  curl: two,
});
const snapshot = new Snapshot(baseline({ operatingSystem: offered.operatingSystem }), offered, monday);
const node = () => ({
  installed: new Int8Array(3),
  flags: new Uint8Array(3),
  fails: new Set<number>(),
  speed: 1,
});
const scan = { operation: "Scan", rebootOption: "RebootIfNeeded" } as const;
const install = { operation: "Install", rebootOption: "RebootIfNeeded" } as const;

describe("a run of AWS-RunPatchBaseline that is killed", () => {
  // Scans for 40 s, then puts in libs and curl in 10 s each and openssl in 100 s, and reboots for 90 s.
  const plan = planOperation(node(), snapshot, install, 0.5);

  for (const [when, seconds, done, halfDone] of [
    ["while it scans", 39, [], undefined],
    ["while the first goes in", 45, [], 0],
    ["while the second goes in", 60, [0], 1],
    ["while the last goes in", 155, [0, 1], 2],
  ] as const) {
    it(`${when}`, () => {
      const killed = killedOperation(plan, snapshot, seconds);
      expect(killed?.done.map(({ packageIndex }) => packageIndex)).to.deep.equal(done);
      expect(killed?.halfDone?.packageIndex).to.equal(halfDone);
    });
  }

  it("while the node reboots, is not: nobody is there to hear of it", () => {
    expect(killedOperation(plan, snapshot, 170)).to.equal(undefined);
  });

  it("leaves nothing behind when it only scans", () => {
    const only = planOperation(node(), snapshot, scan, 0.5);
    expect(killedOperation(only, snapshot, 1)).to.deep.equal({ done: [], halfDone: undefined });
  });

  it("leaves a node on which scans run, and installations end with an exception", () => {
    const broken = { ...node(), broken: {} };
    expect(planOperation(broken, snapshot, scan, 0)).to.include({ crashes: false });
    expect(planOperation(broken, snapshot, install, 0)).to.deep.include({ crashes: true, steps: [] });
  });
});
