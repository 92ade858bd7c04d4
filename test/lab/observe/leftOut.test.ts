import { expect } from "chai";
import { Snapshot } from "#lab/aws/patching/snapshot.js";
import { leftOut } from "#lab/observe/leftOut.js";
import { account, at, baseline, catalog, node } from "../support.js";

const now = at("2026-06-01T00:00:00Z");
const old = { released: "2026-01-01" };
const fresh = { released: "2026-05-01" };
const packages = {
  libs: [old, { released: "2026-04-01" }, fresh],
  app: [old, { ...fresh, requires: ["libs>=3.0"] }],
  tool: [old, { ...fresh, requires: ["app>=2.0"] }],
  other: [old, fresh],
};
const linux = catalog(packages);
const byYum = catalog(packages, "AMAZON_LINUX_2");

const rejecting = (offered: typeof linux, ...rejectedPatches: string[]) => {
  const { operatingSystem } = offered;
  return new Snapshot(
    baseline({ operatingSystem, rejectedPatches, rejectedPatchesAction: "BLOCK" }),
    offered,
    now,
  );
};
const snapshot = (...rejectedPatches: string[]) => rejecting(linux, ...rejectedPatches);

function left(actual: Snapshot | undefined, spec: Parameters<typeof node>[0] = {}) {
  const world = account([node({ catalog: linux, ...spec })]);
  return leftOut(world.node(0), rejecting(spec.catalog ?? linux), actual).map(
    ({ patch, rejectedBy }) => `${patch.id} by ${rejectedBy.join(" ")}`,
  );
}

const latest = { libs: 2, app: 1, tool: 1, other: 1 };

describe("leftOut", () => {
  const cases: readonly (readonly [string, () => string[], readonly string[]])[] = [
    ["nothing where both do the same", () => left(snapshot()), []],
    ["what is rejected", () => left(snapshot("other*")), ["other-2.0 by other*"]],
    ["nothing that the node has", () => left(snapshot("other*"), { versions: latest }), []],
    ["nothing that is not on the node", () => left(snapshot("other*"), { versions: { other: null } }), []],
    ["nothing that fails there anyway", () => left(snapshot("other*"), { fails: ["other"] }), []],
    [
      "what needs something rejected, however far",
      () => left(snapshot("libs*")),
      ["libs-3.0 by libs*", "app-2.0 by libs*", "tool-2.0 by libs*"],
    ],
    [
      "with dnf what needs something rejected that is there",
      () => left(snapshot("libs*"), { versions: { libs: 2 } }),
      ["app-2.0 by libs*", "tool-2.0 by libs*"],
    ],
    [
      "nothing for a need that is met, with yum",
      () => left(rejecting(byYum, "libs*"), { catalog: byYum, versions: { libs: 2 } }),
      [],
    ],
    [
      "the newest version, where an older one may come in",
      () => left(snapshot("libs-3.0"), { versions: { ...latest, libs: 0 } }),
      ["libs-3.0 by libs-3.0"],
    ],
    [
      "everything, where nothing is installed",
      () => left(undefined),
      ["libs-3.0 by ", "app-2.0 by ", "tool-2.0 by ", "other-2.0 by "],
    ],
  ];
  for (const [what, work, expected] of cases) {
    it(`names ${what}`, () => expect(work()).to.eql(expected));
  }
});
