import { type RegionStopped, stopRegions } from "#functions/regional-fanout/core/stopping.js";
import { settle } from "#functions/shared/errors.js";
import { deadlineIn } from "#functions/shared/invocation.js";
import type { EndEvent } from "#shared/contract/runEnd.js";
import { type RunRecord, undecided } from "#shared/contract/runRecord.js";
import { stopEvent } from "#shared/contract/stopStarts.js";
import { table } from "#shared/terminal/table.js";
import { Printer, type Terminal } from "#shared/terminal/terminal.js";
import { counted, several } from "#shared/text/words.js";
import { Arguments, command } from "./arguments.js";
import { type Deployment, findDeployment } from "./deployment.js";
import { endRun, type RegionEnding, workOf } from "./ending.js";
import type { Surroundings } from "./ports.js";
import type { RecordedRun } from "./runs.js";
import { namedRun } from "./status.js";

const stopHelp = `Lets a run begin nothing more: cancels it on the nodes whose turn has not come. Those that are at it go on.

  npm run fanout -- stop RUN --stack NAME [options]

  RUN           id of a run, as status lists them
  --stack NAME  stack whose central window it is
  --kill        end what is at work too: the agent kills the package manager in its midst, which may leave a broken node
  --json        the same as JSON, for scripts
  --help        this text

In other accounts the function that ends runs cancels what has not begun; nothing is ended there by --kill. The stack's aws:region, AWS_ENDPOINT_URL and AWS's usual credentials decide where and as whom.
Exit code: 0 when all is ended that was to be, 1 when something does or is not known, 2 when nothing was done.
`;

/** Milliseconds for all Regions. */
const stopSpan = 600_000;

/** Ends a run. */
export async function stop(
  args: readonly string[],
  terminal: Terminal,
  surroundings: Surroundings,
): Promise<number> {
  const options = new Arguments("stop", args, ["stack", "kill"]);
  if (options.wantsHelp) {
    terminal.stdout.write(stopHelp);
    return 0;
  }
  const runId = options.run();
  if (runId === undefined) options.say("RUN: name the run to stop, as status lists them.");
  const stack = options.stack();
  options.done();
  const deployment = await findDeployment(surroundings, stack);
  const found = await namedRun(deployment, runId ?? "");
  const untold = await startsNoMore(deployment, found, surroundings);
  // What the function has started until it was told is to be ended too.
  const run = await namedRun(deployment, found.record.runId);
  const printer = new Printer(terminal.stdout);
  if (run.state === "closed" && run.record.end !== "given up") {
    if (options.json) printer.json({ version: 1, stack, runId, state: "closed", regions: [], unknown: [] });
    else printer.lines([`Run ${runId} is closed (${run.record.end}): there is nothing to stop.`]);
    return 0;
  }
  const { ports } = deployment;
  const unknown = [
    ...unknownLines(run),
    ...untold,
    ...(await otherAccounts(deployment, run, surroundings, options.has("kill"))),
  ];
  if (run.state === "open" && !options.has("kill")) {
    const stopped = await stopRegions({ region: ports.region }, run.record, deadlineIn(stopSpan));
    if (options.json) printer.json({ version: 1, stack, runId, state: run.state, regions: stopped, unknown });
    else printer.lines([...stoppedLines(stopped, printer.paint), ...unknown, ...afterLines(run, stack)]);
    return stopped.every(({ errors }) => errors.length === 0) && unknown.length === 0 ? 0 : 1;
  }
  const regions = await endRun(ports, workOf(run), surroundings.pause);
  if (options.json) printer.json({ version: 1, stack, runId, state: run.state, regions, unknown });
  else {
    printer.lines(endingLines(regions, printer.paint));
    printer.lines([...unknown, ...afterLines(run, stack)]);
  }
  const isOver = regions.every(({ left, errors }) => left.length === 0 && errors.length === 0);
  return isOver && unknown.length === 0 ? 0 : 1;
}

/** What waits, or could not be started, is tried again unless the function is told not to. @returns what may go on */
async function startsNoMore(
  { ports, functionName }: Deployment,
  run: RecordedRun,
  { interrupted }: Surroundings,
): Promise<string[]> {
  const regions = run.state === "open" ? startable(run.record) : [];
  if (regions.length === 0) return [];
  const event = JSON.stringify(stopEvent(run.record.runId));
  const told = await settle(ports.invoke(functionName, event, interrupted));
  const why = told.ok ? (told.value.ok === true ? undefined : JSON.stringify(told.value)) : told.error;
  return why === undefined
    ? []
    : [`${several(regions)} may be started still, since the function was not told (${why}): stop it again.`];
}

/** Only the function has a way to the nodes of other accounts. @returns what goes on there, or may */
async function otherAccounts(
  { ports, stopFunctionArn }: Deployment,
  run: RecordedRun,
  { interrupted }: Surroundings,
  isKill: boolean,
): Promise<string[]> {
  const { runId, request } = run.record;
  if (run.state !== "open" || request.accounts.length === 0) return [];
  const accounts = several(request.accounts);
  const event: EndEvent = { runId, at: "stop" };
  const told = await settle(ports.invoke(stopFunctionArn, JSON.stringify(event), interrupted));
  const why = told.ok ? (told.value.ok === true ? undefined : JSON.stringify(told.value)) : told.error;
  if (why !== undefined)
    return [
      `In ${accounts} the run may begin on further nodes, since the function that ends runs has not ended it there (${why}): stop it again.`,
    ];
  return isKill ? [`What is at work in ${accounts} is ended by whoever is signed in there.`] : [];
}

/** Regions where the function, or another call of it, may start something still. */
function startable(record: RunRecord): string[] {
  const { starts, unvouched = [] } = record;
  const waiting = starts.filter(({ executionId }) => executionId === undefined);
  return [...new Set([...unvouched, ...undecided(record), ...waiting].map(({ region }) => region))];
}

function stoppedLines(regions: readonly RegionStopped[], paint: Printer["paint"]): string[] {
  const rows = regions.map(({ region, cancelled, atWork }) => [
    region,
    ...[cancelled, atWork].map(({ length }) => String(length)),
  ]);
  return [
    ...table(["Region", "Nodes not begun, cancelled", "Nodes at work, left alone"], rows, paint),
    ...regions.flatMap(({ region, atWork, errors }) => [
      ...(atWork.length === 0 ? [] : [`${region}: at work: ${several(atWork, 10)}.`]),
      ...errors.map((error) => `${region}: ${paint("red", error)}.`),
    ]),
  ];
}

function endingLines(regions: readonly RegionEnding[], paint: Printer["paint"]): string[] {
  const rows = regions.map(({ region, stopped, cancelled, underWay, left }) => [
    region,
    ...[stopped, cancelled, underWay, left].map(({ length }) => String(length)),
  ]);
  const head = ["Region", "Automations stopped", "Commands cancelled", "Nodes at it then", "Still going on"];
  return [
    ...table(head, rows, paint),
    ...regions.flatMap(({ region, underWay, left, errors }) => [
      ...(underWay.length === 0
        ? []
        : [
            `${region}: ${counted(underWay.length, "node")} had begun: ${several(underWay, 10)}. The agent kills what runs there: an installation in its midst may leave a broken package database, a half configured package or a reboot undone. Look at them.`,
          ]),
      ...(left.length === 0 ? [] : [`${region}: ${paint("red", "still going on")}: ${several(left, 10)}.`]),
      ...errors.map((error) => `${region}: ${paint("red", error)}.`),
    ]),
  ];
}

/** What may go on without anybody here being able to tell. */
function unknownLines({ record }: RecordedRun): string[] {
  const lost = record.starts.filter(
    ({ executionId, error }) => executionId === undefined && error === undefined,
  );
  return [
    ...(lost.length === 0
      ? []
      : [
          `The function has not said what it started for ${several(lost.map(({ group, region = "its Regions" }) => `${group} in ${region}`))}, and may be at it: stop the run again in a quarter of an hour.`,
        ]),
  ];
}

function afterLines({ record }: RecordedRun, stack: string): string[] {
  return [
    "What was patched stays patched. The closing function closes the record within the hour, and tells of each node:",
    `  ${command} status ${record.runId} --stack ${stack}`,
  ];
}
