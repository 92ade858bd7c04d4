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
  const outcomes = [
    ...(await part("what an earlier exercise has left", () => clearLeftovers(ports, trial, surroundings))),
    ...(await part(`a scan of ${trial.nodeId} as the stack's own role`, () =>
      scan(ports, trial, surroundings),
    )),
  ];
  for (const topic of trial.topics)
    outcomes.push(...(await part(`a message through ${topic}`, () => message(ports, trial, topic))));
  const tagSeconds: Record<string, number | undefined> = {};
  outcomes.push(
    ...(await part(`a tag of ${trial.nodeId}, in each view`, () =>
      tagLag(ports, trial, surroundings, tagSeconds),
    )),
  );
  return { outcomes, tagSeconds };
}

async function part(
  what: string,
  work: () => Promise<{ readonly ok: boolean; readonly detail: string } | undefined>,
): Promise<Outcome[]> {
  try {
    const done = await work();
    return done === undefined ? [] : [{ what, ...done }];
  } catch (error) {
    return [{ what, ok: false, detail: stableText(error) }];
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
    const told = views.map(({ name }) =>
      seconds[name] === undefined ? `${name}: not seen` : `${name}: ${seconds[name]} s`,
    );
    return { ok: waiting.length === 0, detail: told.join(", ") };
  } finally {
    await ports.untag(nodeId, trialTagKey);
  }
}
