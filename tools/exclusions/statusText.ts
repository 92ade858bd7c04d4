import { keptText, troubles } from "#functions/exclusion-processor/core/messages.js";
import type { MisplacedObject } from "#functions/exclusion-processor/core/misplaced.js";
import { type ForeignNode, foreignLine } from "#shared/contract/foreignTags.js";
import {
  nodesInForce,
  notSeenYet,
  type Status,
  type StatusEntry,
  type StatusProblem,
} from "#shared/contract/manifestStatus.js";
import { type RetiredState, retiredLine } from "#shared/contract/retired.js";
import { table } from "#shared/terminal/table.js";
import type { Colour, Printer } from "#shared/terminal/terminal.js";
import { counted, several, timeText } from "#shared/text/words.js";

/** What is known of one manifest. */
export interface Found {
  readonly key: string;
  /** Whether an upload is newer than what is said of it. */
  readonly isWaiting: boolean;
  /** Whether the object is gone, and no run has seen that yet. */
  readonly isDeleted?: boolean;
  /** Missing when no run has looked at it yet, or when it cannot be read. */
  readonly status?: Status;
  readonly error?: string;
}

const colours: Readonly<Record<Status["verdict"], Colour>> = {
  "being applied": "yellow",
  "in force": "green",
  held: "yellow",
  refused: "red",
  ended: "dim",
};

/** Whether nobody needs to look at a manifest. */
export function isFine({ isWaiting, status, error }: Found): boolean {
  if (isWaiting || error !== undefined || status === undefined) return false;
  const isDone = status.verdict === "in force" || status.verdict === "ended";
  return isDone && status.failedRegions.length === 0 && troubles(status).length === 0;
}

/** The nodes whose tags somebody else writes, for a terminal. */
export function foreignLines(nodes: readonly ForeignNode[], paint: Printer["paint"]): string[] {
  if (nodes.length === 0) return [];
  const head = paint("yellow", `Something else has written the tags of ${counted(nodes.length, "node")}:`);
  return ["", head, ...nodes.map((node) => `  ${foreignLine(node)}`)];
}

/** The objects that do nothing where they are, for a terminal. */
export function misplacedLines(objects: readonly MisplacedObject[], paint: Printer["paint"]): string[] {
  if (objects.length === 0) return [];
  const head = paint("yellow", `Nothing looks at ${counted(objects.length, "object")}:`);
  return ["", head, ...objects.map(({ key, mend }) => `  ${key}: ${mend}`)];
}

/** What has left the stack, for a terminal. */
export function retiredLines(parts: readonly RetiredState[], paint: Printer["paint"]): string[] {
  if (parts.length === 0) return [];
  return ["", paint("yellow", "What has left the stack:"), ...parts.map((part) => `  ${retiredLine(part)}.`)];
}

/** What became of manifests, for a terminal. */
export function statusLines(all: readonly Found[], paint: Printer["paint"]): string[] {
  if (all.length === 0) return ["There is no manifest, and none has ended."];
  return [...all.flatMap((one) => [...manifestLines(one, paint), ""]), summary(all)];
}

function manifestLines(
  { key, isWaiting, isDeleted, status, error }: Found,
  paint: Printer["paint"],
): string[] {
  const waiting =
    isWaiting && status !== undefined
      ? [paint("yellow", `  ${isDeleted ? "Its deletion" : "A newer upload"} waits for the next run.`)]
      : [];
  if (status === undefined) {
    return [
      `${key}: ${error === undefined ? paint("yellow", "waits for the next run") : paint("red", error)}`,
    ];
  }
  const { verdict, versionId, inForceVersionId, message, entries } = status;
  const shown = (words: string) => paint(colours[verdict], words);
  const version = versionId === undefined ? "" : `, version ${versionId}`;
  const applied = verdict === "in force" ? verdict : isWritten(status) ? "not in force yet" : undefined;
  const head = applied === undefined ? `${shown(verdict)}${version}` : `applied${version}, ${shown(applied)}`;
  const other =
    inForceVersionId === undefined || inForceVersionId === versionId
      ? ""
      : `; version ${inForceVersionId} is in force`;
  return [
    `${key}: ${head}${other}`,
    ...waiting,
    ...message.map((line) => `  ${line}`),
    ...status.problems.map((problem) => `  ${placeOf(problem)}${problem.message}`),
    ...status.warnings.map((warning) => `  ${placeOf(warning)}warning: ${warning.message}`),
    ...(entries.length === 0 ? [] : entryTable(entries, paint)),
    ...troubles(status).map((line) => `  ${line}`),
    ...entries.flatMap((entry) => {
      const kept = keptText(entry);
      const all = kept === undefined ? entry.notes : [...entry.notes, `it has ended, and ${kept}.`];
      return all.map((note) => `  ${entry.id}: ${note}`);
    }),
    ...heldLines(entries),
    ...status.failedRegions.map(({ region, error, since }) => {
      const unknown = since === undefined ? "" : `; nothing is known of it since ${timeText(since)}`;
      return `  ${region}: ${error}${unknown}; the next run tries again.`;
    }),
  ];
}

/** A hold approves nothing, so that whoever asks what its nodes lack has to look at what was before. */
function heldLines(entries: readonly StatusEntry[]): string[] {
  const holds = entries.filter((entry) => entry.effect === "hold" && nodesInForce(entry).length > 0);
  if (holds.length === 0) return [];
  return [
    `  Held by ${several(holds.map(({ id }) => id))}: scans report nothing missing there; what their last scan before found is below scan/ in the log bucket.`,
  ];
}

/** Whether nothing is left to be written of a manifest that is being applied. */
function isWritten({ verdict, entries, failedRegions }: Status): boolean {
  const nodes = entries.flatMap((entry) => entry.nodes);
  const isAll =
    nodes.length > 0 && nodes.every(({ notYet }) => notYet === undefined || notYet === notSeenYet);
  const isRight = failedRegions.length === 0 && entries.every(({ failedNodes }) => failedNodes.length === 0);
  return verdict === "being applied" && isAll && isRight;
}

function entryTable(entries: readonly StatusEntry[], paint: Printer["paint"]): string[] {
  const head = ["Entry", "Phase", "Ends", "Patches", "Nodes", "Takes effect"];
  const rows = entries.map(({ id, phase, effect, expires, patches = [], nodes, takesEffect }) => [
    id,
    phase,
    timeText(expires),
    effect === "hold" ? "all, a hold" : several(patches),
    nodes.length === 0
      ? "none"
      : `${nodes.length}: ${several(
          nodes.map((node) => node.id),
          3,
        )}`,
    effectText(takesEffect),
  ]);
  return table(head, rows, paint).map((line) => `  ${line}`);
}

/** One text where all Regions agree, as they mostly do. */
function effectText(times: StatusEntry["takesEffect"]): string {
  const all = [...new Set(Object.values(times))];
  if (all.length <= 1) return all.map(timeText).join();
  return Object.entries(times)
    .map(([region, time]) => `${region} ${timeText(time)}`)
    .join(", ");
}

function placeOf({ line, column, entry }: StatusProblem): string {
  const where = line === undefined ? "" : `line ${line}${column === undefined ? "" : `:${column}`}: `;
  return `${where}${entry === undefined ? "" : `${entry}: `}`;
}

function summary(all: readonly Found[]): string {
  const counts = new Map<string, number>();
  for (const { status, error } of all) {
    const what = status?.verdict ?? (error === undefined ? "waiting" : "not readable");
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  const parts = [...counts].map(([what, count]) => `${count} ${what}`);
  const look = all.filter((one) => !isFine(one)).map(({ key }) => key);
  const toSee = look.length === 0 ? "" : ` To look at: ${several(look)}.`;
  return `${counted(all.length, "manifest")}: ${parts.join(", ")}.${toSee}`;
}
