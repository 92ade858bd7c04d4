import Module, { createRequire } from "node:module";

/** What Pulumi's runtime loads to make a Lambda function of a JavaScript function, which no program of ours asks for. */
const parts = ["@npmcli/arborist", "@pulumi/pulumi/typescript-shim.js"];

/**
 * Lets Pulumi's runtime load what serializes functions when somebody uses it, and not before: it is a third of what the runtime takes to
 * load. Of a runtime that is loaded already nothing changes.
 */
export function serializeFunctionsLater(): void {
  const own = createRequire(import.meta.url);
  const load = createRequire(own.resolve("@pulumi/pulumi"));
  for (const part of parts) {
    const file = load.resolve(part);
    if (load.cache[file] !== undefined) continue;
    const later = new Module(file);
    later.filename = file;
    later.loaded = true;
    later.exports = new Proxy(
      {},
      {
        get: (_, name) => {
          // Whoever imports it as a whole takes it as it is.
          if (name === "__esModule") return true;
          if (load.cache[file] === later) delete load.cache[file];
          return load(part)[name];
        },
      },
    );
    load.cache[file] = later;
  }
}
