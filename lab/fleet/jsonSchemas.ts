import { z } from "zod";
import { catalogFileSchema, fleetSchema } from "./schema.js";

/** The JSON Schemas beside this module, by file name: what editors complete and check fleet files with. */
export function jsonSchemas(): ReadonlyMap<string, unknown> {
  // The input shape, in which whatever has a default may be left out.
  const schemaOf = (schema: z.ZodType) => z.toJSONSchema(schema, { io: "input" });
  return new Map([
    ["fleet.schema.json", schemaOf(fleetSchema)],
    ["catalogs.schema.json", schemaOf(catalogFileSchema)],
  ]);
}
