import type { Target } from "@aws-sdk/client-ssm";
import { z } from "zod";
import type { Region } from "../../aws/region.js";
import { kindOf } from "../../aws/tags/tags.js";
import type { LabRun } from "../../run.js";
import type { WindowSummary } from "../summary/summary.js";
import type { Fanouts } from "./fanouts.js";

/** Why a node was not patched in the last run of a central window that was closed. */
interface NotPatched {
  readonly window: string;
  readonly reason: string;
}

const query = z.object({
  TagFilters: z.array(z.object({ Key: z.string(), Values: z.array(z.string()).optional() })),
});

/** What central windows select in each Region, and how their last runs went on each node. */
export class FanoutView {
  /** Names of windows by the ids of nodes. */
  readonly windowsOf = new Map<string, string[]>();
  /** By the ids of nodes. */
  readonly notPatched = new Map<string, NotPatched[]>();
  /** Of the first group in a Region. */
  private readonly criteria = new Map<string, readonly Target[]>();
  /** Regions of all accounts in which there is a group that a central window asks for. */
  private readonly withGroups = new Set<Region>();

  constructor(account: LabRun["account"], fanouts: Fanouts, windows: readonly WindowSummary[]) {
    for (const window of account.regions().flatMap(({ windows: { all } }) => all)) {
      const reach = fanouts.reach(window);
      if (reach === undefined) continue;
      for (const one of [account, ...reach.accounts.flatMap((id) => account.account(id) ?? [])])
        for (const region of reach.regions) this.select(one.region(region), reach.groups, window.name);
    }
    for (const window of windows) this.noteLast(window);
  }

  /** What a node of a Region has to have for a central window; none where none patches. */
  criteriaIn(region: string): readonly Target[] {
    return this.criteria.get(region) ?? [];
  }

  /** Whether there is a group that a central window asks for in a Region of an account. */
  hasGroups(region: Region | undefined): boolean {
    return region !== undefined && this.withGroups.has(region);
  }

  private select(region: Region, groups: readonly string[], window: string): void {
    const { name, resourceGroups } = region;
    const there = groups.filter((group) => resourceGroups.has(group));
    const [first] = there;
    if (first !== undefined) this.withGroups.add(region);
    if (first !== undefined && !this.criteria.has(name)) {
      const { GroupQuery } = resourceGroups.getGroupQuery({ GroupName: first });
      const { data } = query.safeParse(JSON.parse(GroupQuery.ResourceQuery.Query));
      this.criteria.set(name, data?.TagFilters.map(({ Key, Values = [] }) => ({ Key, Values })) ?? []);
    }
    const members = there.flatMap((group) => resourceGroups.members(group));
    for (const id of new Set(members.map(({ ResourceArn }) => kindOf(ResourceArn).id))) {
      this.windowsOf.set(id, [...(this.windowsOf.get(id) ?? []), window]);
    }
  }

  private noteLast({ name, executions }: WindowSummary): void {
    const run = executions.findLast(({ fanout }) => fanout?.closedAt)?.fanout;
    for (const { reason, nodes } of run?.regions.flatMap((region) => region.notPatched) ?? []) {
      for (const { id } of nodes)
        this.notPatched.set(id, [...(this.notPatched.get(id) ?? []), { window: name, reason }]);
    }
  }
}
