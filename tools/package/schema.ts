import { createRequire } from "node:module";
import { join } from "node:path";
import { ComponentProvider, getPulumiComponents } from "@pulumi/pulumi/provider/experimental/provider.js";

/** What the engine leaves out of a schema: that something is optional says the list of what is required, too. */
function asTold(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asTold);
  if (typeof value !== "object" || value === null) return value;
  const told = Object.entries(value).filter(
    ([key, item]) =>
      (key !== "optional" || typeof item !== "boolean") && !(Array.isArray(item) && item.length === 0),
  );
  return Object.fromEntries(told.map(([key, item]) => [key, asTold(item)]));
}

/** The schema of the package in a folder, by Pulumi's own provider of components, as its engine tells it. */
export async function schemaOf(folder: string): Promise<string> {
  const provider = new ComponentProvider({
    name: "patchplane",
    dirname: folder,
    components: getPulumiComponents(createRequire(join(folder, "package.json"))(folder)),
  });
  const schema = asTold(JSON.parse(await provider.getSchema())) as object;
  return `${JSON.stringify({ ...schema, config: {} }, undefined, 2)}\n`;
}
