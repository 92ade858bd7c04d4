import { expect } from "chai";
import fc from "fast-check";
import { Ids } from "#lab/aws/base/ids.js";
import { Clock } from "#lab/clock.js";
import { account } from "./support.js";

describe("simulated time", () => {
  it("lets things happen in the order of their times, those of one time as they were planned", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 20 })), async (times) => {
        const clock = new Clock(0);
        const happened: [number, number][] = [];
        times.forEach((time, index) => {
          clock.at(time, () => {
            expect(clock.now).to.equal(time);
            happened.push([time, index]);
          });
        });
        await clock.advanceTo(20);
        const planned = times.map((time, index): [number, number] => [time, index]);
        expect(happened).to.deep.equal(planned.sort((a, b) => a[0] - b[0] || a[1] - b[1]));
      }),
    );
  });

  it("goes up to and including the time asked for", async () => {
    const clock = new Clock(0);
    const happened: number[] = [];
    for (const time of [9, 10, 11]) clock.at(time, () => void happened.push(time));
    await clock.advanceTo(10);
    expect(happened).to.deep.equal([9, 10]);
    expect(clock.now).to.equal(10);
    await clock.advanceTo(5);
    expect(clock.now).to.equal(10);
  });

  it("waits for what is asynchronous, and lets happenings plan further ones", async () => {
    const clock = new Clock(0);
    const happened: string[] = [];
    clock.at(1, async () => {
      await Promise.resolve();
      happened.push("first");
      clock.at(1, () => void happened.push("same time"));
    });
    clock.at(2, () => void happened.push("second"));
    await clock.advanceTo(3);
    expect(happened).to.deep.equal(["first", "same time", "second"]);
  });

  it("keeps what is to be last at its time behind everything that is planned meanwhile", async () => {
    const clock = new Clock(0);
    const happened: string[] = [];
    clock.atEndOf(1, () => void happened.push("last"));
    clock.at(2, () => void happened.push("later"));
    clock.at(1, () => clock.at(1, () => void happened.push("first")));
    await clock.advanceTo(2);
    expect(happened).to.deep.equal(["first", "last", "later"]);
  });

  it("does not plan for the past, nor for no time at all", () => {
    const clock = new Clock(10);
    expect(() => clock.at(9, () => undefined)).to.throw(RangeError);
    expect(() => clock.at(Number.NaN, () => undefined)).to.throw(RangeError);
  });
});

describe("ids", () => {
  it("depend on the seed, on what they are for and on how often it was asked, on nothing else", () => {
    const one = new Ids(1);
    const other = new Ids(1);
    other.hex(17, "something else");
    expect(one.hex(17, "window"))
      .to.match(/^[0-9a-f]{17}$/)
      .and.to.equal(other.hex(17, "window"));
    expect(one.hex(17, "window")).not.to.equal(new Ids(1).hex(17, "window"));
    expect(one.uuid("x")).not.to.equal(new Ids(2).uuid("x"));
  });

  it("are UUIDs of version 4 where they should be", () => {
    const ids = new Ids(1);
    for (let index = 0; index < 100; index++) {
      expect(ids.uuid("x")).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
  });
});

describe("an account", () => {
  it("has each Region once, in the order of names", () => {
    const { account: made, region } = account([]);
    made.region("eu-west-1");
    expect(made.region("us-east-1")).to.equal(region);
    expect(made.regions().map(({ name }) => name)).to.deep.equal(["eu-west-1", "us-east-1"]);
  });
});
