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

/** Runs the lab as the command line says; gives the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const options = readOptions(args, root);
    if (options.help) {
      process.stdout.write(helpText);
      return 0;
    }
    const settings = stackSettings(root, options.stack);
    const fleet = loadFleet(options.fleet, options.seed);
    prepareFolder(options.out);
    process.stdout.write(
      `Stack ${options.stack}, ${fleet.nodes.length} nodes of ${relative(process.cwd(), options.fleet)}, ${options.days} days\n`,
    );
    const progress = progressOf(options.days);
    const run = await runLab({ ...options, settings, fleet, onDay: progress.day });
    progress.stop();
    const summary = buildSummary(run);
    writeFiles(options.out, {
      "summary.json": `${JSON.stringify(summary, null, 1)}\n`,
      "report.html": renderReport(summary),
    });
    const { isTTY, columns } = process.stdout;
    process.stdout.write(`${renderTable(summary, { width: columns ?? 100, colour: isTTY === true })}\n`);
    process.stdout.write(
      `Report: ${join(options.out, "report.html")}   Data: ${join(options.out, "summary.json")}\n`,
    );
    return summary.verdict.windowsDidTheirJob ? 0 : 1;
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof FleetError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
}

/** A bar on a terminal; a line a week elsewhere. */
function progressOf(days: number): { day: (passed: number) => void; stop: () => void } {
  if (process.stdout.isTTY !== true) {
    return {
      day: (passed) => {
        if (passed % 7 === 0 || passed === days) process.stdout.write(`  day ${passed} of ${days}\n`);
      },
      stop: () => undefined,
    };
  }
  const bar = new cliProgress.SingleBar(
    { format: "  {bar} day {value} of {total}", hideCursor: true },
    cliProgress.Presets.shades_classic,
  );
  bar.start(days, 0);
  return { day: (passed) => bar.update(passed), stop: () => bar.stop() };
}
