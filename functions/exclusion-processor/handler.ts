import { jsonLog } from "../shared/log.js";
import { awsPorts } from "./aws/ports.js";
import { reconcile } from "./core/reconcile.js";
import type { RunSummary } from "./core/runSummary.js";
import { readEnvironment } from "./environment.js";
import { summaryLine } from "./log.js";
import { occasionOf } from "./occasion.js";

/** What Lambda tells of an invocation, as far as it is used here. */
interface InvocationContext {
  readonly functionName: string;
}

const ports = awsPorts(readEnvironment(process.env), jsonLog(process.stdout));

/**
 * Makes the nodes' patch groups and baselines what the manifests say. Whatever the event is, it only says that something
 * may have changed; the hourly one says not even that.
 *
 * @throws Error when not everything was done, so that the event is tried again and the alarm goes off
 */
export async function handler(event: unknown, context: InvocationContext): Promise<RunSummary> {
  const now = Date.now();
  const summary = await reconcile(ports, now, occasionOf(event));
  process.stdout.write(summaryLine(context.functionName, summary, now));
  if (!summary.ok) throw new Error(summary.errors.join(" "));
  return summary;
}
