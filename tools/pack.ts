import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildPackage, root, writePackage } from "./package/build.js";
import { schemaOf } from "./package/schema.js";

// The package has the schema in it, and the schema is made of the package: twice, so that both are of today.
const file = join(root, "schema.json");
const schema = await schemaOf(await buildPackage());
if (schema !== readFileSync(file, "utf8")) {
  writeFileSync(file, schema);
  console.log("schema.json has changed: its difference is what changes for those who use the package.");
}
console.log(`${await writePackage()}: pack it by npm pack ./dist/package`);
