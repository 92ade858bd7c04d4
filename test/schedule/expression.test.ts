import { expect } from "chai";
import fc from "fast-check";
import { type ParseResult, parseSchedule } from "#schedule/expression.js";
import { computed } from "#test/support/cpu.js";
import { size } from "#test/support/size.js";
import { badTable } from "./support/badTable.js";
import { cronText } from "./support/generate.js";

function problemsOf(result: ParseResult): readonly string[] {
  return result.ok ? [] : result.problems;
}

describe("parseSchedule", () => {
  describe("good expressions", () => {
    it("reads a weekly cron", () => {
      const result = parseSchedule("cron(0 4 ? * SUN *)");
      expect(result.ok).to.equal(true);
      if (!result.ok || result.schedule.kind !== "cron") throw new Error("not a cron schedule");
      const { years, months, ...rest } = result.schedule;
      expect(rest).to.deep.equal({
        kind: "cron",
        text: "cron(0 4 ? * SUN *)",
        second: 0,
        minutes: { values: [0], repeating: false },
        hours: { values: [4], repeating: false },
        dayOfMonth: { kind: "any" },
        dayOfWeek: { kind: "days", days: [1] },
      });
      expect(months).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
      expect([years[0], years.at(-1), years.length]).to.deep.equal([1970, 2199, 230]);
    });

    it("reads a rate with its period in milliseconds", () => {
      expect(parseSchedule("rate(1 hour)")).to.deep.equal({
        ok: true,
        schedule: { kind: "rate", text: "rate(1 hour)", value: 1, unit: "hour", periodMs: 3_600_000 },
      });
      expect(parseSchedule("rate(25 days)")).to.deep.include({ ok: true });
      expect(parseSchedule("rate(5 minutes)")).to.deep.include({ ok: true });
    });

    it("reads a single time", () => {
      expect(parseSchedule("at(2020-07-07T15:55:00)")).to.deep.equal({
        ok: true,
        schedule: {
          kind: "at",
          text: "at(2020-07-07T15:55:00)",
          wallMs: Date.parse("2020-07-07T15:55:00Z"),
        },
      });
      expect(parseSchedule("at(2028-02-29T00:00:00)").ok).to.equal(true);
    });

    it("takes names in any case", () => {
      const lower = parseSchedule("cron(0 4 ? jan mon-fri *)");
      const upper = parseSchedule("cron(0 4 ? JAN MON-FRI *)");
      if (!lower.ok || !upper.ok) throw new Error("refused");
      expect({ ...lower.schedule, text: "" }).to.deep.equal({ ...upper.schedule, text: "" });
    });

    it("takes runs exactly five minutes apart, also over the hour", () => {
      expect(problemsOf(parseSchedule("cron(0/5 * ? * * *)"))).to.deep.equal([]);
      expect(problemsOf(parseSchedule("cron(2,57 4-5 ? * * *)"))).to.deep.equal([]);
      expect(problemsOf(parseSchedule("cron(2,58 4,6 ? * * *)"))).to.deep.equal([]);
    });

    it("takes 256 characters", () => {
      const text = `cron(0 ${"1,".repeat(119)}11 ? * * *)`;
      expect(text).to.have.lengthOf(256);
      expect(problemsOf(parseSchedule(text))).to.deep.equal([]);
    });
  });

  describe("bad expressions", () => {
    for (const row of badTable) {
      const [text = "", problems = ""] = row.split(" => ");
      it(`refuses ${text}`, () => {
        expect(problemsOf(parseSchedule(text))).to.deep.equal(problems.split(" | "));
      });
    }

    it("refuses an empty text", () => {
      const problem =
        "schedule: got 0 characters; allowed is 1 to 256 characters; write for example cron(0 4 ? * SUN *)";
      expect(problemsOf(parseSchedule(""))).to.deep.equal([problem]);
    });

    it("refuses 257 characters", () => {
      const problem = "schedule: got 257 characters; allowed is 1 to 256 characters; shorten the expression";
      expect(problemsOf(parseSchedule("x".repeat(257)))).to.deep.equal([problem]);
    });

    it("refuses a value of 200 digits and cuts it in the message", () => {
      const nines = "9".repeat(80);
      const problem = `minutes field: got "${nines}"...; allowed is 0-59 with , - * /; use a number from 0 to 59`;
      expect(problemsOf(parseSchedule(`cron(${"9".repeat(200)} 4 ? * SUN *)`))).to.deep.equal([problem]);
    });

    it("refuses hostile texts of 10 kB within 50 ms each", () => {
      const bodies = ["(", " ", "1,", "\u{1F600}", "0/", "-", "\t", "L#", "?", "9", "\u0000", "cron("];
      for (const body of bodies) {
        for (const head of ["", "cron(", "rate(", "at("]) {
          const began = computed();
          expect(parseSchedule(head + body.repeat(10_240 / body.length)).ok).to.equal(false);
          expect(computed() - began).to.be.below(500);
        }
      }
    });
  });

  describe("properties", () => {
    const pieces = fc.constantFrom(
      ..."cron( rate( at( ) * ? L W # , - / 0 1 5 60 MON JAN 2026 T : hours".split(" "),
    );
    const nearly = fc.array(fc.oneof(pieces, fc.constant(" ")), { maxLength: 60 }).map((all) => all.join(""));
    const hostile = fc.oneof(
      fc.string({ unit: "binary" }),
      nearly,
      nearly.map((text) => `cron(${text})`),
      fc.array(pieces, { minLength: 6, maxLength: 7 }).map((all) => `cron(${all.join(" ")})`),
    );

    it("never throws, and refuses with at least one full problem", () => {
      fc.assert(
        fc.property(hostile, (text) => {
          const result = parseSchedule(text);
          if (result.ok) return;
          expect(result.problems).to.not.have.lengthOf(0);
          for (const problem of result.problems) expect(problem).to.match(/^.+: got .+; allowed is .+; .+$/s);
        }),
        { numRuns: size(10, 3000) },
      );
    });

    it("accepts whatever the grammar can produce and keeps its text", () => {
      fc.assert(
        fc.property(cronText, (text) => {
          const result = parseSchedule(text);
          expect(problemsOf(result)).to.deep.equal([]);
          expect(result.ok && result.schedule.text).to.equal(text);
        }),
        { numRuns: size(10, 500) },
      );
    });
  });
});
