import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { manifestJsonSchema } from "#functions/exclusion-processor/manifest/jsonSchema.js";
import { faultsJsonSchema } from "./faults/jsonSchema.js";
import { jsonSchemas } from "./fleet/jsonSchemas.js";
import { summaryJsonSchema } from "./report/summary/schema.js";
import { unknownsPage } from "./unknowns.js";

/** Writes the JSON Schemas of fleet files, of files of faults, of manifests and of summary.json, and the page of unknowns. */
const files = [
  ...[...jsonSchemas()].map(([name, schema]) => ({ path: `./fleet/${name}`, schema })),
  { path: "./faults/faults.schema.json", schema: faultsJsonSchema() },
  {
    path: "../functions/exclusion-processor/manifest/manifest.schema.json",
    schema: manifestJsonSchema(),
  },
  { path: "./report/summary/summary.schema.json", schema: summaryJsonSchema() },
].map(({ path, schema }) => ({ path: fileURLToPath(new URL(path, import.meta.url)), schema }));
for (const { path, schema } of files) writeFileSync(path, JSON.stringify(schema));
execFileSync("npx", ["biome", "format", "--write", ...files.map(({ path }) => path)], { stdio: "inherit" });
writeFileSync(fileURLToPath(new URL("../docs/unknowns.md", import.meta.url)), unknownsPage());
