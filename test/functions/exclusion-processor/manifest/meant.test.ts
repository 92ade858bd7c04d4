import { expect } from "chai";
import { readExpiry } from "#functions/exclusion-processor/manifest/expiry.js";
import { nameProblem, stackNameProblem } from "#shared/contract/patchNames.js";
import { edited, refusals as told } from "./support/manifests.js";

const rules = { uploadedAt: Date.UTC(2026, 8, 30, 10), maxExclusionDays: 90, timezone: "Europe/Berlin" };
const dayMs = 86_400_000;

/** The ends that a refusal offers to write. */
function offered(text: string): string[] {
  const expiry = readExpiry(text, rules);
  if ("at" in expiry) throw new Error(`${text} is an end`);
  return expiry.fix.match(/\d{4}-\d\d-\d\d(T[\d:]+(Z|[+-][\d:]+))?/g) ?? [];
}

describe("what was meant by an end that is none", () => {
  for (const [given, ...meant] of [
    ["30d", "2026-10-29"],
    ["P30D", "2026-10-29"],
    ["30 days", "2026-10-29"],
    ["in two weeks", "2026-10-13"],
    ["2w", "2026-10-13"],
    ["P2W", "2026-10-13"],
    ["a month", "2026-10-27"],
    ["2026-12-1", "2026-12-01"],
    ["2026/12/01", "2026-12-01"],
    ["20261201", "2026-12-01"],
    ["1.12.2026", "2026-12-01"],
    ["Dec 1 2026", "2026-12-01"],
    ["1st December 2026", "2026-12-01"],
    ["December 1st, 2026", "2026-12-01"],
    ["11/12/2026", "2026-11-12", "2026-12-11"],
    ["10/31/2026", "2026-10-31"],
    ["31/10/2026", "2026-10-31"],
    [" 2026-12-01", "2026-12-01"],
    ["2026-12-01 18:00:00 +1", "2026-12-01T18:00:00+01:00"],
    ["2026-12-01 18:00 UTC", "2026-12-01T18:00Z"],
    ["2026-12-01T18:00:00+0200", "2026-12-01T18:00:00+02:00"],
  ]) {
    it(`is ${meant.join(" or ")} for ${given}, and can be written`, () => {
      expect(offered(given ?? "")).to.deep.equal(meant);
      for (const text of meant) expect(readExpiry(text, rules)).to.have.property("at");
    });
  }

  it("is never later than the span that was written", () => {
    for (const days of [2, 3, 14, 30, 89])
      for (const text of [`${days}d`, `P${days}D`, `in ${days} days`]) {
        const expiry = readExpiry(offered(text)[0] ?? "", rules);
        const length = "at" in expiry ? expiry.at - rules.uploadedAt : Number.NaN;
        expect(length, text).to.be.within((days - 1) * dayMs, days * dayMs);
      }
  });

  for (const given of [
    "never",
    "soon",
    "400d",
    "P1Y",
    "2026-13-45",
    "31.02.2027",
    "1/1/2020",
    "tomorrow",
    "0d",
    "1d",
  ])
    it(`is not known for ${given}: how to write an end is told, and the latest`, () => {
      const expiry = readExpiry(given, rules);
      expect(expiry).to.have.property("fix", "Write the last day as YYYY-MM-DD, 2026-12-28 at the latest.");
    });
});

describe("what was meant in a manifest", () => {
  const nodes = "nodes: [i-0a1b2c3d4e5f60718]";
  for (const [what, from, to, fix] of [
    [
      "an ARN of an instance",
      "i-0a1b2c3d4e5f60718",
      "arn:aws:ec2:us-east-1:123456789012:instance/i-0a1b2c3d4e5f60718",
      "Write i-0a1b2c3d4e5f60718.",
    ],
    [
      "an ARN of a hybrid node",
      "i-0a1b2c3d4e5f60718",
      "arn:aws:ssm:us-east-1:123456789012:managed-instance/mi-0a1b2c3d4e5f60718",
      "Write mi-0a1b2c3d4e5f60718.",
    ],
    ["a tag as the API has it", nodes, "tags: { Key: App, Value: db }", 'Write tags: {"App": "db"}.'],
    ["a list of it", nodes, "tags: [{ Key: App, Value: db }]", 'Write tags: {"App": "db"}.'],
  ] as const)
    it(`is told of ${what}, and what is told is taken`, () => {
      const [problem = "", ...others] = told(edited(from, to));
      expect(others).to.deep.equal([]);
      expect(problem).to.match(new RegExp(`${fix.replaceAll(/[{}.]/g, "\\$&")}$`));
      const written = fix.slice("Write ".length, -1);
      expect(told(edited(from, written))).to.deep.equal([]);
    });

  it("is a list in the place of an object", () => {
    expect(told("version: 1\nexclusions: {}\n")[0]).to.match(/Write exclusions: \[\]\.$/);
    expect(told("version: 1\nexclusions: []\n")).to.deep.equal([]);
    expect(told("version: 1\nexclusions: { db: {} }\n")[0]).to.match(
      /Write a list of entries, each with the key/,
    );
  });

  it("is the number in a title of Microsoft's", () => {
    const title =
      "2024-08 Cumulative Update for Microsoft server operating system version 21H2 for x64-based Systems (KB5041160)";
    for (const name of [title, "Update (kb5041160)"]) {
      expect(stackNameProblem(["UBUNTU", "WINDOWS"], name)).to.include({ instead: "KB5041160" });
      expect(nameProblem("WINDOWS", name)).to.include({ instead: "KB5041160" });
    }
    expect(nameProblem("WINDOWS", "KB5041160, KB5041161")?.fix).to.equal(
      "Write each number as a name of its own.",
    );
    expect(nameProblem("WINDOWS", "KB5041160")).to.equal(undefined);
  });
});
