import * as z from "zod/mini";
import { entrySchema, MAX_TAGS, manifestSchema, TAG_TEXT } from "./schema.js";
import { OWN_KEYS } from "./tags.js";

type JsonSchema = z.core.JSONSchema.BaseSchema;

// Not every editor knows \p in a pattern. Beyond ASCII, this one lets more through than the real check.
const TAG_PATTERN = "^[^\\x00-\\x1f!-*,;<>?[-^`{-~\\x7f]*$";
const FOREIGN_KEYS = `(?![aA][wW][sS]:)(?!(${OWN_KEYS.join("|")})$)`;

const having = (key: string, type: "array" | "boolean" | "object"): JsonSchema => ({
  type: "object",
  properties: { [key]: { type } },
  required: [key],
});

/** What an editor can tell beside the shapes: which keys exclude each other, and which tags nobody may select by. */
function addRelations(entry: JsonSchema): void {
  entry.allOf = [
    { oneOf: [having("patches", "array"), having("hold", "boolean")] },
    { oneOf: [having("nodes", "array"), having("tags", "object")] },
  ];
  for (const key of ["patches", "nodes", "regions"]) {
    const list = entry.properties?.[key];
    if (typeof list === "object") list.uniqueItems = true;
  }
  const tags = entry.properties?.tags;
  if (typeof tags !== "object") return;
  tags.minProperties = 1;
  tags.maxProperties = MAX_TAGS;
  if (typeof tags.propertyNames !== "object") return;
  tags.propertyNames.pattern = TAG_PATTERN.replace("^", `^${FOREIGN_KEYS}`);
}

/** The JSON Schema beside this module: what editors complete and check manifests with. */
export function manifestJsonSchema(): unknown {
  return z.toJSONSchema(manifestSchema, {
    io: "input",
    override: ({ zodSchema, jsonSchema }) => {
      if (jsonSchema.pattern === TAG_TEXT.source) jsonSchema.pattern = TAG_PATTERN;
      if (zodSchema === entrySchema) addRelations(jsonSchema);
    },
  });
}
