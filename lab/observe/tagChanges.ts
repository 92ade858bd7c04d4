import { hourMs } from "#shared/text/time.js";
import type { Account } from "../aws/account.js";
import { tagResources, untagResources } from "../aws/tags/tagging.js";
import type { FleetNode, TagChange } from "../fleet/model.js";

/**
 * Plans what the fleet file says of others who write tags, as the owner of the nodes' account. What AWS refuses them is their
 * trouble. What would have come before now comes now, or at the next of its hours.
 */
export function planTagChanges(account: Account): void {
  const { clock, wholeFleet: fleet } = account;
  for (const change of fleet.tagChanges ?? []) {
    const span = (change.everyHours ?? 0) * hourMs;
    const missed = span === 0 ? 0 : Math.ceil(Math.max(0, clock.now - change.at) / span);
    const write = () => {
      for (const place of change.nodes) writeTags(account, fleet.nodes[place], change);
      if (span > 0) clock.at(clock.now + span, write);
    };
    clock.at(Math.max(clock.now, change.at + missed * span), write);
  }
}

function writeTags(account: Account, node: FleetNode | undefined, { tags }: TagChange): void {
  if (node === undefined) return;
  const region = account.regionOf(node);
  const ResourceARNList = [region.nodeArn(node.id)];
  const { owner } = region.account.iam;
  const written = Object.entries(tags).flatMap(([key, value]) =>
    value === null ? [] : [[key, value] as const],
  );
  const TagKeys = Object.keys(tags).filter((key) => tags[key] === null);
  if (written.length > 0) tagResources(region, owner, { ResourceARNList, Tags: Object.fromEntries(written) });
  if (TagKeys.length > 0) untagResources(region, owner, { ResourceARNList, TagKeys });
}
