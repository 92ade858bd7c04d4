import type { Facts, FunctionFacts } from "../facts.js";
import { broken, type Finding, rebuilt, unseen } from "../finding.js";

/** Functions: there, able to run, and free of errors. */
export function functionFindings(facts: Facts): Finding[] {
  return facts.functions.flatMap((one) => ofFunction(facts, one));
}

function ofFunction({ stack, homeRegion: where }: Facts, one: FunctionFacts): Finding[] {
  const { name, found, errors, throttles, failures } = one;
  if (!found.ok) return [unseen(where, `function ${name}`, found.error)];
  if (found.value === undefined)
    return [
      broken(
        "function-gone",
        where,
        `there is no function ${name}`,
        "whoever calls it fails",
        rebuilt(stack),
      ),
    ];
  const { state, lastUpdate, reserved } = found.value;
  const logs = `aws lambda get-function-configuration --region ${where} --function-name ${name} --query LoggingConfig.LogGroup --output text, then aws logs tail GROUP --since 1d`;
  const isIdle = state === "Inactive";
  return [
    ...(state === "Active" || isIdle
      ? []
      : [broken("function-down", where, `function ${name} is ${state}`, "it does not run", rebuilt(stack))]),
    ...(lastUpdate === "Failed"
      ? [
          broken(
            "function-not-updated",
            where,
            `the last update of function ${name} has failed`,
            "it runs as it was before",
            `pulumi up --stack ${stack}`,
          ),
        ]
      : []),
    ...(reserved === 0
      ? [
          broken(
            "function-stopped",
            where,
            `function ${name} may run 0 times at once`,
            "every call of it is throttled",
            `aws lambda delete-function-concurrency --region ${where} --function-name ${name}`,
          ),
        ]
      : []),
    ...(failures.ok
      ? []
      : [unseen(where, `what function ${name} does with events that fail`, failures.error)]),
    ...counted(
      where,
      `errors of function ${name}`,
      "function-errors",
      errors,
      "it failed in the last day",
      logs,
    ),
    ...counted(
      where,
      `throttles of function ${name}`,
      "function-throttled",
      throttles,
      "it was not run when it was called in the last day",
      `aws lambda get-account-settings --region ${where}, and ask for more concurrent executions`,
    ),
  ];
}

function counted(
  where: string,
  what: string,
  id: string,
  count: FunctionFacts["errors"],
  why: string,
  mend: string,
): Finding[] {
  if (!count.ok) return [unseen(where, what, count.error)];
  return count.value === 0 ? [] : [broken(id, where, `${count.value} ${what}`, why, mend)];
}
