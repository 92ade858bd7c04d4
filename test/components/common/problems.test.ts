import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import fc from "fast-check";
import { ArgumentChecks, type Problem } from "#components/common/problems.js";
import { shown } from "#shared/text/quotes.js";
import { refusals } from "../../support/arguments.js";
import { failureOf, promiseOf, recordMocks, settle } from "../../support/mocks.js";

const positive = (value: number) =>
  value > 0 ? [] : [{ propertyPath: "size", reason: `got ${shown(value)}; allowed is more than 0.` }];

function checked(component: string, problems: readonly Problem[]): ArgumentChecks {
  const checks = new ArgumentChecks(component);
  checks.plain(undefined, () => problems);
  return checks;
}

describe("problems", () => {
  describe("shown", () => {
    for (const [value, text] of [
      ["a\nb", '"a\\nb"'],
      [undefined, "undefined"],
      [null, "null"],
      [0, "0"],
      [Number.NaN, "NaN"],
      [Number.POSITIVE_INFINITY, "Infinity"],
      [{ a: [1] }, '{"a":[1]}'],
      [10n, "a value of type bigint that cannot be shown"],
    ] as const) {
      it(`shows ${text}`, () => {
        expect(shown(value)).to.equal(text);
      });
    }

    it("cuts what is longer than 80 characters and says how long it was", () => {
      expect(shown("x".repeat(78))).to.equal(`"${"x".repeat(78)}"`);
      expect(shown("x".repeat(79))).to.equal(`"${"x".repeat(76)}... (81 characters)`);
    });

    it("shows a value that is nested too deeply for JSON without failing", () => {
      let deep: unknown[] = [];
      for (let depth = 0; depth < 100_000; depth++) deep = [deep];
      expect(shown(deep)).to.equal("a value of type object that cannot be shown");
    });

    it("is short whatever it gets", () => {
      fc.assert(
        fc.property(fc.anything({ withBigInt: true, withDate: true, maxDepth: 4 }), (value) => {
          expect(shown(value).length).to.be.lessThan(110);
        }),
      );
    });
  });

  it("refuses nothing when there is no problem", () => {
    expect(() => checked("Thing", []).done()).to.not.throw();
  });

  it("refuses with every problem in the error and in its message", async () => {
    const problems = [
      { propertyPath: "a", reason: "is wrong." },
      { propertyPath: "b[1].c", reason: "is wrong too." },
    ];
    const error = await failureOf(() => checked("Thing x", problems).done());
    expect(error.message).to.equal(
      "Thing x cannot be created, its arguments have 2 problem(s):\n  a: is wrong.\n  b[1].c: is wrong too.",
    );
    expect(await refusals(() => checked("Thing x", problems).done())).to.deep.equal(problems);
  });

  describe("inputs", () => {
    beforeEach(() => recordMocks());
    afterEach(settle);

    it("hands back a plain input and holds its problems until the end", async () => {
      const checks = new ArgumentChecks("Thing");
      expect(checks.input(0, positive)).to.equal(0);
      expect(checks.plain(-1, positive)).to.equal(-1);
      expect(await refusals(() => checks.done())).to.deep.equal([
        { propertyPath: "size", reason: "got 0; allowed is more than 0." },
        { propertyPath: "size", reason: "got -1; allowed is more than 0." },
      ]);
    });

    for (const [kind, make] of [
      ["an output", (value: number) => pulumi.output(value)],
      ["a promise", (value: number) => Promise.resolve(value)],
    ] as const) {
      it(`hands back the value of ${kind} when it is right`, async () => {
        const checks = new ArgumentChecks("Thing");
        const checked = checks.input(make(3), positive);
        checks.done();
        expect(await promiseOf(pulumi.output(checked))).to.equal(3);
      });

      it(`fails with the value of ${kind} when it is wrong`, async () => {
        const checks = new ArgumentChecks("Thing");
        const checked = checks.input(make(0), positive);
        checks.done();
        expect(await refusals(() => promiseOf(pulumi.output(checked)))).to.deep.equal([
          { propertyPath: "size", reason: "got 0; allowed is more than 0." },
        ]);
      });
    }

    it("keeps a secret secret", async () => {
      const checked = new ArgumentChecks("Thing").input(pulumi.secret(3), positive);
      expect(await pulumi.isSecret(pulumi.output(checked))).to.equal(true);
    });
  });
});
