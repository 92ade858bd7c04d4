import { metricDimension, metricNamespace } from "#shared/contract/metrics.js";

/** Structured log lines. */
export interface Log {
  info(message: string, details?: Readonly<Record<string, unknown>>): void;
  error(message: string, details?: Readonly<Record<string, unknown>>): void;
}

/** Log lines as JSON, one an event. */
export function jsonLog(stream: { write(text: string): unknown }): Log {
  const line = (level: string, message: string, details: Readonly<Record<string, unknown>> = {}) => {
    stream.write(`${JSON.stringify({ level, message, ...details })}\n`);
  };
  return {
    info: (message, details) => line("INFO", message, details),
    error: (message, details) => line("ERROR", message, details),
  };
}

/** What sums an invocation up. */
interface Summed {
  /** Value of the metrics' dimension `Function`. */
  readonly name: string;
  readonly ok: boolean;
  /** Counts, by the name of the metric. */
  readonly metrics: Readonly<Record<string, number>>;
  /** What else the line says. */
  readonly summary: unknown;
}

/**
 * The one line that sums an invocation up, in CloudWatch's embedded metric format: CloudWatch Logs makes metrics of it.
 *
 * @param now time of the invocation, epoch milliseconds
 */
export function metricLine({ name, ok, metrics, summary }: Summed, now: number): string {
  const directive = {
    Namespace: metricNamespace,
    Dimensions: [[metricDimension]],
    Metrics: Object.keys(metrics).map((Name) => ({ Name, Unit: "Count" })),
  };
  const line = {
    _aws: { Timestamp: now, CloudWatchMetrics: [directive] },
    [metricDimension]: name,
    level: ok ? "INFO" : "ERROR",
    message: "run",
    ...metrics,
    summary,
  };
  return `${JSON.stringify(line)}\n`;
}
