import { expect } from "chai";
import { backBy } from "#shared/contract/entryEnds.js";

const time = (text: string) => Date.parse(`2026-10-10T${text}Z`);
const by = (from: string, ...others: string[]) =>
  new Date(backBy(time(from), others.map(time))).toISOString().slice(8, 16);

describe("an entry's end before an opening", () => {
  for (const [what, [from, ...others], back] of [
    ["is followed by the hourly run of minute 37", ["04:00"], "10T03:37"],
    ["is followed by the run before, where that one may come too late", ["03:51"], "10T02:37"],
    ["is followed by a run that comes in time though late by five minutes", ["03:52"], "10T03:37"],
    ["may be on the day before", ["00:00"], "09T23:37"],
    ["counts on no run about another opening", ["04:00", "03:30"], "10T02:37"],
    ["counts on none about the one before that either", ["04:00", "03:30", "02:45"], "10T01:37"],
    ["counts on a run after another opening", ["04:00", "03:15"], "10T03:37"],
    ["counts on no run just before that is over", ["04:00", "03:18"], "10T02:37"],
  ] as const) {
    it(what, () => {
      expect(by(from, ...others)).to.equal(back);
    });
  }
});
