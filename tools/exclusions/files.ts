import { readFileSync, statSync } from "node:fs";
import { reasonOf } from "#shared/text/words.js";

/** A file's bytes, or why they cannot be had. */
type FileContent = { readonly bytes: Uint8Array } | { readonly error: string };

const reasons: Readonly<Record<string, string>> = {
  EACCES: "it may not be read",
  EISDIR: "it is a folder",
  ELOOP: "it is a link that leads to itself",
  ENAMETOOLONG: "its name is too long",
  ENOENT: "there is no such file",
  ENOTDIR: "a part of its path is no folder",
  EPERM: "it may not be read",
};

/** Reads a file. Total. */
export function readBytes(path: string): FileContent {
  try {
    const stats = statSync(path);
    if (stats.isDirectory()) return { error: "it is a folder" };
    // Reading a pipe would wait for whoever writes into it.
    if (!stats.isFile()) return { error: "it is no file" };
    return { bytes: readFileSync(path) };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    return { error: reasons[code] ?? reasonOf(error) };
  }
}
