import { parseWindowEndEvent } from "#shared/contract/windowEnd.js";
import { deadlineIn, type InvocationContext } from "../shared/invocation.js";
import { metricLine } from "../shared/log.js";
import { endMetrics } from "../shared/windows/endMetrics.js";
import { windowEndPorts } from "./aws/ports.js";
import { endWindow, type WindowEndResult } from "./core/windowEnd.js";
import { windowEndEnvironment } from "./environment.js";

/** Share of the function's time after which nothing is asked any more, so that a failure can still be told. */
const enough = 0.85;

const environment = windowEndEnvironment(process.env);

/**
 * Sees to it that an install window begins nothing after its cutoff, and that people are told what goes on after its end.
 *
 * @throws Error when it could not, so that a schedule's event is tried again, and the alarm goes off
 */
export async function handler(event: unknown, context: InvocationContext): Promise<WindowEndResult> {
  const now = Date.now();
  const asked = parseWindowEndEvent(event);
  const ports = windowEndPorts(environment, context.invokedFunctionArn);
  const signal = deadlineIn(Math.max(1, Math.floor(context.getRemainingTimeInMillis() * enough)));
  const result = await endWindow(ports, asked, now, signal);
  const late = asked.at === "end" ? result.atWork.length : 0;
  const metrics = endMetrics(late, result.cancelled.length);
  const summary = { ...asked, atWork: result.atWork.length, cancelled: result.cancelled.length };
  process.stdout.write(metricLine({ name: context.functionName, ok: true, metrics, summary }, now));
  return result;
}
