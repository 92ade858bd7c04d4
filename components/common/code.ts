import { existsSync } from "node:fs";
import { join } from "node:path";

/** The folder of the program, or of the package: where `dist/functions` is. */
const root = join(import.meta.dirname, "../..");

/**
 * Folder of a function's bundle: of the program, which builds it before it deploys, or of the package, which has it inside.
 *
 * @param name of the bundle, as `exclusion-processor` or `regional-fanout-closing`
 * @throws Error when it is not there
 */
export function codeFolder(name: string): string {
  const folder = join(root, "dist", "functions", name);
  if (existsSync(join(folder, "index.mjs"))) return folder;
  throw new Error(
    `The code of the function ${name} is not there: ${folder}/index.mjs. In a clone of patchplane it is built by npm run pack; the package has it inside.`,
  );
}
