import { stopOf } from "#shared/contract/stopStarts.js";
import { deadlineIn, type InvocationContext } from "../shared/invocation.js";
import { jsonLog, metricLine } from "../shared/log.js";
import { startPorts } from "./aws/ports.js";
import { accountOf } from "./context.js";
import { startSpans, vouchSpan } from "./core/deadline.js";
import { startMetrics } from "./core/metrics.js";
import { refuseInstallOfScans } from "./core/operation.js";
import type { StartResult } from "./core/result.js";
import { startRun } from "./core/start.js";
import { type StoppedStarts, stopStarts } from "./core/stopStarts.js";
import { startEnvironment } from "./environment.js";

const environment = startEnvironment(process.env);
const ports = startPorts(environment, jsonLog(process.stdout));

/**
 * Starts the automations of a run, as the task of the central window asks. Started is not patched: that is told when
 * the run is closed.
 *
 * @throws Error when any Region failed, after the others were started, so that Lambda and the window show it
 */
export async function handler(
  event: unknown,
  context: InvocationContext,
): Promise<StartResult | StoppedStarts> {
  const remaining = context.getRemainingTimeInMillis();
  const spans = startSpans(remaining);
  const now = Date.now();
  const runId = stopOf(event);
  if (runId !== undefined) return stopStarts(runId, ports);
  const { homeRegion, executionRoleName, ownGroups, perInstanceNodes } = environment;
  refuseInstallOfScans(event, environment.operation);
  const result = await startRun(
    event,
    {
      homeRegion,
      executionRoleName,
      ownGroups,
      perInstanceNodes,
      accountId: accountOf(context.invokedFunctionArn),
      functionArn: context.invokedFunctionArn,
      vouchUntil: now + vouchSpan(remaining),
      deadlines: {
        filter: deadlineIn(spans.filter),
        counts: deadlineIn(spans.counts),
        vouching: deadlineIn(spans.vouching),
        starts: deadlineIn(spans.starts),
      },
    },
    ports,
  );
  const ok = result.verdict !== "failed";
  const summed = { name: context.functionName, ok, metrics: startMetrics(result), summary: result };
  process.stdout.write(metricLine(summed, now));
  if (!ok) throw new Error(result.message);
  return result;
}
