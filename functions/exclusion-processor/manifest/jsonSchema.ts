import * as z from "zod/mini";
import {
  allowed,
  type EntrySpec,
  entrySchema,
  frameSchema,
  maxEntries,
  maxTags,
  tagTextPattern,
} from "./schema.js";
import { ownKeys } from "./tags.js";

type JsonSchema = z.core.JSONSchema.BaseSchema;

// Not every editor knows \p in a pattern. Beyond ASCII, this one lets more through than the real check.
const tagPattern = "^[^\\x00-\\x1f!-*,;<>?[-^`{-~\\x7f]*$";
const foreignKeys = `(?![aA][wW][sS]:)(?!(${ownKeys.join("|")})$)`;

/** What an editor says of each key. The function has no use for it, and need not carry it. */
const descriptions: { readonly [key in keyof EntrySpec]-?: string } = {
  id: "Unique in this file, such as payments-openssl",
  patches: 'As the operating system names them, such as "openssl*" or KB5034439',
  hold: "The whole node: it is scanned, and nothing is installed",
  nodes: "Ids of EC2 instances and of hybrid nodes",
  tags: "Nodes that carry all of these tags; of several values one is enough",
  reason: "Why the patches stay out, for whoever reads it later",
  owner: "An e-mail address or the name of a team",
  ticket: "Number of a ticket or of a change",
  expires: "The last day of the exclusion in the stack's time zone, or the instant at which it ends",
  action: "Whether a patch that another one needs stays out too (block, the default)",
  regions: "Without it, all Regions of the stack",
};

/** A manifest of version 1. */
const manifestSchema = z.strictObject(
  {
    ...frameSchema.shape,
    exclusions: z.array(entrySchema, allowed.exclusions).check(z.maxLength(maxEntries, allowed.exclusions)),
  },
  allowed.document,
);

const having = (key: string, type: "array" | "boolean" | "object"): JsonSchema => ({
  type: "object",
  properties: { [key]: { type } },
  required: [key],
});

/** What an editor can tell beside the shapes: which keys exclude each other, and which tags nobody may select by. */
function addRelations(entry: JsonSchema): void {
  entry.description = "One exclusion: which patches, on which nodes, why, and until when";
  for (const [key, description] of Object.entries(descriptions)) {
    const member = entry.properties?.[key];
    if (typeof member === "object") member.description = description;
  }
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
      if (zodSchema === manifestSchema) jsonSchema.description = "Patches that stay out of nodes for a while";
    },
  });
}
