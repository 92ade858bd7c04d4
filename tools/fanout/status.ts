import { table } from "#shared/terminal/table.js";
import { CannotRun, Printer, type Terminal } from "#shared/terminal/terminal.js";
import { timeText } from "#shared/text/words.js";
import { Arguments, command } from "./arguments.js";
import { closedLines, isFine } from "./closedText.js";
import { type Deployment, findDeployment } from "./deployment.js";
import { follow } from "./follow.js";
import type { Surroundings } from "./ports.js";
import { progressOf } from "./progress.js";
import { headLine, progressLines, startLines } from "./progressText.js";
import { type RecordedRun, Runs } from "./runs.js";

const statusHelp = `Lists the last runs of the central window, or tells of one: what was started, and what was patched.

  npm run fanout -- status [RUN] --stack NAME [options]

  RUN           id of a run                                          (default: the last ten are listed)
  --stack NAME  stack whose central window it is
  --follow      show how far RUN is until its record is closed; Ctrl-C leaves the run alone
  --json        the same as JSON with every node, for scripts
  --help        this text

The stack's aws:region, AWS_ENDPOINT_URL and AWS's usual credentials decide where it looks and as whom.
Exit code: 0 when every run that is told of is closed and patched all of its nodes, 1 when one did not or is open, 2 when
nothing can be told.
`;

/** Runs that are listed. */
const mostListed = 10;

/** Tells what became of runs. */
export async function status(
  args: readonly string[],
  terminal: Terminal,
  surroundings: Surroundings,
): Promise<number> {
  const options = new Arguments("status", args, ["stack", "follow"]);
  if (options.wantsHelp) {
    terminal.stdout.write(statusHelp);
    return 0;
  }
  const runId = options.run();
  const stack = options.stack();
  if (options.has("follow") && options.operands.length === 0)
    options.say("--follow: name the RUN to follow.");
  if (options.has("follow") && options.json)
    options.say("--follow: cannot go with --json; ask again instead.");
  options.done();
  const deployment = await findDeployment(surroundings, stack);
  const printer = new Printer(terminal.stdout);
  if (runId === undefined) return list(deployment, printer, options.json);
  const run = await namedRun(deployment, runId);
  if (run.state === "closed") {
    if (options.json) printer.json({ version: 1, stack, state: "closed", key: run.key, run: run.record });
    else printer.lines(closedLines(run.record, run.key, printer.paint));
    return isFine(run.record) ? 0 : 1;
  }
  if (options.json) {
    const progress = await progressOf(deployment.ports, run.record);
    printer.json({ version: 1, stack, state: "open", key: run.key, run: run.record, progress });
    return 1;
  }
  printer.lines([headLine(run.record, printer.paint), ...startLines(run.record, printer.paint), ""]);
  if (options.has("follow")) return follow(deployment, run.record, terminal, surroundings);
  printer.lines(progressLines(await progressOf(deployment.ports, run.record), printer.paint));
  return 1;
}

/** @throws CannotRun when there is none of the id */
export async function namedRun(deployment: Deployment, runId: string): Promise<RecordedRun> {
  const run = await new Runs(deployment).find(runId);
  if (run !== undefined) return run;
  throw new CannotRun(
    `Bucket ${deployment.bucket} has no run ${runId}; ${command} status --stack ${deployment.stack} lists those that there are.`,
  );
}

async function list(deployment: Deployment, printer: Printer, json: boolean): Promise<number> {
  const { stack } = deployment;
  const runs = await new Runs(deployment).last(mostListed);
  if (json) {
    const all = runs.map(({ state, key, record }) => ({
      ...{ runId: record.runId, state, key, startedAt: record.startedAt },
      operation: record.request.operation,
      ...("end" in record ? { end: record.end, totals: record.totals, failed: record.failed.length } : {}),
    }));
    printer.json({ version: 1, stack, runs: all });
  } else if (runs.length === 0) printer.lines(["There was no run yet."]);
  else {
    const head = ["Run", "Started", "Operation", "State", "Nodes", doneWord(runs), "Failed", "Not covered"];
    printer.lines(table(head, runs.map(row), printer.paint));
  }
  return runs.every((run) => run.state === "closed" && isFine(run.record)) ? 0 : 1;
}

/** What is done to the nodes of all of these runs. */
function doneWord(runs: readonly RecordedRun[]): string {
  const operations = new Set(runs.map(({ record }) => record.request.operation));
  if (operations.size > 1) return "Done";
  return operations.has("Scan") ? "Scanned" : "Patched";
}

function row(run: RecordedRun): string[] {
  const { runId, startedAt, request } = run.record;
  const common = [runId, timeText(startedAt), request.operation];
  if (run.state === "open") return [...common, "open", "", "", "", ""];
  const { end, failed, totals } = run.record;
  const regions = new Set(failed.map(({ region }) => region)).size;
  const text = regions === 0 ? end : `${end}, ${regions} ${regions === 1 ? "Region" : "Regions"} failed`;
  const { members, patched, failed: failedNodes, notCovered } = totals;
  return [...common, text, ...[members, patched, failedNodes, notCovered].map(String)];
}
