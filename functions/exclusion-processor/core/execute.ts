import type { DeploymentRecord } from "#shared/contract/deploymentRecord.js";
import { settle, stableText } from "../../shared/errors.js";
import type { StepResult } from "../ports.js";
import type { Desired } from "./desired.js";
import { Keeper } from "./keeper.js";
import type { Memory, Recalled } from "./memory.js";
import { plan } from "./plan.js";
import { type ReadyStep, remaining, type Step } from "./steps.js";
import type { Means, Written } from "./written.js";

/**
 * Plans a Region's writes and makes them one by one until it is late. What is to be written is kept before the first tag, so
 * that whatever becomes of this run the next one knows which reads not to trust.
 */
export async function execute(
  means: Means,
  desired: Desired,
  recalled: Recalled,
  record: DeploymentRecord,
  memory: Memory,
): Promise<Written> {
  const planned = plan(desired, recalled, record, memory);
  const keeper = new Keeper(planned, memory, means);
  const done: Record<string, number> = {};
  const error = await make(planned.steps, means, keeper, done);
  return { done, ...(await keeper.end(error)) };
}

/** Makes the steps. Returns why it has stopped before their end. */
async function make(
  steps: readonly Step[],
  { access, onStep, isLate }: Means,
  keeper: Keeper,
  done: Record<string, number>,
): Promise<string | undefined> {
  const made = new Map<string, string>();
  const stuck = new Set<string>();
  for (const planned of steps) {
    const step = remaining(planned, stuck);
    if (step === undefined) continue;
    if (isLate()) return "is not finished, the time was over";
    const kept = await settle(keeper.before(step));
    if (!kept.ok) return `what is to be written could not be kept (${kept.error})`;
    onStep(step);
    let result: StepResult;
    try {
      const complete = ready(step, made);
      result = await access.apply(complete);
      keeper.after({ step: complete, result });
    } catch (error) {
      keeper.failed(step);
      return `${step.kind}: ${stableText(error)}`;
    }
    if (step.kind === "createBaseline" && result.baselineId !== undefined) {
      made.set(step.name, result.baselineId);
    }
    for (const id of [...(result.failures ?? []).map((one) => one.id), ...(result.gone ?? [])]) stuck.add(id);
    done[step.kind] = (done[step.kind] ?? 0) + 1;
  }
  return undefined;
}

/** @throws Error when an adapter has made a baseline and not told its id */
function ready(step: Step, made: ReadonlyMap<string, string>): ReadyStep {
  if (step.kind !== "registerGroup") return step;
  const { baseline } = step;
  const id = "id" in baseline ? baseline.id : made.get(baseline.nameOfNew);
  if (id === undefined) throw new Error(`no id is known of the baseline for ${step.group}`);
  return { ...step, baseline: { id } };
}
