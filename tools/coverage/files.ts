import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CannotRun } from "#shared/terminal/terminal.js";
import { reasonOf } from "#shared/text/words.js";
import { ownerOf, readStackFiles } from "#stacks/stackFiles.js";
import { placeOf } from "../configuration.js";
import type { StackPlace } from "./ports.js";

/** Where a stack is, by its files. @throws CannotRun when they do not tell */
export function stackPlace(root: string, stack: string): StackPlace {
  const files = readStackFiles(root, stack);
  return { stack, owner: ownerOf(files), ...placeOf(files) };
}

/** Writes files into a folder, which is made. @throws CannotRun when that fails */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) write(join(folder, name), text);
}

/** @throws CannotRun when that fails */
export function write(file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  } catch (error) {
    throw new CannotRun(`${file} cannot be written: ${reasonOf(error)}.`);
  }
}
