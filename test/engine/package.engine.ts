import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "#test/support/program.js";
import { Consumer, loaders } from "./support/consumer.js";
import { requireEngine } from "./support/project.js";

describe("a stranger's project with the packed package", () => {
  before(requireEngine);

  for (const loader of Object.keys(loaders) as (keyof typeof loaders)[]) {
    it(`is previewed under ${loader}`, async () => {
      const consumer = await Consumer.make("scan-and-install", loader);
      try {
        const begun = consumer.pulumi(["stack", "init", "dev"]);
        expect(begun.code, begun.output).to.equal(0);
        const { code, output } = consumer.pulumi(["preview", "--stack", "dev"]);
        expect(code, output).to.equal(0);
        expect(Number(/^ +\+ (\d+) to create$/m.exec(output)?.[1])).to.be.greaterThan(80);
      } finally {
        consumer.remove();
      }
    });
  }

  it("is deployed, has nothing to do then, and is destroyed; the engine is given schema.json", async () => {
    const consumer = await Consumer.make("scan-and-install", "plain JavaScript modules");
    const well = (words: readonly string[], folder?: string) => {
      const { code, output } = consumer.pulumi(words, folder);
      expect(code, output).to.equal(0);
      return output;
    };
    try {
      const schema = JSON.parse(well(["package", "get-schema", "."], consumer.package)) as object;
      const own = JSON.parse(readFileSync(join(root, "schema.json"), "utf8")) as object;
      expect(schema).to.deep.equal(own);
      well(["stack", "init", "dev"]);
      well(["up", "--stack", "dev", "--yes", "--skip-preview"]);
      well(["preview", "--stack", "dev", "--expect-no-changes"]);
      well(["destroy", "--stack", "dev", "--yes", "--skip-preview"]);
    } finally {
      consumer.remove();
    }
  });
});
