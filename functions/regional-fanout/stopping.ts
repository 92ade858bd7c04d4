import { endEventSchema } from "#shared/contract/runEnd.js";
import { deadlineIn, type InvocationContext } from "../shared/invocation.js";
import { metricLine } from "../shared/log.js";
import { endMetrics } from "../shared/windows/endMetrics.js";
import { stoppingPorts } from "./aws/stoppingPorts.js";
import { closingSpan } from "./core/deadline.js";
import { type EndResult, endRun } from "./core/runEnd.js";
import { stoppingEnvironment } from "./environment.js";

const ports = stoppingPorts(stoppingEnvironment(process.env));

/**
 * Lets a run begin nothing more at its cutoff, and tells what goes on after its end, as its schedules ask.
 *
 * @throws Error when it could not everywhere, so that the event is tried again and the alarm goes off
 */
export async function handler(event: unknown, context: InvocationContext): Promise<EndResult> {
  const now = Date.now();
  const asked = endEventSchema.parse(event);
  const signal = deadlineIn(closingSpan(context.getRemainingTimeInMillis()));
  const result = await endRun(ports, asked, now, signal);
  const count = (part: "atWork" | "cancelled") =>
    (result.regions ?? []).reduce((sum, one) => sum + one[part].length, 0);
  const late = asked.at === "end" ? count("atWork") : 0;
  const metrics = endMetrics(late, count("cancelled"));
  const summary = {
    runId: asked.runId,
    at: asked.at,
    atWork: count("atWork"),
    cancelled: count("cancelled"),
  };
  process.stdout.write(metricLine({ name: context.functionName, ok: true, metrics, summary }, now));
  return result;
}
