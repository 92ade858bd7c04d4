import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { jsonSchemas } from "#lab/fleet/jsonSchemas.js";
import { shippedFleets } from "./support/files.js";

describe("JSON Schemas of fleet files", () => {
  for (const [file, schema] of jsonSchemas()) {
    it(`${file} is in step with schema.ts`, () => {
      const stored = readFileSync(new URL(`../../../lab/fleet/${file}`, import.meta.url), "utf8");
      const advice = "run `npm run schemas`";
      expect(JSON.parse(stored), advice).to.eql(JSON.parse(JSON.stringify(schema)));
    });
  }

  const first = (path: string): string | undefined => readFileSync(path, "utf8").split("\n")[0];

  it("are named on the first line of each shipped file", () => {
    const yaml = (folder: string) => readdirSync(folder).filter((file) => file.endsWith(".yaml"));
    const catalogs = join(shippedFleets, "catalogs");
    for (const file of yaml(shippedFleets)) {
      expect(first(join(shippedFleets, file))).to.equal(
        "# yaml-language-server: $schema=../fleet/fleet.schema.json",
      );
    }
    for (const file of yaml(catalogs)) {
      expect(first(join(catalogs, file))).to.equal(
        "# yaml-language-server: $schema=../../fleet/catalogs.schema.json",
      );
    }
  });
});
