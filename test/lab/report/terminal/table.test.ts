import { expect } from "chai";
import { renderTable } from "#lab/report/terminal/table.js";
import { quietSummary, summary } from "../support.js";

const escapeCharacter = "\u001b";

describe("renderTable", () => {
  const text = renderTable(summary(), { width: 110, colour: false });

  it("shows windows, compliance, what was not reached and the problems", () => {
    const line = (start: string) =>
      text
        .split("\n")
        .find((one) => one.startsWith(start))
        ?.split(/ {2,}/);
    expect(line("Window")).to.deep.equal([
      "Window",
      "Due",
      "Done",
      "Partly",
      "Failed",
      "Skipped",
      "Nodes done",
      "Installed",
      "Reboots",
    ]);
    expect(line("patchplane-prod-scan")).to.deep.equal([
      "patchplane-prod-scan (Scan)",
      "28",
      "26",
      "0",
      "0",
      "2",
      "858/858",
      "0",
      "0",
    ]);
    expect(line("patchplane-prod-install")).to.deep.equal([
      "patchplane-prod-install (Install)",
      "4",
      "1",
      "1",
      "2",
      "0",
      "92/130",
      "766",
      "75",
    ]);
    expect(line("At the start")).to.deep.equal(["At the start", "0", "0 %", "0", "40"]);
    expect(line("At the end")).to.deep.equal(["At the end", "29", "73 %", "4", "7"]);
    expect(text).to.contain("  2  In no window: no patch group tag (web-34.prod, api-35.prod)");
    expect(text).to.contain(
      "Not every window did its job: 4 problems\n  - patchplane-prod-install ran out of time",
    );
    expect(text).to.contain(
      "Offered, and not approved\n  WINDOWS: 1 update on 13 nodes will be superseded before a rule approves them (KB5066782)\n  UBUNTU: 1 update on 2 nodes no rule can ever approve (nano-6.2-1ubuntu0.1)\n",
    );
    expect(text).to.contain("ran out of time: 1, stopped by error limit: 1");
  });

  it("is plain without colours, and the same words with them", () => {
    const coloured = renderTable(summary(), { width: 110, colour: true });
    expect(text).not.to.contain(escapeCharacter);
    expect(coloured).to.contain(escapeCharacter);
    const bare = coloured.replaceAll(/\p{Cc}\[\d+m/gu, "");
    const trimmed = (all: string) => all.split("\n").map((line) => line.trimEnd());
    expect(trimmed(bare)).to.deep.equal(trimmed(text));
  });

  it("keeps its rows within the terminal and loses no name", () => {
    const narrow = renderTable(quietSummary(), { width: 72, colour: false });
    expect(Math.max(...narrow.split("\n").map((line) => line.length))).to.be.at.most(74);
    expect(narrow).to.contain("\npatchplane-prod-install (Install)\n");
    expect(narrow).not.to.contain("…");
  });

  it("lets no name reach the terminal's controls", () => {
    const base = summary();
    const name = `a${escapeCharacter}[31mb${escapeCharacter}]0;title\u0007c\u202Ed\r\ne\u0008\u009b2J`;
    const [uncovered] = base.uncovered;
    const hostile = renderTable(
      {
        ...base,
        run: { ...base.run, stack: name, fleet: name },
        windows: base.windows.map((window) => ({ ...window, name })),
        verdict: { windowsDidTheirJob: false, problems: [name] },
        uncovered: uncovered === undefined ? [] : [{ ...uncovered, reason: name, examples: [name] }],
      },
      { width: 100, colour: false },
    );
    expect(hostile.replaceAll("\n", "")).not.to.match(/\p{Cc}|\p{Bidi_Control}/u);
    expect(hostile).to.contain("abcd e");
  });

  it("says when nothing was deployed and when all went well", () => {
    expect(renderTable(summary({ windows: [] }), { width: 80, colour: false })).to.contain(
      "No window was deployed.",
    );
    const quiet = renderTable(quietSummary(), { width: 80, colour: false });
    expect(quiet).to.contain("Patching reaches all of 40 nodes.").and.contain("All windows did their job");
  });

  it("caps the problems and says how many more there are", () => {
    const problems = Array.from({ length: 25 }, (_, index) => `problem ${index}`);
    const many = renderTable(summary({ verdict: { windowsDidTheirJob: false, problems } }), {
      width: 80,
      colour: false,
    });
    expect(many).to.contain("  - problem 19\n  - and 5 more in summary.json");
  });
});
