import {
  paginateDescribePatchBaselines,
  paginateDescribePatchGroups,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import type { DefaultBaselines } from "../defaultBaselines.js";
import { allPages } from "./clients.js";

/** The default baselines of a client's Region, and what is registered with which patch group. */
export async function defaultBaselines(
  client: SSMClient,
  abortSignal: AbortSignal,
): Promise<DefaultBaselines> {
  const settings = { client, pageSize: 100 };
  const baselines = await allPages(
    paginateDescribePatchBaselines(settings, {}, { abortSignal }),
    ({ BaselineIdentities }) => BaselineIdentities,
  );
  const groups = await allPages(
    paginateDescribePatchGroups(settings, {}, { abortSignal }),
    ({ Mappings }) => Mappings,
  );
  const registered = new Map<string, Set<string>>();
  for (const { PatchGroup = "", BaselineIdentity } of groups) {
    const ids = registered.get(PatchGroup) ?? new Set();
    registered.set(PatchGroup, ids.add(plainId(BaselineIdentity?.BaselineId)));
  }
  const defaults = baselines.filter(({ DefaultBaseline }) => DefaultBaseline === true);
  return { defaults: new Set(defaults.map(({ BaselineId }) => plainId(BaselineId))), registered };
}

/** AWS's own baselines are named by their ARNs. */
function plainId(id = ""): string {
  return id.slice(id.lastIndexOf("/") + 1);
}
