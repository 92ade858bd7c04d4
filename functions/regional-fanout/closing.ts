import { settle } from "../shared/errors.js";
import { deadlineIn, type InvocationContext } from "../shared/invocation.js";
import { jsonLog, metricLine } from "../shared/log.js";
import { closingPorts } from "./aws/closingPorts.js";
import { closeRuns } from "./core/closing.js";
import { closingSpan } from "./core/deadline.js";
import { lookElsewhere } from "./core/elsewhere.js";
import { closingMetrics } from "./core/metrics.js";
import { closingEnvironment } from "./environment.js";

/** Milliseconds for a look at other Regions. */
const lookSpan = 120_000;

const environment = closingEnvironment(process.env);
const ports = closingPorts(environment, jsonLog(process.stdout));

/** What an invocation did. */
interface ClosingResult {
  /** Ids of runs. */
  readonly closed: readonly string[];
  readonly open: readonly string[];
}

/**
 * Closes the runs whose automations have ended, and once a week looks for nodes that nothing patches. Whatever the event is, it only
 * says that one may have.
 *
 * @throws Error when a run could not be closed, so that the event is tried again and the alarm goes off
 */
export async function handler(_event: unknown, context: InvocationContext): Promise<ClosingResult> {
  const now = Date.now();
  const span = closingSpan(context.getRemainingTimeInMillis());
  const watching = ports.watchWindows(now);
  const { errors: unclosed, closed, open } = await closeRuns(ports, now, deadlineIn(span));
  const looked = await settle(
    lookElsewhere(ports, environment.elsewhere, now, deadlineIn(Math.min(span, lookSpan))),
  );
  const watched = await watching;
  const errors = looked.ok ? unclosed : [...unclosed, `Other Regions are not looked at: ${looked.error}.`];
  const ok = errors.length === 0;
  const elsewhere = looked.ok && looked.value !== undefined ? { elsewhere: looked.value } : {};
  // The nodes are in the final record; a line of the log has 256 kB.
  const runs = closed.map(({ runId, end, totals, failed }) => ({
    runId,
    end,
    totals,
    failed: failed.length,
  }));
  const summary = { errors, closed: runs, open, ...watched, ...elsewhere };
  const metrics = closingMetrics(closed, watched);
  process.stdout.write(metricLine({ name: context.functionName, ok, metrics, summary }, now));
  if (!ok) throw new Error(errors.join(" "));
  return { closed: closed.map(({ runId }) => runId), open };
}
