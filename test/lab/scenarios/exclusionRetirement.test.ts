import { expect } from "chai";
import { exclusionFunctionName } from "#shared/contract/exclusionNames.js";
import { retiredKey } from "#shared/contract/retired.js";
import { stackSettings } from "#stacks/stackFiles.js";
import { root } from "#test/support/program.js";
import { others } from "../deploy/changesSupport.js";
import { east, FanoutLab, ohio, server } from "./fanoutSupport.js";

const manifest = `version: 1
exclusions:
  - { id: freeze, hold: true, tags: { App: frozen }, reason: r, owner: o, expires: 2026-06-20 }
  - { id: openssl, patches: ["openssl*"], tags: { App: payments }, reason: r, owner: o, expires: 2026-06-20 }
`;
const values = { stacks: ["central"], fanoutSchedule: "cron(0 12 ? * SUN *)", fanoutTimezone: "UTC" };
const minute = 60_000;

describe("a Region that leaves a stack while exclusions are in force there", () => {
  let lab: FanoutLab;
  let bucket: string;
  before(async () => {
    lab = await FanoutLab.open({
      fleet: [
        ...["frozen", "payments"].map((App) => server(ohio, { tags: { App } })),
        server(east, { tags: { App: "payments" } }),
      ],
      values: { ...values, stacks: '["central"]', maxHeldPercent: "100" },
    });
    const { Environment } = lab.home.lambda.find(exclusionFunctionName("patchplane-dev")).input;
    bucket = Environment?.Variables?.BUCKET ?? "";
    lab.put(bucket, "exclusions/a.yaml", manifest);
    await lab.advance(20 * minute);
  });
  after(() => lab.close());

  const deploy = (retiredRegions: readonly string[]) =>
    lab.lab.deploy(
      others(stackSettings(root, "dev"), {
        ...{ ...values, maxHeldPercent: 100, fanoutRegions: [east], retiredRegions },
      }),
    );
  const groups = () => lab.nodes(ohio).map(({ tags: { PatchGroup } }) => PatchGroup?.replace(/\.x-.*/, ".x"));
  const baselines = () => {
    const own = [{ Key: "OWNER", Values: ["Self"] }];
    return lab.region(ohio).baselines.describePatchBaselines({ Filters: own, MaxResults: 100 })
      .BaselineIdentities;
  };

  it("keeps its baselines while its nodes are brought back, and is kept until they are", async () => {
    expect(groups()).to.eql(["dev-servers.hold", "dev-servers.x"]);
    expect((await deploy([ohio])).failure).to.equal(undefined);
    const early = await deploy([]);
    expect(early.failure).to.include({ operation: "delete", name: `retired-region-${ohio}` });
    expect(early.failure?.cause.message).to.match(/Region us-east-2: .*Leave it in retiredRegions/);
    expect(early.steps.filter(({ operation }) => operation === "delete")).to.eql([]);
  });

  it("goes for good once exclusions have let it go, and nothing of them is left there", async () => {
    expect((await deploy([ohio])).failure).to.equal(undefined);
    await lab.advance(minute);
    expect(groups()).to.eql(["dev-servers", "dev-servers"]);
    await lab.advance(150 * minute);
    const empty = { kind: "region", name: ohio, nodes: 0, some: [], baselines: 0 };
    expect(JSON.parse(lab.text(bucket, retiredKey)).parts).to.eql([empty]);
    expect((await deploy([])).failure).to.equal(undefined);
    expect(baselines()).to.eql([]);
    // Elsewhere nothing has changed.
    expect(lab.nodes(east)[0]?.tags.PatchGroup).to.match(/^dev-servers\.x-/);
  });
});
