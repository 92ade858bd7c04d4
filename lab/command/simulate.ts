import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import cliProgress from "cli-progress";
import { FleetError } from "../fleet/load.js";
import { buildSummary } from "../report/facts/build.js";
import { renderReport } from "../report/page/html.js";
import { renderTable } from "../report/terminal/table.js";
import { runLab } from "../run.js";
import { advance } from "../serve/advance.js";
import { serve } from "../serve/serve.js";
import { UsageError } from "../usage.js";
import { helpText, readOptions } from "./options.js";
import { prepareFolder, writeFiles } from "./output.js";
import { settingOf } from "./setting.js";

const root = resolve(fileURLToPath(new URL("../..", import.meta.url)));

/** Where the lab writes what a person reads. */
export interface Terminal {
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: NodeJS.WritableStream;
}

/**
 * Does what the command line says: a run of the lab, `serve` or `advance`; gives the exit code.
 *
 * @param stop resolves when a lab that is served shall close
 */
export async function main(
  args: readonly string[],
  terminal: Terminal = process,
  stop: () => Promise<unknown> = interrupted,
): Promise<number> {
  try {
    const [command, ...rest] = args;
    if (command === "serve") return await serve(rest, root, terminal, stop);
    if (command === "advance") return await advance(rest, terminal);
    return await simulate(args, terminal);
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof FleetError)) throw error;
    terminal.stderr.write(`${error.message}\n`);
    return 2;
  }
}

/** Ctrl-C, or a kind request to end. */
function interrupted(): Promise<unknown> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, resolve);
  });
}

async function simulate(args: readonly string[], { stdout }: Terminal): Promise<number> {
  const options = readOptions(args, root);
  if (options.help) {
    stdout.write(helpText);
    return 0;
  }
  const setting = settingOf(options, root);
  prepareFolder(options.out);
  stdout.write(
    `Stack ${options.stack}, ${setting.fleet.nodes.length} nodes of ${relative(process.cwd(), options.fleet)}, ${options.days} days\n`,
  );
  const progress = progressOf(options.days, stdout);
  const run = await runLab({ ...setting, days: options.days, onDay: progress.day });
  progress.stop();
  const summary = buildSummary(run);
  writeFiles(options.out, {
    "summary.json": `${JSON.stringify(summary, null, 1)}\n`,
    "report.html": renderReport(summary),
  });
  const { isTTY, columns } = stdout;
  stdout.write(`${renderTable(summary, { width: columns ?? 100, colour: isTTY === true })}\n`);
  stdout.write(`Report: ${join(options.out, "report.html")}   Data: ${join(options.out, "summary.json")}\n`);
  return summary.verdict.windowsDidTheirJob ? 0 : 1;
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
