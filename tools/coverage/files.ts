import { basename, dirname } from "node:path";
import { ownerOf, readStackFiles } from "#stacks/stackFiles.js";
import { placeOf } from "../configuration.js";
import type { StackPlace } from "./ports.js";

/** Where a stack is, by its files. @throws CannotRun when they do not tell */
export function stackPlace(root: string, stack: string): StackPlace {
  const files = readStackFiles(root, stack);
  return { stack, owner: ownerOf(files), ...placeOf(files) };
}

/** Where a page and its CSV files are: in a folder beside it that has its name. */
export function pageFiles(file: string) {
  const csv = `${basename(file).replace(/\.html?$/i, "")}-csv`;
  return { folder: dirname(file), page: basename(file), csv };
}
