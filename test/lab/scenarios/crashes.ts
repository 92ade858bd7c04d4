import { size } from "#test/support/size.js";

const isRead = (operation: string) => /^(Get|List|Describe|Head)/.test(operation);

/**
 * After how many of its calls a run is to die, from none to all. By default before the first, after the first read, and
 * after each write: what dies between them leaves what the last of these has left.
 *
 * @param calls names of the operations that it asks for when nothing disturbs it
 */
export function crashes(calls: readonly string[]): number[] {
  const every = Array.from({ length: calls.length + 1 }, (_, after) => after);
  const read = calls.findIndex(isRead) + 1;
  const isPlayed = (after: number) => after === 0 || after === read || !isRead(calls[after - 1] ?? "");
  return size(1, 2) === 1 ? every.filter(isPlayed) : every;
}
