import type { LabNode } from "#lab/aws/ssm/nodes/labNode.js";
import { criteria } from "#lab/aws/ssm/nodes/managedNodes.js";
import { settleTime } from "#test/functions/exclusion-processor/core/hostile/hands.js";
import { theirs } from "#test/functions/exclusion-processor/core/hostile/plot.js";
import { hour, minute } from "../support.js";
import { misplaced } from "./hostileEntries.js";
import type { HostileLab } from "./hostileLab.js";

/** How many targets of the window that installs have a node, by its tags as they are. */
function targetsOf({ lab }: HostileLab, one: LabNode): number {
  return [...lab.window("install").targets.values()].filter(({ targets }) =>
    criteria(targets).every((test) => test(one, one.tags)),
  ).length;
}

/** No node is in two targets or in none two hourly runs after anybody's last hand in it, and all other trouble. */
export function checkTargets(stage: HostileLab, one: LabNode): void {
  const { PatchGroup = "" } = one.tags;
  const since = Math.max(stage.hands.last(one.id) ?? 0, stage.troubled, stage.begins) + settleTime;
  if (stage.now < since + 2 * hour + 20 * minute || PatchGroup === theirs) return;
  const count = targetsOf(stage, one);
  if (count !== (PatchGroup.endsWith(".hold") ? 0 : 1))
    stage.say(`${one.id} is in ${count} targets: ${JSON.stringify(one.tags)}`);
}

/** Two quiet hours after the last deed every node is where the entries have it. */
export function checkEnd(stage: HostileLab): void {
  const { baselines } = stage.lab.home;
  for (const one of stage.nodes) {
    const { baseline } = baselines.forGroup(one.catalog.operatingSystem, one.patchGroup);
    const wrong = misplaced(one, stage.baseOf(one), stage.asked.at(stage.now), baseline.rejectedPatches);
    if (wrong !== undefined) stage.say(`at the end ${one.id} ${wrong}`);
  }
}
