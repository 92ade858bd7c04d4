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
const old = "old-servers";

describe("a Region and a patch group that leave a stack while exclusions are in force there", () => {
  let lab: FanoutLab;
  let bucket: string;
  before(async () => {
    lab = await FanoutLab.open({
      records: true,
      fleet: [
        ...["frozen", "payments"].map((App) => server(ohio, { tags: { App } })),
        server(east, { tags: { App: "payments" } }),
        server(east, { tags: { App: "payments", PatchGroup: old } }),
      ],
      values: {
        ...values,
        stacks: '["central"]',
        maxHeldPercent: "100",
        patchGroups: `["dev-servers", "${old}"]`,
      },
    });
    const { Environment } = lab.home.lambda.find(exclusionFunctionName("patchplane-dev")).input;
    bucket = Environment?.Variables?.BUCKET ?? "";
    lab.put(bucket, "exclusions/a.yaml", manifest);
    await lab.advance(20 * minute);
  });
  after(() => lab.close());

  const deploy = (
    retiredRegions: readonly string[],
    retiredPatchGroups: readonly string[],
    more: object = { fanoutRegions: [east] },
  ) =>
    lab.lab.deploy(
      others(stackSettings(root, "dev"), {
        ...{ ...values, maxHeldPercent: 100, retiredRegions, retiredPatchGroups, ...more },
      }),
    );
  const oldGroup = () => lab.nodes(east)[1]?.tags.PatchGroup?.replace(/\.x-.*/, ".x");
  const groups = () => lab.nodes(ohio).map(({ tags: { PatchGroup } }) => PatchGroup?.replace(/\.x-.*/, ".x"));
  const baselines = () => {
    const own = [{ Key: "OWNER", Values: ["Self"] }];
    return lab.region(ohio).baselines.describePatchBaselines({ Filters: own, MaxResults: 100 })
      .BaselineIdentities;
  };

  it("is not let go without the first step, however often that is tried, and nothing is deleted", async () => {
    for (const [patchGroups, fanoutRegions, message] of [
      [["dev-servers", old], [east], /Region us-east-2 cannot leave yet: .* retiredRegions and deploy/],
      [
        ["dev-servers"],
        [ohio, east],
        /group old-servers cannot leave yet: .* us-east-1\. Put it into retired/,
      ],
    ] as const)
      for (const _ of ["once", "twice"]) {
        const early = await deploy([], [], { patchGroups, fanoutRegions });
        expect(early.failure).to.include({ operation: "replace", name: "exclusion-record-leaving" });
        expect(early.failure?.cause.message).to.match(message);
        expect(early.steps.filter(({ operation }) => operation === "delete")).to.eql([]);
      }
  });

  it("keeps its baselines while its nodes are brought back, and is kept until they are", async () => {
    expect(groups()).to.eql(["dev-servers.hold", "dev-servers.x"]);
    expect(oldGroup()).to.equal(`${old}.x`);
    // Each alone taken out too early, and put back.
    for (const [regions, groups, name, message] of [
      [[], [old], `retired-region-${ohio}`, /Region us-east-2: .*Leave it in retiredRegions/],
      [[ohio], [], `retired-patchGroup-${old}`, /patch group old-servers: .*Leave it in retiredPatchGroups/],
    ] as const) {
      expect((await deploy([ohio], [old])).failure).to.equal(undefined);
      const early = await deploy(regions, groups);
      expect(early.failure).to.include({ operation: "delete", name });
      expect(early.failure?.cause.message).to.match(message);
      expect(early.steps.filter(({ operation }) => operation === "delete")).to.eql([]);
    }
  });

  it("goes for good once exclusions have let it go, and nothing of them is left there", async () => {
    expect((await deploy([ohio], [old])).failure).to.equal(undefined);
    await lab.advance(minute);
    expect(groups()).to.eql(["dev-servers", "dev-servers"]);
    expect(oldGroup()).to.equal(old);
    await lab.advance(150 * minute);
    const empty = { nodes: 0, some: [], baselines: 0 };
    expect(JSON.parse(lab.text(bucket, retiredKey)).parts).to.eql([
      { kind: "region", name: ohio, ...empty },
      { kind: "patchGroup", name: old, ...empty },
    ]);
    expect((await deploy([], [])).failure).to.equal(undefined);
    expect(baselines()).to.eql([]);
    // Elsewhere nothing has changed.
    expect(lab.nodes(east)[0]?.tags.PatchGroup).to.match(/^dev-servers\.x-/);
  });

  it("ends with a stack that exclusions have nothing of any more, and until then nothing of it is deleted", async () => {
    const alone = { stacks: ["scan"], ownsBaselines: false };
    for (const early of [
      await deploy([], [], alone),
      await deploy([], [], { fanoutRegions: [east], environment: "other" }),
      await lab.lab.destroy(),
    ]) {
      expect(early.failure?.name).to.equal("retired-processor");
      expect(early.failure?.cause.message).to.match(
        /cannot go yet: exclusions have nodes: us-east-1: i-\w+\. .*delete every manifest.*ended/,
      );
      const gone = early.steps.filter(({ operation }) => /delete|discard|retain/.test(operation));
      // Another name of the environment has its log group first.
      expect(gone.filter(({ name }) => name !== "exclusions-logs")).to.eql([]);
    }
    lab.remove(bucket, "exclusions/a.yaml");
    await lab.advance(minute);
    const early = await lab.lab.destroy();
    expect(early.failure?.cause.message).to.match(/cannot go yet: .*us-east-1.* were written just now/);
    await lab.advance(20 * minute);
    expect((await lab.lab.destroy()).failure).to.equal(undefined);
    expect(lab.nodes(east)[0]?.tags.PatchGroup).to.equal("dev-servers");
  });
});
