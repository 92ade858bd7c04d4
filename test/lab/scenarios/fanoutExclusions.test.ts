import { expect } from "chai";
import { at } from "../support.js";
import { base, east, excluded, FanoutLab, ohio, server, startFunction } from "./fanoutSupport.js";

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

describe("an exclusion that somebody undoes just before the central window installs", () => {
  let lab: FanoutLab;
  before(async () => {
    lab = await FanoutLab.open({
      fleet: [server(east), server(ohio), server(ohio, { tags: { App: "payments" } })],
      values: { stacks: '["install","central"]', maxHeldPercent: "100" },
    });
    const { Environment } = lab.home.lambda.find("SSM-patchplane-dev-exclusions").input;
    await lab.until("11:36:00");
    lab.put(Environment?.Variables?.BUCKET ?? "", "exclusions/a.yaml", manifest);
    await lab.until("11:55:00");
    const node = lab.nodes(ohio)[1];
    if (node === undefined) throw new RangeError("there is no such node");
    const region = lab.region(ohio);
    region.tags.merge(region.nodeArn(node.id), { PatchGroup: "dev-servers" });
    await lab.until("12:12:00");
  });
  after(() => lab.close());

  it("keeps its Region from being started, by name, and no other", () => {
    const [record] = lab.open;
    expect(record?.starts.map(({ region, group }) => [region, group])).to.deep.equal([[east, base]]);
    expect(record?.unvouched?.map(({ region }) => region)).to.deep.equal([ohio]);
    const why = "it is in patchplane-dev-base, and an exclusion has moved it";
    expect(record?.unvouched?.[0]?.why).to.equal(`${lab.nodes(ohio)[1]?.id}: ${why}`);
    const asked = lab
      .invocations("SSM-patchplane-dev-exclusions")
      .filter(({ source }) => source.includes("lambda:Invoke"));
    expect(asked).to.have.lengthOf(1);
    expect([lab.patched(east), lab.patched(ohio)]).to.deep.equal([[everything], ["", ""]]);
    expect(lab.execution.status).to.equal("FAILED");
  });

  it("is put back, and its Region is started by the next try, with nothing that it keeps off", async () => {
    await lab.until("13:55:00");
    expect(lab.patched(ohio)).to.deep.equal([everything, "nginx curl"]);
    const began = lab.run.starts.map(({ region, group, status }) => [region, group, status]);
    expect(began).to.deep.equal([
      [east, base, "Success"],
      [ohio, base, "Success"],
      [ohio, excluded, "Success"],
    ]);
    expect(lab.run.totals).to.deep.equal({ members: 3, patched: 3, failed: 0, notCovered: 0 });
    expect(lab.refused).to.deep.equal([]);
    const calls = lab.invocations(startFunction).map(({ startedAt }) => startedAt);
    expect(calls.filter((time) => time > at("2026-06-01T12:12:00Z"))).to.have.lengthOf(1);
  });
});
