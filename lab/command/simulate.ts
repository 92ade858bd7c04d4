import { join, relative } from "node:path";
import { prepareFolder, writeFiles } from "#shared/terminal/output.js";
import { Printer, type Terminal } from "#shared/terminal/terminal.js";
import { countText } from "#shared/text/format.js";
import { helpText, readOptions } from "./options.js";
import { progressOf, silence } from "./progress.js";
import { laterOf, settingOf } from "./setting.js";

/** Runs the lab as `npm start` is asked to, writes what came of it, and gives the exit code. */
export async function simulate(args: readonly string[], root: string, { stdout }: Terminal): Promise<number> {
  const options = readOptions(args, root);
  if (options.help) {
    stdout.write(helpText);
    return 0;
  }
  const setting = settingOf(options, root);
  const later = laterOf(options.later, options.stack, root);
  prepareFolder(options.out);
  if (!options.json) {
    stdout.write(
      `Stack ${options.stack}, ${countText(setting.fleet.nodes.length, "node")} of ${relative(process.cwd(), options.fleet)}, ${countText(options.days, "day")}\n`,
    );
  }
  const progress = options.json ? silence : progressOf(options.days, stdout);
  // What the program and the services are written with takes a second to load: not before somebody is told what goes on.
  const { runLab } = await import("../run.js");
  const run = await runLab({ ...setting, days: options.days, later, onDay: progress.day });
  progress.stop();
  const { buildSummary } = await import("../report/facts/build.js");
  const { renderReport } = await import("../report/page/html.js");
  const { csvFiles } = await import("../report/summary/csvFiles.js");
  const { patchRows } = await import("../report/facts/patches.js");
  const { renderTable } = await import("../report/terminal/table.js");
  const summary = buildSummary(run);
  writeFiles(options.out, {
    "summary.json": `${JSON.stringify(summary, null, 1)}\n`,
    "report.html": renderReport(summary),
    ...csvFiles(summary, patchRows(run)),
  });
  if (options.json) new Printer(stdout).json(summary);
  else {
    const { isTTY, columns } = stdout;
    stdout.write(`${renderTable(summary, { width: columns ?? 100, colour: isTTY === true })}\n`);
    stdout.write(
      `Report: ${join(options.out, "report.html")}   Data: ${join(options.out, "summary.json")}\n`,
    );
  }
  return summary.verdict.windowsDidTheirJob ? 0 : 1;
}
