// The functional flavour of zod keeps the Lambda's bundle small.
import * as z from "zod/mini";
import { hasDay } from "../text/time.js";
import { type RingWord, ringNamePattern, ringWords } from "./ringNames.js";
import { readRunText, readStored } from "./storedJson.js";

/** Most rings of a stack: each has a window and, in each Region, two resource groups and its baselines. */
export const maxRings = 10;
/** Of the nodes of the ring before that a ring asks to have been patched, in percent, where nothing is said. */
export const defaultMinSuccess = 90;
/** Longest soak: 60 days. */
export const maxSoakHours = 1_440;
/** Hours for which a run may be begun after its window has opened, by retries: no record tells the opening itself. */
export const lateStartHours = 6;

/** What the window puts the id of its execution in the place of. */
export const executionPlaceholder = "{{WINDOW_EXECUTION_ID}}";

/** What is allowed where, in words for a message. */
const allowed = {
  rule: "an object with Name, Alarms and so on",
  name: "the name of a ring, of 1 to 20 small letters, digits and dashes",
  hours: "a whole number of hours",
  share: "a whole number of percent from 1 to 100",
  nodes: "a whole number of nodes from 0",
  alarms: "a list of up to 10 ARNs of CloudWatch alarms",
  execution: "the id of a maintenance window's execution, a UUID",
} as const;

const name = z.string(allowed.name).check(z.regex(ringNamePattern, allowed.name));
const hours = z.int(allowed.hours).check(z.minimum(0, allowed.hours), z.maximum(100_000, allowed.hours));
const nodes = z.int(allowed.nodes).check(z.minimum(0, allowed.nodes));

/** An alarm of CloudWatch. */
export const alarmArnPattern = /^arn:(aws[a-z-]*):cloudwatch:([a-z0-9-]+):(\d{12}):alarm:(.{1,255})$/s;

/** The ring that comes before, and what it must have come to. */
export const ringAfterSchema = z.strictObject(
  {
    Name: name,
    /** Hours from the end of the ring before. */
    SoakHours: hours,
    /** Hours before this run's start in which the run of the ring before began, if it is of the same cycle. */
    WithinHours: hours,
    /** The same of the run of the first ring, by which the cycle is known where the ring before tells none. */
    CycleHours: z.exactOptional(hours),
    /** Percent of the nodes of the ring before. */
    MinSuccess: z.int(allowed.share).check(z.minimum(1, allowed.share), z.maximum(100, allowed.share)),
    /** Most failed nodes of the ring before. */
    MaxFailed: z.exactOptional(nodes),
  },
  allowed.rule,
);

/** The ring of a run, and what its start depends on, as the payload of its window says. */
export const ringRuleSchema = z.strictObject(
  {
    Name: name,
    /** The execution of the window that has begun the run. Without it somebody has by hand, and the run stands for no cycle. */
    WindowExecutionId: z.exactOptional(
      z
        .string(allowed.execution)
        .check(z.regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, allowed.execution)),
    ),
    /** Whether a ring comes before it; missing for a first one. */
    After: z.exactOptional(ringAfterSchema),
    /** Most failed nodes of all rings of the cycle. */
    MaxFailedTotal: z.exactOptional(nodes),
    /** ARNs of alarms of which none may be in ALARM. */
    Alarms: z
      .array(z.string(allowed.alarms).check(z.regex(alarmArnPattern, allowed.alarms)), allowed.alarms)
      .check(z.maxLength(10, allowed.alarms)),
  },
  allowed.rule,
);
export type RingRule = z.infer<typeof ringRuleSchema>;

/**
 * What became of a run at the gate of its ring:
 * - `first`: no ring comes before it, and nobody has paused it
 * - `passed`: the ring before has done well
 * - `promoted`: it has not, or that is not known, and somebody has said that this ring starts even so
 * - `held`: nothing was started in this cycle
 */
const ringVerdicts = ["first", "passed", "promoted", "held"] as const;

/** The ring of a run in its records. */
export const ringStandSchema = z.object({
  name: z.string(),
  /** When the first ring's run of this cycle began, ISO 8601; of a ring whose cycle is not known, when its own did. */
  cycle: z.iso.datetime(),
  verdict: z.enum(ringVerdicts),
  /** Why it is held, or would have been: clauses. */
  why: z.array(z.string()),
  /** Who has paused or promoted it. */
  by: z.exactOptional(z.string()),
});
export type RingStand = z.infer<typeof ringStandSchema>;

/** Folder of what tells which run is of which ring and cycle. */
export const ringFolder = "runs/rings/";

/**
 * Key of the entry of a ring's run, by which it is found.
 *
 * @param startedAt when the run began, epoch milliseconds; its day is in UTC
 */
export function ringEntryKey(ring: string, runId: string, startedAt: number): string {
  return `${ringFolder}${ring}/${new Date(startedAt).toISOString().slice(0, 10)}/${runId}.json`;
}

/** The ring, day (YYYY-MM-DD) and run of such a key; undefined for every other key. */
export function parseRingEntryKey(
  key: string,
): { readonly ring: string; readonly day: string; readonly runId: string } | undefined {
  const [, ring, day, runId] =
    /^runs\/rings\/([a-z][a-z0-9-]*)\/(\d{4}-\d\d-\d\d)\/([0-9a-f-]{36})\.json$/.exec(key) ?? [];
  return ring === undefined || day === undefined || runId === undefined ? undefined : { ring, day, runId };
}

const entry = z.object({
  version: z.literal(1, "is not 1"),
  ring: z.string(),
  runId: z.string(),
  /** When the run began, ISO 8601. */
  startedAt: z.iso.datetime(),
  /** As in the run's record. */
  cycle: z.iso.datetime(),
  /** Whether the window has begun it, and nobody by hand. */
  byWindow: z.boolean(),
});

/** That a run is one of a ring: written before the run's record, and never changed. */
export type RingEntry = z.infer<typeof entry>;

export function ringEntryText(value: RingEntry): string {
  return `${JSON.stringify(value)}\n`;
}

/** @throws Error that names every problem */
export function readRingEntry(key: string, text: string): RingEntry {
  return readRunText(entry, key, text);
}

/** What a machine of another zone would read otherwise, as `2026-10-11T13:00`, is no end: the gate and the command must agree. */
function isInstant(text: string): boolean {
  const isZoned = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text);
  return isZoned && hasDay(text) && !Number.isNaN(Date.parse(text));
}

const decision = z.strictObject({
  version: z.literal(1, "is not 1"),
  /** What is said: the same as in the key. */
  say: z.enum(ringWords, "is not pause or promote"),
  reason: z.string("should be a text").check(z.minLength(1, "is empty"), z.maxLength(500, "is too long")),
  owner: z.string("should be a text").check(z.minLength(1, "is empty"), z.maxLength(200, "is too long")),
  /** ISO 8601, a day in UTC or a time with its zone: until then it holds. */
  until: z
    .string("should be a text")
    .check(z.refine(isInstant, "is no time in UTC such as 2026-10-11T13:00Z")),
});
export type RingDecision = z.infer<typeof decision>;

/** What an object says of a ring, or everything that is wrong with it. Total. */
export function readDecision(
  text: string,
  word: RingWord,
):
  | { readonly ok: true; readonly value: RingDecision }
  | { readonly ok: false; readonly problems: readonly string[] } {
  const read = readStored(decision, text);
  if (!read.ok || read.value.say === word) return read;
  return { ok: false, problems: [`say: is ${read.value.say}, and the key says ${word}`] };
}
