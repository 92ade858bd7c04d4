import type { RunRecord } from "#shared/contract/runRecord.js";
import { stableText } from "../../shared/errors.js";
import { untilAborted } from "../../shared/untilAborted.js";
import type { StartPorts } from "../ports.js";

/**
 * The state of the change calendars together; undefined when there are none to ask.
 *
 * @throws Error when it is not known: a calendar that nobody can read is not open
 */
export async function calendarOf(
  names: readonly string[],
  ports: Pick<StartPorts, "calendarState">,
  signal: AbortSignal,
): Promise<RunRecord["calendar"]> {
  if (names.length === 0) return undefined;
  try {
    const asked = () => ports.calendarState(names, signal);
    const { state, nextTransition } = await untilAborted(signal, asked);
    return nextTransition === undefined ? { state } : { state, nextTransition };
  } catch (cause) {
    const why = stableText(cause);
    throw new Error(`Nothing was started, since the state of ${names.join(", ")} is not known: ${why}`, {
      cause,
    });
  }
}
