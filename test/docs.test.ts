import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { sourcesBelow } from "./sources.js";

const page = readFileSync(join(import.meta.dirname, "../docs/architecture.md"), "utf8");
const files = sourcesBelow("").map(({ path }) => path);

/** What stands between two headings. */
function section(heading: string): string {
  const [, text = ""] = page.split(`\n## ${heading}\n`);
  return text.split("\n## ")[0] ?? "";
}
const named = (text: string) => [...text.matchAll(/`([\w./-]+\.ts)`/g)].map(([, path = ""]) => path);

describe("docs/architecture.md", () => {
  it("names files that are there", () => {
    expect(named(page)).to.have.length.greaterThan(40);
    expect(
      named(page).filter((path) => !files.some((file) => file === path || file.endsWith(`/${path}`))),
    ).to.deep.equal([]);
  });

  it("has four flows of at most twelve files, and at most twenty-five words", () => {
    const flows = section("Four flows, in reading order")
      .split(/\n\*\*/)
      .slice(1);
    expect(flows).to.have.lengthOf(4);
    for (const flow of flows) expect(named(flow), flow.slice(0, 20)).to.have.length.within(5, 12);
    expect(section("Words").match(/^\| (?!word|---)/gm)).to.have.length.within(10, 25);
  });
});
