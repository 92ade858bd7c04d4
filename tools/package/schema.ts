import { createRequire } from "node:module";
import { join } from "node:path";
import { ComponentProvider, getPulumiComponents } from "@pulumi/pulumi/provider/experimental/provider.js";

/** The schema of the package in a folder, by Pulumi's own provider of components, as its engine is given it. */
export async function schemaOf(folder: string): Promise<string> {
  const provider = new ComponentProvider({
    name: "patchplane",
    dirname: folder,
    components: getPulumiComponents(createRequire(join(folder, "package.json"))(folder)),
  });
  return `${JSON.stringify(JSON.parse(await provider.getSchema()), undefined, 2)}\n`;
}
