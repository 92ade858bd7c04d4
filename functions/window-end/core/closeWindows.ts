import { runKeys, windowClosedKey, windowOpenKey } from "#shared/contract/runKeys.js";
import { readWindowRecord, type WindowRecord, windowRecordText } from "#shared/contract/windowRecord.js";
import { dayMs } from "#shared/text/time.js";
import { reasonOf } from "#shared/text/words.js";
import { stableText } from "../../shared/errors.js";
import { untilAborted } from "../../shared/untilAborted.js";
import { messageOf } from "./closingMessage.js";
import { closingRecord } from "./closingRecord.js";
import { gather } from "./gather.js";
import { type OpenExecution, openText, parseOpen } from "./progress.js";
import type { ClosingPorts } from "./windowEvidence.js";

/** Milliseconds before now in which executions are looked for: a function that failed for two days finds them. */
const lookBack = 3 * dayMs;
/** Milliseconds after an execution's end at which it is closed with what is known. */
const giveUpSpan = dayMs;
/** Milliseconds before an execution in which a record counts as the one before. */
const beforeSpan = 8 * dayMs;

/** What one invocation did. */
interface ClosedWindows {
  /** Why executions could not be closed: whole sentences. The next invocation tries again. */
  readonly errors: readonly string[];
  readonly closed: readonly WindowRecord[];
  /** Ids of executions that have ended and are not closed. */
  readonly open: readonly string[];
}

/**
 * Writes the closing record of every execution that has ended and has none, and tells people of what they must do. It may be called
 * for any reason, at any time, again, and beside itself.
 *
 * @param now epoch milliseconds
 * @param signal ends the work well before the function's own time is up; what is read by then is kept for the next one
 */
export async function closeWindows(
  ports: ClosingPorts,
  now: number,
  signal: AbortSignal,
): Promise<ClosedWindows> {
  const errors: string[] = [];
  const keys = await untilAborted(signal, () => ports.runs.list(runKeys.windows));
  const found = new Map<string, OpenExecution["execution"] | undefined>();
  for (const { id, name, operation } of ports.windows) {
    try {
      const ended = await untilAborted(signal, () => ports.executions(id, now - lookBack, signal));
      for (const { id: executionId, ...one } of ended) {
        const isClosed = keys.includes(windowClosedKey(executionId, one.startedAt));
        if (!isClosed || keys.includes(windowOpenKey(executionId)))
          found.set(executionId, { id: executionId, windowId: id, windowName: name, operation, ...one });
      }
    } catch (error) {
      errors.push(`What ${name} has executed could not be read: ${reasonOf(error)}.`);
    }
  }
  // What nobody lists any more: of a window that is gone, or an older one.
  for (const key of keys) {
    const id = idOf(key);
    if (id !== undefined && !found.has(id)) found.set(id, undefined);
  }
  const closed: WindowRecord[] = [];
  const open: string[] = [];
  for (const [id, execution] of [...found].sort(byStart)) {
    try {
      const record = await closeOne(ports, id, execution, now, signal);
      if (record === "open") open.push(id);
      else if (record !== undefined) closed.push(record);
    } catch (error) {
      // The others are no worse for it.
      open.push(id);
      errors.push(`Execution ${id} is not closed: ${reasonOf(error)}`);
      ports.log.error("not closed", { execution: id, error: stableText(error) });
    }
  }
  return { errors, closed, open };
}

type Found = readonly [string, OpenExecution["execution"] | undefined];

/** The oldest first, so that each finds the record before it. */
function byStart([, a]: Found, [, b]: Found): number {
  return (a?.startedAt ?? 0) - (b?.startedAt ?? 0);
}

/** The execution that a key of an open one is about. */
function idOf(key: string): string | undefined {
  return key.startsWith(runKeys.windowsOpen) && key.endsWith(".json")
    ? key.slice(runKeys.windowsOpen.length, -".json".length)
    : undefined;
}

/** @returns the closing record; `open` while it cannot be closed; undefined where another invocation was faster */
async function closeOne(
  ports: ClosingPorts,
  id: string,
  execution: OpenExecution["execution"] | undefined,
  now: number,
  signal: AbortSignal,
): Promise<WindowRecord | "open" | undefined> {
  const { runs } = ports;
  const openKey = windowOpenKey(id);
  const stored = await opened(ports, openKey, execution);
  if (stored === undefined) return undefined;
  const { open, etag } = stored;
  const key = windowClosedKey(id, open.execution.startedAt);
  const closedKeys = await runs.list(runKeys.windowsClosed);
  const before = await earlier(ports, closedKeys, open.execution);
  let text = (await runs.read(key))?.text;
  if (text === undefined) {
    const isGivenUp = now >= open.execution.endedAt + giveUpSpan;
    const { evidence, read, error } = await gather(ports, open, isGivenUp, signal);
    if (evidence === undefined) {
      if (JSON.stringify(read) !== JSON.stringify(open.read))
        await runs.replace(openKey, openText({ ...open, read }), etag);
      if (error !== undefined) throw new Error(error);
      return "open";
    }
    const surroundings = { place: ports.place, before, isGivenUp, now };
    text = windowRecordText(closingRecord(open, evidence, surroundings));
    // Another invocation was faster, and tells people; if it ends before that, the next one finds its record.
    if ((await runs.create(key, text)) === undefined) return undefined;
  }
  const record = readWindowRecord(key, text);
  const message = messageOf(record, key, before);
  if (message !== undefined) await ports.notifier.publish(message);
  await runs.remove(openKey);
  return record;
}

/** The object of an execution that is not closed, which is there before anything is read and until people are told. */
async function opened(
  { runs }: ClosingPorts,
  key: string,
  execution: OpenExecution["execution"] | undefined,
): Promise<{ readonly open: OpenExecution; readonly etag: string } | undefined> {
  const found = await runs.read(key);
  if (found !== undefined) return { open: parseOpen(key, found.text), etag: found.etag };
  if (execution === undefined) return undefined;
  const open: OpenExecution = { version: 1, execution, read: {} };
  const etag = await runs.create(key, openText(open));
  return etag === undefined ? undefined : { open, etag };
}

/**
 * The newest earlier record: for a scan that of the same window, for an installation that of any of the stack's. One that is broken
 * is passed over.
 */
async function earlier(
  { runs, log }: ClosingPorts,
  keys: readonly string[],
  { startedAt, windowId, operation }: OpenExecution["execution"],
): Promise<WindowRecord | undefined> {
  const [oldest, own] = [windowClosedKey("", startedAt - beforeSpan), windowClosedKey("", startedAt)];
  const candidates = keys.filter((key) => dayOf(key) >= dayOf(oldest) && dayOf(key) <= dayOf(own));
  let newest: WindowRecord | undefined;
  let day = "";
  for (const key of candidates.sort().reverse()) {
    // Within a day keys say nothing of the order.
    if (newest !== undefined && dayOf(key) < day) break;
    try {
      const text = (await runs.read(key))?.text;
      const record = text === undefined ? undefined : readWindowRecord(key, text);
      const isBefore = record !== undefined && Date.parse(record.startedAt) < startedAt;
      if (!isBefore || (operation === "Scan" && record.windowId !== windowId)) continue;
      if (newest === undefined || newest.startedAt < record.startedAt) newest = record;
      day = dayOf(key);
    } catch (error) {
      log.error("an earlier record is passed over", { key, error: stableText(error) });
    }
  }
  return newest;
}

function dayOf(key: string): string {
  return key.slice(0, key.lastIndexOf("/"));
}
