import { z } from "zod";
import { faultsSchema } from "./schema.js";

/** The JSON Schema of a file of faults: `faults.schema.json`, in which whatever has a default may be left out. */
export function faultsJsonSchema(): unknown {
  return z.toJSONSchema(faultsSchema, { io: "input" });
}
