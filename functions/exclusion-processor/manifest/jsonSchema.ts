import * as z from "zod/mini";
import { entrySchema, manifestSchema, maxTags, tagTextPattern } from "./schema.js";
import { ownKeys } from "./tags.js";

type JsonSchema = z.core.JSONSchema.BaseSchema;

// Not every editor knows \p in a pattern. Beyond ASCII, this one lets more through than the real check.
const tagPattern = "^[^\\x00-\\x1f!-*,;<>?[-^`{-~\\x7f]*$";
const foreignKeys = `(?![aA][wW][sS]:)(?!(${ownKeys.join("|")})$)`;

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
  tags.maxProperties = maxTags;
  if (typeof tags.propertyNames !== "object") return;
  tags.propertyNames.pattern = tagPattern.replace("^", `^${foreignKeys}`);
}

/** The JSON Schema beside this module: what editors complete and check manifests with. */
export function manifestJsonSchema(): unknown {
  return z.toJSONSchema(manifestSchema, {
    io: "input",
    override: ({ zodSchema, jsonSchema }) => {
      if (jsonSchema.pattern === tagTextPattern.source) jsonSchema.pattern = tagPattern;
      if (zodSchema === entrySchema) addRelations(jsonSchema);
    },
  });
}
