import type { Account } from "../aws/account.js";

/** Something that happened in the account, in words. */
export interface Happened {
  readonly at: number;
  readonly what: string;
}

/** What windows, functions and topics did in a span of time, in order. */
export function happened(account: Account, after: number, until: number): Happened[] {
  const all = account.regions().flatMap((region) => [
    ...region.windows.all.flatMap((window) =>
      window.executions.map(({ status, statusDetails, endedAt, startedAt }) => ({
        at: endedAt ?? startedAt,
        what: `${region.name}: window ${window.name} ${endedAt === undefined ? "opened" : status}${statusDetails === "" ? "" : `, ${statusDetails}`}`,
      })),
    ),
    ...region.lambda.invocations.map(({ functionName, source, status, startedAt, endedAt }) => ({
      at: endedAt ?? startedAt,
      what: `${region.name}: function ${functionName} ${status}, called by ${source}`,
    })),
    ...region.sns.delivered.map(({ at, topicArn, text }) => ({
      at,
      what: `${region.name}: message to ${topicArn.split(":").at(-1)}: ${text.replace(/\s+/g, " ").slice(0, 120)}`,
    })),
  ]);
  return all.filter(({ at }) => at > after && at <= until).sort((a, b) => a.at - b.at);
}
