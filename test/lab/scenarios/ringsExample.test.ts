import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { cyclesOf, resultText, verdictText } from "#lab/report/summary/ringFacts.js";
import { summarySchema } from "#lab/report/summary/summary.js";
import { root } from "../../support/program.js";
import { size } from "../../support/size.js";
import { lab } from "../cliSupport.js";

const held = "held: nothing was started";
const all = ["canary first ring: 3 of 3 nodes patched", "early passed: 4 of 4 nodes patched"];
/** What each week's rings come to; of the last ring, a bad patch is kept off it, and somebody has paused it at last. */
const weeks = [
  ["canary first ring: 3 of 3 nodes patched", `early ${held}`, `broad ${held}`],
  [...all, "broad passed: 24 of 24 nodes patched"],
  [...all, "broad passed: 24 of 24 nodes patched"],
  [...all, "broad held: paused by web-team: nothing was started"],
];

describe("the example of rings", () => {
  const folder = mkdtempSync(join(tmpdir(), "patchplane-rings-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("keeps a bad patch on the canaries, and hands on what is good", async () => {
    const days = size(4, 28);
    const config = join(root, "lab/fleets/rings/Pulumi.rings.yaml");
    const args = ["--stack", "rings", "--config", config, "--days", `${days}`, "--out", folder];
    const { code, out, err } = await lab(args);
    expect(code, `${out}${err}`).to.equal(0);
    const summary = summarySchema.parse(JSON.parse(readFileSync(join(folder, "summary.json"), "utf8")));
    const cycles = cyclesOf(summary.windows).map(({ runs }) =>
      runs.map((one) => `${one.stand.name} ${verdictText(one.stand)}: ${resultText(one)}`),
    );
    // Within four days the last ring has not opened.
    expect(cycles).to.deep.equal(days === 28 ? weeks : [weeks[0]?.slice(0, 2)]);
    const [bad] = summary.badPatches ?? [];
    expect([bad?.of, bad?.got, bad?.broken]).to.deep.equal([31, 3, 2]);
    expect(out).to.include("alarm:checkout-errors is in ALARM");
  });
});
