import type { KeptWindow, WatchedWindow } from "#shared/contract/windowWatch.js";
import { hourMs } from "#shared/text/time.js";

/** Hours after a window's end by which it must have ended. */
const graceHours = 2;

/** A maintenance window as AWS lists it. */
export interface ListedWindow {
  readonly id: string;
  readonly name: string;
  readonly isEnabled: boolean;
  readonly durationHours: number;
  /** Everything that decides when it opens, as one text. */
  readonly schedule: string;
  /** When it opens next, as AWS writes it; undefined when it never will. */
  readonly next: string | undefined;
}

/** An opening whose time has come, so that AWS is to be asked whether it has ended. */
interface Question {
  readonly id: string;
  /** When the window should have opened, as AWS had said. */
  readonly due: string;
}

/** How the windows stand. */
export interface Standing {
  readonly keep: readonly KeptWindow[];
  /** Hours for which the worst of them has been overdue, begun ones counted in full; 0 while none is. */
  readonly hoursOverdue: number;
  /** What is wrong with each that is overdue: whole sentences. */
  readonly overdue: readonly string[];
}

/**
 * The kept openings whose time has come. They are asked for at once: two hours later an opening after them could have passed for
 * them.
 *
 * @param now epoch milliseconds
 * @throws Error when a time of AWS's is none
 */
export function questionsOf(
  listed: readonly ListedWindow[],
  kept: readonly KeptWindow[],
  now: number,
): Question[] {
  return listed.flatMap((window) => {
    const due = pendingOf(window, kept, now);
    return due === undefined ? [] : [{ id: window.id, due }];
  });
}

/**
 * Holds the windows to what was kept of them. Overdue is a window whose opening has not ended two hours after it should have, and
 * at once one that is not there, is disabled, or has no next time although its configuration knows no end. A changed schedule begins anew.
 *
 * @param watched the windows that should be there
 * @param listed the windows of these names
 * @param ended ids of those that were asked for, and of which an execution has ended
 * @param now epoch milliseconds
 * @throws Error when a time of AWS's is none
 */
export function standingOf(
  watched: readonly WatchedWindow[],
  listed: readonly ListedWindow[],
  kept: readonly KeptWindow[],
  ended: ReadonlySet<string>,
  now: number,
): Standing {
  const missing = watched.filter(({ name }) => !listed.some((window) => window.name === name));
  const ending = new Set(watched.flatMap(({ name, mayEnd }) => (mayEnd ? [name] : [])));
  const judged = [
    ...listed.map((window) => judge(window, ending, kept, ended.has(window.id), now)),
    ...missing.map(({ name }) => stopped({ name }, "does not exist", kept, now)),
  ];
  return {
    keep: judged.map(({ keep }) => keep),
    hoursOverdue: Math.max(0, ...judged.map(({ hours }) => hours)),
    overdue: judged.flatMap(({ hours, why }) => (hours > 0 ? [why] : [])),
  };
}

interface Judged {
  readonly keep: KeptWindow;
  readonly hours: number;
  readonly why: string;
}

function judge(
  window: ListedWindow,
  ending: ReadonlySet<string>,
  kept: readonly KeptWindow[],
  hasEnded: boolean,
  now: number,
): Judged {
  const { id, name, schedule, next } = window;
  if (!window.isEnabled) return stopped({ name, id }, "is disabled", kept, now);
  if (next === undefined && !ending.has(name))
    return stopped({ name, id }, "has no next time to open", kept, now);
  const due = pendingOf(window, kept, now);
  if (due === undefined || hasEnded) {
    const keep =
      next === undefined
        ? { name, id, since: sinceOf({ name, id }, kept, now) }
        : { name, id, schedule, due: next };
    return { keep, hours: 0, why: "" };
  }
  const late = lateness(window, due, now);
  return {
    keep: { name, id, schedule, due },
    hours: late < 0 ? 0 : begunHours(late),
    why: `The maintenance window ${name} (${id}) should have opened at ${due}, and no execution of it has ended since.`,
  };
}

/** A window that will not open as things are, from the moment that this was first seen. */
function stopped(
  { name, id }: { readonly name: string; readonly id?: string },
  what: string,
  kept: readonly KeptWindow[],
  now: number,
): Judged {
  const since = sinceOf({ name, ...(id === undefined ? {} : { id }) }, kept, now);
  return {
    keep: { name, ...(id === undefined ? {} : { id }), since },
    hours: begunHours(now - timeOf(since)),
    why: `The maintenance window ${name}${id === undefined ? "" : ` (${id})`} ${what}; seen since ${since}.`,
  };
}

/** When it was first seen that a window will not open; now, unless it is kept. */
function sinceOf(
  { name, id }: { readonly name: string; readonly id?: string },
  kept: readonly KeptWindow[],
  now: number,
): string {
  const known = kept.find((one) => one.name === name && one.id === id);
  return known !== undefined && "since" in known ? known.since : new Date(now).toISOString();
}

/** The kept time of a window's opening, if it has come and the schedule is still the one that it follows from. */
function pendingOf(
  { id, schedule }: ListedWindow,
  kept: readonly KeptWindow[],
  now: number,
): string | undefined {
  const known = kept.find((one) => one.id === id);
  if (known === undefined || !("due" in known) || known.schedule !== schedule) return undefined;
  return timeOf(known.due) <= now ? known.due : undefined;
}

/** Milliseconds since an opening should have come to its end; less than 0 while it need not have. */
function lateness({ durationHours }: ListedWindow, due: string, now: number): number {
  return now - timeOf(due) - (durationHours + graceHours) * hourMs;
}

function begunHours(milliseconds: number): number {
  return Math.floor(milliseconds / hourMs) + 1;
}

function timeOf(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new Error(`${text} is no time of a maintenance window`);
  return time;
}
