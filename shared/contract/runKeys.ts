import { dayMs } from "../text/time.js";

/** Where the records of runs are in the bucket: those of the central window, and those of scan and install windows. */
export const runKeys = {
  all: "runs/",
  open: "runs/open/",
  closed: "runs/closed/",
  windows: "runs/windows/",
  windowsOpen: "runs/windows/open/",
  windowsClosed: "runs/windows/closed/",
} as const;

/** Key of the record of a run that is not closed. */
export function openKey(runId: string): string {
  return `${runKeys.open}${runId}.json`;
}

/**
 * Key of the final record of a run.
 *
 * @param startedAt when the run began, epoch milliseconds; its day is in UTC
 */
export function closedKey(runId: string, startedAt: number): string {
  return `${runKeys.closed}${dayFolder(startedAt)}${runId}.json`;
}

/** Key of what is known so far of an execution of a scan or install window. */
export function windowOpenKey(executionId: string): string {
  return `${runKeys.windowsOpen}${executionId}.json`;
}

/**
 * Key of the final record of an execution of a scan or install window.
 *
 * @param startedAt when the execution began, epoch milliseconds; its day is in UTC
 */
export function windowClosedKey(executionId: string, startedAt: number): string {
  return `${runKeys.windowsClosed}${dayFolder(startedAt)}${executionId}.json`;
}

function dayFolder(time: number): string {
  return `${new Date(time).toISOString().slice(0, 10).replaceAll("-", "/")}/`;
}

/** Lambda keeps an event for at most six hours, so a late duplicate finds its run on one of two days. */
export function closedKeys(runId: string, now: number): string[] {
  return [closedKey(runId, now), closedKey(runId, now - dayMs)];
}
