import { RegionFleet } from "#functions/exclusion-processor/core/fleet.js";
import type { AppliesTo, RegionState } from "#functions/exclusion-processor/core/model.js";
import type { Rule } from "#functions/exclusion-processor/core/placement.js";
import { type DeploymentRecord, holdBaselines } from "#shared/contract/deploymentRecord.js";
import { baseGroupTagKey, type Cohort, groupOf } from "#shared/contract/exclusionNames.js";

/** The window targets of a stack that select a node: the base target, and the excluded one of each window. */
interface Targets {
  readonly base: boolean;
  readonly scanExcluded: boolean;
  readonly installExcluded: boolean;
}

/** Which window targets select a node, by its tags and nothing that the processor thinks of it. */
export function targetsOf(tags: Readonly<Record<string, string>>, record: DeploymentRecord): Targets {
  const inScope = Object.entries(record.targetTags).every(([key, values]) => {
    const value = tags[key];
    return value !== undefined && values.includes(value);
  });
  const group = tags[record.patchGroupTagKey];
  const mark = tags[baseGroupTagKey];
  const base = inScope && group !== undefined && record.patchGroups.includes(group);
  const installExcluded = inScope && mark !== undefined && record.patchGroups.includes(mark);
  const isHeld = inScope && record.patchGroups.some((name) => mark === groupOf(name, "hold"));
  return { base, installExcluded, scanExcluded: installExcluded || isHeld };
}

interface SafetyQuestion {
  readonly state: RegionState;
  readonly record: DeploymentRecord;
  /** The rules of all cohorts that there may be. */
  readonly rules: ReadonlyMap<Cohort, Rule>;
  readonly appliesTo: AppliesTo;
  /** Nodes that nobody answers for, because somebody else had a hand in their tags before. */
  readonly except?: ReadonlySet<string>;
}

/**
 * Everything that is unsafe in a Region, at any moment of a run; nothing means that it may stop here for good.
 *
 * A node under patching is in exactly one scan target, and in exactly one install target unless it is held. If it has
 * been moved, its group is registered, for its operating system or for all that it may be of, to a baseline of ours that
 * has the rules of the base baseline and rejects at least what the base baseline and its cohort reject.
 */
export function violations({ state, record, rules, appliesTo, except }: SafetyQuestion): string[] {
  const fleet = new RegionFleet(state, record);
  const found: string[] = [];
  for (const { node, standing } of fleet.nodes.values()) {
    if (except?.has(node.id) || standing.kind === "outside") continue;
    const say = (text: string) => found.push(`${state.region} ${node.id}: ${text}`);
    if (standing.kind === "foreign") {
      say(standing.why);
      continue;
    }
    if (standing.leaves !== undefined) continue;
    const { base, scanExcluded, installExcluded } = targetsOf(node.tags, record);
    if (base === scanExcluded) say(base ? "is in both scan targets" : "is in no scan target");
    if (standing.word === "hold" ? base || installExcluded : base === installExcluded) {
      say(
        standing.word === "hold" ? "is held and in an install target" : "is in no install target, or in both",
      );
    }
    if (standing.word === undefined) continue;
    const group = groupOf(standing.base, standing.word);
    const rule = rules.get(standing.word);
    if (rule === undefined) say(`is in ${group}, and no rule has that hash`);
    else
      for (const text of baselineViolations(fleet, group, node.operatingSystem, rule, appliesTo)) say(text);
  }
  return found;
}

function baselineViolations(
  fleet: RegionFleet,
  group: string,
  operatingSystem: string | undefined,
  rule: Rule,
  appliesTo: AppliesTo,
): string[] {
  const found: string[] = [];
  if (rule.word === "hold") {
    const ids = Object.values(holdBaselines(fleet.record, fleet.state.region));
    const systems = operatingSystem === undefined ? fleet.systems : [operatingSystem];
    return systems.flatMap((system) => {
      const isHeld = fleet.base(system) === undefined || ids.includes(fleet.registered(group, system) ?? "");
      return isHeld ? [] : [`${group} has no baseline for held nodes of ${system}`];
    });
  }
  const registered = fleet.registeredSystems(group);
  const systems = operatingSystem === undefined ? registered : [operatingSystem];
  if (operatingSystem === undefined && registered.length === 0) {
    found.push(`${group} has no baseline at all`);
  }
  for (const system of systems) {
    const base = fleet.base(system);
    if (base === undefined) continue;
    const id = fleet.registered(group, system);
    const content = fleet.derived.find(({ baseline }) => baseline.id === id)?.baseline.content;
    if (content === undefined) {
      found.push(`${group} has no baseline of ours for ${system}`);
      continue;
    }
    const needed = [...base.rejectedPatches, ...rule.patches.filter((name) => appliesTo(name, system))];
    const missing = needed.filter((name) => !content.rejectedPatches.includes(name));
    if (missing.length > 0)
      found.push(`the baseline of ${group} for ${system} does not reject ${missing.join(", ")}`);
    const blocks = rule.action === "BLOCK" || base.rejectedPatchesAction === "BLOCK";
    if (blocks && content.rejectedPatchesAction !== "BLOCK")
      found.push(`the baseline of ${group} does not BLOCK`);
  }
  return found;
}
