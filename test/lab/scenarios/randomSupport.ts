import { expect } from "chai";
import type { Setting } from "./randomFleet.js";
import { type Played, Player } from "./randomPlay.js";

const seed = 1;

/** The case with all its history; each batch gives the same every time. */
function told({ played, problems }: Played): string {
  const { fleet, edits, faults, windows, endsBy, number } = played;
  const lines = [
    `case ${number} of seed ${seed}`,
    ...problems.slice(0, 10),
    `${windows} install windows, ends by ${endsBy}, faults ${JSON.stringify(faults)}`,
    ...fleet.map((one) => JSON.stringify(one)),
    ...edits.map(({ after, name, text, entries }) => {
      const what = text === undefined ? "deleted" : entries === undefined ? "not valid" : "valid";
      return `${after / 1000} s: ${name} ${what}: ${text}`;
    }),
  ];
  return lines.join("\n");
}

/** Tests a batch of random cases, played one after the other in one lab. */
export function testBatch(setting: Setting, first: number, last: number): void {
  it(`exclusions do what they say in cases ${first} to ${last}, over ${setting}`, async () => {
    const player = await Player.open(setting, seed);
    let kept = 0;
    try {
      for (let number = first; number <= last; number++) {
        const found = await player.play(number);
        if (found.problems.length > 0) expect.fail(told(found));
        kept += found.kept;
      }
      expect(kept, "nodes that windows kept something off").to.be.above((last - first) / 3);
    } finally {
      await player.close();
    }
  });
}
