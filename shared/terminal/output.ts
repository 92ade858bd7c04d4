import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { reasonOf } from "../text/words.js";
import { CannotRun } from "./terminal.js";

/**
 * Makes sure, before anything else is done, that the results can be written.
 *
 * @param option that names the folder
 * @throws CannotRun when the folder cannot be made or written to
 */
export function prepareFolder(folder: string, option = "--out"): void {
  try {
    makeFolder(resolve(folder));
    if (!statSync(folder).isDirectory()) throw new Error("it is not a folder");
    accessSync(folder, constants.W_OK);
  } catch (error) {
    const reason = reasonOf(error);
    throw new CannotRun(`${option}: cannot write to ${folder}: ${reason}. Name another folder.`);
  }
}

/** Node's own recursive mkdir never returns below /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder);
}

/**
 * Writes the files of a folder, which is made, so that each is there whole or not at all.
 *
 * @throws CannotRun when the disk does not take them; what was there before is then still there
 */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>, option = "--out"): void {
  const written: { part: string; whole: string }[] = [];
  try {
    makeFolder(resolve(folder));
    for (const [name, content] of Object.entries(files)) {
      const whole = join(folder, name);
      const part = `${whole}.part`;
      written.push({ part, whole });
      writeFileSync(part, content);
    }
    for (const { whole } of written) {
      if (existsSync(whole) && !statSync(whole).isFile()) throw new Error(`${whole} is there and is no file`);
    }
    for (const { part, whole } of written) renameSync(part, whole);
  } catch (error) {
    for (const { part } of written) rmSync(part, { force: true });
    const reason = reasonOf(error);
    throw new CannotRun(`${option}: cannot write to ${folder}: ${reason}. Nothing was half-written.`);
  }
}
