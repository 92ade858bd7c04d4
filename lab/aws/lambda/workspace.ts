import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BuildOptions } from "esbuild";
import { CannotRun } from "#shared/terminal/terminal.js";
import { BundleCache, bundleProblems } from "#stacks/keptBundle.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));

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
  mkdirSync(dirname(bootstrap));
  writeFileSync(bootstrap, bundled());
  return { folder, bootstrap };
}

/** The code of the module that a function's process begins with. */
function bundled(): string {
  const options = {
    absWorkingDir: root,
    entryPoints: ["lab/aws/lambda/bootstrap/main.ts"],
    outfile: "index.mjs",
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "node",
    target: "node20",
    logLevel: "silent",
  } as const satisfies BuildOptions;
  const kept = join(root, "node_modules", ".cache", "patchplane", "bootstrap.json");
  const cache = new BundleCache(kept, options, ["lab/aws/lambda/bootstrap"]);
  const { code } = cache;
  if (code !== undefined) return code;
  // Loaded here, since most processes find the bundle.
  const { buildSync }: typeof import("esbuild") = createRequire(import.meta.url)("esbuild");
  try {
    return cache.keep(buildSync(options));
  } catch (error) {
    throw new CannotRun(bundleProblems("lab/aws/lambda/bootstrap/main.ts", error));
  }
}
