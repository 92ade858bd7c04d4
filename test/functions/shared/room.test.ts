import { expect } from "chai";
import { roomKeeper } from "#functions/shared/room.js";

describe("what keeps a function's memory below its end", () => {
  /** Memory that is taken bit by bit, of which some lives. */
  function play(live: number, megabytes = 512) {
    const mebibyte = 2 ** 20;
    let taken = 0;
    let most = 0;
    let collections = 0;
    const keep = roomKeeper(megabytes, {
      taken: () => taken * mebibyte,
      collect: () => {
        collections++;
        taken = live;
      },
    });
    for (let page = 0; page < 2_000; page++) {
      taken += 1;
      keep();
      most = Math.max(most, taken);
    }
    return { most, collections };
  }

  it("collects garbage when much is taken, and not again before more of it has come", () => {
    expect(play(100)).to.eql({ most: 281, collections: 10 });
    const { most, collections } = play(340);
    expect([most, collections <= 2_000 / 30]).to.eql([370, true]);
  });

  it("does nothing where little is taken", () => {
    expect(play(100, 4_096).collections).to.equal(0);
  });

  it("can do so with the process's own", () => {
    roomKeeper(1)();
  });
});
