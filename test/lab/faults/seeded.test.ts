import { expect } from "chai";
import fc from "fast-check";
import type { FaultyCall } from "#lab/faults/faults.js";
import type { FaultsInput } from "#lab/faults/schema.js";
import { seededFaults } from "#lab/faults/seeded.js";
import { size } from "#test/support/size.js";
import { at, homeRegion } from "../support.js";

const faults = (description: Omit<FaultsInput, "version">, seed = 1) =>
  seededFaults({ version: 1, ...description }, seed);
const always: NonNullable<FaultsInput["calls"]>[number] = { operations: ["*"], share: 1, kind: "throttle" };
const noon = at("2026-06-01T12:00:00Z");
const call = (changes: Partial<FaultyCall> = {}): FaultyCall => ({
  service: "ssm",
  operation: "SendCommand",
  region: homeRegion,
  caller: "arn:aws:iam::123456789012:role/a",
  time: noon,
  ...changes,
});
const june = { from: "2026-06-01", to: "2026-06-02" };

/** What goes wrong, the call, and how it goes wrong. */
const calls: Readonly<
  Record<string, readonly [Omit<FaultsInput, "version">, FaultyCall, string | undefined]>
> = {
  nothing: [{}, call(), undefined],
  "any operation": [{ calls: [always] }, call(), "throttle"],
  "the operation": [{ calls: [{ ...always, operations: ["ssm:SendCommand"] }] }, call(), "throttle"],
  "the operation in another case": [
    { calls: [{ ...always, operations: ["SSM:sendcommand"] }] },
    call(),
    "throttle",
  ],
  "operations that begin so": [{ calls: [{ ...always, operations: ["ssm:Send*"] }] }, call(), "throttle"],
  "one of several operations": [
    { calls: [{ ...always, operations: ["tag:*", "ssm:SendCommand"] }] },
    call(),
    "throttle",
  ],
  "another operation": [{ calls: [{ ...always, operations: ["ssm:CancelCommand"] }] }, call(), undefined],
  "an operation of another service": [{ calls: [{ ...always, operations: ["s3:*"] }] }, call(), undefined],
  "the Region": [{ calls: [{ ...always, regions: ["eu-west-1", homeRegion] }] }, call(), "throttle"],
  "another Region": [{ calls: [{ ...always, regions: ["eu-west-1"] }] }, call(), undefined],
  "a share of nothing": [{ calls: [{ ...always, share: 0 }] }, call(), undefined],
  "the first of two that strikes": [
    {
      calls: [
        { ...always, share: 0 },
        { ...always, kind: "timeout" },
        { ...always, kind: "serverError" },
      ],
    },
    call(),
    "timeout",
  ],
  "the first millisecond": [{ calls: [{ ...always, ...june }] }, call({ time: at(june.from) }), "throttle"],
  "before it begins": [{ calls: [{ ...always, ...june }] }, call({ time: at(june.from) - 1 }), undefined],
  "the last millisecond": [{ calls: [{ ...always, ...june }] }, call({ time: at(june.to) - 1 }), "throttle"],
  "when it is over": [{ calls: [{ ...always, ...june }] }, call({ time: at(june.to) }), undefined],
  "a beginning without an end": [
    { calls: [{ ...always, from: june.from }] },
    call({ time: at("2030-01-01T00:00:00Z") }),
    "throttle",
  ],
  "a Region down": [
    { calls: [always], regionsDown: [{ region: homeRegion, ...june }] },
    call(),
    "regionDown",
  ],
  "another Region down": [{ regionsDown: [{ region: "eu-west-1", ...june }] }, call(), undefined],
  "a Region that is up again": [
    { regionsDown: [{ region: homeRegion, ...june }] },
    call({ time: at(june.to) }),
    undefined,
  ],
};

const killed = { function: "processor*", afterCalls: 2 };
/** Kills, the function's invocation, and after how many calls it dies. */
const kills: Readonly<
  Record<string, readonly [FaultsInput["kills"], functionName: string, number: number, number | undefined]>
> = {
  "the invocation": [[{ ...killed, invocation: 3 }], "processor-0a1b", 3, 2],
  "the one before": [[{ ...killed, invocation: 3 }], "processor-0a1b", 2, undefined],
  "twice its number": [[{ ...killed, invocation: 3 }], "processor-0a1b", 6, undefined],
  "another function": [[{ ...killed, invocation: 3 }], "fanout", 3, undefined],
  "every third": [[{ ...killed, every: 3 }], "processor", 6, 2],
  "not every third": [[{ ...killed, every: 3 }], "processor", 7, undefined],
  "at once": [[{ ...killed, every: 1, afterCalls: 0 }], "processor", 1, 0],
  "the first that fits": [
    [
      { ...killed, invocation: 1 },
      { ...killed, every: 2, afterCalls: 5 },
      { ...killed, every: 1, afterCalls: 7 },
    ],
    "processor",
    2,
    5,
  ],
  nobody: [[], "processor", 1, undefined],
};

const runs = 2000;
const count = (answers: readonly boolean[]) => answers.filter(Boolean).length;
/** Five standard deviations: of a thousand seeds, none is outside by chance. */
const bound = (share: number) => 5 * Math.sqrt(runs * share * (1 - share)) + 1;
const shares = fc.double({ min: 0, max: 1, noNaN: true });
const seeds = fc.nat({ max: 4_294_967_295 });

describe("seeded faults", () => {
  for (const [what, [description, asked, kind]] of Object.entries(calls)) {
    it(`${what}: ${kind ?? "no fault"}`, () => {
      expect(faults(description).onCall(asked)?.kind).to.equal(kind);
    });
  }

  for (const [what, [given, functionName, number, afterCalls]] of Object.entries(kills)) {
    it(`kill ${what}: ${afterCalls ?? "no"}`, () => {
      const { killAfter } = faults({ ...(given === undefined ? {} : { kills: given }) });
      expect(killAfter({ functionName, number })).to.equal(afterCalls);
    });
  }

  it("strike the share of calls that was asked for", () => {
    fc.assert(
      fc.property(shares, seeds, (share, seed) => {
        const { onCall } = faults({ calls: [{ ...always, share }] }, seed);
        const struck = count(Array.from({ length: runs }, () => onCall(call()) !== undefined));
        expect(Math.abs(struck - share * runs)).to.be.at.most(bound(share));
      }),
      { numRuns: size(10, 50) },
    );
  });

  it("deliver the share of events twice that was asked for, within the delays", () => {
    const delays = fc.tuple(fc.nat({ max: 100 }), fc.nat({ max: 100 }));
    fc.assert(
      fc.property(shares, seeds, delays, (duplicateShare, seed, [least, more]) => {
        const { onDelivery } = faults(
          { events: { duplicateShare, delaySeconds: [least, least + more] } },
          seed,
        );
        const delivered = Array.from({ length: runs }, () => onDelivery({ functionName: "f", time: noon }));
        const twice = count(delivered.map(({ length }) => length === 2));
        expect(Math.abs(twice - duplicateShare * runs)).to.be.at.most(bound(duplicateShare));
        for (const times of delivered) {
          expect(times.length).to.be.within(1, 2);
          for (const delay of times) expect(delay).to.be.within(1000 * least, 1000 * (least + more));
        }
        const all = delivered.flat();
        // Delays are spread over the whole stretch, or events would not overtake each other.
        if (more > 0) expect(Math.max(...all) - Math.min(...all)).to.be.above(900 * more);
      }),
      { numRuns: size(10, 30) },
    );
  });

  it("leave the events of other functions alone", () => {
    const events = { functions: ["processor*"], duplicateShare: 1, delaySeconds: [5, 5] } as const;
    const { onDelivery } = faults({ events: { ...events, functions: ["processor*"], delaySeconds: [5, 5] } });
    expect(onDelivery({ functionName: "processor-0a1b", time: noon })).to.eql([5000, 5000]);
    expect(onDelivery({ functionName: "fanout", time: noon })).to.eql([1000]);
    expect(faults({}).onDelivery({ functionName: "fanout", time: noon })).to.eql([1000]);
  });

  const asked = fc.array(
    fc.record({
      service: fc.constantFrom("ssm", "tag", "s3"),
      operation: fc.constantFrom("AddTagsToResource", "GetResources", "PutObject"),
      region: fc.constantFrom(homeRegion, "eu-west-1"),
      caller: fc.constant("arn:aws:iam::123456789012:role/a"),
      time: fc.integer({ min: at(june.from) - 1000, max: at(june.to) + 1000 }),
    }),
    { maxLength: 200 },
  );
  const half = {
    calls: [
      { ...always, operations: ["ssm:AddTags*"], regions: [homeRegion], share: 0.5, ...june },
      { ...always, operations: ["s3:*"], share: 0.5, kind: "timeout" as const },
    ],
  };

  it("are the same for the same seed, and others for another", () => {
    const answers = (seed: number, of: readonly FaultyCall[]) => {
      const { onCall } = faults(half, seed);
      return of.map((one) => onCall(one)?.kind);
    };
    fc.assert(
      fc.property(asked, seeds, (of, seed) => {
        expect(answers(seed, of)).to.eql(answers(seed, of));
      }),
    );
    const many = Array.from({ length: 100 }, () => call({ service: "s3" }));
    expect(answers(1, many)).to.not.eql(answers(2, many));
  });

  it("do not depend on what else is called", () => {
    const only = (one: FaultyCall) =>
      one.service === "s3" && one.operation === "PutObject" && one.region === homeRegion;
    fc.assert(
      fc.property(asked, seeds, (of, seed) => {
        const among = faults(half, seed);
        const alone = faults(half, seed);
        const all = of.map((one) => among.onCall(one)?.kind);
        expect(all.filter((_, index) => only(of[index] ?? call()))).to.eql(
          of.filter(only).map((one) => alone.onCall(one)?.kind),
        );
      }),
    );
  });

  it("never strike outside of the operations, Regions and times that were asked for", () => {
    fc.assert(
      fc.property(asked, seeds, (of, seed) => {
        const { onCall } = faults(half, seed);
        for (const one of of) {
          const isTag =
            one.service === "ssm" && one.operation.startsWith("AddTags") && one.region === homeRegion;
          const isTime = one.time >= at(june.from) && one.time < at(june.to);
          const allowed = [
            ...(isTag && isTime ? ["throttle"] : []),
            ...(one.service === "s3" ? ["timeout"] : []),
          ];
          const kind = onCall(one)?.kind;
          if (kind !== undefined) expect(allowed).to.include(kind);
        }
      }),
    );
  });
});
