import fs from "node:fs";
import { CannotRun } from "#shared/terminal/terminal.js";
import { valueAt } from "#shared/text/paths.js";
import { allowedText, issuePaths } from "../fleet/describeIssue.js";
import { Problems } from "../fleet/problems.js";
import { type FleetIo, readDocument } from "../fleet/readDocument.js";
import { type FaultsDescription, faultsSchema } from "./schema.js";

/**
 * Reads a file of faults, YAML or JSON.
 *
 * @throws CannotRun that lists every problem of the file, and nothing else whatever the bytes
 */
export function loadFaults(path: string, io: FleetIo = fs): FaultsDescription {
  const problems = new Problems();
  const reading = readDocument(path, io);
  if ("problems" in reading) {
    for (const problem of reading.problems) problems.addText(path, problem);
    throw unusable(path, problems);
  }
  const parsed = faultsSchema.safeParse(reading.value);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    for (const at of issuePaths(issue))
      problems.add(path, at, valueAt(reading.value, at), allowedText(issue));
  }
  throw unusable(path, problems);
}

function unusable(path: string, { list }: Problems): CannotRun {
  const count = list.length === 1 ? "1 problem" : `${list.length} problems`;
  const lines = list.map((problem) => `  - ${problem}`);
  return new CannotRun([`${path} is no usable file of faults, ${count}:`, ...lines].join("\n"));
}
