import { expect } from "chai";
import type { Baseline } from "#lab/aws/patching/approval.js";
import {
  applyOperation,
  type OperationParameters,
  type OperationPlan,
  planOperation,
} from "#lab/aws/patching/operation.js";
import { failedFlag, pendingRebootFlag } from "#lab/aws/patching/patchState.js";
import { Snapshot } from "#lab/aws/patching/snapshot.js";
import { absent, type Catalog, none } from "#lab/fleet/model.js";
import { baseline, catalog, monday } from "../../support.js";

const two = [{ released: "2026-01-01" }, { released: "2026-02-01" }];
const packages = {
  libs: two,
  openssl: [
    { released: "2026-01-01" },
    { released: "2026-02-01", requires: ["libs>=2.0"], installSeconds: 100 },
  ],
  curl: two,
};
const offered = catalog(packages);
const byYum = catalog(packages, "AMAZON_LINUX_2");
const scan: OperationParameters = { operation: "Scan", rebootOption: "RebootIfNeeded" };
const install: OperationParameters = { operation: "Install", rebootOption: "RebootIfNeeded" };
const noReboot: OperationParameters = { operation: "Install", rebootOption: "NoReboot" };

function subject({ installed = [0, 0, 0], flags = [0, 0, 0], fails = [] as number[], speed = 1 } = {}) {
  return {
    installed: Int8Array.from(installed),
    flags: Uint8Array.from(flags),
    fails: new Set(fails),
    speed,
  };
}

function snapshotOf(changes: Partial<Baseline> = {}, from: Catalog = offered): Snapshot {
  return new Snapshot(baseline({ operatingSystem: from.operatingSystem, ...changes }), from, monday);
}

function steps(plan: OperationPlan): Record<string, number> {
  return Object.fromEntries(
    plan.steps.map(({ packageIndex, versionIndex }) => [
      offered.packages[packageIndex]?.name ?? "",
      versionIndex,
    ]),
  );
}

describe("what a run of AWS-RunPatchBaseline does on a node", () => {
  it("installs everything approved that is missing, and nothing when it scans", () => {
    expect(steps(planOperation(subject(), snapshotOf(), install, 0))).to.deep.equal({
      libs: 1,
      openssl: 1,
      curl: 1,
    });
    expect(planOperation(subject(), snapshotOf(), scan, 0))
      .to.include({ reboots: false })
      .and.to.deep.include({ steps: [] });
  });

  it("leaves alone what is not on the node, what is new enough and what is not approved", () => {
    const node = subject({ installed: [1, 1, absent] });
    expect(steps(planOperation(node, snapshotOf(), install, 0))).to.deep.equal({});
    expect(steps(planOperation(subject(), snapshotOf({ approvalRules: [] }), install, 0))).to.deep.equal({});
  });

  it("brings a dependency along that is rejected but allowed as one, and on a node that lacks it", () => {
    const changes = { rejectedPatches: ["libs*"], approvedPatches: ["openssl"] } as const;
    const node = subject({ installed: [absent, 0, 1] });
    const plan = planOperation(node, snapshotOf(changes), install, 0);
    expect(steps(plan)).to.deep.equal({ libs: 1, openssl: 1 });
    expect(plan.failures).to.deep.equal([]);
  });

  it("does not install a rejected package that nothing needs", () => {
    const node = subject({ installed: [0, 1, 1] });
    expect(steps(planOperation(node, snapshotOf({ rejectedPatches: ["libs*"] }), install, 0))).to.deep.equal(
      {},
    );
  });

  it("fails what needs a blocked package, and installs the rest, with yum", () => {
    const changes = { rejectedPatches: ["libs*"], rejectedPatchesAction: "BLOCK" } as const;
    const plan = planOperation(subject(), snapshotOf(changes, byYum), install, 0);
    expect(steps(plan)).to.deep.equal({ curl: 1 });
    expect(plan.failures).to.deep.equal([1]);
  });

  it("installs what needs a blocked package that is there already, with yum", () => {
    const changes = { rejectedPatches: ["libs*"], rejectedPatchesAction: "BLOCK" } as const;
    const plan = planOperation(subject({ installed: [1, 0, 1] }), snapshotOf(changes, byYum), install, 0);
    expect(steps(plan)).to.deep.equal({ openssl: 1 });
  });

  it("leaves what needs a blocked package as it is with dnf, silently and whatever is there", () => {
    const changes = { rejectedPatches: ["libs*"], rejectedPatchesAction: "BLOCK" } as const;
    for (const installed of [
      [0, 0, 0],
      [1, 0, 0],
    ]) {
      const plan = planOperation(subject({ installed }), snapshotOf(changes), install, 0);
      expect(steps(plan)).to.deep.equal({ curl: 1 });
      expect(plan.failures).to.deep.equal([]);
    }
  });

  it("installs what needs a blocked package in any version, but with dnf", () => {
    const changes = { rejectedPatches: ["libs*"], rejectedPatchesAction: "BLOCK" } as const;
    const app = {
      libs: two,
      app: [{ released: "2026-01-01" }, { released: "2026-02-01", requires: ["libs"] }],
    };
    for (const [system, versions] of [
      ["UBUNTU", [1]],
      ["AMAZON_LINUX_2023", []],
    ] as const) {
      const plan = planOperation(
        subject({ installed: [0, 0], flags: [0, 0] }),
        snapshotOf(changes, catalog(app, system)),
        install,
        0,
      );
      expect(
        plan.steps.map(({ packageIndex }) => packageIndex),
        system,
      ).to.deep.equal(versions);
      expect(plan.failures).to.deep.equal([]);
    }
  });

  const siblings = {
    libs: two,
    openssl: two.map(({ released }, at) => ({ released, requires: [`libs=${at + 1}.0`] })),
  };
  for (const [action, system, entry, chosen, failures] of [
    ["BLOCK", "AMAZON_LINUX_2023", "openssl*", [0, 1], []],
    ["ALLOW_AS_DEPENDENCY", "AMAZON_LINUX_2023", "openssl*", [0, 1], []],
    ["ALLOW_AS_DEPENDENCY", "AMAZON_LINUX_2", "openssl*", [0, 1], []],
    ["BLOCK", "AMAZON_LINUX_2", "openssl*", [], [0]],
    ["ALLOW_AS_DEPENDENCY", "SUSE", "openssl", [], [0]],
  ] as const) {
    it(`${chosen.length > 0 ? "lifts" : "does not lift"} a rejected sibling with ${action} on ${system}`, () => {
      const changes = { rejectedPatches: [entry], rejectedPatchesAction: action };
      for (const old of [0, none]) {
        const node = subject({ installed: [old, old], flags: [0, 0] });
        const plan = planOperation(node, snapshotOf(changes, catalog(siblings, system)), install, 0);
        expect(plan.steps.map(({ packageIndex }) => packageIndex)).to.deep.equal(chosen);
        expect(plan.failures).to.deep.equal(failures);
      }
    });
  }

  it("follows dependencies of dependencies, in circles too", () => {
    const circle = catalog({
      a: [{ released: "2026-01-01" }, { released: "2026-02-01", requires: ["b>=2.0"] }],
      b: [{ released: "2026-01-01" }, { released: "2026-02-01", requires: ["c>=2.0"] }],
      c: [{ released: "2026-01-01" }, { released: "2026-02-01", requires: ["a>=2.0"] }],
    });
    const plan = planOperation(
      subject(),
      snapshotOf({ approvalRules: [], approvedPatches: ["a"] }, circle),
      install,
      0,
    );
    expect(plan.steps.map(({ packageIndex }) => packageIndex)).to.have.members([0, 1, 2]);
    const blocked = {
      approvalRules: [],
      approvedPatches: ["a"],
      rejectedPatches: ["c*"],
      rejectedPatchesAction: "BLOCK",
    } as const;
    expect(planOperation(subject(), snapshotOf(blocked, circle), install, 0)).to.deep.include({
      steps: [],
      failures: [],
    });
  });

  it("fails a package that fails on this node, and what brings it along", () => {
    const plan = planOperation(subject({ fails: [0] }), snapshotOf(), install, 0);
    expect(steps(plan)).to.deep.equal({ curl: 1 });
    expect(plan.failures).to.deep.equal([0, 1]);
  });

  it("installs a version approved while an older one still waits for a reboot", () => {
    const node = subject({ flags: [0, 0, pendingRebootFlag], installed: [1, 1, 0] });
    expect(steps(planOperation(node, snapshotOf(), noReboot, 0))).to.deep.equal({ curl: 1 });
  });
});

describe("the reboot of a run", () => {
  const upToDate = { installed: [1, 1, 1] };
  const waiting = { ...upToDate, flags: [pendingRebootFlag, 0, 0] };
  for (const [what, node, parameters, reboots] of [
    ["after any installation", {}, install, true],
    ["for what waits since an earlier run", waiting, install, true],
    ["with nothing to do", upToDate, install, false],
    ["with NoReboot", {}, noReboot, false],
    ["in a scan, though something waits for it", waiting, scan, false],
    ["when all that was to be installed failed", { installed: [1, 1, 0], fails: [2] }, install, false],
  ] as const) {
    it(`${reboots ? "comes" : "does not come"} ${what}`, () => {
      const { reboots: found } = planOperation(
        subject({ ...node } as Parameters<typeof subject>[0]),
        snapshotOf(),
        parameters,
        0,
      );
      expect(found).to.equal(reboots);
    });
  }
});

describe("how long a run takes", () => {
  const seconds = (parameters: OperationParameters, luck: number, spec: Parameters<typeof subject>[0] = {}) =>
    planOperation(subject(spec), snapshotOf(), parameters, luck).seconds;

  it("is a scan, the installations and the reboot, longer or shorter by luck and the node's own speed", () => {
    expect(seconds(scan, 0.5)).to.be.closeTo(40, 1e-9);
    expect(seconds(scan, 0)).to.be.closeTo(24, 1e-9);
    expect(seconds(scan, 0.5, { speed: 3 })).to.be.closeTo(120, 1e-9);
    expect(seconds(noReboot, 0.5)).to.be.closeTo(40 + 10 + 100 + 10, 1e-9);
    expect(seconds(install, 0.5)).to.be.closeTo(40 + 10 + 100 + 10 + 90, 1e-9);
  });

  it("is longer on Windows", () => {
    const windows = catalog({ KB1: [{ released: "2026-01-01" }] }, "WINDOWS");
    const plan = planOperation(subject({ installed: [0] }), snapshotOf({}, windows), scan, 0.5);
    expect(plan.seconds).to.be.closeTo(120, 1e-9);
  });
});

describe("what a run leaves on a node", () => {
  function outcome(spec: Parameters<typeof subject>[0], parameters: OperationParameters) {
    const node = subject(spec);
    applyOperation(node, planOperation(node, snapshotOf(), parameters, 0), parameters);
    return { installed: [...node.installed], flags: [...node.flags] };
  }

  it("is new versions, and after a reboot nothing that waits for one", () => {
    expect(outcome({ flags: [pendingRebootFlag, 0, 0] }, install)).to.deep.equal({
      installed: [1, 1, 1],
      flags: [0, 0, 0],
    });
  });

  it("is packages that wait for a reboot, without one", () => {
    expect(outcome({ installed: [1, 1, 0] }, noReboot)).to.deep.equal({
      installed: [1, 1, 1],
      flags: [0, 0, pendingRebootFlag],
    });
  });

  it("is a failure that the next scan forgets", () => {
    const fails = { installed: [1, 1, 0], fails: [2] };
    expect(outcome(fails, noReboot)).to.deep.equal({ installed: [1, 1, 0], flags: [0, 0, failedFlag] });
    expect(outcome({ ...fails, flags: [0, 0, failedFlag] }, scan)).to.deep.equal({
      installed: [1, 1, 0],
      flags: [0, 0, 0],
    });
  });

  it("keeps a package waiting for a reboot when its next version fails", () => {
    const spec = { installed: [1, 1, 0], fails: [2], flags: [0, 0, pendingRebootFlag] };
    expect(outcome(spec, noReboot).flags[2]).to.equal(failedFlag | pendingRebootFlag);
  });

  it("is what was there before a scan", () => {
    const flags = [pendingRebootFlag, 0, 0];
    expect(outcome({ flags }, scan)).to.deep.equal({ installed: [0, 0, 0], flags });
  });
});
