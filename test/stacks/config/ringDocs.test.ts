import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { decisionKey, ringWords } from "#shared/contract/ringNames.js";
import { ringKeys } from "#stacks/config/ringSchema.js";
import { exampleRings } from "#test/support/rings.js";
import { root } from "#test/tools/support.js";

const text = readFileSync(join(root, "docs", "rings.md"), "utf8");

describe("docs/rings.md", () => {
  it("has the example of the tests", () => {
    const block = /```yaml\n(.*?)```/s.exec(text)?.[1] ?? "";
    const { config } = parse(block) as { config: Readonly<Record<string, unknown>> };
    expect(config["patchplane:rings"]).to.deep.equal(exampleRings);
  });

  it("has every key of a ring", () => {
    const rows = text.split("\n").filter((line) => line.startsWith("| `"));
    const named = rows.flatMap((row) => [...(row.split(" | ")[0] ?? "").matchAll(/`(\w+)`/g)]);
    expect(named.map(([, key]) => key).sort()).to.deep.equal([...ringKeys].sort());
  });

  it("has the keys of what people say of rings", () => {
    for (const word of ringWords) expect(text).to.contain(`\`${decisionKey("RING", word)}\``);
  });
});
