import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { summarySchema } from "./summary.js";

export const SUMMARY_SCHEMA_FILE = fileURLToPath(new URL("summary.schema.json", import.meta.url));

/** The JSON Schema of `summary.json`, for those who read it with something else than this project. */
export function summaryJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(summarySchema), null, 2)}\n`;
}

/** Run as a program (`npx tsx lab/report/schema.ts`), it writes the file anew. */
if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(SUMMARY_SCHEMA_FILE, summaryJsonSchema());
