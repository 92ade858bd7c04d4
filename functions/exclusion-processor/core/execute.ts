import type { DeploymentRecord } from "#shared/contract/deploymentRecord.js";
import { stableText } from "../../shared/errors.js";
import type { RegionAccess, StepResult } from "../ports.js";
import type { DoneStep } from "./afterwards.js";
import type { Desired } from "./desired.js";
import type { RegionState } from "./model.js";
import { plan } from "./plan.js";
import { type ReadyStep, remaining, type Step } from "./steps.js";

/** What became of a Region's plan. */
export interface Written {
  /** Steps that were done, by kind. */
  readonly done: Readonly<Record<string, number>>;
  /** The same steps in order, with what they have given. */
  readonly steps: readonly DoneStep[];
  /** Why it stopped before its end; what is done until then is safe, and the next run goes on. */
  readonly error?: string;
  /** Nodes whose tags could not be written. */
  readonly failedNodes: ReadonlyMap<string, string>;
}

/** Plans a Region's writes and makes them one by one, calling `onStep` before each, until it is late. */
export async function execute(
  access: RegionAccess,
  desired: Desired,
  state: RegionState,
  record: DeploymentRecord,
  onStep: (step: Step) => void,
  isLate: () => boolean,
): Promise<Written> {
  const done: Record<string, number> = {};
  const steps: DoneStep[] = [];
  const made = new Map<string, string>();
  const failedNodes = new Map<string, string>();
  const stuck = new Map<string, string>();
  for (const planned of plan(desired, state, record)) {
    const step = remaining(planned, stuck);
    if (step === undefined) continue;
    if (isLate()) return { done, steps, error: "is not finished, the time was over", failedNodes };
    onStep(step);
    let result: StepResult;
    try {
      const complete = ready(step, made);
      result = await access.apply(complete);
      steps.push({ step: complete, result });
    } catch (error) {
      return { done, steps, error: `${step.kind}: ${stableText(error)}`, failedNodes };
    }
    if (step.kind === "createBaseline" && result.baselineId !== undefined) {
      made.set(step.name, result.baselineId);
    }
    for (const { id, error } of result.failures ?? []) {
      failedNodes.set(id, error);
      stuck.set(id, fromOf(step, id));
    }
    done[step.kind] = (done[step.kind] ?? 0) + 1;
  }
  return { done, steps, failedNodes };
}

/** @throws Error when an adapter has made a baseline and not told its id */
function ready(step: Step, made: ReadonlyMap<string, string>): ReadyStep {
  if (step.kind !== "registerGroup") return step;
  const { baseline } = step;
  const id = "id" in baseline ? baseline.id : made.get(baseline.nameOfNew);
  if (id === undefined) throw new Error(`no id is known of the baseline for ${step.group}`);
  return { ...step, baseline: { id } };
}

function fromOf(step: Step, id: string): string {
  if (step.kind !== "tagNodes" && step.kind !== "untagNodes") return "";
  return step.nodes.find((node) => node.id === id)?.from ?? "";
}
