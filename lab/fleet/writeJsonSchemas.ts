// Run with `npx tsx lab/fleet/writeJsonSchemas.ts` after a change to schema.ts, then let Biome format the result.
import { writeFileSync } from "node:fs";
import { jsonSchemas } from "./jsonSchemas.js";

for (const [file, schema] of jsonSchemas()) {
  writeFileSync(new URL(file, import.meta.url), `${JSON.stringify(schema, null, 2)}\n`);
}
