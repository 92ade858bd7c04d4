import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import cliProgress from "cli-progress";
import { stackSettings } from "./deploy/stackConfig.js";
import { FleetError, loadFleet } from "./fleet/load.js";
import { helpText, readOptions } from "./options.js";
import { prepareFolder, writeFiles } from "./output.js";
import { buildSummary } from "./report/build.js";
import { renderReport } from "./report/html.js";
import { renderTable } from "./report/table.js";
import { runLab } from "./run.js";
import { UsageError } from "./usage.js";

const root = resolve(fileURLToPath(new URL("..", import.meta.url)));

/** Where the lab writes what a person reads. */
export interface Terminal {
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: NodeJS.WritableStream;
}

/** Runs the lab as the command line says; gives the exit code. */
export async function main(args: readonly string[], terminal: Terminal = process): Promise<number> {
  const { stdout, stderr } = terminal;
  try {
    const options = readOptions(args, root);
    if (options.help) {
      stdout.write(helpText);
      return 0;
    }
    const settings = stackSettings(root, options.stack);
    const fleet = loadFleet(options.fleet, options.seed);
    prepareFolder(options.out);
    stdout.write(
      `Stack ${options.stack}, ${fleet.nodes.length} nodes of ${relative(process.cwd(), options.fleet)}, ${options.days} days\n`,
    );
    const progress = progressOf(options.days, stdout);
    const run = await runLab({ ...options, settings, fleet, onDay: progress.day });
    progress.stop();
    const summary = buildSummary(run);
    writeFiles(options.out, {
      "summary.json": `${JSON.stringify(summary, null, 1)}\n`,
      "report.html": renderReport(summary),
    });
    const { isTTY, columns } = stdout;
    stdout.write(`${renderTable(summary, { width: columns ?? 100, colour: isTTY === true })}\n`);
    stdout.write(
      `Report: ${join(options.out, "report.html")}   Data: ${join(options.out, "summary.json")}\n`,
    );
    return summary.verdict.windowsDidTheirJob ? 0 : 1;
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof FleetError)) throw error;
    stderr.write(`${error.message}\n`);
    return 2;
  }
}

/** A bar on a terminal; a line a week elsewhere. */
function progressOf(
  days: number,
  stdout: Terminal["stdout"],
): { day: (passed: number) => void; stop: () => void } {
  if (stdout.isTTY !== true) {
    return {
      day: (passed) => {
        if (passed % 7 === 0 || passed === days) stdout.write(`  day ${passed} of ${days}\n`);
      },
      stop: () => undefined,
    };
  }
  const bar = new cliProgress.SingleBar(
    { format: "  {bar} day {value} of {total}", hideCursor: true, stream: stdout },
    cliProgress.Presets.shades_classic,
  );
  bar.start(days, 0);
  return { day: (passed) => bar.update(passed), stop: () => bar.stop() };
}
