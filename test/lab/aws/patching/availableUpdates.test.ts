import { expect } from "chai";
import { isCompliant } from "#lab/aws/patching/patchState.js";
import { account, catalog, day, errorCode, monday, node, rule, send } from "../../support.js";

/** Scans a server that has a security update waiting, under a baseline that says what that makes of it. */
async function scanned(AvailableSecurityUpdatesComplianceStatus: "COMPLIANT" | "NON_COMPLIANT" | undefined) {
  const offered = catalog(
    {
      KB1: [
        { released: "2026-01-01", classification: "SecurityUpdates" },
        { released: "2026-05-31", classification: "SecurityUpdates" },
      ],
    },
    "WINDOWS",
  );
  const world = account([node({ patchGroup: "servers", catalog: offered })]);
  const { EnableNonSecurity: _, ...waits } = rule({ ApproveAfterDays: 7 });
  const { BaselineId = "" } = world.region.baselines.createPatchBaseline({
    Name: "windows",
    OperatingSystem: "WINDOWS",
    ApprovalRules: { PatchRules: [waits] },
    ...(AvailableSecurityUpdatesComplianceStatus === undefined
      ? {}
      : { AvailableSecurityUpdatesComplianceStatus }),
  });
  world.region.baselines.registerPatchBaselineForPatchGroup({ BaselineId, PatchGroup: "servers" });
  send(world, "Scan");
  await world.clock.advanceTo(monday + day);
  const state = world.region.nodes.all[0]?.state;
  if (state === undefined) throw new Error("nothing was reported");
  return { told: world.region.baselines.getPatchBaseline({ BaselineId }), state };
}

// API reference of CreatePatchBaseline, AvailableSecurityUpdatesComplianceStatus: for Windows Server only, COMPLIANT by default.
describe("a security update that is available and not approved", () => {
  for (const [status, compliant] of [
    [undefined, true],
    ["COMPLIANT", true],
    ["NON_COMPLIANT", false],
  ] as const) {
    it(`leaves a node ${compliant ? "" : "not "}compliant under ${status ?? "a baseline that does not say"}`, async () => {
      const { told, state } = await scanned(status);
      expect(state.availableSecurityUpdates).to.equal(1);
      expect(isCompliant(state)).to.equal(compliant);
      expect(told.AvailableSecurityUpdatesComplianceStatus).to.equal(status);
    });
  }

  it("may be judged on Windows only", () => {
    const { region } = account([]);
    const Name = "linux";
    const AvailableSecurityUpdatesComplianceStatus = "NON_COMPLIANT";
    const input = { Name, OperatingSystem: "UBUNTU", AvailableSecurityUpdatesComplianceStatus } as const;
    expect(errorCode(() => region.baselines.createPatchBaseline(input))).to.equal("ValidationException");
  });
});
