import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildPackage, programs, root, writePackage } from "./package/build.js";
import { componentsPage } from "./package/page.js";
import { schemaOf } from "./package/schema.js";

// The package has the schema and the page in it, and both are made of the package.
const schema = await schemaOf(await buildPackage());
const page = join(root, "docs/components.md");
for (const [file, text] of [
  [join(root, "schema.json"), schema],
  [page, componentsPage(readFileSync(page, "utf8"), schema, programs())],
] as const) {
  if (text === readFileSync(file, "utf8")) continue;
  writeFileSync(file, text);
  console.log(`${file} has changed: its difference is what changes for those who use the package.`);
}
console.log(`${await writePackage()}: pack it by npm pack ./dist/package`);
