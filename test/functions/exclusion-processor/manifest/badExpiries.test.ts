import { edited } from "./support/manifests.js";
import { itRefuses } from "./support/table.js";

describe("manifests that do not say when it ends", () => {
  itRefuses([
    [
      "an expiry that is left out",
      edited("    expires: 2026-12-01\n", ""),
      [
        "3:5: expires: got nothing; allowed is a date such as 2026-12-31, or an instant with an offset such as 2026-12-31T18:00:00Z. Add expires: the last day of the exclusion.",
      ],
    ],
    [
      "an expiry beyond the limit",
      edited("2026-12-01", "2027-12-31"),
      [
        "9:14: expires: got 2027-12-31; allowed is at most 90 days after the upload, which is through 2026-12-28 in Europe/Berlin. Write 2026-12-28 or earlier, and renew the exclusion before it ends.",
      ],
    ],
    [
      "the first day beyond the limit",
      edited("2026-12-01", "2026-12-29"),
      [
        "9:14: expires: got 2026-12-29; allowed is at most 90 days after the upload, which is through 2026-12-28 in Europe/Berlin. Write 2026-12-28 or earlier, and renew the exclusion before it ends.",
      ],
    ],
    [
      "an instant one millisecond beyond the limit",
      edited("2026-12-01", "2026-12-29T10:00:00.001Z"),
      [
        "9:14: expires: got 2026-12-29T10:00:00.001Z; allowed is at most 90 days after the upload, which is 2026-12-29T10:00:00Z. Write 2026-12-29T10:00:00Z or earlier, and renew the exclusion before it ends.",
      ],
    ],
    [
      "yesterday",
      edited("2026-12-01", "2026-09-29"),
      [
        "9:14: expires: got 2026-09-29; allowed is a time after the upload, which was at 2026-09-30T10:00:00Z. Write a later one, or remove the entry.",
      ],
    ],
    [
      "the moment of the upload",
      edited("2026-12-01", "2026-09-30T10:00:00Z"),
      [
        "9:14: expires: got 2026-09-30T10:00:00Z; allowed is a time after the upload, which was at 2026-09-30T10:00:00Z. Write a later one, or remove the entry.",
      ],
    ],
    [
      "a day before all clocks",
      edited("2026-12-01", "0001-01-01"),
      [
        "9:14: expires: got 0001-01-01; allowed is a time after the upload, which was at 2026-09-30T10:00:00Z. Write a later one, or remove the entry.",
      ],
    ],
    [
      "30 February",
      edited("2026-12-01", "2026-02-30"),
      ["9:14: expires: got 2026-02-30; allowed is a day that the calendar has. Write 2026-02-28."],
    ],
    [
      "29 February of a common year",
      edited("2026-12-01", "2027-02-29"),
      ["9:14: expires: got 2027-02-29; allowed is a day that the calendar has. Write 2027-02-28."],
    ],
    [
      "month 13",
      edited("2026-12-01", "2026-13-01"),
      [
        "9:14: expires: got 2026-13-01; allowed is a day that the calendar has. Write the last day as YYYY-MM-DD, 2026-12-28 at the latest.",
      ],
    ],
    [
      "day 0",
      edited("2026-12-01", "2026-12-00"),
      [
        "9:14: expires: got 2026-12-00; allowed is a day that the calendar has. Write the last day as YYYY-MM-DD, 2026-12-28 at the latest.",
      ],
    ],
    [
      "an instant with a blank and without offset",
      edited("2026-12-01", "2026-12-01 18:00"),
      [
        "9:14: expires: got 2026-12-01 18:00; allowed is an instant with its offset from UTC. Write 2026-12-01T18:00Z if it is in UTC, or an offset such as +02:00 behind it.",
      ],
    ],
    [
      "an instant without offset",
      edited("2026-12-01", "2026-12-01T18:00:00"),
      [
        "9:14: expires: got 2026-12-01T18:00:00; allowed is an instant with its offset from UTC. Write 2026-12-01T18:00:00Z if it is in UTC, or an offset such as +02:00 behind it.",
      ],
    ],
    [
      "an instant of YAML 1.1",
      edited("2026-12-01", "2026-12-01 18:00:00 +1"),
      [
        "9:14: expires: got 2026-12-01 18:00:00 +1; allowed is a date such as 2026-12-31, or an instant with an offset such as 2026-12-31T18:00:00Z. Write 2026-12-01T18:00:00+01:00.",
      ],
    ],
    [
      "hour 24",
      edited("2026-12-01", "2026-12-01T24:00:00Z"),
      [
        "9:14: expires: got 2026-12-01T24:00:00Z; allowed is a date such as 2026-12-31, or an instant with an offset such as 2026-12-31T18:00:00Z. Write the last day as YYYY-MM-DD, 2026-12-28 at the latest.",
      ],
    ],
    [
      "a day of no month as an instant",
      edited("2026-12-01", "2026-11-31T10:00:00Z"),
      ["9:14: expires: got 2026-11-31T10:00:00Z; allowed is a day that the calendar has. Write 2026-11-30."],
    ],
    [
      "a date of another country",
      edited("2026-12-01", "01.12.2026"),
      [
        "9:14: expires: got 01.12.2026; allowed is a date such as 2026-12-31, or an instant with an offset such as 2026-12-31T18:00:00Z. Write 2026-12-01.",
      ],
    ],
    [
      "a date without dashes",
      edited("2026-12-01", "20261201"),
      [
        "9:14: expires: got 20261201; allowed is a date such as 2026-12-31, or an instant with an offset such as 2026-12-31T18:00:00Z. Write 2026-12-01.",
      ],
    ],
    [
      "a word",
      edited("2026-12-01", "never"),
      [
        "9:14: expires: got never; allowed is a date such as 2026-12-31, or an instant with an offset such as 2026-12-31T18:00:00Z. Write the last day as YYYY-MM-DD, 2026-12-28 at the latest.",
      ],
    ],
    [
      "a date with a space behind it",
      edited("2026-12-01", '"2026-12-01 "'),
      [
        '9:14: expires: got "2026-12-01 "; allowed is a date such as 2026-12-31, or an instant with an offset such as 2026-12-31T18:00:00Z. Write 2026-12-01.',
      ],
    ],
    [
      "an expiry that is a list",
      edited("2026-12-01", "[2026-12-01]"),
      [
        "9:14: expires: got a list of 1 item; allowed is a date such as 2026-12-31, or an instant with an offset such as 2026-12-31T18:00:00Z.",
      ],
    ],
  ]);
});
