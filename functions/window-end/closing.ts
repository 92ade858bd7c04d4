import { stateCounts } from "#shared/contract/windowRecord.js";
import { deadlineIn, type InvocationContext } from "../shared/invocation.js";
import { jsonLog, metricLine } from "../shared/log.js";
import { closingPorts } from "./aws/closingPorts.js";
import { closeWindows } from "./core/closeWindows.js";
import { closingMetrics } from "./core/closingMetrics.js";
import type { ClosingPorts } from "./core/windowEvidence.js";
import { windowClosingEnvironment } from "./environment.js";

/** Share of the function's time after which nothing is asked any more, so that what is read can still be kept. */
const enough = 0.85;

const environment = windowClosingEnvironment(process.env);
let ports: ClosingPorts | undefined;

/** What an invocation did. */
interface ClosingResult {
  /** Ids of executions. */
  readonly closed: readonly string[];
  readonly open: readonly string[];
}

/**
 * Writes the closing records of the stack's scan and install windows. Whatever the event is, it only says that one may have ended.
 *
 * @throws Error when an execution could not be closed, so that the event is tried again and the alarm goes off
 */
export async function handler(_event: unknown, context: InvocationContext): Promise<ClosingResult> {
  const now = Date.now();
  const signal = deadlineIn(Math.max(1, Math.floor(context.getRemainingTimeInMillis() * enough)));
  ports ??= closingPorts(environment, context.invokedFunctionArn, jsonLog(process.stdout));
  const { closed, open, errors } = await closeWindows(ports, now, signal);
  const ok = errors.length === 0;
  // The nodes are in the record; a line of the log has 256 kB.
  const records = closed.map(({ executionId, windowName, end, totals, nodes, unread }) => ({
    ...{ executionId, windowName, end, totals, unread },
    states: Object.fromEntries(stateCounts(nodes)),
  }));
  const summary = { errors, closed: records, open };
  const metrics = closingMetrics(closed);
  process.stdout.write(metricLine({ name: context.functionName, ok, metrics, summary }, now));
  if (!ok) throw new Error(errors.join(" "));
  return { closed: closed.map(({ executionId }) => executionId), open };
}
