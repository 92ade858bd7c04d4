import { jsonLog } from "../shared/log.js";
import { awsPorts } from "./aws/ports.js";
import { ObjectMemory } from "./core/objectMemory.js";
import { type RunSummary, reconcile } from "./core/reconcile.js";
import { readEnvironment } from "./environment.js";
import { summaryLine } from "./log.js";

const memory = new ObjectMemory();
const ports = awsPorts(readEnvironment(process.env), jsonLog(process.stdout));

/**
 * Makes the nodes' patch groups and baselines what the manifests say. Whatever the event is, it only says that something
 * may have changed.
 *
 * @throws Error when not everything was done, so that the event is tried again and the alarm goes off
 */
export async function handler(): Promise<RunSummary> {
  const now = Date.now();
  const summary = await reconcile({ ...ports, store: memory.over(ports.store, now) }, now);
  process.stdout.write(summaryLine(summary, now));
  if (!summary.ok) throw new Error(summary.errors.join(" "));
  return summary;
}
