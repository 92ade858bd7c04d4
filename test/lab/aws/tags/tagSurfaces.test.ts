import { expect } from "chai";
import type { Region } from "#lab/aws/region.js";
import { resolvedTargets } from "#lab/aws/ssm/automation/targets.js";
import { CommandAccess } from "#lab/aws/ssm/commands/commandAccess.js";
import type { LabNode } from "#lab/aws/ssm/nodes/labNode.js";
import { getResources, tagResources } from "#lab/aws/tags/tagging.js";
import type { TagView } from "#lab/aws/tags/tagViews.js";
import { accessNeeds } from "#lab/endpoint/access/index.js";
import { authorize } from "#lab/endpoint/authorize.js";
import { ssmTagHandlers } from "#lab/endpoint/services/ssmTags.js";
import { account, errorCode, group, monday, node, second } from "../../support.js";
import { api, role } from "../apiSupport.js";

const id = "mi-0123456789abcdef0";
const callTags = api("ssm", ssmTagHandlers);
const wanted = { Key: "PatchGroup", Values: ["new"] };
const onNew = (prefix: string) => ({ StringEquals: { [`${prefix}/PatchGroup`]: "new" } });

/** Of each way to ask for tags, whose copy it goes by, and whether it takes the node for one of the group `new`. */
function ways(region: Region, one: LabNode): readonly (readonly [string, TagView, () => boolean])[] {
  const arn = region.nodeArn(id);
  const { account: owned, nodes, patchManager, resourceGroups } = region;
  const { owner } = owned.iam;
  const TagFilters = [wanted];
  const ResourceTypeFilters = ["AWS::AllSupported"];
  const Query = JSON.stringify({ ResourceTypeFilters, TagFilters });
  resourceGroups.createGroup({ Name: "g", ResourceQuery: { Type: "TAG_FILTERS_1_0", Query } });
  const statement = (Action: string, prefix: string) => ({
    Effect: "Allow",
    Action,
    Resource: "*",
    Condition: onNew(prefix),
  });
  const sender = role(region, "sender", statement("ssm:SendCommand", "ssm:resourceTag"));
  const tagger = role(region, "tagger", statement("ssm:AddTagsToResource", "aws:ResourceTag"));
  const need = (key: string) => {
    const input = { ResourceType: "ManagedInstance", ResourceId: id, Tags: [] };
    const [asked] = accessNeeds("ssm", "AddTagsToResource", input, { region, caller: owner });
    return asked?.context?.[key] === "new";
  };
  const automation = { target: { Key: "tag:PatchGroup", Values: ["new"] }, parameter: "I" };
  const limits = { maxConcurrency: "1", maxErrors: "1" };
  return [
    [
      "GetResources by name",
      "tagging",
      () =>
        getResources(region, { ResourceARNList: [arn] }).ResourceTagMappingList[0]?.Tags.some(
          ({ Value }) => Value === "new",
        ) === true,
    ],
    [
      "an automation's target by tag",
      "tagging",
      () => resolvedTargets(region, owner, { targetType: "/" }, { ...automation, ...limits }).length > 0,
    ],
    ["ListGroupResources", "groups", () => resourceGroups.members("g").length > 0],
    ["targets of windows and commands", "targets", () => nodes.select(group("new")).length > 0],
    [
      "DescribeInstanceInformation",
      "targets",
      () => {
        const Filters = [{ Key: "tag:PatchGroup", Values: ["new"] }];
        return nodes.describeInstanceInformation({ Filters }).InstanceInformationList?.length === 1;
      },
    ],
    [
      "the node that asks for its baseline",
      "node",
      () =>
        patchManager.begin(one, "s", { operation: "Scan", rebootOption: "NoReboot" }).patchGroup === "new",
    ],
    ["SendCommand's condition", "iam", () => new CommandAccess(region, sender).reaches(one)],
    [
      "TagResources' condition",
      "iam",
      () => {
        const input = { ResourceARNList: [arn], Tags: {} };
        return Object.keys(tagResources(region, tagger, input).FailedResourcesMap).length === 0;
      },
    ],
    ["a call's aws:ResourceTag", "iam", () => need("aws:ResourceTag/PatchGroup")],
    ["a call's ssm:resourceTag", "iam", () => need("ssm:resourceTag/PatchGroup")],
    [
      "ListTagsForResource",
      "read",
      () => {
        const input = { ResourceType: "ManagedInstance", ResourceId: id };
        const { TagList = [] } = callTags<{ TagList?: { Value?: string }[] }>(
          region,
          "ListTagsForResource",
          input,
        );
        return TagList.some(({ Value }) => Value === "new");
      },
    ],
  ];
}

describe("whoever asks for tags", () => {
  for (const place of ways(...world()).keys()) {
    const [name, view] = ways(...world())[place] ?? ["", "iam"];
    it(`goes by a copy of its own: ${name}`, async () => {
      const [region, one] = world();
      const [, , isNew = () => false] = ways(region, one)[place] ?? [];
      expect(isNew(), "before").to.equal(false);
      region.tags.merge(region.nodeArn(id), { PatchGroup: "new" });
      const answers: boolean[] = [];
      const seen: boolean[] = [];
      for (let passed = 0; passed <= 610; passed += 5) {
        await region.account.clock.advanceTo(monday + passed * second);
        answers.push(isNew());
        seen.push(region.tags.seen(region.nodeArn(id), view).PatchGroup === "new");
      }
      expect(answers).to.deep.equal(seen);
      expect([answers[0], answers.at(-1)]).to.deep.equal([false, true]);
    });
  }
});

describe("what IAM refuses by tags from before", () => {
  it("is told apart from what no tag would allow, for each way to ask", () => {
    const [region, one] = world();
    const { denials, owner } = region.account.iam;
    const arn = region.nodeArn(id);
    region.tags.merge(arn, { PatchGroup: "new" });
    const statement = { Effect: "Allow", Action: "ssm:*", Resource: "*" };
    const onTag = role(region, "byTag", { ...statement, Condition: onNew("aws:ResourceTag") });
    const none = role(region, "none");
    const served = { service: "ssm", operation: "AddTagsToResource" } as const;
    const input = { ResourceType: "ManagedInstance", ResourceId: id, Tags: [{ Key: "A", Value: "1" }] };
    for (const caller of [onTag, none]) {
      new CommandAccess(region, caller).reaches(one);
      tagResources(region, caller, { ResourceARNList: [arn], Tags: { A: "1" } });
      const refused = () => authorize(served.service, served.operation, input, { region, caller });
      expect(errorCode(refused)).to.equal("AccessDeniedException");
    }
    expect(denials.map(({ isLate = false }) => isLate)).to.deep.equal([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(
      errorCode(() => authorize(served.service, served.operation, input, { region, caller: owner })),
    ).to.equal("none");
  });
});

function world(): [Region, LabNode] {
  const { region, node: nodeAt } = account([node({ id, patchGroup: "old" })], {
    unknowns: { tagsSeen: "late" },
  });
  return [region, nodeAt(0)];
}
