import { expect } from "chai";
import type { Setting } from "./randomFleet.js";
import { type Played, Player } from "./randomPlay.js";

const seed = 1;
/** Cases of one batch are played one after the other in one lab. */
const batches: readonly { readonly setting: Setting; readonly first: number; readonly last: number }[] = [
  ...[1, 45, 89, 133, 177, 221].map((first) => ({ setting: "one Region" as const, first, last: first + 43 })),
  { setting: "two Regions", first: 265, last: 294 },
  { setting: "two Regions with a central window", first: 295, last: 300 },
];

/** The case with all its history, and how to play it again: each batch gives the same every time. */
function told({ played, problems }: Played, title: string): string {
  const { fleet, edits, faults, windows, endsBy, number } = played;
  const lines = [
    `case ${number} of seed ${seed}, again by: npx mocha --no-config --import=tsx/esm -g "${title}$" test/lab/scenarios/exclusionRandom.test.ts`,
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

describe("whatever the fleet, the manifests, the edits and the faults", () => {
  for (const { setting, first, last } of batches) {
    const title = `exclusions do what they say in cases ${first} to ${last}, over ${setting}`;
    it(title, async () => {
      const player = await Player.open(setting, seed);
      let kept = 0;
      try {
        for (let number = first; number <= last; number++) {
          const found = await player.play(number);
          if (found.problems.length > 0) expect.fail(told(found, title));
          kept += found.kept;
        }
        expect(kept, "nodes that windows kept something off").to.be.above((last - first) / 3);
      } finally {
        await player.close();
      }
    }).timeout(300_000);
  }
});
