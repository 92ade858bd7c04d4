import { createHash } from "node:crypto";
import { keptText, parseKept, type WatchedWindow, watchKey } from "#shared/contract/windowWatch.js";
import { hourMs } from "#shared/text/time.js";
import { compare } from "#shared/text/words.js";
import { stableText } from "../errors.js";
import type { Log } from "../log.js";
import { type ListedWindow, questionsOf, type Standing, standingOf } from "./overdue.js";

/** What watching windows reaches. Every method throws when it does not know the answer. */
export interface WindowPorts {
  /** Every maintenance window of the function's Region. */
  list(): Promise<readonly ListedWindow[]>;
  /** Whether an execution that began at a time or later (ISO 8601) has ended; one that was skipped has not. */
  hasEnded(id: string, since: string): Promise<boolean>;
  /** What an earlier run has kept; no text where there is nothing that a run has left so, and whether something else is there, or gone. */
  readKept(key: string): Promise<{ readonly text?: string; readonly isSpoiled: boolean }>;
  writeKept(key: string, text: string): Promise<unknown>;
}

/** How the watched windows stand; nothing when none is watched, or nobody knows. */
export interface Watched {
  readonly hoursOverdue?: number;
  /** What is wrong with windows: whole sentences. */
  readonly overdue?: readonly string[];
  /** When the watched windows open next, and those openings of which no execution has ended yet. */
  readonly openings?: readonly Opening[];
}

interface Opening {
  /** Of the window. */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** When it is over. */
  readonly endsAt: number;
}

/**
 * Looks whether the windows open. It never throws: a failure is logged, and gives no number, which the alarm takes for the
 * worst. One call while nothing has become due; what is kept is read and written only when it differs.
 *
 * @param watched without any nothing is done
 * @param keptEtag of what is kept, as a listing has just shown it, if there was one
 * @param now epoch milliseconds
 */
export async function watchWindows(
  { ports, watched, log }: { ports: WindowPorts; watched: readonly WatchedWindow[]; log: Log },
  keptEtag: string | undefined,
  now: number,
): Promise<Watched> {
  if (watched.length === 0) return {};
  try {
    return await look(ports, watched, keptEtag, now);
  } catch (error) {
    log.error("the windows could not be watched", { error: stableText(error) });
    return {};
  }
}

async function look(
  ports: WindowPorts,
  watched: readonly WatchedWindow[],
  keptEtag: string | undefined,
  now: number,
): Promise<Watched> {
  const listed = (await ports.list())
    .filter(({ name }) => watched.some((one) => one.name === name))
    .sort((a, b) => compare(a.id, b.id));
  // What would be kept if nothing had been due. Where the very same is kept already, nothing has become due since.
  const unread = standingOf(watched, listed, [], new Set(), now);
  if (unread.hoursOverdue === 0 && keptEtag === md5(keptText(unread.keep))) return toldOf(unread, listed);
  const { text: written, isSpoiled } = await ports.readKept(watchKey);
  const kept = (written === undefined ? undefined : parseKept(written)) ?? [];
  const ended = new Set<string>();
  for (const { id, due } of questionsOf(listed, kept, now)) {
    if (await ports.hasEnded(id, due)) ended.add(id);
  }
  const standing = withLoss(standingOf(watched, listed, kept, ended, now), isSpoiled);
  const text = keptText(standing.keep);
  if (text !== written) await ports.writeKept(watchKey, text);
  return toldOf(standing, listed);
}

/** Whether a window has missed an opening before, nobody can tell then. */
function withLoss(standing: Standing, isSpoiled: boolean): Standing {
  if (!isSpoiled) return standing;
  const { hoursOverdue, overdue } = standing;
  const lost = `${watchKey} is not as a run has left it, as after an update of patchplane, or somebody else wrote or deleted it: whether a window has missed an opening before this hour is not known.`;
  return { ...standing, hoursOverdue: Math.max(1, hoursOverdue), overdue: [...overdue, lost] };
}

function toldOf({ hoursOverdue, overdue, keep }: Standing, listed: readonly ListedWindow[]): Watched {
  const times = listed.flatMap(({ id, durationHours, next = "" }) => {
    const due = keep.flatMap((window) => ("due" in window && window.id === id ? [window.due] : []));
    return [next, ...due].map((time): Opening => {
      const at = Date.parse(time);
      return { id, at, endsAt: at + durationHours * hourMs };
    });
  });
  return { hoursOverdue, overdue, openings: times.filter(({ at }) => !Number.isNaN(at)) };
}

/** S3's ETag of an object of one part under its own encryption; with any other the object is read each time. */
function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}
