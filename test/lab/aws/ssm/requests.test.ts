import { expect } from "chai";
import fc from "fast-check";
import { byPrefix, byText, byTime, filterOf } from "#lab/aws/ssm/filters.js";
import { ClientTokens, requireMembers, updated } from "#lab/aws/ssm/requests.js";
import { errorCode } from "../../support.js";

const keys = ["a", "b", "c", "d"] as const;
type Thing = Partial<Record<(typeof keys)[number], number>>;
const anyThing = fc.record(
  Object.fromEntries(keys.map((key) => [key, fc.nat({ max: 3 })])) as Record<
    (typeof keys)[number],
    fc.Arbitrary<number>
  >,
  { requiredKeys: [] },
) as fc.Arbitrary<Thing>;

describe("an update", () => {
  it("changes what it gives and keeps the rest", () => {
    fc.assert(
      fc.property(anyThing, anyThing, (before, changes) => {
        const after = updated(before, changes);
        for (const key of keys) expect(after[key]).to.equal(changes[key] ?? before[key]);
      }),
    );
  });

  it("with Replace leaves nothing but what it gives, and what it cannot give", () => {
    fc.assert(
      fc.property(anyThing, anyThing, (before, { d: _, ...changes }) => {
        const after = updated(before, { ...changes, Replace: true }, ["d"]);
        expect(after).to.deep.equal({ ...(before.d === undefined ? {} : { d: before.d }), ...changes });
      }),
    );
  });

  it("does not count a member without a value as given, nor write into what it changes", () => {
    const before = { a: 1 };
    expect(updated<{ a?: number | undefined }>(before, { a: undefined })).to.deep.equal({ a: 1 });
    updated(before, { a: 2 });
    expect(before).to.deep.equal({ a: 1 });
  });
});

describe("members that are required", () => {
  it("are missed in AWS's words", () => {
    const input: { Name?: string; Schedule?: string } = { Name: "a" };
    expect(() => requireMembers(input, ["Name"])).not.to.throw();
    expect(() => requireMembers(input, ["Name", "Schedule"])).to.throw(
      "1 validation error detected: Value null at 'schedule' failed to satisfy constraint: Member must not be null",
    );
  });
});

describe("a client token", () => {
  it("lets the same request take effect once, and refuses another one", () => {
    const tokens = new ClientTokens<{ id: number }>();
    let made = 0;
    const make = (input: object & { ClientToken?: string }) => tokens.once(input, () => ({ id: ++made }));
    expect(make({ ClientToken: "t", a: [1], b: 2 } as object)).to.deep.equal({ id: 1 });
    expect(make({ b: 2, a: [1], ClientToken: "t" } as object)).to.deep.equal({ id: 1 });
    expect(errorCode(() => make({ ClientToken: "t", a: [2], b: 2 } as object))).to.equal(
      "IdempotentParameterMismatch",
    );
    expect(make({ ClientToken: "u", a: [2], b: 2 } as object)).to.deep.equal({ id: 2 });
    expect(make({ a: [2] } as object)).to.deep.equal({ id: 3 });
    expect(make({ a: [2] } as object)).to.deep.equal({ id: 4 });
  });

  it("is free again after a request that was refused", () => {
    const tokens = new ClientTokens<number>();
    const fail = () => {
      throw new RangeError("no");
    };
    expect(errorCode(() => tokens.once({ ClientToken: "t" }, fail))).to.equal("RangeError");
    expect(tokens.once({ ClientToken: "t" }, () => 1)).to.equal(1);
  });
});

describe("filters", () => {
  interface Item {
    readonly name: string;
    readonly at: number;
  }
  const items: Item[] = [
    { name: "web-1", at: Date.parse("2026-06-01T00:00:00Z") },
    { name: "web-2", at: Date.parse("2026-06-02T00:00:00Z") },
    { name: "api-1", at: Date.parse("2026-06-03T00:00:00Z") },
  ];
  const tests = {
    Name: byText<Item>(({ name }) => name),
    PREFIX: byPrefix<Item>(({ name }) => name),
    Before: byTime<Item>(({ at }) => at, "before"),
    After: byTime<Item>(({ at }) => at, "from"),
  };
  const passing = (...filters: { Key: string; Values?: string[] }[]) =>
    items.filter(filterOf(filters, tests)).map(({ name }) => name);

  for (const [what, filters, found] of [
    ["nothing", [], ["web-1", "web-2", "api-1"]],
    ["a name", [{ Key: "Name", Values: ["web-2"] }], ["web-2"]],
    ["any of some names", [{ Key: "Name", Values: ["web-2", "api-1", "x"] }], ["web-2", "api-1"]],
    ["a prefix", [{ Key: "PREFIX", Values: ["web"] }], ["web-1", "web-2"]],
    ["no value", [{ Key: "Name" }], []],
    ["a time before", [{ Key: "Before", Values: ["2026-06-02T00:00:00Z"] }], ["web-1"]],
    ["a time from", [{ Key: "After", Values: ["2026-06-02T00:00:00Z"] }], ["web-2", "api-1"]],
    [
      "all of several",
      [
        { Key: "PREFIX", Values: ["web", "api"] },
        { Key: "After", Values: ["2026-06-02T02:00:00+02:00"] },
        { Key: "Before", Values: ["2026-06-03T00:00:00Z"] },
      ],
      ["web-2"],
    ],
  ] as [string, { Key: string; Values?: string[] }[], string[]][]) {
    it(`let through by ${what}`, () => {
      expect(passing(...filters)).to.deep.equal(found);
    });
  }

  it("refuse a key that they do not know, even one that every object has, and a time that is none", () => {
    for (const Key of ["name", "constructor"]) {
      expect(
        errorCode(() => filterOf([{ Key, Values: ["x"] }], tests)),
        Key,
      ).to.equal("ValidationException");
    }
    expect(errorCode(() => filterOf([{ Key: "x" }], tests, "InvalidFilterKey"))).to.equal("InvalidFilterKey");
    expect(errorCode(() => filterOf([{ Key: "After", Values: ["yesterday"] }], tests))).to.equal(
      "ValidationException",
    );
    expect(errorCode(() => filterOf([{ Key: "After", Values: ["2026-06-02T00:00:00"] }], tests))).to.equal(
      "ValidationException",
    );
  });
});
