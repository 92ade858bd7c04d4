import { expect } from "chai";
import { type ListedWindow, questionsOf, standingOf } from "#functions/shared/windows/overdue.js";
import type { KeptWindow } from "#shared/contract/windowWatch.js";

const opening = "2026-06-06T04:00:00Z";
const next = "2026-06-13T04:00:00Z";
const weekly: ListedWindow = {
  id: "mw-1",
  name: "install",
  isEnabled: true,
  durationHours: 5,
  schedule: "weekly",
  next,
};
const kept: KeptWindow = { name: "install", id: "mw-1", schedule: "weekly", due: opening };

interface Row {
  readonly listed?: readonly ListedWindow[];
  readonly kept?: readonly KeptWindow[];
  /** Whether its configuration has an end date. */
  readonly mayEnd?: boolean;
  /** Whether an execution since the kept time has ended. */
  readonly hasEnded?: boolean;
  readonly now: string;
  readonly hours: number;
  /** What is kept of the window for the next time. */
  readonly keep: Partial<Record<"due" | "since", string>>;
}

// Five hours, and two of grace: from 11:00 on it is overdue.
const rows: Readonly<Record<string, Row>> = {
  "is seen for the first time": { kept: [], now: "2026-06-08T00:00:00Z", hours: 0, keep: { due: next } },
  "is yet to open": {
    listed: [{ ...weekly, next: opening }],
    now: "2026-06-06T03:37:00Z",
    hours: 0,
    keep: { due: opening },
  },
  "should be open": { now: "2026-06-06T04:37:00Z", hours: 0, keep: { due: opening } },
  "has its last moment of grace": { now: "2026-06-06T10:59:59Z", hours: 0, keep: { due: opening } },
  "is overdue from then on": { now: "2026-06-06T11:00:00Z", hours: 1, keep: { due: opening } },
  "is overdue for a day": { now: "2026-06-07T11:00:00Z", hours: 25, keep: { due: opening } },
  "is overdue until it opens, a week later": {
    listed: [{ ...weekly, next: "2026-06-20T04:00:00Z" }],
    now: "2026-06-13T03:00:00Z",
    hours: 161,
    keep: { due: opening },
  },
  "has ended": { hasEnded: true, now: "2026-06-06T11:37:00Z", hours: 0, keep: { due: next } },
  "has come to its end date": {
    mayEnd: true,
    listed: [{ ...weekly, next: undefined }],
    hasEnded: true,
    now: "2026-06-06T11:37:00Z",
    hours: 0,
    keep: { since: "2026-06-06T11:37:00.000Z" },
  },
  "came to its end date long ago": {
    mayEnd: true,
    listed: [{ ...weekly, next: undefined }],
    kept: [{ name: "install", id: "mw-1", since: "2026-06-06T11:37:00.000Z" }],
    now: "2026-07-01T00:00:00.000Z",
    hours: 0,
    keep: { since: "2026-06-06T11:37:00.000Z" },
  },
  "is overdue for the last time before its end date": {
    mayEnd: true,
    listed: [{ ...weekly, next: undefined }],
    now: "2026-06-06T11:37:00Z",
    hours: 1,
    keep: { due: opening },
  },
  "has a new schedule": {
    listed: [{ ...weekly, schedule: "daily", next: "2026-06-07T04:00:00Z" }],
    now: "2026-06-06T11:37:00Z",
    hours: 0,
    keep: { due: "2026-06-07T04:00:00Z" },
  },
  "has come in the place of another": {
    kept: [{ ...kept, id: "mw-0" }],
    now: "2026-06-06T11:37:00Z",
    hours: 0,
    keep: { due: next },
  },
  "is disabled": {
    listed: [{ ...weekly, isEnabled: false, next: undefined }],
    now: "2026-06-01T00:00:00.000Z",
    hours: 1,
    keep: { since: "2026-06-01T00:00:00.000Z" },
  },
  "stays disabled": {
    listed: [{ ...weekly, isEnabled: false, next: undefined }],
    kept: [{ name: "install", id: "mw-1", since: "2026-06-01T00:00:00.000Z" }],
    now: "2026-06-01T03:00:00.000Z",
    hours: 4,
    keep: { since: "2026-06-01T00:00:00.000Z" },
  },
  "is enabled again": {
    kept: [{ name: "install", id: "mw-1", since: "2026-06-01T00:00:00.000Z" }],
    now: "2026-06-01T03:00:00.000Z",
    hours: 0,
    keep: { due: next },
  },
  "has no next time": {
    listed: [{ ...weekly, next: undefined }],
    now: "2026-06-01T00:00:00.000Z",
    hours: 1,
    keep: { since: "2026-06-01T00:00:00.000Z" },
  },
  "does not exist": {
    listed: [],
    now: "2026-06-01T00:00:00.000Z",
    hours: 1,
    keep: { since: "2026-06-01T00:00:00.000Z" },
  },
};

describe("a window that", () => {
  for (const [what, row] of Object.entries(rows)) {
    it(`${what}: overdue for ${row.hours} hour(s)`, () => {
      const { listed = [weekly], kept: before = [kept], hasEnded = false, mayEnd = false, hours, keep } = row;
      const now = Date.parse(row.now);
      const asked = questionsOf(listed, before, now);
      const isDue = hasEnded || (keep.due === opening && now >= Date.parse(opening));
      expect(asked, "asked for").to.eql(isDue ? [{ id: "mw-1", due: opening }] : []);
      const ended = new Set(hasEnded ? ["mw-1"] : []);
      const standing = standingOf([{ name: "install", mayEnd }], listed, before, ended, now);
      expect(standing.hoursOverdue).to.equal(hours);
      expect(standing.overdue.map((why) => why.includes("install"))).to.eql(hours > 0 ? [true] : []);
      expect(standing.keep).to.have.length(1);
      expect(standing.keep[0]).to.include({ name: "install", ...keep });
    });
  }

  it("is the worst of several counts", () => {
    const other = { ...weekly, id: "mw-2", name: "scan", isEnabled: false };
    const standing = standingOf(
      [
        { name: "scan", mayEnd: false },
        { name: "install", mayEnd: false },
      ],
      [other, weekly],
      [kept],
      new Set(),
      Date.parse("2026-06-07T11:00:00Z"),
    );
    expect(standing.hoursOverdue).to.equal(25);
    expect(standing.overdue).to.eql([
      "The maintenance window scan (mw-2) is disabled; seen since 2026-06-07T11:00:00.000Z.",
      "The maintenance window install (mw-1) should have opened at 2026-06-06T04:00:00Z, and no execution of it has ended since.",
    ]);
  });

  it("AWS gives no time for that can be read is nobody's to judge", () => {
    const kept = [{ name: "install", id: "mw-1", schedule: "weekly", due: "soon" }];
    expect(() => questionsOf([weekly], kept, 0)).to.throw("soon is no time");
  });
});
