import { z } from "zod";
import { NotModelledError } from "../base/errors.js";
import type { CloudWatch } from "./cloudWatch.js";

const directives = z.object({
  CloudWatchMetrics: z.array(
    z.object({
      Namespace: z.string(),
      Dimensions: z.array(z.array(z.string())),
      Metrics: z.array(z.object({ Name: z.string() })),
    }),
  ),
});

/** Makes metrics of a log line in CloudWatch's embedded metric format; any other line is none of its business. */
export function embeddedMetrics(region: { readonly cloudWatch: CloudWatch }, message: string): void {
  if (!message.startsWith('{"_aws":')) return;
  const line = parsed(message);
  const format = directives.safeParse(line?._aws);
  if (line === undefined || !format.success) return;
  for (const { Namespace, Dimensions, Metrics } of format.data.CloudWatchMetrics) {
    for (const dimensions of Dimensions) {
      const [dimension, ...others] = dimensions;
      if (dimension === undefined || others.length > 0) {
        throw new NotModelledError(`an embedded metric with ${dimensions.length} dimensions`);
      }
      for (const { Name } of Metrics) {
        const value = line[Name];
        if (typeof value !== "number") continue;
        region.cloudWatch.metric(Namespace, Name, dimension, String(line[dimension])).add(value);
      }
    }
  }
}

/** CloudWatch takes a line that is not JSON for a line like any other. */
function parsed(message: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(message) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
