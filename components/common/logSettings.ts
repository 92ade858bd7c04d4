import { shown } from "#shared/text/quotes.js";
import type { Check } from "./problems.js";

/** The retention periods that CloudWatch Logs accepts, in days (API: PutRetentionPolicy). */
export const logRetentionPeriods = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** What is wrong with a retention period. */
export function retentionProblems(path: string): Check<number> {
  return (days) => {
    if (logRetentionPeriods.some((period) => period === days)) return [];
    const reason = `got ${shown(days)}; CloudWatch Logs allows ${logRetentionPeriods.join(", ")} days.`;
    // The next longer one keeps all that was to be kept.
    const longer = logRetentionPeriods.find((period) => days > 0 && period > days);
    return [{ propertyPath: path, reason, ...(longer === undefined ? {} : { perhaps: longer }) }];
  };
}

/** What is wrong with the path under which log groups lie; a window's name, of up to 100 characters, follows it. */
export function logGroupPrefixProblems(path: string): Check<string> {
  return (prefix) =>
    /^[a-zA-Z0-9_\-./#]{1,400}$/.test(prefix) && !prefix.endsWith("/")
      ? []
      : [
          {
            propertyPath: path,
            reason: `got ${shown(prefix)}; allowed are 1 to 400 of a-z A-Z 0-9 _ - . / #, without a slash at the end.`,
          },
        ];
}
