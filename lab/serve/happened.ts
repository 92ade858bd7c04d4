import type { Account } from "../aws/account.js";

/** Something that happened in the account, in words. */
export interface Happened {
  readonly at: number;
  readonly what: string;
}

/** A function that is called more often than so for the same reason, and does its job, is told of once. */
const mostAlike = 3;

/** What windows, functions and topics did in a span of time, in order. */
export function happened(account: Account, after: number, until: number): Happened[] {
  const within = (all: readonly Happened[]) => all.filter(({ at }) => at > after && at <= until);
  const all = account.regions().flatMap(({ name, windows, lambda, sns }) => {
    const executions = windows.all.flatMap((window) =>
      window.executions.map(({ status, statusDetails, endedAt, startedAt }) => ({
        at: endedAt ?? startedAt,
        what: `${name}: window ${window.name} ${endedAt === undefined ? "opened" : status}${statusDetails === "" ? "" : `, ${statusDetails}`}`,
      })),
    );
    const invocations = lambda.invocations.map(({ functionName, source, status, startedAt, endedAt }) => ({
      at: endedAt ?? startedAt,
      what: `${name}: function ${functionName} ${status}, called by ${source}`,
      isUsual: status === "success",
    }));
    const messages = sns.delivered.map(({ at, topicArn, text }) => ({
      at,
      what: `${name}: message to ${topicArn.split(":").at(-1)}: ${shortened(text)}`,
    }));
    return [
      ...within(executions),
      ...within(invocations.filter(({ isUsual }) => !isUsual)),
      ...together(within(invocations.filter(({ isUsual }) => isUsual))),
      ...within(messages),
    ];
  });
  return all.map(({ at, what }) => ({ at, what })).sort((a, b) => a.at - b.at);
}

/** One for all that are alike, at the time of the last, where there are many. */
function together(all: readonly Happened[]): Happened[] {
  const counts = new Map<string, number>();
  for (const { what } of all) counts.set(what, (counts.get(what) ?? 0) + 1);
  const last = new Map(all.map((one) => [one.what, one]));
  return all.flatMap((one) => {
    const count = counts.get(one.what) ?? 0;
    if (count <= mostAlike) return [one];
    return last.get(one.what) === one ? [{ at: one.at, what: `${one.what}, ${count} times` }] : [];
  });
}

/** On one line of a terminal. */
function shortened(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length <= 120 ? line : `${line.slice(0, 117)}...`;
}
