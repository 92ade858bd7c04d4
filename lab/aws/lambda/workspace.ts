import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where functions have their files, and what their processes run: one folder, which ends with the lab's process. */
interface Workspace {
  readonly folder: string;
  /** The module that a function's process begins with. */
  readonly bootstrap: string;
}

let made: Workspace | undefined;
let folders = 0;

/** The workspace, made on first use. */
export function workspace(): Workspace {
  made ??= make();
  return made;
}

/** A new empty folder in the workspace, whose path begins no other's. */
export function newFolder(): string {
  const folder = join(workspace().folder, String(++folders).padStart(8, "0"));
  mkdirSync(folder);
  return folder;
}

function make(): Workspace {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "patchplane-lambda-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const bootstrap = join(folder, "runtime", "index.mjs");
  // Loaded here, since most labs run no function.
  const { buildSync }: typeof import("esbuild") = createRequire(import.meta.url)("esbuild");
  buildSync({
    entryPoints: [fileURLToPath(import.meta.resolve("./bootstrap/main.ts"))],
    outfile: bootstrap,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    logLevel: "silent",
  });
  return { folder, bootstrap };
}
