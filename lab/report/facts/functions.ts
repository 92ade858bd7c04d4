import { iso } from "#shared/text/format.js";
import type { Account } from "../../aws/account.js";
import type { InvocationRecord } from "../../aws/lambda/lambda.js";
import type { CallCounts } from "../../endpoint/dispatch.js";
import type { FunctionSummary, Summary } from "../summary/summary.js";

/** What the account's functions did. */
export function summarizeFunctions(account: Account): FunctionSummary[] {
  return account.regions().flatMap(({ name: region, lambda }) =>
    [...new Set(lambda.ever.map(({ name }) => name))].map((name) => {
      const own = lambda.invocations.filter(({ functionName }) => functionName === name);
      return {
        name,
        region,
        invocations: own.length,
        coldStarts: own.filter(({ coldStart }) => coldStart).length,
        failed: own.filter(isFailure).map((one) => ({
          at: iso(one.startedAt),
          source: one.source,
          attempt: one.attempt,
          status: one.status,
          error: one.error ?? null,
        })),
        givenUp: givenUp(own).length,
      };
    }),
  );
}

/** What was asked of the APIs, each list in the order of its names. */
export function summarizeApi({ calls, notModelled, faults }: CallCounts): Summary["api"] {
  const sorted = (counts: ReadonlyMap<string, number>) =>
    Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  return { calls: sorted(calls), notModelled: sorted(notModelled), faults: sorted(faults) };
}

/** What went wrong with functions and calls, in words. */
export function apiProblems({ api, functions }: Pick<Summary, "api" | "functions">): string[] {
  return [
    ...functions
      .filter(({ givenUp: count }) => count > 0)
      .map(({ name, region, givenUp: count, failed }) => {
        const { error = null } = failed.at(-1) ?? {};
        const last = error === null ? "" : ` The last error: ${error}`;
        return `${name} in ${region} could not handle ${count === 1 ? "an event" : `${count} events`}.${last}`;
      }),
    ...Object.entries(api.notModelled).map(
      ([what, count]) =>
        `The lab does not model ${what}, which was asked for ${count === 1 ? "once" : `${count} times`}; AWS might have answered otherwise.`,
    ),
  ];
}

function isFailure({ status }: InvocationRecord): boolean {
  return status !== "success" && status !== "running";
}

/** Ids of requests whose last attempt failed. */
function givenUp(invocations: readonly InvocationRecord[]): string[] {
  const last = new Map(invocations.map((one) => [one.requestId, one]));
  return [...last.values()].filter(isFailure).map(({ requestId }) => requestId);
}
