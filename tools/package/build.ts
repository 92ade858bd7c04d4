import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { bundleFunction } from "#stacks/functionBundle.js";
import { declarationsOf } from "./declarations.js";

/** Folder of the project. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

const entry = "components/package.ts";

/** What the package has beside what is made. */
const copied = ["CHANGELOG.md", "LICENSE"];

/** The programs of the examples, by their names. */
export function programs(): Readonly<Record<string, string>> {
  const folder = join(root, "examples");
  const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, "index.ts")));
  return Object.fromEntries(
    names.map((name) => [name, readFileSync(join(folder, name, "index.ts"), "utf8")]),
  );
}

interface Manifest {
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

/**
 * Builds the package, once for the same sources: compiled JavaScript, declarations, the code of the functions and what Pulumi's hosts
 * read of a component package.
 *
 * @returns its folder
 */
export async function buildPackage(): Promise<string> {
  const functions = [
    ["exclusion-processor", "handler"],
    ...["handler", "closing", "calendars"].map((one) => ["window-end", one] as const),
    ...["handler", "closing", "stopping"].map((one) => ["regional-fanout", one] as const),
  ] as const;
  const codes = await Promise.all(functions.map(([name, one]) => bundleFunction(name, one)));
  const script = await compiled();
  const declarations = declarationsOf(root, entry);
  const files = new Map<string, string | Uint8Array>([
    ["index.js", script],
    ["index.d.ts", entryText],
    // What the analyzer of schemas begins with: it looks for the source beside the script.
    ["index.ts", entryText],
    ["tsconfig.json", json(analyzed)],
    ["PulumiPlugin.yaml", "runtime: nodejs\n"],
    ["package.json", json(manifestOf(JSON.parse(readFileSync(join(root, "package.json"), "utf8"))))],
    ["README.md", readFileSync(join(root, "docs/components.md"))],
    ["schema.json", readFileSync(join(root, "schema.json"))],
    ...copied.map((name) => [name, readFileSync(join(root, name))] as const),
    ...Array.from(declarations, ([path, text]) => [`types/${path}`, text] as const),
    ...codes
      .map((folder) => [folder.slice(root.length), readFileSync(join(folder, "index.mjs"))] as const)
      .map(([folder, code]) => [`${folder.replace(/^\//, "")}/index.mjs`, code] as const),
  ]);
  return kept(files);
}

const entryText = `export * from "./types/${entry.replace(/\.ts$/, ".js")}";\n`;

/** How the analyzer reads the declarations. */
const analyzed = {
  compilerOptions: {
    target: "ES2022",
    module: "NodeNext",
    moduleResolution: "NodeNext",
    moduleSuffixes: [".schema", ""],
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    types: [],
    noEmit: true,
  },
  files: ["index.ts"],
};

/** The package's own manifest: CommonJS, which every loader of Pulumi's reads, and modules import by name too. */
function manifestOf({ version, description, license, engines, dependencies }: Manifest): object {
  const peers = Object.keys(dependencies).filter((name) => name.startsWith("@pulumi/"));
  return {
    name: "patchplane",
    version,
    description,
    license,
    keywords: ["pulumi", "aws", "systems-manager", "patch-management"],
    type: "commonjs",
    main: "./index.js",
    types: "./index.d.ts",
    exports: {
      ".": { types: "./index.d.ts", default: "./index.js" },
      "./schema.json": "./schema.json",
      "./package.json": "./package.json",
    },
    sideEffects: false,
    engines,
    peerDependencies: Object.fromEntries(peers.map((name) => [name, `^${dependencies[name]}`])),
  };
}

/** One script with all of our own and what it uses, but for Pulumi's packages, which a program has one of each. */
async function compiled(): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: "index.js",
    bundle: true,
    write: false,
    format: "cjs",
    platform: "node",
    target: "node20",
    external: ["@pulumi/*"],
    tsconfigRaw: { compilerOptions: { target: "ES2022", verbatimModuleSyntax: true } },
    charset: "utf8",
    legalComments: "eof",
    keepNames: true,
    logLevel: "silent",
    // Where components/common/code.ts stood: it looks for the code of functions from there.
    define: { "import.meta.dirname": "__folder" },
    banner: { js: '"use strict";const __folder=require("node:path").join(__dirname,"components","common");' },
  });
  return outputFiles[0]?.text ?? "";
}

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** The folder of these files, which is written once: its name is what is in them. */
function kept(files: ReadonlyMap<string, string | Uint8Array>): string {
  const hash = createHash("sha256");
  for (const [path, content] of files) hash.update(`${path}\0`).update(content).update("\0");
  const kept = join(root, "node_modules/.cache/patchplane/packages");
  const folder = join(kept, hash.digest("hex").slice(0, 16), "patchplane");
  try {
    if (readdirSync(folder).length > 0) return folder;
  } catch {
    // Not there: it is made now.
  }
  const unfinished = join(kept, `${process.pid}`);
  rmSync(unfinished, { recursive: true, force: true });
  for (const [path, content] of files) {
    const file = join(unfinished, "patchplane", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  try {
    renameSync(unfinished, dirname(folder));
  } catch (error) {
    // Another process has been quicker, with the same files.
    rmSync(unfinished, { recursive: true, force: true });
    if (readdirSync(folder).length === 0) throw error;
  }
  return folder;
}

/** Puts the package where people pack it: `dist/package`. */
export async function writePackage(): Promise<string> {
  const to = join(root, "dist/package");
  rmSync(to, { recursive: true, force: true });
  cpSync(await buildPackage(), to, { recursive: true });
  return to;
}
