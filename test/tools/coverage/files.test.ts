import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { managed, ok, patchState, tags } from "./reading.js";
import { accountOf, nowhere, runCoverage } from "./support.js";

describe("the files of npm run coverage", () => {
  const folder = mkdtempSync(join(tmpdir(), "patchplane-coverage-"));
  after(() => rmSync(folder, { recursive: true }));
  const account = accountOf({
    managed: ok([managed("i-1")]),
    tags: ok(new Map([["i-1", tags]])),
    states: ok(new Map([["i-1", patchState("i-1", { missing: 1 })]])),
  });

  const stack = ["--stack", "dev"];
  const days = ["--from", "2026-09-01", "--to", "2026-09-02"];
  const refused: readonly (readonly [string, readonly string[]])[] = [
    ["--csv", [...stack, "--csv", "/proc/patchplane/csv"]],
    ["--html", [...stack, "--html", "/proc/patchplane/page.html"]],
    ["--out", ["evidence", ...stack, ...days, "--out", "/proc/patchplane"]],
  ];
  for (const [option, args] of refused)
    it(`are refused below /proc before anything is asked, by ${option}`, async () => {
      const { code, out, err } = await runCoverage(args, nowhere());
      expect([code, out]).to.deep.equal([2, ""]);
      expect(err).to.match(new RegExp(`^${option}: cannot write to /proc/patchplane`));
    });

  it("are a page, and a folder of its name with those that it links to", async () => {
    const file = join(folder, "a page #1.html");
    const { err } = await runCoverage([...stack, "--html", file], account);
    expect(err).to.equal("");
    expect(readdirSync(folder).sort()).to.deep.equal(["a page #1-csv", "a page #1.html"]);
    const files = ["nodes.csv", "patches.csv", "unseen.csv"];
    expect(readdirSync(join(folder, "a page #1-csv")).sort()).to.deep.equal(files);
    const links = [...readFileSync(file, "utf8").matchAll(/href="([^#"]*)"/g)].map(([, link = ""]) => link);
    for (const link of links) expect(existsSync(join(folder, decodeURIComponent(link))), link).to.equal(true);
    expect(links).to.include("a%20page%20%231-csv/nodes.csv");
  });
});
