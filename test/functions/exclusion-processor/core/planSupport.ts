import { unusedKey } from "#functions/exclusion-processor/core/cleanup.js";
import { Memory, recall } from "#functions/exclusion-processor/core/memory.js";
import type {
  BaselineState,
  Entry,
  NodeState,
  RegionState,
} from "#functions/exclusion-processor/core/model.js";
import { rejecting } from "#functions/exclusion-processor/core/placement.js";
import { type Plan, plan } from "#functions/exclusion-processor/core/plan.js";
import type { Step } from "#functions/exclusion-processor/core/steps.js";
import type { RegionMemory } from "#shared/contract/regionMemory.js";
import { desired } from "./desired.js";
import {
  appliesTo,
  baseBaselines,
  baseGroups,
  content,
  day,
  node,
  now,
  record,
  region,
  tagged,
} from "./support.js";

export const { word } = rejecting(["openssl*"], "ALLOW_AS_DEPENDENCY");
export const name = `patchplane-test-${word}-AMAZON_LINUX_2023`;

/** What was kept of a Region in which nobody has needed anything for two days. */
export function longUnused({ baselines, groups }: RegionState, changes: Partial<RegionMemory> = {}): Memory {
  const names = [
    ...baselines.map(({ id }) => id),
    ...groups.map((one) => unusedKey(one.operatingSystem, one.group)),
  ];
  const since = new Date(now - 2 * day).toISOString();
  const unused = Object.fromEntries(names.map((one) => [one, since]));
  const none = { baselines: [], registrations: [] };
  return new Memory(
    { version: 1, written: {}, promised: {}, made: none, gone: none, unused, ...changes },
    now,
  );
}

export function planOf(
  state: RegionState,
  entries: readonly Entry[] = [],
  deployed = record(),
  memory = longUnused(state),
): Plan {
  const manifests = [{ key: "exclusions/a.yaml", entries, wasInForce: true, uploadedAt: 0 }];
  const recalled = recall(state, memory, deployed.patchGroupTagKey);
  const wanted = desired(manifests, recalled.state, deployed, appliesTo, now, memory).desired;
  return plan(wanted, recalled, deployed, memory);
}

export function planned(...args: Parameters<typeof planOf>): readonly Step[] {
  return planOf(...args).steps;
}

/** Steps as one line each. */
export function lines(steps: readonly Step[]): string[] {
  return steps.map(line);
}

function line(step: Step): string {
  switch (step.kind) {
    case "createBaseline":
      return `create ${step.name}: ${step.content.rejectedPatches} ${step.content.rejectedPatchesAction}`;
    case "updateBaseline":
      return `update ${step.baselineId} ${step.name}: ${step.content.rejectedPatches}`;
    case "registerGroup":
      return `register ${step.group} ${step.operatingSystem} ${Object.values(step.baseline).join()}`;
    case "deregisterGroup":
      return `deregister ${step.group} ${step.operatingSystem} ${step.baselineId}`;
    case "deleteBaseline":
      return `delete ${step.baselineId}`;
    case "tagNodes":
      return `tag ${step.nodes.map(({ id, from }) => `${id}<${from}`)} ${Object.values(step.values).join()}`;
    case "untagNodes":
      return `untag ${step.nodes.map(({ id }) => id)} ${step.key}`;
  }
}

/** A derived baseline of openssl with the content that it should have. */
export function derived(changes: Partial<BaselineState> = {}): BaselineState {
  return {
    id: "pb-1",
    name,
    operatingSystem: "AMAZON_LINUX_2023",
    isOwned: true,
    content: content({ rejectedPatches: ["openssl*"] }),
    ...changes,
  };
}

export const inGroup = (id: string, base = "web", changes: Partial<NodeState> = {}) =>
  tagged(id, { PatchGroup: `${base}.${word}`, "patchplane:base-group": base }, changes);
export const registration = (baselineId = "pb-1", base = "web") => ({
  group: `${base}.${word}`,
  operatingSystem: "AMAZON_LINUX_2023",
  baselineId,
});

/** A Region in which openssl is excluded on i-1. */
export function excluded(changes: Partial<RegionState> = {}): RegionState {
  return region([inGroup("i-1"), node("i-2")], {
    baselines: [...baseBaselines(), derived()],
    groups: [...baseGroups(), registration()],
    ...changes,
  });
}
