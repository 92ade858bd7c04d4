import { expect } from "chai";
import { timeMeant } from "#lab/serve/span.js";
import { CannotRun } from "#shared/terminal/terminal.js";
import { at, day, hour, minute, second } from "../support.js";

const now = at("2026-10-12T04:00:00.250Z");

describe("what a person means by a span", () => {
  const meant: readonly (readonly [text: string, time: number])[] = [
    ["7d", now + 7 * day],
    ["1d12h", now + 36 * hour],
    ["12h1d", now + 36 * hour],
    ["90m", now + 90 * minute],
    ["30s", now + 30 * second],
    ["0s", now],
    ["1d1d", now + 2 * day],
    ["3653d", now + 3653 * day],
    ["2026-10-12T04:30:00Z", at("2026-10-12T04:30:00Z")],
    ["2026-10-12T04:30Z", at("2026-10-12T04:30:00Z")],
    ["2028-02-29T00:00Z", at("2028-02-29T00:00:00Z")],
  ];
  for (const [text, time] of meant) {
    it(`${text} is ${new Date(time).toISOString()}`, () => expect(timeMeant(text, now)).to.equal(time));
  }

  const allowed =
    "allowed is a span such as 7d, 1d12h, 90m or 30s, or an instant such as 2026-10-12T04:30:00Z.";
  const tooFar = (text: string, time: string) =>
    `${text} is ${time}, and it is 2026-10-12T04:00:00.250Z in the lab; time goes forward, at most ten years at once.`;
  const refused: readonly (readonly [text: string, message: string])[] = [
    ["", `Got ""; ${allowed}`],
    ["7", `Got "7"; ${allowed}`],
    ["7 d", `Got "7 d"; ${allowed}`],
    ["-7d", `Got "-7d"; ${allowed}`],
    ["1.5d", `Got "1.5d"; ${allowed}`],
    ["7w", `Got "7w"; ${allowed}`],
    ["1234567d", `Got "1234567d"; ${allowed}`],
    ["2026-10-12", `Got "2026-10-12"; ${allowed}`],
    ["2026-10-12T04:30:00+02:00", `Got "2026-10-12T04:30:00+02:00"; ${allowed}`],
    ["2026-13-01T00:00Z", `Got "2026-13-01T00:00Z"; ${allowed}`],
    ["x".repeat(100), `Got "${"x".repeat(60)}"; ${allowed}`],
    ["2026-10-12T04:00:00Z", tooFar("2026-10-12T04:00:00Z", "2026-10-12T04:00:00.000Z")],
    ["3654d", tooFar("3654d", new Date(now + 3654 * day).toISOString())],
    ["999999d".repeat(200), tooFar("999999d".repeat(200), "beyond all calendars")],
  ];
  for (const [text, message] of refused) {
    it(`is told of ${JSON.stringify(text.slice(0, 30))}`, () =>
      expect(() => timeMeant(text, now)).to.throw(CannotRun, message));
  }
});
