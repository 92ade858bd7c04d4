import { expect } from "chai";
import { ec2Handlers } from "#lab/endpoint/services/ec2.js";
import { ssmNodeHandlers } from "#lab/endpoint/services/ssmNodes.js";
import { account, hour, monday, node } from "../../support.js";
import { api } from "../apiSupport.js";

const call = api("ec2", ec2Handlers);
const callSsm = api("ssm", ssmNodeHandlers);

interface Described {
  readonly Reservations: readonly {
    readonly Instances: readonly {
      readonly InstanceId: string;
      readonly State: { readonly Name: string };
      readonly Tags: readonly { readonly Key: string; readonly Value: string }[];
    }[];
  }[];
}

const fleet = () =>
  account([
    node({ tags: { Team: "web" } }),
    node({ agent: false }),
    node({ state: "stopped" }),
    node({ terminatedAt: monday + hour }),
    node({ id: "mi-00000000000000001" }),
    node({ region: "eu-west-1" }),
  ]);

// API reference of EC2, DescribeInstances and DescribeRegions.
describe("DescribeInstances", () => {
  const states = (world: ReturnType<typeof fleet>, input: object = {}) =>
    call<Described>(world.region, "DescribeInstances", input).Reservations.flatMap(({ Instances }) =>
      Instances.map(({ InstanceId, State }) => `${InstanceId.slice(-1)} ${State.Name}`),
    );

  it("tells of servers that SSM does not know, of stopped ones, and of no hybrid node", () => {
    expect(states(fleet())).to.deep.equal(["0 running", "1 running", "2 stopped", "3 running"]);
  });

  it("tells of a terminated one for an hour", async () => {
    const world = fleet();
    await world.clock.advanceTo(monday + hour);
    expect(states(world).at(-1)).to.equal("3 terminated");
    await world.clock.advanceTo(monday + 2 * hour);
    expect(states(world)).to.have.length(3);
  });

  it("looks at tags and states that are asked for", () => {
    const byTag = { Filters: [{ Name: "tag:Team", Values: ["web"] }] };
    expect(states(fleet(), byTag)).to.deep.equal(["0 running"]);
    const byState = { Filters: [{ Name: "instance-state-name", Values: ["stopped", "terminated"] }] };
    expect(states(fleet(), byState)).to.deep.equal(["2 stopped"]);
  });

  it("refuses pages of ids, small pages, ids of nobody, and filters that the lab does not know", () => {
    const { region } = fleet();
    const refused = (input: object) => () => call(region, "DescribeInstances", input);
    expect(refused({ InstanceIds: ["i-00000000000000000"], MaxResults: 5 })).to.throw(/cannot be used/);
    expect(refused({ MaxResults: 4 })).to.throw(/5 to 1000/);
    expect(refused({ InstanceIds: ["i-0000000000000000f"] })).to.throw(/do not exist/);
    expect(refused({ Filters: [{ Name: "vpc-id", Values: ["v"] }] })).to.throw(/the filter vpc-id/);
    expect(refused({ Filters: [{ Name: "tag:Team", Values: ["w*"] }] })).to.throw(/the filter tag:Team/);
  });
});

describe("DescribeRegions", () => {
  interface Regions {
    readonly Regions: readonly { readonly RegionName: string; readonly OptInStatus: string }[];
  }
  const regions = (input: object) =>
    call<Regions>(account([node({ region: "eu-south-1" })]).region, "DescribeRegions", input).Regions.map(
      ({ RegionName, OptInStatus }) => `${RegionName} ${OptInStatus}`,
    );

  it("tells of the Regions that the account has, and of the others where all are asked for", () => {
    expect(regions({})).to.have.length(18).and.include("eu-south-1 opted-in");
    expect(regions({ AllRegions: true })).to.include("eu-south-2 not-opted-in");
    expect(() => regions({ RegionNames: ["eu-nowhere-1"] })).to.throw(/Invalid region/);
  });
});

describe("ListNodes and ListAssociations", () => {
  it("say that there is no Organization view where nobody has turned it on", () => {
    const { region } = fleet();
    expect(() => callSsm(region, "ListNodes", {})).to.throw(/integrated experience/);
    region.nodes.organizationView = [{ Id: "i-00000000000000009", Region: "us-west-2" }];
    expect(callSsm(region, "ListNodes", {})).to.deep.equal({
      Nodes: [{ Id: "i-00000000000000009", Region: "us-west-2" }],
    });
  });

  it("tell of the associations of a document", () => {
    const { region } = fleet();
    region.associations.all.push({ Name: "AWS-RunPatchBaseline" }, { Name: "AWS-GatherSoftwareInventory" });
    const of = (value: string) =>
      callSsm(region, "ListAssociations", { AssociationFilterList: [{ key: "Name", value }] }).Associations;
    expect(of("AWS-RunPatchBaseline")).to.have.length(1);
  });
});
