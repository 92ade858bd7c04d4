import { expect } from "chai";
import { Offers } from "#lab/report/facts/offers.js";
import { account, catalog, day, monday, node, register, rule, send } from "../../support.js";

/** Scans servers of a catalog, and tells what is offered to them and not approved. */
async function offers(offered: ReturnType<typeof catalog>, days: number) {
  const { operatingSystem } = offered;
  const security = rule({
    ApproveAfterDays: days,
    PatchFilterGroup: {
      PatchFilters: [
        { Key: "CLASSIFICATION", Values: [operatingSystem === "WINDOWS" ? "SecurityUpdates" : "Security"] },
      ],
    },
  });
  const { EnableNonSecurity: _, ...onWindows } = security;
  const approvalRules = [operatingSystem === "WINDOWS" ? onWindows : security];
  const some = node({ patchGroup: "servers", catalog: offered });
  const world = account([some, some, node({ patchGroup: "elsewhere", catalog: offered, state: "stopped" })]);
  register(world, "servers", { operatingSystem, approvalRules });
  send(world, "Scan");
  await world.clock.advanceTo(monday + day);
  return new Offers().summary(world.region.nodes.all);
}
describe("updates that are offered and not approved", () => {
  it("are told with their outlook and nodes, the worst first", async () => {
    const offered = catalog({
      curl: [{ released: "2026-01-01" }, { released: "2026-05-31" }],
      docker: [{ released: "2026-01-01" }, { released: "2026-04-01", classification: "Enhancement" }],
      nano: [{ released: "2026-01-01" }, { released: "2026-02-01", classification: undefined }],
      sudo: [{ released: "2026-01-01" }, { released: "2026-02-01" }],
    });
    const [first, second, ...others] = await offers(offered, 7);
    expect(others).to.deep.equal([]);
    expect(first).to.deep.include({
      operatingSystem: "AMAZON_LINUX_2023",
      outlook: "never approved",
      nodes: 2,
      updates: [
        { name: "docker-2.0", releasedAt: "2026-04-01T00:00:00Z", approvedFrom: null },
        { name: "nano-2.0", releasedAt: "2026-02-01T00:00:00Z", approvedFrom: null },
      ],
    });
    expect(second).to.deep.include({
      outlook: "waits",
      nodes: 2,
      updates: [
        {
          name: "curl-2.0",
          releasedAt: "2026-05-31T00:00:00Z",
          approvedFrom: "2026-06-07T00:00:00Z",
        },
      ],
    });
  });

  it("are none where rules approve all, and where the list rejects them", async () => {
    const offered = catalog({ curl: [{ released: "2026-01-01" }, { released: "2026-05-31" }] });
    expect(await offers(offered, 0)).to.deep.equal([]);
  });

  it("tell which are superseded first", async () => {
    const monthly = ["2026-03-10", "2026-04-14", "2026-05-12"].map((released) => ({
      released,
      classification: "SecurityUpdates",
    }));
    const [only] = await offers(catalog({ KB1: monthly }, "WINDOWS"), 45);
    expect(only).to.deep.include({ outlook: "superseded first", operatingSystem: "WINDOWS", nodes: 2 });
  });
});
