import type * as z from "zod/mini";
import {
  maxPayloadBytes,
  type Payload,
  payloadSchema,
  placeholders,
} from "#shared/contract/fanoutPayload.js";
import { executionPlaceholder, ringAfterSchema, ringRuleSchema } from "#shared/contract/rings.js";
import type { RunRequest } from "#shared/contract/runRecord.js";
import { type PathPart, pathText, valueAt } from "#shared/text/paths.js";
import { quote, show } from "#shared/text/quotes.js";

/** Parameters of the runbook that the function gives, and where their values come from. */
const givenParameters: Readonly<Record<string, string>> = {
  ExecutionMode: "Write ExecutionMode beside Document instead.",
  InstanceIds: "Leave it out: the nodes come from Targets.",
  MaxConcurrency: "Write MaxConcurrency beside Document instead.",
  MaxErrors: "Write MaxErrors beside Document instead.",
  RebootOption: "Write RebootOption beside Document instead.",
  ResourceGroup: "Leave it out: the groups come from Targets.",
  SnapshotId: "Leave it out: it is the TaskExecutionId.",
};

/** One thing that is wrong with a payload. */
export interface PayloadProblem {
  /** From the payload's root, as in JavaScript: `Targets[0].Key`; empty for the whole payload. */
  readonly path: string;
  readonly got: string;
  readonly allowed: string;
  /** What to write instead, as a sentence. */
  readonly fix: string;
}

/** Problems that a message has: a payload of 4,096 bytes has room for a thousand. */
const maxTold = 50;

/** A payload that cannot be used; the message has every problem, as long as people can read them. */
export class PayloadError extends Error {
  override readonly name = "PayloadError";

  constructor(readonly problems: readonly PayloadProblem[]) {
    const lines = problems
      .slice(0, maxTold)
      .map(
        ({ path, got, allowed, fix }) =>
          `${path === "" ? "payload" : path}: got ${got}; allowed is ${allowed}. ${fix}`,
      );
    if (problems.length > maxTold) lines.push(`and ${problems.length - maxTold} further problems`);
    super(`The payload has ${problems.length} problem(s), nothing was started: ${lines.join(" | ")}`);
  }
}

/**
 * Reads the payload of the window's task.
 *
 * @param executionRoleName what stands for ExecutionRoleName where the payload has none
 * @throws PayloadError that names everything that is wrong
 */
export function readPayload(event: unknown, executionRoleName: string): RunRequest {
  const parsed = payloadSchema.safeParse(event);
  const shape = parsed.success ? [] : parsed.error.issues.flatMap((issue) => problemsOf(issue, event));
  const problems = [...shape, ...sizeProblems(event), ...parameterProblems(event), ...groupProblems(event)];
  if (!parsed.success || problems.length > 0) throw new PayloadError(problems);
  return requestOf(parsed.data, executionRoleName);
}

function requestOf(payload: Payload, executionRoleName: string): RunRequest {
  const { AutomationAssumeRole, Operation, ...parameters } = payload.Document.Parameters;
  return {
    runId: payload.TaskExecutionId.toLowerCase(),
    windowId: payload.WindowId,
    document: { name: payload.Document.Name, version: payload.Document.Version },
    assumeRole: AutomationAssumeRole[0] ?? "",
    ...(payload.AdministrationRole === undefined ? {} : { administrationRole: payload.AdministrationRole }),
    operation: Operation[0] ?? "Scan",
    rebootOption: payload.RebootOption ?? "RebootIfNeeded",
    executionMode: payload.ExecutionMode ?? "per-region",
    parameters,
    groups: payload.Targets.flatMap(({ Values }) => Values),
    maxConcurrency: payload.MaxConcurrency,
    maxErrors: payload.MaxErrors,
    regions: payload.Regions,
    locationMaxConcurrency: payload.LocationMaxConcurrency ?? "100%",
    locationMaxErrors: payload.LocationMaxErrors ?? "100%",
    accounts: payload.Accounts ?? [],
    calendars: payload.Calendars ?? [],
    ...(payload.Until === undefined ? {} : { until: payload.Until }),
    executionRoleName: payload.ExecutionRoleName ?? executionRoleName,
    ...(payload.Ring === undefined ? {} : { ring: payload.Ring }),
  };
}

/** The size is that of the task's payload, before the window has put ids into it. */
function sizeProblems(event: unknown): PayloadProblem[] {
  if (typeof event !== "object" || event === null) return [];
  const bytes = Buffer.byteLength(JSON.stringify({ ...event, ...placeholders }));
  if (bytes <= maxPayloadBytes) return [];
  const fix = "Shorten lists, or make a window of its own for a part of the Regions.";
  return [{ path: "", got: `${bytes} bytes`, allowed: `at most ${maxPayloadBytes} bytes`, fix }];
}

function parameterProblems(event: unknown): PayloadProblem[] {
  const parameters = valueAt(event, ["Document", "Parameters"]);
  if (typeof parameters !== "object" || parameters === null) return [];
  return Object.keys(parameters).flatMap((name) => {
    const fix = Object.hasOwn(givenParameters, name) ? givenParameters[name] : undefined;
    const path = pathText(["Document", "Parameters", name]);
    if (fix !== undefined)
      return [{ path, got: `the key ${name}`, allowed: "no key that the function sets", fix }];
    if (/^[\w-]{1,50}$/.test(name)) return [];
    const words = "a name of 1 to 50 letters, digits, _ and -";
    return [{ path, got: `the key ${quote(name)}`, allowed: words, fix: "Write it as the runbook does." }];
  });
}

function groupProblems(event: unknown): PayloadProblem[] {
  const targets = valueAt(event, ["Targets"]);
  if (!Array.isArray(targets)) return [];
  const seen = new Set<unknown>();
  return targets.flatMap((_, index) => {
    const values = valueAt(targets, [index, "Values"]);
    if (!Array.isArray(values)) return [];
    return values.flatMap((value: unknown, at) => {
      if (typeof value !== "string" || !seen.has(value)) {
        seen.add(value);
        return [];
      }
      const path = pathText(["Targets", index, "Values", at]);
      return [{ path, got: `${show(value)} again`, allowed: "each group once", fix: "Remove it." }];
    });
  });
}

function problemsOf(issue: z.core.$ZodIssue, event: unknown): PayloadProblem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: pathText([...issue.path, key]),
      got: `the key ${quote(key)}`,
      allowed: `one of ${knownKeys(issue.path).join(", ")}`,
      fix: fixOfKey(key, knownKeys(issue.path)),
    }));
  }
  const value = valueAt(event, issue.path);
  const fix = fixOf(issue.path, value, issue.message);
  return [{ path: pathText(issue.path), got: show(value), allowed: issue.message, fix }];
}

function knownKeys(path: readonly PathPart[]): string[] {
  if (path.length === 0) return Object.keys(payloadSchema.shape);
  if (path[0] === "Ring")
    return Object.keys(path.length === 1 ? ringRuleSchema.shape : ringAfterSchema.shape);
  return path[0] === "Document" ? Object.keys(payloadSchema.shape.Document.shape) : ["Key", "Values"];
}

function fixOfKey(key: string, known: readonly string[]): string {
  const plain = (name: string) =>
    name
      .toLowerCase()
      .replace(/[^a-z]/g, "")
      .replace(/s$/, "");
  const meant = known.find((name) => plain(name) === plain(key));
  return meant === undefined ? "Remove it." : `Write ${meant}.`;
}

function fixOf(path: readonly PathPart[], value: unknown, words: string): string {
  const key = String(path.at(-1) ?? "payload");
  const isPlaceholder = Object.values(placeholders).some((name) => name === value);
  if (isPlaceholder) return "The window puts the id in; who calls the function by hand writes one.";
  if (value === executionPlaceholder)
    return "The window puts the id in; who calls the function by hand leaves it out.";
  if (value === undefined) return `Add ${key}: ${words}.`;
  if (typeof value === "number") return `Put it in quotes: ${JSON.stringify(String(value))}.`;
  const isListWanted = words.startsWith("a list") && typeof path.at(-1) !== "number";
  if (isListWanted && typeof value === "string") return `Put it in brackets: [${quote(value)}].`;
  return `Write ${words}.`;
}
