import { size } from "#test/support/size.js";

const isRead = (operation: string) => /^(Get|List|Describe|Head)/.test(operation);

/**
 * After how many of its calls a run is to die, from none to all. By default before the first, and after each write: what dies between
 * them leaves what the last of these has left. Of the objects that it writes in a row, which are its own and say nothing to AWS, the
 * first and the last: the cores' own tests, in memory, let it die after any write.
 *
 * @param calls names of the operations that it asks for when nothing disturbs it
 * @param isFirst whether to die after the first of a row of objects, too
 */
export function crashes(calls: readonly string[], isFirst = true): number[] {
  const every = Array.from({ length: calls.length + 1 }, (_, after) => after);
  const writes = every.filter((after) => after > 0 && !isRead(calls[after - 1] ?? ""));
  const isObject = (index: number) => calls[(writes[index] ?? 0) - 1] === "PutObject";
  const telling = writes.filter(
    (_, index) => ![index, index + 1].every(isObject) || (isFirst && !isObject(index - 1)),
  );
  return size(1, 2) === 1 ? [0, ...telling] : every;
}
