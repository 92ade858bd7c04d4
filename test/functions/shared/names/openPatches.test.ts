import { expect } from "chai";
import type { EarlierNames } from "#functions/shared/names/earlierNames.js";
import { namedPatches, type OpenPatch, planNames, readNames } from "#functions/shared/names/openPatches.js";

const report = (id: string, endedAt: number, missing = 1, failed = 0) => ({ id, endedAt, missing, failed });
const open = (name: string, state: OpenPatch["state"] = "missing"): OpenPatch => ({
  ...{ name, severity: "Critical", state },
});
const day = (number: number) => `2026-10-0${number}T04:00:00.000Z`;
const earlier = (readAt: number, names: readonly string[], counts = {}): EarlierNames => ({
  ...{ readAt, ...counts },
  patches: names.map((name) => ({ ...open(name), since: day(1), ids: [] })),
});

describe("names of open patches", () => {
  it("are read of the nodes that have some and whose report no record has named", () => {
    const cases: readonly (readonly [string, ReturnType<typeof report>, EarlierNames | undefined, string])[] =
      [
        ["nothing is open", report("i", 10, 0), undefined, "none"],
        ["no record names it", report("i", 10), undefined, "ask"],
        ["it has failed", report("i", 10, 0, 1), undefined, "ask"],
        ["the same report", report("i", 10), earlier(10, ["a"], { missing: 1, failed: 0 }), "known"],
        ["the same, when it was away", report("i", 10), earlier(10, ["a"]), "known"],
        ["a newer report", report("i", 11), earlier(10, ["a"], { missing: 1, failed: 0 }), "ask"],
        ["other numbers", report("i", 10, 2), earlier(10, ["a"], { missing: 1, failed: 0 }), "ask"],
        ["it had none", report("i", 10), earlier(10, [], { missing: 0, failed: 0 }), "ask"],
      ];
    for (const [what, one, before, expected] of cases) {
      const plan = planNames([one], new Map(before === undefined ? [] : [["i", before]]));
      expect([plan.ask, [...plan.known.keys()]], what).to.deep.equal([
        expected === "ask" ? ["i"] : [],
        expected === "known" ? ["i"] : [],
      ]);
    }
  });

  it("of more nodes than a run may ask are read of the new ones first, then of those with other numbers, then of the oldest", () => {
    const counts = { missing: 1, failed: 0 };
    const before = new Map([
      ["a", earlier(3, ["x"], counts)],
      ["b", earlier(2, ["x"], counts)],
      ["c", earlier(1, ["x"], { ...counts, missing: 4 })],
    ]);
    const reports = ["a", "b", "c", "d"].map((id) => report(id, 10));
    expect(planNames(reports, before).ask).to.deep.equal(["d", "c", "b", "a"]);
    expect(planNames(reports, before, 3).ask).to.deep.equal(["d", "c", "b"]);
    const { patches, unnamed } = namedPatches(day(3), reports, before, new Map([["d", [open("x")]]]));
    expect([patches.flatMap(({ ids }) => ids), unnamed]).to.deep.equal([["d"], 3]);
  });

  it("stand once, with the first run in a row that saw each", () => {
    const names = new Map([
      ["i-2", [open("a"), open("b"), open("b", "failed")]],
      ["i-1", [open("a")]],
      ["i-3", []],
    ]);
    const reports = ["i-3", "i-2", "i-1", "i-4"].map((id) => report(id, 10, id === "i-4" ? 0 : 1));
    expect(namedPatches(day(2), reports, new Map([["i-1", earlier(1, ["a"])]]), names)).to.deep.equal({
      patches: [
        { ...open("a"), since: day(1), ids: ["i-1"] },
        { ...open("a"), since: day(2), ids: ["i-2"] },
        { ...open("b", "failed"), since: day(2), ids: ["i-2"] },
      ],
      // It has reported anew since its numbers were read.
      unnamed: 1,
    });
  });

  it("are no longer asked for after five failures, nor when the time is up; what was read is kept", async () => {
    const ids = Array.from({ length: 40 }, (_, index) => `i-${index}`);
    const asked: string[] = [];
    const read = new Map([["i-0", [open("a")]]]);
    const never = new AbortController();
    const denied = async (id: string) => {
      asked.push(id);
      if (id !== "i-1") throw new Error("no right");
      return [open("b")];
    };
    expect(await readNames(ids, read, denied, never.signal)).to.equal("Error: no right");
    expect([...read.keys()]).to.deep.equal(["i-0", "i-1"]);
    expect(asked.length).to.be.within(6, 7);
    const inTime = async () => {
      if (read.size >= 5) never.abort();
      return [];
    };
    expect(await readNames(ids, read, inTime, never.signal)).to.equal(undefined);
    expect(read.size).to.be.within(5, 7);
  });

  it("are waited for no longer than until the time is up", async () => {
    const time = new AbortController();
    const reading = readNames(["i-0"], new Map(), () => new Promise(() => undefined), time.signal);
    time.abort();
    expect(await reading).to.equal(undefined);
  });
});
