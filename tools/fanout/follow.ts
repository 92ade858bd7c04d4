import { clearScreenDown, moveCursor } from "node:readline";
import type { RunRecord } from "#shared/contract/runRecord.js";
import { Printer, type Terminal } from "#shared/terminal/terminal.js";
import { command } from "./arguments.js";
import { closedLines, isFine } from "./closedText.js";
import type { Deployment } from "./deployment.js";
import type { Surroundings } from "./ports.js";
import { type Progress, progressOf } from "./progress.js";
import { progressLines } from "./progressText.js";
import { Runs } from "./runs.js";

/** Milliseconds between two looks; automations may be asked for once or thrice in a second. */
const pauseBetween = 15_000;

/**
 * Shows how far a run is until it is closed, or the person at the keyboard has had enough, which leaves the run alone.
 *
 * @returns the exit code
 */
export async function follow(
  deployment: Deployment,
  record: RunRecord,
  terminal: Terminal,
  { pause, interrupted, ...surroundings }: Pick<Surroundings, "pause" | "interrupted" | "clock">,
): Promise<number> {
  const runs = new Runs(deployment);
  const say = (line: string) => terminal.stderr.write(`${line}\n`);
  const clock = await surroundings.clock(deployment.homeRegion, say);
  const display = new Display(terminal.stdout);
  const printer = new Printer(terminal.stdout);
  let current = record;
  for (;;) {
    const run = await runs.find(record.runId);
    if (run?.state === "closed") {
      display.end();
      printer.lines(closedLines(run.record, run.key, printer.paint));
      return isFine(run.record) ? 0 : 1;
    }
    current = run?.record ?? current;
    if (!interrupted.aborted) {
      display.show(await progressOf(deployment.ports, current), clock());
      await pause(pauseBetween);
    }
    if (interrupted.aborted) {
      display.end();
      printer.lines(leftLines(record.runId, deployment.stack));
      return 1;
    }
  }
}

/** What whoever stops looking should know. */
function leftLines(runId: string, stack: string): string[] {
  return [
    `The run ${runId} goes on.`,
    `  follow it: ${command} status ${runId} --stack ${stack} --follow`,
    `  stop it:   ${command} stop ${runId} --stack ${stack}`,
  ];
}

/** On a terminal the newest look in the place of the one before; elsewhere each look that tells something new. */
class Display {
  private shownRows = 0;
  private last = "";

  constructor(
    private readonly stdout: Terminal["stdout"],
    private readonly printer = new Printer(stdout),
  ) {}

  show(progress: Progress, now: number): void {
    const lines = progressLines(progress, this.printer.paint);
    const text = lines.join("\n");
    const stamp = new Date(now).toISOString().slice(11, 19);
    if (this.stdout.isTTY === true) {
      this.clear();
      const all = [...lines, this.printer.paint("dim", `${stamp} UTC; Ctrl-C leaves the run alone.`)];
      this.printer.lines(all);
      this.shownRows = all.reduce((rows, line) => rows + rowsOf(line, this.stdout.columns ?? 80), 0);
    } else if (text !== this.last) this.printer.lines([`${stamp} UTC`, ...lines]);
    this.last = text;
  }

  /** What comes next comes below. */
  end(): void {
    this.shownRows = 0;
  }

  private clear(): void {
    if (this.shownRows === 0) return;
    moveCursor(this.stdout, 0, -this.shownRows);
    clearScreenDown(this.stdout);
  }
}

/** Rows of a terminal that a line takes, its colours aside. */
function rowsOf(line: string, columns: number): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is to be left out
  return Math.max(1, Math.ceil(line.replace(/\u001b\[\d+m/g, "").length / columns));
}
