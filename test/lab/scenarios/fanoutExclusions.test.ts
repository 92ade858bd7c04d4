import { expect } from "chai";
import { east, excluded, FanoutLab, ohio, server } from "./fanoutSupport.js";

const regions = [east, ohio];
const everything = "openssl nginx curl";

/** In force on the lab's first two days. */
const manifest = `version: 1
exclusions:
  - id: payments-openssl
    patches: ["openssl*"]
    tags: { App: payments }
    reason: TLS handshake fails
    owner: payments@example.com
    expires: 2026-06-02
  - id: ledger-curl
    patches: ["curl*"]
    tags: { App: ledger }
    reason: only there
    owner: ledger@example.com
    expires: 2026-06-02
    regions: [${ohio}]
  - id: freeze
    hold: true
    tags: { App: frozen }
    reason: quarter end
    owner: ledger@example.com
    expires: 2026-06-02
`;

describe("exclusions under the fan-out", () => {
  let lab: FanoutLab;
  before(async () => {
    lab = await FanoutLab.open({
      fleet: regions.flatMap((region) => [
        server(region),
        server(region, { tags: { App: "payments" } }),
        server(region, { tags: { App: "ledger" } }),
        server(region, { tags: { App: "frozen" } }),
      ]),
      values: { stacks: '["install","central"]', maxHeldPercent: "100" },
    });
    const { Environment } = lab.home.lambda.find("SSM-patchplane-dev-exclusions").input;
    lab.put(Environment?.Variables?.BUCKET ?? "", "exclusions/a.yaml", manifest);
    await lab.until("12:55:00");
  });
  after(() => lab.close());

  it("in force, hold in every Region, and everything else is as before", () => {
    expect(lab.patched(east)).to.deep.equal([everything, "nginx curl", everything, ""]);
    // Only there the ledger may not have curl.
    expect(lab.patched(ohio)).to.deep.equal([everything, "nginx curl", "openssl nginx", ""]);
    expect(lab.execution.status).to.equal("SUCCESS");
    expect(lab.refused).to.deep.equal([]);
  });

  it("keep held nodes out of the run, which does not touch them", () => {
    for (const region of regions) expect(lab.nodes(region)[3]?.state, region).to.equal(undefined);
    expect(lab.run.totals).to.deep.equal({ members: 6, patched: 6, failed: 0, notCovered: 0 });
  });

  it("are patched by a group and a baseline of their own, which the record counts", () => {
    expect(lab.run.starts.map(({ region, group, status }) => [region, group, status])).to.deep.equal(
      regions.flatMap((region) => [
        [region, "patchplane-dev-base", "Success"],
        [region, excluded, "Success"],
      ]),
    );
    expect(lab.run.regions.map((one) => [one.region, one.excluded])).to.deep.equal([
      [east, 1],
      [ohio, 2],
    ]);
    expect(lab.told).to.deep.equal([]);
  });

  it("hold on the second day as well, and after their end everything is installed", async () => {
    await lab.until("12:55:00", "2026-06-02");
    expect(lab.patched(east)).to.deep.equal([everything, "nginx curl", everything, ""]);
    expect(lab.patched(ohio)).to.deep.equal([everything, "nginx curl", "openssl nginx", ""]);
    await lab.until("12:55:00", "2026-06-03");
    for (const region of regions)
      expect(lab.patched(region)).to.deep.equal([everything, everything, everything, everything]);
    expect(lab.closed.at(-1)?.totals).to.deep.equal({ members: 8, patched: 8, failed: 0, notCovered: 0 });
    expect(lab.refused).to.deep.equal([]);
  });
});
