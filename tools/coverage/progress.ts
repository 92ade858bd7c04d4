import cliProgress from "cli-progress";
import type { Terminal } from "#shared/terminal/terminal.js";
import type { Progress } from "./read.js";

/** A bar on a terminal, on stderr so that what is printed can be piped; silence elsewhere. */
export function progressOn(stderr: Terminal["stderr"] & { readonly isTTY?: boolean }): Progress {
  if (stderr.isTTY !== true)
    return { start: () => undefined, regionDone: () => undefined, stop: () => undefined };
  const bar = new cliProgress.SingleBar(
    { format: "  {bar} Region {value} of {total}", hideCursor: true, clearOnComplete: true, stream: stderr },
    cliProgress.Presets.shades_classic,
  );
  return {
    start: (regions) => bar.start(regions, 0),
    regionDone: () => bar.increment(),
    stop: () => bar.stop(),
  };
}
