import type { Facts, WindowFacts } from "../facts.js";
import { broken, type Finding, known, rebuilt, unseen } from "../finding.js";
import { criteriaText, sameCriteria } from "../selection.js";

type Window = Facts["windows"][number];

/** Windows: there, enabled, with a next opening, with the targets and tasks that the configuration asks for. */
export function windowFindings(facts: Facts): Finding[] {
  return facts.windows.flatMap((window) => ofWindow(facts, window));
}

function ofWindow({ stack, homeRegion: where }: Facts, { expected, found }: Window): Finding[] {
  const { name, part, isOff } = expected;
  if (!found.ok) return [unseen(where, `window ${name}`, found.error)];
  const window = found.value;
  if (window === undefined) {
    const what = `there is no window ${name}`;
    return [broken("window-gone", where, what, "its nodes are not patched", rebuilt(stack))];
  }
  if (isOff) {
    const mend = `pulumi config set ${part === "central" ? "fanoutEnabled" : `${part}Enabled`} true --stack ${stack} && pulumi up --stack ${stack}`;
    const what = `window ${name} is off by the configuration`;
    return [known("window-off", where, what, "its nodes are not patched by it", mend)];
  }
  return [
    ...opening(window, where, stack),
    ...moved(window, expected, where),
    ...targets(window, expected, where, stack),
    ...tasks(window, part, where, stack),
  ];
}

function opening({ id, name, enabled, nextOpening }: WindowFacts, where: string, stack: string): Finding[] {
  if (!enabled) {
    const mend = `aws ssm update-maintenance-window --region ${where} --window-id ${id} --enabled`;
    return [broken("window-disabled", where, `window ${name} is disabled`, "it never opens", mend)];
  }
  if (nextOpening !== undefined) return [];
  const what = `window ${name} has no next opening: its schedule or its end date is over`;
  return [broken("window-over", where, what, "it never opens again", rebuilt(stack))];
}

/** Whether it opens at other times than the configuration says; an expression is told as it was given. */
function moved(
  { id, name, schedule, timezone }: WindowFacts,
  expected: Window["expected"],
  where: string,
): Finding[] {
  if (schedule === expected.schedule && timezone === expected.timezone) return [];
  const what = `window ${name} opens by ${schedule} in ${timezone}, and not by ${expected.schedule} in ${expected.timezone}`;
  const mend = `aws ssm update-maintenance-window --region ${where} --window-id ${id} --schedule "${expected.schedule}" --schedule-timezone ${expected.timezone}`;
  return [
    broken("window-moved", where, what, "nodes are patched, and restarted, when nobody expects it", mend),
  ];
}

function targets(window: WindowFacts, expected: Window["expected"], where: string, stack: string): Finding[] {
  const missing = expected.targets.filter(
    (wanted) => !window.targets.some(({ criteria }) => sameCriteria(criteria, wanted)),
  );
  const others = window.targets.filter(
    ({ criteria }) => !expected.targets.some((wanted) => sameCriteria(criteria, wanted)),
  );
  const why = "the nodes that the configuration names are not those that it patches";
  return [
    ...missing.map((criteria) =>
      broken(
        "target-missing",
        where,
        `window ${window.name} has no target that selects ${criteriaText(criteria)}`,
        why,
        rebuilt(stack),
      ),
    ),
    ...others.map(({ id, criteria }) =>
      broken(
        "target-strange",
        where,
        `window ${window.name} has a target that the configuration does not: ${criteriaText(criteria)}`,
        why,
        `aws ssm deregister-target-from-maintenance-window --region ${where} --window-id ${window.id} --window-target-id ${id}`,
      ),
    ),
  ];
}

function tasks(window: WindowFacts, part: string, where: string, stack: string): Finding[] {
  const patching = window.tasks.filter(({ type }) => type === "RUN_COMMAND");
  const called = window.tasks.filter(({ type }) => type === "LAMBDA");
  const untasked =
    part === "central"
      ? []
      : window.targets.filter(({ id }) => !patching.some(({ targetIds }) => targetIds.includes(id)));
  const lacks = part === "central" ? called.length === 0 : part === "install" && called.length === 0;
  return [
    ...untasked.map(({ criteria }) =>
      broken(
        "task-missing",
        where,
        `window ${window.name} has no patch task for its target ${criteriaText(criteria)}`,
        "it opens, and does nothing on these nodes",
        rebuilt(stack),
      ),
    ),
    ...(lacks
      ? [
          broken(
            "call-missing",
            where,
            `window ${window.name} calls no function`,
            part === "central"
              ? "it opens, and starts nothing"
              : "exclusions are not brought up to date before nodes are patched, and nothing ends its commands at the cutoff",
            rebuilt(stack),
          ),
        ]
      : []),
    ...window.tasks
      .filter(({ roleArn }) => roleArn === undefined)
      .map(({ id }) =>
        broken(
          "task-without-role",
          where,
          `task ${id} of window ${window.name} has no role of the stack's`,
          "it runs as SSM's own role, which may not do all that it must",
          rebuilt(stack),
        ),
      ),
  ];
}
