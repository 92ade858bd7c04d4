import { expect } from "chai";
import { getResources, tagResources } from "#lab/aws/tags/tagging.js";
import { account, errorCode, group, hour, monday, node, send, statuses } from "../../support.js";

const id = "i-0123456789abcdef0";
const arn = `arn:aws:ec2:us-east-1:123456789012:instance/${id}`;

/** A node that is terminated in an hour, and what of it there is. */
function world(deletedNodes: "notAtAll" | "anHour" = "anHour") {
  const tags = { PatchGroup: "web" };
  const made = account([node({ id, tags, terminatedAt: monday + hour })], { unknowns: { deletedNodes } });
  const { region } = made;
  const query = { ResourceTypeFilters: ["AWS::AllSupported"], TagFilters: [{ Key: "PatchGroup" }] };
  region.resourceGroups.createGroup({
    Name: "g",
    ResourceQuery: { Type: "TAG_FILTERS_1_0", Query: JSON.stringify(query) },
  });
  const asked = () => ({
    tagging: getResources(region, { ResourceARNList: [arn] }).ResourceTagMappingList.length,
    groups: region.resourceGroups.members("g").length,
    targets: region.nodes.select(group("web")).length,
    told: region.nodes.describeInstanceInformation({}).InstanceInformationList?.length,
  });
  return { ...made, asked };
}

describe("a node that is terminated", () => {
  it("is no managed node any more, and shows where tagged resources are listed for an hour at most", async () => {
    const { asked, clock } = world();
    expect(asked()).to.deep.equal({ tagging: 1, groups: 1, targets: 1, told: 1 });
    await clock.advanceTo(monday + hour);
    expect(asked()).to.deep.equal({ tagging: 1, groups: 1, targets: 0, told: 0 });
    await clock.advanceTo(monday + 2 * hour);
    expect(asked()).to.deep.equal({ tagging: 0, groups: 0, targets: 0, told: 0 });
  });

  it("fails inside an answer of 200 when it is to be tagged", async () => {
    const { clock, region } = world();
    const { owner } = region.account.iam;
    const tag = () =>
      tagResources(region, owner, { ResourceARNList: [arn], Tags: { A: "1" } }).FailedResourcesMap;
    expect(tag()).to.deep.equal({});
    await clock.advanceTo(monday + hour);
    expect(tag()[arn]?.ErrorMessage).to.equal(`${arn} does not exist.`);
  });

  it("takes no command any more, nor is one delivered to it or ended on it that was sent before", async () => {
    const leaving = { patchGroup: "servers", terminatedAt: monday + hour };
    const world = account([
      { patchGroup: "servers", speed: 1 },
      { ...leaving, id },
      { ...leaving, answersAt: monday + 2 * hour },
      { ...leaving, speed: 1 },
    ]);
    const { clock, region } = world;
    await clock.advanceTo(monday + hour - 1);
    const waiting = send(world, "Scan", { MaxConcurrency: "1" });
    const [first, , ...others] = world.region.nodes.all.map((one) => one.id);
    const begun = send(world, "Scan", { InstanceIds: others });
    await clock.advanceTo(monday + hour);
    expect(errorCode(() => send(world, "Scan", { InstanceIds: [id] }))).to.equal("InvalidInstanceId");
    const ask = { Filters: [{ Key: "InstanceIds", Values: [id] }] };
    expect(errorCode(() => region.nodes.describeInstanceInformation(ask))).to.equal("InvalidInstanceId");
    expect(send(world, "Scan").nodes.map((one) => one.id)).to.deep.equal([first]);
    await clock.advanceTo(monday + 4 * hour);
    expect(statuses(waiting)).to.deep.equal(["Success", "Undeliverable", "Undeliverable", "Undeliverable"]);
    expect(statuses(begun)).to.deep.equal(["DeliveryTimedOut", "ExecutionTimedOut"]);
  });
});
