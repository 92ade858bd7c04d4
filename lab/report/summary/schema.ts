import { z } from "zod";
import { summarySchema } from "./summary.js";

/** The JSON Schema of `summary.json`, for those who read it with something else than this project. */
export function summaryJsonSchema(): unknown {
  return z.toJSONSchema(summarySchema);
}
