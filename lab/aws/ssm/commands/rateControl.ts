import { AwsError } from "../../base/errors.js";

const concurrency = /^([1-9][0-9]*|[1-9][0-9]%|[1-9]%|100%)$/;
const errors = /^([1-9][0-9]*|[0]|[1-9][0-9]%|[0-9]%|100%)$/;

/** Refuses what the API's patterns for MaxConcurrency and MaxErrors refuse. */
export function checkRateControl(maxConcurrency: string, maxErrors: string): void {
  for (const [name, value, pattern] of [
    ["maxConcurrency", maxConcurrency, concurrency],
    ["maxErrors", maxErrors, errors],
  ] as const) {
    if (!pattern.test(value) || value.length > 7) {
      throw new AwsError(
        "ValidationException",
        `Value '${value.slice(0, 40)}' at '${name}' failed to satisfy constraint: Member must satisfy regular expression pattern: ${pattern.source}`,
      );
    }
  }
}

/** Nodes at once, of so many; a share is rounded down, and is one at least. */
export function concurrencyOf(text: string, nodes: number): number {
  return Math.max(1, Math.min(nodes, limit(text, nodes)));
}

/** Failed nodes that are put up with, of so many; a share is rounded down. One more stops the command. */
export function errorLimitOf(text: string, nodes: number): number {
  return limit(text, nodes);
}

function limit(text: string, nodes: number): number {
  const number = Number.parseInt(text, 10);
  return text.endsWith("%") ? Math.floor((nodes * number) / 100) : number;
}
