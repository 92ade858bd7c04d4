import { writeFileSync } from "node:fs";
import { simulate } from "#lab/command/simulate.js";

// One run of the lab in a process of its own, so that the memory measured is that of this run.
const [figures, root, ...args] = process.argv.slice(2);
if (figures === undefined || root === undefined)
  throw new Error("usage: labRun.ts FIGURES-FILE FOLDER-OF-STACK-FILES [lab options]");
const exitCode = await simulate(args, root, process);
writeFileSync(figures, JSON.stringify({ exitCode, megabytes: process.resourceUsage().maxRSS / 1024 }));
