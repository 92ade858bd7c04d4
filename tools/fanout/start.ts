import { resultOf } from "#functions/regional-fanout/core/result.js";
import { stableText } from "#functions/shared/errors.js";
import type { RunRecord } from "#shared/contract/runRecord.js";
import { CannotRun, Printer, type Terminal } from "#shared/terminal/terminal.js";
import { Arguments, command } from "./arguments.js";
import { type Deployment, findDeployment } from "./deployment.js";
import { follow } from "./follow.js";
import { inTheWayText, planLines, plannedGroups, runsInTheWay } from "./plan.js";
import type { Surroundings } from "./ports.js";
import { startLines } from "./progressText.js";
import { rateWarnings } from "./rates.js";
import { changesOf, type Draft, draftOf } from "./request.js";
import { Runs } from "./runs.js";

const startHelp = `Starts what the central window starts, now, and follows it until its record is closed.

  npm run fanout -- start --stack NAME [options]

  --stack NAME          stack whose central window it is
  --ring NAME           ring whose window it is, of a stack that has rings; its gate is asked
  --operation WORD      Scan or Install                                    (default: the window's)
  --regions A,B         some of the window's Regions                       (default: all of them)
  --group A,B           some of the window's resource groups               (default: all of them)
  --reboot-option WORD  RebootIfNeeded or NoReboot                         (default: the window's)
  --until TIME          when it is to be over, in UTC: 2026-10-11T13:00Z   (default: the window's length from now on)
  --yes                 start it; without it you are told what would be started
  --json                the same as JSON, for scripts; nothing is followed then, and status RUN --json tells more
  --help                this text

Everything else is as the deployed window has it. Install reboots servers. Ctrl-C ends the following and leaves the run
alone. The stack's aws:region, AWS_ENDPOINT_URL and AWS's usual credentials decide where and as whom.
Exit code: 0 when all that was started was patched (with --json: was started; without --yes: could be), 1 when a Region or a node was not or the
run was left, 2 when nothing was started or nothing can be told.
`;

/** Starts a run by hand. */
export async function start(
  args: readonly string[],
  terminal: Terminal,
  surroundings: Surroundings,
): Promise<number> {
  const known = ["stack", "ring", "operation", "regions", "group", "reboot-option", "until", "yes"] as const;
  const options = new Arguments("start", args, known);
  if (options.wantsHelp) {
    terminal.stdout.write(startHelp);
    return 0;
  }
  if (options.operands.length > 0)
    options.say(`start takes options alone; got ${options.operands.length} more.`);
  const stack = options.stack();
  const changes = changesOf(options);
  options.done();
  const deployment = await findDeployment(surroundings, stack);
  const draft = await draftOf(deployment, changes, surroundings.newId());
  const printer = new Printer(terminal.stdout);
  if (!options.json || !options.has("yes")) {
    const groups = await plannedGroups(deployment.ports, draft.request);
    if (options.json) printer.json({ version: 1, stack, request: draft.request, groups });
    else {
      printer.lines(planLines(deployment, draft.request, groups, printer.paint));
      const told = await ratesTold(deployment, draft, groups);
      printer.lines(told.map((text) => `${printer.paint("yellow", "warning:")} ${text}`));
    }
  }
  const inTheWay = await runsInTheWay(deployment, draft.request);
  if (inTheWay.length > 0) throw new CannotRun(inTheWayText(inTheWay, command, stack));
  if (!options.has("yes")) {
    if (!options.json) printer.lines(["Nothing was started. The same with --yes starts it."]);
    return 0;
  }
  const { record, failure } = await startRun(deployment, draft, surroundings);
  if (options.json) {
    printer.json({ version: 1, stack, result: resultOf(record) });
    return resultOf(record).verdict === "started" && failure === undefined ? 0 : 1;
  }
  printer.lines(["", ...startLines(record, printer.paint), ""]);
  if (failure !== undefined && resultOf(record).failed.length === 0) {
    printer.lines([printer.paint("red", `The function failed: ${failure}`)]);
  }
  if (record.starts.every(({ executionId }) => executionId === undefined)) return 1;
  return follow(deployment, record, terminal, surroundings);
}

/** Where the rates cannot work at these sizes. The last runs are read only where there is doubt without them. */
async function ratesTold(
  deployment: Deployment,
  { request, windowHours }: Draft,
  groups: Awaited<ReturnType<typeof plannedGroups>>,
): Promise<string[]> {
  const sized = groups.flatMap(({ region, group, found }) =>
    found.outcome === "members" ? [{ region, group, nodes: found.ids.length }] : [],
  );
  if (rateWarnings({ ...request, windowHours }, sized, undefined).length === 0) return [];
  const runs = await new Runs(deployment).last(10);
  const last = runs.find(
    (run) => run.state === "closed" && run.record.request.operation === request.operation,
  );
  return rateWarnings({ ...request, windowHours }, sized, last?.state === "closed" ? last.record : undefined);
}

/** @throws CannotRun when nothing was started, or nobody knows */
async function startRun(
  deployment: Deployment,
  { payload, request: { runId } }: Draft,
  { interrupted }: Surroundings,
): Promise<{ readonly record: RunRecord; readonly failure: string | undefined }> {
  const { ports, functionName, stack } = deployment;
  const look = `${command} status ${runId} --stack ${stack}`;
  let failure: string | undefined;
  try {
    const invoked = await ports.invoke(functionName, payload, interrupted);
    if (invoked.ok === "throttled") {
      throw new CannotRun(
        `Lambda had no room for ${functionName}: the account's concurrent executions are used up, or the function is switched off (reserved concurrency 0). Nothing was started. Try again in a few minutes; ${command} status --stack ${stack} tells what was started meanwhile.`,
      );
    }
    failure = invoked.ok ? undefined : invoked.error;
  } catch (error) {
    if (error instanceof CannotRun) throw error;
    const why = interrupted.aborted ? "you did not wait for it" : stableText(error);
    throw new CannotRun(
      `Nobody knows whether ${functionName} has started anything: ${why}.\nLook in a quarter of an hour, and at once: ${look}`,
    );
  }
  const run = await new Runs(deployment).find(runId);
  if (run?.state === "open") return { record: run.record, failure };
  const what = failure ?? "it has left no open record";
  throw new CannotRun(
    `${functionName} has started nothing, or its run is over already: ${what}\nLook: ${look}`,
  );
}
