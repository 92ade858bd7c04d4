import { expect } from "chai";
import { FanoutMember, type FanoutMemberArgs } from "#components/fanout/fanoutMember.js";
import { RegionalFanout } from "#components/fanout/regionalFanout.js";
import { fanoutArgs, policyOf, refusals, statement } from "../../support/arguments.js";
import { accountId, promiseOf, type Recording, recordMocks, settle } from "../../support/mocks.js";

const central = "210987654321";
const administrationRoleArn = `arn:aws:iam::${central}:role/fleet-automation-administration`;

function memberArgs(changes: Partial<FanoutMemberArgs> = {}): FanoutMemberArgs {
  const { namePrefix, targets, fanout } = fanoutArgs();
  const baselines = { UBUNTU: { approvalRules: [{ priority: ["Required"] }] } };
  return {
    namePrefix,
    targets,
    fanout,
    administrationRoleArn,
    outputBucket: "output-bucket",
    baselines,
    tags: { Owner: "ops" },
    ...changes,
  };
}

async function deploy(changes: Partial<FanoutMemberArgs> = {}): Promise<Recording> {
  const recording = await recordMocks();
  new FanoutMember("m", memberArgs(changes));
  await settle();
  return recording;
}

describe("FanoutMember", () => {
  afterEach(settle);

  it("makes a role, and in each Region the groups and the baselines, and nothing else", async () => {
    const recording = await recordMocks();
    const member = new FanoutMember("m", memberArgs());
    await settle();
    const inRegion = (region: string) => [
      `PatchBaselines m-${region} < m`,
      ...["base", "excluded"].map((kind) => `resourcegroups.Group m-${kind}-group-${region} < m`),
      `ssm.PatchBaseline m-${region}-UBUNTU < m-${region}`,
      ...["app", "web"].map((group) => `ssm.PatchGroup m-${region}-UBUNTU-${group} < m-${region}`),
    ];
    const own = ["FanoutMember m", "iam.Role m-execution-role < m", "iam.RolePolicy m-execution-policy < m"];
    expect([...recording.list()].sort()).to.deep.equal(
      [...own, ...inRegion("us-east-2"), ...inRegion("eu-west-3")].sort(),
    );
    const roleArn = await promiseOf(member.executionRoleArn);
    expect(recording.outputs.get(recording.named("m").urn)).to.deep.equal({ executionRoleArn: roleArn });
    for (const region of ["us-east-2", "eu-west-3"]) {
      expect(recording.named(`m-${region}-UBUNTU`).props).to.include({ region });
      expect(recording.named(`m-base-group-${region}`).props).to.deep.include({
        region,
        tags: { Owner: "ops" },
      });
    }
  });

  it("has groups of each ring, and baselines that approve as many days later as the central account's", async () => {
    const baselines = {
      AMAZON_LINUX_2023: { approvalRules: [{ classification: ["*"], approveAfterDays: 3 }] },
      UBUNTU: { approvalRules: [{ priority: ["Required"] }] },
    };
    const rings = [
      { name: "canary", patchGroups: ["web"] },
      { name: "broad", patchGroups: ["app"], delayDays: 4 },
    ];
    const recording = await deploy({ rings, baselines });
    const names = (type: string) => recording.all(type).map(({ props }) => `${props.region} ${props.name}`);
    const regions = ["us-east-2", "eu-west-3"];
    const ofRings = (ring: string) => ["base", "excluded"].map((kind) => `fleet-${ring}-${kind}`);
    const wanted = [...ofRings("canary"), ...ofRings("broad")];
    expect(names("resourcegroups.Group")).to.have.members(
      regions.flatMap((region) => wanted.map((name) => `${region} ${name}`)),
    );
    const seen = statement(policyOf(recording.named("m-execution-policy").props), "SeeTheGroups").Resource;
    expect([seen].flat().map((one) => String(one).replace(/^.*:group\//, ""))).to.deep.equal(wanted);
    const days = (name: string) => {
      const approval = recording.named(name).props.approvalRules as { approveAfterDays?: number }[];
      return approval.map(({ approveAfterDays }) => approveAfterDays);
    };
    expect(days("m-us-east-2-AMAZON_LINUX_2023")).to.deep.equal([3]);
    expect(days("m-broad-us-east-2-AMAZON_LINUX_2023")).to.deep.equal([7]);
    const groups = recording.all("ssm.PatchGroup").map(({ name }) => name);
    expect(groups.filter((name) => /us-east-2-UBUNTU/.test(name))).to.have.members([
      ...["m-us-east-2-UBUNTU-web", "m-broad-us-east-2-UBUNTU-app"],
    ]);
  });

  it("refuses rings that cannot be the central account's, all that is wrong at once", async () => {
    const rings = [
      { name: "Canary", patchGroups: ["web"] },
      { name: "early", patchGroups: ["web", "db"], delayDays: -1 },
      { name: "early", patchGroups: [] },
    ];
    const found = await refusals(() => new FanoutMember("m", memberArgs({ rings })));
    expect(found.map(({ propertyPath, reason }) => `${propertyPath}: ${reason}`)).to.deep.equal([
      'rings[0].name: got "Canary"; allowed are 1 to 20 small letters, digits and dashes, beginning with a letter.',
      'rings[1].patchGroups[0]: "web" is in ring Canary too; a patch group is in one ring.',
      'rings[1].patchGroups[1]: got "db", which is not among targets.patchGroups.',
      "rings[1].delayDays: got -1; allowed is a whole number of days from 0.",
      'rings[2].name: "early" is there twice. Remove one of them.',
    ]);
  });

  it("has the names and groups that the central window asks for", async () => {
    const member = await deploy();
    const other = await recordMocks();
    new RegionalFanout("m", fanoutArgs());
    await settle();
    const same = ["m-base-group-us-east-2", "m-excluded-group-eu-west-3"];
    for (const name of same) {
      const { tags: _, ...props } = member.named(name).props;
      expect(props).to.deep.equal(other.named(name).props);
    }
    expect(member.named("m-execution-role").props.name).to.equal(other.named("m-execution-role").props.name);
  });

  it("lets the central administration role take its role on, and run the central account's runbook", async () => {
    const recording = await deploy();
    const [trusted] = policyOf(recording.named("m-execution-role").props, "assumeRolePolicy").Statement;
    expect(trusted).to.deep.include({ Principal: { AWS: administrationRoleArn }, Action: "sts:AssumeRole" });
    const policy = policyOf(recording.named("m-execution-policy").props);
    const ssm = (account: string, resource: string) => `arn:aws:ssm:*:${account}:${resource}`;
    expect(statement(policy, "RunTheRunbook").Resource).to.deep.equal([
      ssm(accountId, "automation-definition/fleet-fanout:*"),
      ssm(central, "automation-definition/fleet-fanout:*"),
      ssm(accountId, "document/fleet-fanout"),
      ssm(central, "document/fleet-fanout"),
      ssm(accountId, "automation-execution/*"),
    ]);
    const others = policy.Statement.filter(({ Sid }) => Sid !== "RunTheRunbook");
    expect(JSON.stringify(others)).to.not.contain(central);
  });

  it("makes no groups where there are some, and no baselines that it was not given", async () => {
    const { fanout, baselines: _, ...rest } = memberArgs();
    const recording = await recordMocks();
    new FanoutMember("m", { ...rest, fanout: { ...fanout, resourceGroups: ["own-group"] } });
    await settle();
    expect(recording.list()).to.deep.equal([
      "FanoutMember m",
      "iam.Role m-execution-role < m",
      "iam.RolePolicy m-execution-policy < m",
    ]);
    const groups = statement(policyOf(recording.named("m-execution-policy").props), "SeeTheGroups").Resource;
    expect(groups).to.deep.equal([`arn:aws:resource-groups:*:${accountId}:group/own-group`]);
  });

  it("names everything that is wrong at once", async () => {
    await recordMocks();
    const { fanout, targets } = memberArgs();
    const wrong = {
      namePrefix: "a b",
      administrationRoleArn: "fleet-automation-administration",
      fanout: { ...fanout, regions: ["us-east-2", "us-east-2"] },
      targets: { ...targets, patchGroups: [] },
    };
    const found = await refusals(() => new FanoutMember("m", memberArgs(wrong)));
    expect(found.map(({ propertyPath }) => propertyPath)).to.include.members([
      "namePrefix",
      "administrationRoleArn",
      "targets.patchGroups",
      "fanout.regions[1]",
    ]);
    expect(found.find(({ propertyPath }) => propertyPath === "administrationRoleArn")?.reason).to.equal(
      'got "fleet-automation-administration"; allowed is the ARN of a role, which this tells where the central stack is: pulumi stack output fanoutAdministrationRoleArn',
    );
  });
});
