import { expect } from "chai";
import fc from "fast-check";
import { type ConfigResult, configMessage, readConfig } from "#stacks/config/config.js";
import { configKeys } from "#stacks/config/configKeys.js";
import type { ConfigKeyName } from "#stacks/config/configSchema.js";
import { size } from "#test/support/size.js";
import { now, project, values } from "../../support/configuration.js";

const names = Object.keys(configKeys) as ConfigKeyName[];

/** Keys that may be named in the place of another, since they are judged by it. */
const partners: { readonly [name in ConfigKeyName]?: readonly ConfigKeyName[] } = {
  targetTags: ["patchGroups"],
  scheduleTimezone: ["scanSchedule"],
  scanDurationHours: ["scanCutoffHours", "scanSchedule"],
  installSchedule: ["scanSchedule", "installScheduleOffsetDays"],
  installScheduleOffsetDays: ["scanSchedule"],
  installDurationHours: ["installCutoffHours", "scanSchedule"],
  scanStartDate: ["scanSchedule", "scanEndDate"],
  scanEndDate: ["scanSchedule"],
  installStartDate: ["scanSchedule", "installSchedule", "installEndDate"],
  installEndDate: ["scanSchedule", "installSchedule"],
};

const long = "x".repeat(10_000);
const texts = [
  ...["", " ", "0", "-1", "1.5", "1e308", "1e999", "-0", "9007199254740993", "NaN", "null", "true", "false"],
  ...[
    "[]",
    "{}",
    "[null]",
    "[[]]",
    "{",
    '"',
    "🐧",
    "\u0000",
    "\u202e",
    "\ud800",
    long,
    `"${long}"`,
    `["${long}"]`,
  ],
  ...[
    "__proto__",
    '["__proto__"]',
    '{"__proto__":{"a":1}}',
    '{"constructor":{"prototype":{}}}',
    '{"toString":1}',
  ],
  ...[
    "[".repeat(100_000),
    "[".repeat(100_000) + "]".repeat(100_000),
    `${'{"a":'.repeat(9000)}1${"}".repeat(9000)}`,
  ],
  ...["cron(* * * * ? *)", `cron(${"1,".repeat(100)}1 4 ? * * *)`, "at(0000-00-00T00:00:00)", "rate(0 days)"],
  ...["100%", "-5%", `a@${".".repeat(10_000)}`, "UTC", "Europe/../Berlin"],
];

const hostile = fc.oneof(
  fc.constantFrom(...texts),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ minLength: 10_000, maxLength: 10_100 }),
  fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.stringify(value)),
  fc.double().map(String),
  fc.array(fc.string({ maxLength: 5 }), { maxLength: 60 }).map((list) => JSON.stringify(list)),
  fc.dictionary(fc.string({ maxLength: 5 }), fc.string({ maxLength: 5 })).map((map) => JSON.stringify(map)),
);

function attempt(settings: Readonly<Record<string, string>>): ConfigResult {
  return readConfig(settings, project, now);
}

/** Text, finite numbers and truth all the way down: nothing that a resource could not be made of. */
function expectPlain(value: unknown): void {
  if (typeof value === "object" && value !== null) Object.values(value).forEach(expectPlain);
  else if (typeof value === "number") expect(Number.isFinite(value)).to.equal(true);
  else expect(typeof value).to.be.oneOf(["string", "boolean"]);
}

/** Either a configuration that can be used, or problems that a person can read. */
function expectReadable(result: ConfigResult): void {
  if (result.ok) {
    expectPlain(result.config);
    return;
  }
  expect(result.problems).to.not.be.empty;
  for (const { key, reason, mend, example } of result.problems) {
    expect(reason).to.match(/[.?]$|; [^\n]+$/);
    expect(key.length + reason.length).to.be.lessThan(700);
    for (const line of [mend, example])
      expect(line ?? "pulumi config rm x").to.match(/^pulumi config (set|rm) \S/);
  }
  expect(configMessage("dev", result.problems)).to.be.a("string");
}

/** The key of a path such as `baselines.UBUNTU.approvalRules[0]`. */
const rootOf = (path: string) => path.split(/[.[]/, 1)[0] ?? "";

describe("a hostile value", () => {
  for (const [index, name] of names.entries()) {
    // Of the texts each key gets every fourth, its neighbours the others, and all of them with the full suite.
    const own = texts.filter((_, number) => number % size(4, 1) === index % size(4, 1));
    it(`of ${name} is read, or refused by name`, () => {
      const check = (value: string) => {
        const result = attempt({ ...values({}), [`${project}:${name}`]: value });
        expectReadable(result);
        const named = result.ok ? [] : result.problems.map(({ key }) => rootOf(key));
        const known = [name, ...(partners[name] ?? [])];
        expect(named.filter((key) => !known.some((one) => one === key))).to.deep.equal([]);
      };
      for (const value of own) check(value);
      fc.assert(fc.property(hostile, check), { numRuns: size(4, 40) });
    });
  }

  it("of every key at once is read or refused", () => {
    const everything = fc.record(Object.fromEntries(names.map((name) => [`${project}:${name}`, hostile])));
    fc.assert(
      fc.property(everything, (settings) => expectReadable(attempt(settings))),
      { numRuns: size(5, 60) },
    );
  });

  it("in the place of a key is refused by name", () => {
    const keys = fc.oneof(
      fc.constantFrom(
        "__proto__",
        "constructor",
        "toString",
        "hasOwnProperty",
        "",
        " environment",
        "ENVIRONMENT",
      ),
      fc.string({ maxLength: 30 }),
    );
    fc.assert(
      fc.property(
        keys.filter((key) => !names.some((name) => name === key)),
        (key) => {
          const entries = [...Object.entries(values({})), [`${project}:${key}`, "x"]];
          const result = attempt(Object.fromEntries(entries));
          expectReadable(result);
          const [problem, ...others] = result.ok ? [] : result.problems;
          expect(problem?.reason).to.match(/^is not a key of patchplane[.;] /);
          expect(others).to.deep.equal([]);
        },
      ),
      { numRuns: size(10, 100) },
    );
  });

  it("leaves prototypes as they were", () => {
    attempt(values({ targetTags: '{"__proto__":{"polluted":"yes"}}' }));
    attempt({ [`${project}:__proto__`]: '{"polluted":"yes"}' });
    expect("polluted" in {}).to.equal(false);
  });
});
