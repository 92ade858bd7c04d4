import type { BadPatch } from "../../fleet/model.js";
import { hashUnit } from "../../random.js";
import type { OperationPlan } from "./operation.js";

/** A patch that has gone in. */
type Step = OperationPlan["steps"][number];

/** A node as what its patches do to it needs it. */
interface HarmedNode {
  readonly id: string;
  readonly catalog: BadPatch["catalog"];
  /** Per package the version. */
  readonly installed: Int8Array;
}

/** The bad ones among patches that are put on a node. */
export function badOnes(all: readonly BadPatch[], node: HarmedNode, steps: readonly Step[]): BadPatch[] {
  return all.filter(
    ({ catalog, patch }) =>
      catalog === node.catalog &&
      steps.some(
        (step) => step.packageIndex === patch.packageIndex && step.versionIndex === patch.versionIndex,
      ),
  );
}

/** Whether a bad patch breaks a node: always the same for the same seed, node and patch. */
export function isUnlucky(seed: number, node: Pick<HarmedNode, "id">, { patch, share }: BadPatch): boolean {
  return hashUnit(seed, node.id, patch.id, "broken") < share;
}

/** Whether a patch that waits for a reboot is still what the node has of its package. */
export function isStillIn({ installed }: HarmedNode, { patch }: BadPatch): boolean {
  return installed[patch.packageIndex] === patch.versionIndex;
}
