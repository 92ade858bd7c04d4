import { expect } from "chai";
import { closeWindows } from "#functions/window-end/core/closeWindows.js";
import { recordedNodes } from "#shared/contract/closedRecords.js";
import type { KeptVerdicts } from "#shared/contract/keptVerdicts.js";
import { never, now, recordIn, world } from "./support.js";

describe("closing an execution of a window, exclusions that have ended", () => {
  it("says of a node that a hold kept over its end which one it was, and of no node whose hold ended well before", async () => {
    const said = async (expires: string, until: string) => {
      const made = world();
      made.tags.set("i-5", { PatchGroup: "web" });
      made.pings.set("i-5", "Online");
      const had = { "us-east-1": { until, ids: ["i-5"] } };
      const entry = {
        ...{
          id: "freeze",
          phase: "expired",
          effect: "hold",
          owner: "ledger",
          expires,
          nodes: [],
          failedNodes: [],
        },
        had,
      };
      made.verdicts = {
        moved: [],
        manifests: new Map([["exclusions/a.yaml", { entries: [entry] }]]),
      } as unknown as KeptVerdicts;
      await closeWindows(made.ports(), now, never);
      const found = recordedNodes({ kind: "window", run: recordIn(made) }).find(({ id }) => id === "i-5");
      return [found?.state, found?.why, found?.exclusions.map((one) => one.entry)];
    };
    const why = "exclusion freeze of exclusions/a.yaml (ledger) ended 2026-09-05";
    expect(await said("2026-09-05T04:00:00.000Z", "2026-09-05T04:20:00.000Z")).to.deep.equal([
      ...["held", `${why} 04:00 UTC, too late for it to be back`, ["freeze"]],
    ]);
    expect(await said("2026-09-05T04:30:00.000Z", "2026-09-05T04:37:00.000Z")).to.deep.equal([
      ...["held", `${why} 04:30 UTC, while the window was open`, ["freeze"]],
    ]);
    expect(await said("2026-09-05T03:30:00.000Z", "2026-09-05T03:37:00.000Z")).to.deep.equal([
      ...["not started", "the command is Failed and did not include it: its tags may be newer", []],
    ]);
  });
});
