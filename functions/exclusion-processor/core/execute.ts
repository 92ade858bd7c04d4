import type { DeploymentRecord } from "#shared/contract/deploymentRecord.js";
import { settle, stableText } from "../../shared/errors.js";
import type { RegionAccess, StepResult } from "../ports.js";
import type { DoneStep } from "./afterwards.js";
import type { Desired } from "./desired.js";
import { Keeper } from "./keeper.js";
import type { Memory, Recalled } from "./memory.js";
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
  /** Nodes that do not exist any more, although a read still shows them. */
  readonly goneNodes: ReadonlySet<string>;
  /** Patch group of each node on which entries are in force. */
  readonly promised: ReadonlyMap<string, string>;
  /** How many of them were put back since the last settled read. */
  readonly unsure: number;
  /** Nodes that stay where they are for now, since something is about to install. */
  readonly waiting: ReadonlySet<string>;
  /** From when on a read is settled, epoch milliseconds; missing when this run's was and it has written no tags. */
  readonly settlesAt?: number;
  /** Since when nobody uses what exclusions have made. */
  readonly unused: ReadonlyMap<string, number>;
}

/** What a run may do in a Region. */
export interface Means {
  readonly access: Pick<RegionAccess, "apply">;
  /** Keeps the bytes of the Region's memory. */
  readonly keep: (text: string) => Promise<unknown>;
  /** Is told of each step before it is made. */
  readonly onStep: (step: Step) => void;
  readonly isLate: () => boolean;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

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
