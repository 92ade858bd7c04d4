import { stableText } from "#functions/shared/errors.js";
import type { ExercisePorts } from "./ports.js";

/** What is tried. */
export interface Trial {
  /** The name of the window that is made for it. */
  readonly windowName: string;
  readonly nodeId: string;
  readonly roleArn: string;
  readonly bucket: string | undefined;
  readonly topics: readonly string[];
  readonly stack: string;
}

export interface Surroundings {
  /** Lets some milliseconds pass, or fewer once somebody has had enough. */
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** Ctrl-C. */
  readonly interrupted: AbortSignal;
  readonly say: (line: string) => void;
}

/** What came of one part. */
export interface Outcome {
  readonly what: string;
  readonly ok: boolean;
  readonly detail: string;
}

export interface Exercised {
  readonly outcomes: readonly Outcome[];
  /** By the views of a tag, seconds until it was seen; undefined where it was not within the time. */
  readonly tagSeconds: Readonly<Record<string, number | undefined>>;
}

const second = 1000;
const minute = 60 * second;
/** A window is made for the minute after the next: SSM takes none for a time that is over. */
const lead = 2 * minute;
/** How long a scan is waited for, and a tag. */
const [scanPatience, tagPatience] = [45 * minute, 12 * minute];
/** Key of the tag that is written to the node, and taken away again. */
export const trialTagKey = "patchplane-doctor";

/** Does what only a live run settles, one part after the other. What it makes it takes away, whatever comes of it. */
export async function exercise(
  ports: ExercisePorts,
  trial: Trial,
  surroundings: Surroundings,
): Promise<Exercised> {
  const { nodeId, topics } = trial;
  const tagSeconds: Record<string, number | undefined> = {};
  const parts: readonly Part[] = [
    ["what an earlier exercise has left", () => clearLeftovers(ports, trial, surroundings)],
    [`a scan of ${nodeId} as the stack's own role`, () => scan(ports, trial, surroundings)],
    ...topics.map((topic): Part => [`a message through ${topic}`, () => message(ports, trial, topic)]),
    [`a tag of ${nodeId}, in each view`, () => tagLag(ports, trial, surroundings, tagSeconds)],
  ];
  const outcomes: Outcome[] = [];
  for (const [what, work] of parts) {
    const done = surroundings.interrupted.aborted ? { ok: false, detail: "not tried" } : await tried(work);
    if (done !== undefined) outcomes.push({ what, ...done });
  }
  return { outcomes, tagSeconds };
}

type Done = Omit<Outcome, "what">;
type Part = readonly [what: string, work: () => Promise<Done | undefined>];

async function tried(work: Part[1]): Promise<Done | undefined> {
  try {
    return await work();
  } catch (error) {
    return { ok: false, detail: stableText(error) };
  }
}

async function clearLeftovers(ports: ExercisePorts, { windowName }: Trial, { say }: Surroundings) {
  const left = await ports.windowsNamed(windowName);
  for (const id of left) {
    say(`deletes window ${id}, which an earlier exercise has left`);
    await ports.deleteWindow(id);
  }
  return left.length === 0 ? undefined : { ok: true, detail: `${left.join(", ")}: deleted` };
}

async function scan(ports: ExercisePorts, trial: Trial, { clock, pause, interrupted, say }: Surroundings) {
  const { windowName: name, nodeId, roleArn, bucket } = trial;
  const at = Math.ceil((clock() + lead) / minute) * minute;
  const opensAt = new Date(at).toISOString().slice(0, 19);
  const id = await ports.openWindow({ name, opensAt, nodeId, roleArn, bucket });
  try {
    say(`made window ${id}, which opens at ${opensAt} UTC`);
    const until = at + scanPatience;
    while (clock() < until && !interrupted.aborted) {
      const found = await ports.execution(id);
      if (found !== undefined && !["PENDING", "IN_PROGRESS"].includes(found.status))
        return {
          ok: found.status === "SUCCESS" && found.detail === "Success",
          detail: `${found.status}, ${found.detail}`,
        };
      await pause(15 * second);
    }
    return { ok: false, detail: interrupted.aborted ? "interrupted" : "it has not ended in its time" };
  } finally {
    await ports.deleteWindow(id);
    say(`deleted window ${id}`);
  }
}

async function message(ports: ExercisePorts, { stack }: Trial, topic: string) {
  await ports.publish(
    topic,
    `patchplane: a test of ${stack}`,
    `The doctor of stack ${stack} tries whether its messages arrive. Nothing is wrong, and nothing is to be done.`,
  );
  return { ok: true, detail: "SNS took it: see that it arrives" };
}

async function tagLag(
  ports: ExercisePorts,
  { nodeId }: Trial,
  { clock, pause, interrupted }: Surroundings,
  seconds: Record<string, number | undefined>,
) {
  const views = ports.views.filter(({ knows }) => knows?.(nodeId) ?? true);
  const value = `${clock()}`;
  const from = clock();
  await ports.tag(nodeId, trialTagKey, value);
  try {
    let waiting = views;
    while (waiting.length > 0 && clock() < from + tagPatience && !interrupted.aborted) {
      for (const view of waiting)
        if (await view.sees(nodeId, trialTagKey, value))
          seconds[view.name] = Math.round((clock() - from) / second);
      waiting = waiting.filter(({ name }) => seconds[name] === undefined);
      if (waiting.length > 0) await pause(5 * second);
    }
    const unseen = interrupted.aborted ? "no longer looked for" : "not seen";
    const told = views.map(({ name }) =>
      seconds[name] === undefined ? `${name}: ${unseen}` : `${name}: ${seconds[name]} s`,
    );
    return { ok: waiting.length === 0, detail: told.join(", ") };
  } finally {
    await ports.untag(nodeId, trialTagKey);
  }
}
