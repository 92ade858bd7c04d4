import { stableText } from "#functions/shared/errors.js";
import { decisionKey, type RingWord, ringWords } from "#shared/contract/ringNames.js";
import { type RingDecision, readDecision } from "#shared/contract/rings.js";
import { CannotRun, given, Printer, type Terminal } from "#shared/terminal/terminal.js";
import { dayMs } from "#shared/text/time.js";
import { timeText } from "#shared/text/words.js";
import { type Arguments, command } from "./arguments.js";
import { type Deployment, orCannotRun } from "./deployment.js";

/**
 * Days for which a ring is paused where nobody says until when: the next opening of a monthly one is among them, 35 days after the
 * last, and an hour more where clocks have gone back.
 */
export const pauseDays = 36;

const sayings = [...ringWords, "resume"] as const;
const past: Readonly<Record<RingWord, string>> = { pause: "paused", promote: "promoted" };

/** What somebody wants to say of a ring. */
interface Saying {
  readonly word: (typeof sayings)[number];
  readonly ring: string;
  readonly owner: string;
  readonly reason: string;
  /** ISO 8601; of `resume`, now. */
  readonly until: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/**
 * What a command line wants to say of a ring; undefined where it asks alone.
 *
 * @returns it, by the account's time; throws CannotRun where `--until` is over by then
 */
export function sayingOf(options: Arguments): ((now: number) => Saying) | undefined {
  const [asked, ring, ...more] = options.operands;
  const word = sayings.find((one) => one === asked);
  const until = options.time("until");
  if (word === undefined) {
    if (asked !== undefined)
      options.say(`rings: got ${given(asked)}; allowed is pause, promote, resume or nothing.`);
    for (const name of ["owner", "reason", "until"] as const)
      if (options.text(name) !== undefined) options.say(`--${name}: goes with pause, promote or resume.`);
    return undefined;
  }
  if (ring === undefined) options.say(`RING: name the ring to ${word}.`);
  if (more.length > 0) options.say(`RING: name one ring; got ${more.length} more.`);
  const owner = options.required("owner", "name who answers for it.");
  const reason = options.required("reason", "say why; the record of the run tells it.");
  if (word === "promote")
    options.required("until", "say until when: the ring starts in every cycle until then.");
  if (word === "resume" && options.text("until") !== undefined)
    options.say("--until: goes with pause and promote; resume ends both at once.");
  const sayingAt = (now: number) => {
    const end = new Date(word === "resume" ? now : now + pauseDays * dayMs).toISOString();
    return { word, ring: ring ?? "", owner, reason, until: until ?? end, now };
  };
  const read = readDecision(textOf(sayingAt(0), "pause"), "pause");
  if (owner !== "" && reason !== "" && !read.ok)
    for (const problem of read.problems) options.say(`--${problem}.`);
  return (now) => {
    if (until !== undefined && Date.parse(until) <= now)
      throw new CannotRun(`--until: got ${until}, which is over; allowed is a time to come.`);
    return sayingAt(now);
  };
}

/** Writes what is said of a ring. @throws CannotRun when nothing was written, or nobody knows */
export async function sayOfRing(
  deployment: Deployment,
  saying: Saying,
  { stdout, json }: Pick<Terminal, "stdout"> & { readonly json: boolean },
): Promise<number> {
  const { stack, rings, exclusions } = deployment;
  const { word, ring } = saying;
  if (!rings.includes(ring))
    throw new CannotRun(
      `RING: got ${given(ring)}; allowed is one of the deployed stack's: ${rings.join(", ")}.`,
    );
  if (exclusions === undefined)
    throw new CannotRun(
      `Stack ${stack} has no bucket of exclusions as it is deployed, and its gates read no words.`,
    );
  const { bucket } = exclusions;
  const said = await Promise.all(ringWords.map((one) => saidBefore(deployment, bucket, ring, one)));
  const standing = said.filter(
    ({ before, decision }) => before !== undefined && !isOver(decision, saying.now),
  );
  const written = word === "resume" ? standing : said.filter((one) => one.word === word);
  for (const one of written) await write(deployment, bucket, one, textOf(saying, one.word));
  const printer = new Printer(stdout);
  if (json) {
    const { owner, reason, until } = saying;
    const keys = written.map(({ key }) => key);
    printer.json({ version: 1, stack, ring, word, owner, reason, until, bucket, written: keys });
    return 0;
  }
  printer.lines([
    toldLine(saying, written),
    ...standing.flatMap((one) => standingLine(one, saying, stack)),
    ...written.map(({ key }) => `Written: ${key} in bucket ${bucket}.`),
  ]);
  return 0;
}

/** What an object said of a ring until now. */
interface Said {
  readonly word: RingWord;
  readonly key: string;
  readonly before: { readonly text: string; readonly etag: string } | undefined;
  /** Undefined where there is none that can be read. */
  readonly decision: RingDecision | undefined;
}

async function saidBefore(
  { ports }: Deployment,
  bucket: string,
  ring: string,
  word: RingWord,
): Promise<Said> {
  const key = decisionKey(ring, word);
  const before = await orCannotRun(`${key} in bucket ${bucket}`, ports.words(bucket).read(key));
  const read = before === undefined ? undefined : readDecision(before.text, word);
  return { word, key, before, decision: read?.ok === true ? read.value : undefined };
}

/** What nobody can read stands: a pause of that kind holds its ring. */
function isOver(decision: RingDecision | undefined, now: number): boolean {
  return decision !== undefined && Date.parse(decision.until) <= now;
}

/** A word that is over is one with an end that has passed: whoever may write needs no right to delete, and the reason stays. */
function textOf({ owner, reason, until }: Omit<Saying, "word">, say: RingWord): string {
  return `${JSON.stringify({ version: 1, say, owner, reason, until }, undefined, 1)}\n`;
}

async function write(
  { ports }: Deployment,
  bucket: string,
  { key, before }: Said,
  text: string,
): Promise<void> {
  const store = ports.words(bucket);
  let etag: string | undefined;
  try {
    etag = await (before === undefined ? store.create(key, text) : store.replace(key, text, before.etag));
  } catch (error) {
    throw new CannotRun(
      `${key} in bucket ${bucket} was not written: ${stableText(error)}.\nThose may write it who may approve: the stack's patchplane:approvers where there are any, else whoever may write into the bucket. docs/policies/approver.json has the rights.`,
    );
  }
  if (etag === undefined)
    throw new CannotRun(
      `${key} in bucket ${bucket} was not written: somebody else has written it at this moment. Look, and say it again.`,
    );
}

function toldLine({ word, ring, until }: Saying, written: readonly Said[]): string {
  if (word === "pause") return `Ring ${ring} is paused until ${timeText(until)}: its window starts nothing.`;
  if (word === "promote")
    return `Ring ${ring} is promoted until ${timeText(until)}: its window starts whatever became of the ring before, of the cycle and of alarms.`;
  if (written.length === 0) return `Ring ${ring} is neither paused nor promoted: nothing was written.`;
  return `Ring ${ring} is ${written.map((one) => past[one.word]).join(" and ")} no longer: its gate decides.`;
}

/** What was said before, and what becomes of it. */
function standingLine({ word, key, decision }: Said, saying: Saying, stack: string): string[] {
  const what =
    decision === undefined
      ? `${key}, which nobody can read`
      : `${past[word]} by ${decision.owner} until ${timeText(decision.until)}: ${decision.reason}`;
  if (saying.word === "resume") return [`It was ${what}.`];
  if (saying.word === word) return [`This replaces: ${what}.`];
  return saying.word === "promote"
    ? [
        `It does not start even so, since a pause is stronger: ${what}. End it: ${command} rings resume ${saying.ring} --stack ${stack}`,
      ]
    : [`This is stronger than: ${what}.`];
}
