import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import type { BuildOptions, Plugin } from "esbuild";
import { BundleCache, bundleProblems } from "./keptBundle.js";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * How a function's code is bundled, the same bytes from any folder and on any day.
 *
 * @param name folder below functions/, whose entry exports `handler`
 * @param from folder that functions/ and node_modules/ are in
 * @param entry module of the folder: one folder may be the code of several functions
 */
export function bundleOptions(name: string, from: string, entry = "handler") {
  return {
    // Paths in the output are relative to it.
    absWorkingDir: from,
    entryPoints: [`functions/${name}/${entry}.ts`],
    outfile: `${outputFolder(name, entry)}/index.mjs`,
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    // What the lab runs it on; Lambda's own Node is newer.
    target: "node20",
    // No file of the folder has a say in the output but the code.
    tsconfigRaw: { compilerOptions: { target: "ES2022", verbatimModuleSyntax: true } },
    mainFields: ["module", "main"],
    minify: true,
    charset: "utf8",
    legalComments: "none",
    logLevel: "silent",
    plugins: [literalSchemaKeys, lateYaml, environmentCredentials, clientVersions, noEventStreams],
    // CommonJS packages in the bundle ask for Node's modules in their own way.
    banner: {
      js: 'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);',
    },
  } as const satisfies BuildOptions;
}

/** Folder of a bundle: `dist/functions/<name>`, and `dist/functions/<name>-<entry>` for a further entry. */
function outputFolder(name: string, entry: string): string {
  return `dist/functions/${name}${entry === "handler" ? "" : `-${entry}`}`;
}

const bundles = new Map<string, Promise<string>>();

/**
 * Bundles a function's code, once in a process, which may run the program more than once.
 *
 * @param name folder below functions/
 * @param entry module of the folder that exports `handler`
 * @returns folder of the bundle, whose `index.mjs` is all that the function needs
 * @throws RunError when the code cannot be bundled
 */
export function bundleFunction(name: string, entry = "handler"): Promise<string> {
  const folder = join(root, outputFolder(name, entry));
  const known = bundles.get(folder) ?? written(name, entry, folder);
  bundles.set(folder, known);
  return known;
}

async function written(name: string, entry: string, folder: string): Promise<string> {
  const bytes = Buffer.from(await bundled(name, entry));
  const file = join(folder, "index.mjs");
  if (await holds(file, bytes)) return folder;
  await mkdir(folder, { recursive: true });
  // Whoever reads the bundle meanwhile, for another stack, finds the old one or the new one and never a half.
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, bytes);
  await rename(unfinished, file);
  return folder;
}

async function bundled(name: string, entry: string): Promise<string> {
  const options = { ...bundleOptions(name, root, entry), metafile: true };
  const kept = join(root, "node_modules", ".cache", "patchplane", `${name}-${entry}.json`);
  const cache = new BundleCache(kept, options, ["functions", "schedule", "shared"]);
  const { code } = cache;
  if (code !== undefined) return code;
  // Loaded here, since most processes find the bundle.
  const { build } = await import("esbuild");
  try {
    return cache.keep(await build(options));
  } catch (error) {
    throw refusal(bundleProblems(`functions/${name}/${entry}.ts`, error));
  }
}

/** An error of which the language host shows the message alone. */
function refusal(message: string): Error {
  const error = new pulumi.RunError(message);
  error.stack = message;
  return error;
}

async function holds(file: string, bytes: Uint8Array): Promise<boolean> {
  try {
    return bytes.length > 0 && (await readFile(file)).equals(bytes);
  } catch {
    // Not there, or not to be read: written anew either way, where an error has its say.
    return false;
  }
}

/**
 * The SDK names the members of its schemas by variables (`{ [_h]: ... }`), and esbuild keeps each such object, since a
 * variable might have a toString of its own. With the texts in their place the schemas of all calls that the function
 * does not make fall out, a twelfth of the bundle.
 */
const literalSchemaKeys: Plugin = {
  name: "literal-schema-keys",
  setup: ({ onLoad }) => {
    onLoad({ filter: /[\\/]schemas[\\/]schemas_0\.js$/ }, async ({ path }) => {
      const code = await readFile(path, "utf8");
      const declared = code.matchAll(/^(?:const|var) (\w+) = ("[^"\\\n]*");$/gm);
      const texts = new Map(Array.from(declared, ([, name = "", text = ""]) => [name, text]));
      const contents = code.replaceAll(/\[(_\w+)\](?=: )/g, (key, name: string) => texts.get(name) ?? key);
      return { contents, loader: "js" };
    });
  },
};

/**
 * Lambda puts the credentials of a function's role into its environment (Lambda developer guide, "Defined runtime environment
 * variables"), which is where the SDK's chain of providers looks first. The others in the chain, with clients of STS and of sign-ons
 * of people, are an eighth of a bundle, and are left out. What the environment says is read once, as the chain does it.
 */
const environmentCredentials: Plugin = {
  name: "environment-credentials",
  setup: ({ onLoad }) => {
    onLoad(
      { filter: /[\\/]@aws-sdk[\\/]credential-provider-node[\\/]dist-\w+[\\/]index\.js$/ },
      ({ path }) => ({
        contents: `import { fromEnv } from "@aws-sdk/credential-provider-env";
          import { memoize } from "@smithy/core/config";
          export const defaultProvider = (init) => memoize(fromEnv(init));`,
        resolveDir: dirname(path),
        loader: "js",
      }),
    );
  },
};

/**
 * The SDK imports what serves streams of events when a call has one, and no call of the functions has. In a bundle of one file that
 * import alone would have esbuild keep each module that it reaches whole, in a function of its own that runs on first use:
 * 3 to 8 % of what importing a function computes.
 */
const noEventStreams: Plugin = {
  name: "no-event-streams",
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^@smithy\/core\/event-streams$/ }, ({ kind, path }) =>
      kind === "dynamic-import" ? { path, namespace: "left-out" } : undefined,
    );
    onLoad({ filter: /./, namespace: "left-out" }, () => ({
      contents: 'throw new Error("the bundles of functions serve no streams of events");',
      loader: "js",
    }));
  },
};

/** A client takes its version from the whole of its package.json, which tells of its build and its authors too. */
const clientVersions: Plugin = {
  name: "client-versions",
  setup: ({ onLoad }) => {
    onLoad({ filter: /[\\/]@aws-sdk[\\/]client-[^\\/]+[\\/]package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, "utf8")) as { readonly version: string };
      return { contents: JSON.stringify({ version }), loader: "json" };
    });
  },
};

/**
 * What reads YAML is evaluated when the first manifest is read, and not when the function is imported: an idle hour in a
 * cold process reads none. Only the parts that are called are in the bundle.
 */
const lateYaml: Plugin = {
  name: "late-yaml",
  setup: ({ onLoad }) => {
    const parts = {
      "./compose/composer.js": ["Composer"],
      "./parse/lexer.js": ["Lexer"],
      "./parse/parser.js": ["Parser"],
      "./nodes/identity.js": ["isAlias", "isMap", "isNode", "isScalar", "isSeq"],
    };
    const late = Object.entries(parts).flatMap(([file, names]) =>
      names.map(
        (name) => `export function ${name}(...given) {
          const part = require("${file}").${name};
          return new.target ? new part(...given) : part(...given);
        }`,
      ),
    );
    onLoad({ filter: /[\\/]node_modules[\\/]yaml[\\/]dist[\\/]index\.js$/ }, () => ({
      contents: late.join("\n"),
      loader: "js",
    }));
  },
};
