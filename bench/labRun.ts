import { writeFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { main } from "#lab/cli.js";

// One run of the lab in a process of its own, so that the memory measured is that of this run.
const [figures, ...args] = process.argv.slice(2);
if (figures === undefined) throw new Error("usage: labRun.ts FIGURES-FILE [lab options]");
const exitCode = await main(args);
writeFileSync(
  figures,
  JSON.stringify({
    exitCode,
    seconds: performance.now() / 1000,
    megabytes: process.resourceUsage().maxRSS / 1024,
  }),
);
