import cliProgress from "cli-progress";
import type { Terminal } from "#shared/terminal/terminal.js";

/** Shows how far a run has come. */
interface Progress {
  readonly day: (passed: number) => void;
  readonly stop: () => void;
}

export const silence: Progress = { day: () => undefined, stop: () => undefined };

/** A bar on a terminal; a line a week elsewhere. */
export function progressOf(days: number, stdout: Terminal["stdout"]): Progress {
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
