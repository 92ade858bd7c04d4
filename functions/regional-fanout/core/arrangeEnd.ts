import type { RunEnds, RunRequest } from "#shared/contract/runRecord.js";
import { stableText } from "../../shared/errors.js";
import { untilAborted } from "../../shared/untilAborted.js";
import { endsOf } from "../../shared/windows/ends.js";
import type { StartPorts } from "../ports.js";

/**
 * Sees to it that nothing begins after the cutoff, before anything is started. A scan harms nobody, and goes on without.
 *
 * @param now epoch milliseconds
 * @throws Error when an installation would have no end
 */
export async function arrangedEnd(
  { operation, runId, until, windowId }: RunRequest,
  ports: Pick<StartPorts, "window" | "arrange" | "log">,
  now: number,
  signal: AbortSignal,
): Promise<RunEnds | undefined> {
  try {
    const window = await untilAborted(signal, () => ports.window(windowId, signal));
    const ends = endsOf(window, until === undefined ? undefined : Date.parse(until), now);
    if (typeof ends === "string") throw new Error(ends);
    await untilAborted(signal, () => ports.arrange({ runId, at: "stop" }, ends.stopAt, signal));
    await untilAborted(signal, () => ports.arrange({ runId, at: "end" }, ends.endAt, signal));
    return ends;
  } catch (cause) {
    const why = stableText(cause);
    ports.log.error("no end", { error: why });
    if (operation === "Scan") return undefined;
    throw new Error(`Nothing was started, since its end cannot be arranged: ${why}`, { cause });
  }
}
