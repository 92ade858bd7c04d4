import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { root } from "../support/program.js";
import { tablesOf } from "../support/tables.js";

const page = readFileSync(join(root, "docs/architecture.md"), "utf8");
const [, section = ""] = /^## Four flows.*?\n(.*?)^## Words/ms.exec(page) ?? [];

/** The files of a flow; one that begins with core/ lies beside the one before. */
function filesOf(flow: string): string[] {
  let folder = "";
  return Array.from(flow.matchAll(/`([\w./-]+\.ts)`/g), ([, name = ""]) => {
    const path = name.startsWith("core/") ? `${folder}/${name}` : name;
    folder = dirname(path).replace(/\/core$/, "");
    return path;
  });
}

describe("the page on architecture", () => {
  const [, ...flows] = section.split(/^\*\*/m);

  it("has four flows of twelve files at most, all of which are there", () => {
    expect(flows).to.have.lengthOf(4);
    for (const flow of flows) {
      const files = filesOf(flow);
      expect(files.length, flow).to.be.within(8, 12);
      expect(files.filter((path) => !existsSync(join(root, path)))).to.deep.equal([]);
    }
  });

  it("explains twenty-five words at most", () => {
    const [words = []] = tablesOf(page);
    expect(words.slice(1)).to.have.lengthOf.within(15, 25);
  });
});
