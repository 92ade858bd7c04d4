import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { reasons } from "#shared/contract/closedRun.js";
import { payloadSchema } from "#shared/contract/fanoutPayload.js";
import { root } from "./support.js";

const text = readFileSync(join(root, "docs", "fanout.md"), "utf8");
const firstCells = text
  .split("\n")
  .flatMap((line) => /^\| ([^|]+) \|/.exec(line)?.[1] ?? [])
  .join(", ");

describe("docs/fanout.md", () => {
  it("tells every key of the payload, and no other", () => {
    const table = text.slice(text.indexOf("## The payload"), text.indexOf("The same payload again"));
    const keys = [...table.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(
      ([, cell = ""]) => cell.match(/\w+/g) ?? [],
    );
    expect(keys.sort()).to.deep.equal(Object.keys(payloadSchema.shape).sort());
  });

  it("tells what each reason means", () => {
    for (const reason of reasons) expect(firstCells, reason).to.contain(`\`${reason}\``);
  });

  it("names every command and every way that a run ends", () => {
    for (const name of ["start", "status", "stop"]) expect(text).to.contain(`npm run fanout -- ${name} `);
    for (const end of ["ended", "given up", "hollow", "calendar closed"])
      expect(text).to.contain(`\`${end}\``);
  });
});
