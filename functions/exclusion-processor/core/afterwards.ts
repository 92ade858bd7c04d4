import type { StepResult } from "../ports.js";
import type { BaselineState, NodeState, RegionState } from "./model.js";
import type { ReadyStep } from "./steps.js";

/** A step that was done, with what it has given. */
export interface DoneStep {
  readonly step: ReadyStep;
  readonly result: StepResult;
}

/** What a Region is like after some steps, if nobody else has written. */
export function afterSteps(state: RegionState, done: readonly DoneStep[]): RegionState {
  const nodes = new Map(state.nodes.map((node) => [node.id, node]));
  const baselines = new Map(state.baselines.map((baseline) => [baseline.id, baseline]));
  let { groups } = state;
  const retag = (
    ids: readonly { readonly id: string }[],
    failures: StepResult["failures"] = [],
    change: (tags: NodeState["tags"]) => NodeState["tags"],
  ) => {
    const failed = new Set(failures.map(({ id }) => id));
    for (const { id } of ids) {
      const node = nodes.get(id);
      if (node !== undefined && !failed.has(id)) nodes.set(id, { ...node, tags: change(node.tags) });
    }
  };
  for (const { step, result } of done) {
    switch (step.kind) {
      case "createBaseline":
      case "updateBaseline": {
        const id = step.kind === "createBaseline" ? (result.baselineId ?? "") : step.baselineId;
        const { name, operatingSystem, content } = step;
        const baseline: BaselineState = { id, name, operatingSystem, isOwned: true, content };
        baselines.set(id, baseline);
        break;
      }
      case "deleteBaseline":
        baselines.delete(step.baselineId);
        break;
      case "registerGroup": {
        const { group, operatingSystem, baseline } = step;
        groups = [...groups, { group, operatingSystem, baselineId: baseline.id }];
        break;
      }
      case "deregisterGroup":
        groups = groups.filter((one) => one.group !== step.group || one.baselineId !== step.baselineId);
        break;
      case "tagNodes":
        retag(step.nodes, result.failures, (tags) => ({ ...tags, ...step.values }));
        break;
      case "untagNodes":
        retag(step.nodes, result.failures, ({ [step.key]: _, ...tags }) => tags);
        break;
    }
  }
  return { ...state, nodes: [...nodes.values()], baselines: [...baselines.values()], groups };
}
