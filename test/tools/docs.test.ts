import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { appliesTo } from "#shared/contract/patchNames.js";
import { Folder, root, run } from "./support.js";

const text = readFileSync(join(root, "docs", "exclusions.md"), "utf8");
const now = Date.parse("2026-10-05T00:00:00Z");

function block(language: string): string {
  const found = new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "s").exec(text)?.[1];
  if (found === undefined) throw new Error(`no block of ${language}`);
  return found;
}

describe("docs/exclusions.md", () => {
  it("has manifests that are good", async () => {
    const folder = new Folder();
    const files = [
      folder.write("edge.yaml", block("yaml")),
      folder.write("patch-exclusions.json", block("json")),
    ];
    const { code, out } = await run(["check", ...files], { now });
    folder.remove();
    expect(code, out).to.equal(0);
    expect(out).to.contain("2 files: 2 good with 3 entries, 2 warnings ");
  });

  it("has the problems of a draft as they are told", async () => {
    const folder = new Folder();
    const draft = block("yaml")
      .split("\n")
      .map((line) => line.replace(/ # .*/, "").replace("2026-12-31", "2027-12-31"))
      .join("\n")
      .replace('["openssl*"]', "[openssl, CVE-2026-1234]");
    const file = folder.write("draft.yaml", draft);
    const { out } = await run(["check", file], { now });
    folder.remove();
    expect(text).to.contain(out.replaceAll(`${folder.path}/`, ""));
  });

  it("has names that suit the operating systems of their row", () => {
    const systems = [
      ["AMAZON_LINUX_2023", "AMAZON_LINUX_2"],
      ["SUSE"],
      ["UBUNTU", "DEBIAN"],
      ["WINDOWS"],
      ["MACOS"],
    ];
    const rows = text.split("\n").filter((line) => /^\| (Amazon|SUSE|Debian|Windows|macOS)/.test(line));
    expect(rows).to.have.lengthOf(systems.length);
    for (const [index, row] of rows.entries()) {
      const names = [...(row.split(" | ").at(-1) ?? "").matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? "");
      expect(names).to.not.be.empty;
      for (const system of systems[index] ?? []) {
        for (const name of names) expect(appliesTo(name, system), `${name} on ${system}`).to.equal(true);
      }
    }
  });

  it("names every verdict and command", () => {
    for (const word of ["`being applied`", "`in force`", "`refused`", "`held`", "`ended`"])
      expect(text).to.contain(`| ${word} |`);
    for (const name of ["check", "plan", "status"]) expect(text).to.contain(`npm run exclusions -- ${name} `);
  });
});
