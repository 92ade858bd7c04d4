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
    expect(line("First scan")).to.deep.equal(["First scan", "3", "8 %", "30", "7"]);
    expect(line("At the end")).to.deep.equal(["At the end", "29", "73 %", "4", "7"]);
    expect(text).to.contain(
      "  2  in no window: no tag PatchGroup (web-34.prod, api-35.prod): owner of the node",
    );
    expect(text).to.contain(
      "  1  exclusion payments-openssl (api-17.prod): payments@example.com, until Thu 31",
    );
    expect(text).to.match(
      /^Not every window did its job: 4 problems; .*\n {2}- patchplane-prod-install ran out of/m,
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
    const [cause] = base.causes;
    const hostile = renderTable(
      {
        ...base,
        run: { ...base.run, stack: name, fleet: name },
        windows: base.windows.map((window) => ({ ...window, name })),
        verdict: { windowsDidTheirJob: false, problems: [name] },
        causes: cause === undefined ? [] : [{ ...cause, cause: name, who: name, examples: [name] }],
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
    expect(quiet).to.contain("patching reaches all of 40 nodes").and.contain("All windows did their job");
  });

  it("counts every opening in one column, those that are open at the end too", () => {
    const [scan, install] = summary().windows;
    if (scan === undefined || install === undefined) throw new Error("no window");
    const executions = install.executions.map((one, index) =>
      index === 3 ? { ...one, status: "IN_PROGRESS", endedAt: null } : one,
    );
    const open = renderTable(summary({ windows: [scan, { ...install, executions }] }), {
      width: 200,
      colour: false,
    });
    const rows = open.split("\n").filter((one) => /^Window|^patchplane-/.test(one));
    const [head = [], ...counted] = rows.map((one) => one.split(/ {2,}/));
    expect(head.slice(1, 7)).to.deep.equal(["Due", "Done", "Partly", "Failed", "Skipped", "Open"]);
    for (const cells of counted) {
      const [due = 0, ...columns] = cells.slice(1, 7).map(Number);
      expect(columns.reduce((sum, count) => sum + count, 0)).to.equal(due);
    }
    expect(counted.map((cells) => cells[6])).to.deep.equal(["0", "1"]);
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
