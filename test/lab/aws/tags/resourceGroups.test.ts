import { expect } from "chai";
import type { GroupMember, ResourceQuery } from "#lab/aws/tags/resourceGroups.js";
import { resourceGroupsHandlers } from "#lab/endpoint/services/resourceGroups.js";
import { account, errorCode, nodes, register, settled } from "../../support.js";
import { api, pages } from "../apiSupport.js";

const call = api("resource-groups", resourceGroupsHandlers);
const hybrid = "mi-0123456789abcdef0";

interface Listing {
  readonly Resources: readonly { readonly Identifier: GroupMember }[];
  readonly ResourceIdentifiers: readonly GroupMember[];
  readonly NextToken?: string;
  readonly QueryErrors: readonly { readonly ErrorCode: string }[];
}

const both = ["AWS::EC2::Instance", "AWS::SSM::ManagedInstance"];
const query = (
  types: readonly string[] = both,
  filters: object[] = [{ Key: "PatchGroup", Values: ["web", "app"] }],
): ResourceQuery => ({
  Type: "TAG_FILTERS_1_0",
  Query: JSON.stringify({ ResourceTypeFilters: types, TagFilters: filters }),
});
const stack: ResourceQuery = {
  Type: "CLOUDFORMATION_STACK_1_0",
  Query: JSON.stringify({
    ResourceTypeFilters: ["AWS::EC2::Instance"],
    StackIdentifier: "arn:aws:cloudformation:us-east-1:123456789012:stack/one/1",
  }),
};

function world() {
  const made = account([
    { id: "i-0123456789abcdef0", patchGroup: "web" },
    { id: "i-0123456789abcdef1", patchGroup: "app", agent: false },
    { id: "i-0123456789abcdef2", patchGroup: "db" },
    { id: hybrid, patchGroup: "web", tags: { Stage: "prod" } },
    { id: "i-0123456789abcdef3", patchGroup: "web", region: "eu-west-1" },
  ]);
  const { region } = made;
  const create = (Name: string, ResourceQuery: ResourceQuery = query(), more: object = {}) =>
    region.resourceGroups.createGroup({ Name, ResourceQuery, ...more });
  const list = (input: object) =>
    pages((NextToken) => {
      const token = NextToken === undefined ? {} : { NextToken };
      const answer = call<Listing>(region, "ListGroupResources", { ...input, ...token });
      expect(answer.Resources.map(({ Identifier }) => Identifier)).to.deep.equal(answer.ResourceIdentifiers);
      return { items: answer.ResourceIdentifiers, next: answer.NextToken };
    });
  const members = (input: object) => list(input).items.map(({ ResourceArn }) => ResourceArn.split("/")[1]);
  return { ...made, create, list, members };
}

const byType = (...Values: string[]) => ({ Filters: [{ Name: "resource-type", Values }] });

describe("a resource group", () => {
  it("has the resources that its query asks for, in its Region", () => {
    const { create, list, region } = world();
    create("web");
    const wanted = [
      { ResourceArn: region.nodeArn("i-0123456789abcdef0"), ResourceType: "AWS::EC2::Instance" },
      { ResourceArn: region.nodeArn("i-0123456789abcdef1"), ResourceType: "AWS::EC2::Instance" },
      { ResourceArn: region.nodeArn(hybrid), ResourceType: "AWS::SSM::ManagedInstance" },
    ];
    for (const Group of ["web", region.arn("resource-groups", "group/web")])
      expect(list({ Group }).items).to.deep.equal(wanted);
    expect(list({ GroupName: "web" }).items).to.deep.equal(wanted);
    expect(region.resourceGroups.members("web")).to.deep.equal(wanted);
    expect(errorCode(() => region.resourceGroups.members("app"))).to.equal("NotFoundException");
  });

  for (const [what, types, filters, ...wanted] of [
    ["one type", ["AWS::SSM::ManagedInstance"], [{ Key: "PatchGroup", Values: ["web"] }], hybrid],
    ["every type", ["AWS::AllSupported"], [{ Key: "Stage", Values: ["prod"] }], hybrid],
    [
      "two keys",
      both,
      [
        { Key: "PatchGroup", Values: ["web"] },
        { Key: "Stage", Values: ["prod", "test"] },
      ],
      hybrid,
    ],
    ["a key with any value", both, [{ Key: "Stage" }], hybrid],
    ["a value that nothing has", both, [{ Key: "PatchGroup", Values: ["none"] }]],
  ] as [string, string[], object[], ...string[]][]) {
    it(`asks for ${what}`, () => {
      const { create, members } = world();
      create("group", query(types, filters));
      expect(members({ Group: "group" })).to.deep.equal(wanted);
    });
  }

  it("follows the tags", async () => {
    const { create, members, region, clock } = world();
    create("web", query(both, [{ Key: "PatchGroup", Values: ["web"] }]));
    region.tags.remove(region.nodeArn(hybrid), ["PatchGroup"]);
    region.tags.merge(region.nodeArn("i-0123456789abcdef1"), { PatchGroup: "web" });
    await settled({ clock });
    expect(members({ Group: "web" })).to.deep.equal(["i-0123456789abcdef0", "i-0123456789abcdef1"]);
  });

  it("of every type has baselines and windows, and no groups", async () => {
    const made = world();
    const { region, create, list } = made;
    create("ops", query(["AWS::AllSupported"], [{ Key: "Team", Values: ["ops"] }]), {
      Tags: { Team: "ops" },
    });
    const baseline = region.arn("ssm", `patchbaseline/${register(made, "web")}`);
    region.tags.set(baseline, { Team: "ops" });
    region.tags.set(region.arn("ssm", "patchbaseline/pb-00000000000000000"), { Team: "ops" });
    await settled(made);
    expect(list({ Group: "ops" }).items).to.deep.equal([
      { ResourceArn: baseline, ResourceType: "AWS::SSM::PatchBaseline" },
    ]);
    expect(errorCode(() => list({ Group: "ops", ...byType("AWS::S3::Bucket") }))).to.equal(
      "NotModelledError",
    );
  });

  it("is filtered by the types of its query alone", () => {
    const { create, members, list } = world();
    create("web");
    create("hybrid", query(["AWS::SSM::ManagedInstance"]));
    expect(members({ Group: "web", ...byType("AWS::SSM::ManagedInstance") })).to.deep.equal([hybrid]);
    expect(members({ Group: "web", ...byType(...both) })).to.have.lengthOf(3);
    expect(errorCode(() => list({ Group: "hybrid", ...byType("AWS::EC2::Instance") }))).to.equal(
      "BadRequestException",
    );
    expect(
      errorCode(() => list({ Group: "web", ...byType("AWS::EC2::Instance", "AWS::S3::Bucket") })),
    ).to.equal("BadRequestException");
  });

  it("gives pages that may be short or empty, and all of it in the end", () => {
    const { region } = account(nodes(120, () => ({ patchGroup: "web" })));
    region.resourceGroups.createGroup({ Name: "web", ResourceQuery: query() });
    for (const MaxResults of [1, 50]) {
      const { items, sizes } = pages((NextToken) => {
        const input = { Group: "web", MaxResults, ...(NextToken === undefined ? {} : { NextToken }) };
        const answer = call<Listing>(region, "ListGroupResources", input);
        return { items: answer.ResourceIdentifiers, next: answer.NextToken };
      });
      expect(items.map(({ ResourceArn }) => ResourceArn)).to.deep.equal(
        region.nodes.all.map(({ id }) => region.nodeArn(id)),
      );
      expect(sizes).to.include(0);
    }
    expect(errorCode(() => call(region, "ListGroupResources", { Group: "web", NextToken: "abc" }))).to.equal(
      "BadRequestException",
    );
  });

  it("of a stack that there is not says so, with nothing in it", () => {
    const { create, region } = world();
    create("stack", stack);
    expect(call(region, "ListGroupResources", { Group: "stack" })).to.deep.equal({
      Resources: [],
      ResourceIdentifiers: [],
      QueryErrors: [{ ErrorCode: "CLOUDFORMATION_STACK_NOT_EXISTING", Message: "There is no such stack." }],
    });
    expect(region.resourceGroups.members("stack")).to.deep.equal([]);
  });

  it("is not found under another name, in another Region, or without a name", () => {
    const { create, account: all, region } = world();
    create("web");
    const refusal = (input: object, where = region) =>
      errorCode(() => call(where, "ListGroupResources", input));
    expect(refusal({ Group: "Web" })).to.equal("NotFoundException");
    expect(refusal({ Group: "web" }, all.region("eu-west-1"))).to.equal("NotFoundException");
    expect(refusal({ Group: "arn:aws:resource-groups:eu-west-1:123456789012:group/web" })).to.equal(
      "NotFoundException",
    );
    expect(refusal({})).to.equal("BadRequestException");
    for (const operation of ["GetGroup", "GetGroupQuery"] as const)
      expect(errorCode(() => call(region, operation, { Group: "app" }))).to.equal("NotFoundException");
  });

  it("is described and listed", () => {
    const { create, region } = world();
    create("web", query(), { Description: "Web servers" });
    create("hybrid", query(["AWS::SSM::ManagedInstance"]));
    const arn = region.arn("resource-groups", "group/web");
    expect(call(region, "GetGroup", { Group: "web" })).to.deep.equal({
      Group: { GroupArn: arn, Name: "web", Description: "Web servers" },
    });
    expect(call(region, "GetGroupQuery", { Group: arn })).to.deep.equal({
      GroupQuery: { GroupName: "web", ResourceQuery: query() },
    });
    const list = (input: object) =>
      pages((NextToken) => {
        const token = NextToken === undefined ? {} : { NextToken };
        const answer = call<{ GroupIdentifiers: object[]; Groups: object[]; NextToken?: string }>(
          region,
          "ListGroups",
          { ...input, ...token },
        );
        expect(answer.Groups).to.have.lengthOf(answer.GroupIdentifiers.length);
        return { items: answer.GroupIdentifiers, next: answer.NextToken };
      }).items;
    expect(list({})).to.deep.equal([
      { GroupName: "web", GroupArn: arn, Description: "Web servers" },
      { GroupName: "hybrid", GroupArn: region.arn("resource-groups", "group/hybrid") },
    ]);
    expect(list(byType("AWS::EC2::Instance"))).to.have.lengthOf(1);
    expect(list(byType("AWS::EC2::Instance", "AWS::SSM::ManagedInstance"))).to.have.lengthOf(2);
    const owned = { Filters: [{ Name: "owner", Values: ["me"] }] };
    expect(errorCode(() => list(owned))).to.equal("NotModelledError");
  });

  for (const [what, name, value, code] of [
    ["a good query", "web", query(), "none"],
    ["a name that begins as AWS's do", "AwsWeb", query(), "BadRequestException"],
    ["what is no JSON", "web", { ...query(), Query: "{" }, "BadRequestException"],
    [
      "no filters for tags",
      "web",
      { ...query(), Query: '{"ResourceTypeFilters":["AWS::AllSupported"]}' },
      "BadRequestException",
    ],
    ["no types", "web", query([]), "BadRequestException"],
    [
      "a key that a query does not have",
      "web",
      { ...query(), Query: '{"ResourceTypeFilters":["AWS::AllSupported"],"TagFilters":[],"Stack":1}' },
      "BadRequestException",
    ],
    ["a filter without a key", "web", query(both, [{ Values: ["a"] }]), "BadRequestException"],
    ["21 values", "web", query(both, [{ Key: "a", Values: Array(21).fill("a") }]), "BadRequestException"],
    ["types that the lab does not have", "web", query(["AWS::S3::Bucket"]), "NotModelledError"],
    [
      "a stack without its name",
      "web",
      { ...stack, Query: '{"ResourceTypeFilters":["AWS::AllSupported"]}' },
      "BadRequestException",
    ],
  ] as [string, string, ResourceQuery, string][]) {
    it(`${code === "none" ? "may" : "may not"} be made with ${what}`, () => {
      expect(errorCode(() => world().create(name, value))).to.equal(code);
    });
  }

  it("has a name of its own, and no configuration", () => {
    const { create } = world();
    create("web");
    expect(errorCode(() => create("web"))).to.equal("BadRequestException");
    expect(errorCode(() => create("app", query(), { Configuration: [] }))).to.equal("NotModelledError");
  });
});
