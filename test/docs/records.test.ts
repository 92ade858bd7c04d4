import { readFileSync } from "node:fs";
import { expect } from "chai";
import { recordedNodes } from "#shared/contract/closedRecords.js";
import { nodeStates } from "#shared/contract/nodeStates.js";
import { runKeys } from "#shared/contract/runKeys.js";
import { readWindowRecord } from "#shared/contract/windowRecord.js";

const page = readFileSync(new URL("../../docs/records.md", import.meta.url), "utf8");

describe("the page about closing records", () => {
  it("has the states and what they mean", () => {
    const rows = [...page.matchAll(/^\| `([a-z ]+)` \| (.*) \|$/gm)].map(([, state, means]) => [
      state,
      means,
    ]);
    expect(rows).to.deep.equal(Object.entries(nodeStates));
  });

  it("shows a record that is one", () => {
    const [, text = ""] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
    const run = readWindowRecord(`${runKeys.windowsClosed}example`, text);
    expect(recordedNodes({ kind: "window", run })).to.have.lengthOf(5);
  });

  it("names the keys", () => {
    expect(page).to.contain(`\`${runKeys.windowsClosed}<`).and.to.contain(`\`${runKeys.windowsOpen}<`);
  });
});
