import type { Caller } from "../../iam/evaluate.js";
import { typeName } from "../../tags/resourceGroups.js";
import { kindOf, type TaggedResource } from "../../tags/tags.js";
import type { AutomationPlace } from "./automationPlace.js";
import type { AutomationPlan } from "./request.js";
import type { TargetsPlan } from "./targetsRequest.js";

/**
 * The resources that an automation's target selects now, as its parameter gets them: ids of instances and hybrid nodes.
 *
 * @throws AwsError AccessDeniedException, NotFoundException for a group that is not in this Region
 */
export function resolvedTargets(
  region: AutomationPlace,
  caller: Caller,
  { targetType }: Pick<AutomationPlan, "targetType">,
  { target }: TargetsPlan,
): readonly string[] {
  const { Key = "", Values = [] } = target;
  if (Key === "ParameterValues") return Values;
  const { account, name, resourceGroups, tags, tagViews } = region;
  const context = { "aws:RequestedRegion": name };
  const isOfType = (type: string) => targetType === "/" || targetType === `/${type}`;
  const ask = (action: string, resource: string) =>
    account.iam.authorize({ caller, action, resource, context });
  if (Key === "ResourceGroup") {
    const [group = ""] = Values;
    ask("resource-groups:ListGroupResources", region.arn("resource-groups", `group/${group}`));
    ask("tag:GetResources", "*");
    const members = resourceGroups.members(group).filter(({ ResourceType }) => isOfType(ResourceType));
    return members.map(({ ResourceArn }) => kindOf(ResourceArn).id);
  }
  ask("tag:GetResources", "*");
  const key = Key.slice("tag:".length);
  const hasTag = ({ holder }: TaggedResource) => {
    const seen = tagViews.seen(holder, "tagging");
    return Object.hasOwn(seen, key) && Values.includes(seen[key] ?? "");
  };
  const found = tags.matching((one) => {
    const type = typeName(one);
    return type !== "" && isOfType(type) && hasTag(one) && tags.shows(one, "tagging");
  });
  return [...found].map(({ id }) => id);
}
