import { expect } from "chai";
import { renderReport } from "#lab/report/page/html.js";
import { occurrencesOf } from "#lab/report/summary/facts.js";
import { asBefore, problemsFolded, repeated, seriesOf } from "#lab/report/summary/series.js";
import { failed, fanoutRun, fanoutWindow, leaving, openedAt, region } from "../fanoutSupport.js";
import { command, execution, summary } from "../support.js";
import { dayMs, hourMs, installWindow, time } from "../windowsSupport.js";

const first = Date.parse("2026-10-11T08:00:00Z");
const hours = { duration: 3, cutoff: 1 };

/** An install window, of each week the nodes that failed of so many. */
function weeks(...failures: readonly (readonly [failed: number, of: number])[]) {
  const executions = failures.map(([Failed, targeted], week) => {
    const at = first + week * 7 * dayMs;
    const invocations = { Success: targeted - Failed, ...(Failed > 0 ? { Failed } : {}) };
    const commands = [command({ task: "base", targeted, invocations, startedAt: time(at) })];
    return execution(at, hours, { commands });
  });
  return { ...installWindow(), executions, missed: [] };
}

describe("weeks that repeat", () => {
  it("are one series as long as they end the same way", () => {
    const all = occurrencesOf(weeks([1, 9], [2, 9], [0, 9], [1, 9]));
    expect(seriesOf(all).map(({ last, before }) => [last.outcome, before.length])).to.eql([
      ["incomplete", 1],
      ["done", 0],
      ["incomplete", 0],
    ]);
    const { last, before } = problemsFolded(all);
    expect([last.map((one) => all.indexOf(one)), before.map((one) => all.indexOf(one))]).to.eql([
      [1, 3],
      [0],
    ]);
  });

  it("are as the week before if the same is to be said of them, whatever the size of the fleet", () => {
    const [one, same, other, fine] = occurrencesOf(weeks([1, 9], [1, 8], [2, 8], [0, 8]));
    if (one === undefined || same === undefined || other === undefined || fine === undefined)
      throw new Error("no week");
    expect(repeated(same, one)).to.equal("as the week before");
    expect([
      repeated(one, undefined),
      repeated(other, same),
      repeated(fine, other),
      repeated(fine, fine),
    ]).to.eql([undefined, undefined, undefined, undefined]);
  });

  it("are named by the time between them, also over a change of clocks", () => {
    expect(asBefore(first + 7 * dayMs + hourMs, first)).to.equal("as the week before");
    expect(asBefore(first + dayMs - hourMs, first)).to.equal("as the day before");
    expect(asBefore(first + 28 * dayMs, first)).to.equal("as the time before");
  });

  it("stand folded on the page, but for the last", () => {
    const page = renderReport(summary({ windows: [weeks([1, 9], [1, 9], [1, 8], [1, 8])] }));
    expect(page).to.contain("3 earlier openings with the same outcome: 11 Oct, 18 Oct, 25 Oct");
    expect(page.match(/as the week before/g)).to.have.length(2);
    expect(page).to.contain("1 of 4 executions: the last of each outcome");
  });

  it("stand folded for the Regions of a central window, with what is news open", () => {
    const weekly = [fanoutRun(), fanoutRun(), fanoutRun({ regions: [failed, region()] }), fanoutRun()].map(
      (run, week) => {
        const at = time(openedAt + week * 7 * dayMs);
        const [one] = fanoutWindow({ ...run, startedAt: at }).executions;
        return { ...one, startedAt: at };
      },
    );
    const page = renderReport(summary({ windows: [{ ...fanoutWindow(null), executions: weekly }] }));
    const [, regions = ""] = page.split('<section id="regions">');
    const [own = ""] = regions.split("</section>");
    expect(own.match(/as the week before/g)).to.have.length(1);
    expect(own.match(/<details open>/g)).to.have.length(2);
    expect(own.match(/<details>/g)).to.have.length(1);
  });

  it("call one thing by one name, and tell the patches before from those after", () => {
    const run = fanoutRun({ regions: [leaving("offline", { failed: 0, notCovered: 1 })] });
    const page = renderReport(summary({ windows: [fanoutWindow(run)] }));
    expect(page).to.contain("connection lost: ").and.not.contain("offline: ");
    expect(page).to.contain(">Patches before<").and.contain(">Patches after<");
  });
});
