import { execFileSync } from "node:child_process";

/** The processes of this machine: their ids, their parents' and how they were started. */
export function processes(): string {
  return execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" });
}

/** Processes of functions that a process has started. */
export function children(parent = process.pid): string[] {
  const isChild = new RegExp(`^ *\\d+ +${parent} .*patchplane-lambda-`);
  return processes()
    .split("\n")
    .filter((line) => isChild.test(line));
}
