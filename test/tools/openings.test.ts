import { expect } from "chai";
import { readStackFiles } from "#stacks/stackFiles.js";
import { endWarnings, openingsOf } from "#tools/exclusions/openings.js";
import { root } from "./support.js";

// A Tuesday: stack dev installs on Saturday at 04:00 UTC, and its central window opens on Sunday at 04:00 US/Eastern.
const now = Date.parse("2026-10-06T10:00:00Z");
const openings = openingsOf(readStackFiles(root, "dev"), now);
const warningsOf = (expires: string, regions = ["us-east-1"], kind: "hold" | "reject" = "hold") =>
  endWarnings(
    [{ id: "freeze", line: 3, expiresAt: Date.parse(expires), effect: { kind }, regions }],
    openings,
    "UTC",
  ).map(({ message }) => message);

describe("entries that end too soon", () => {
  it("are held to the next openings of the windows that install", () => {
    expect(openings.map(({ name, from, to }) => [name, from, to].join(" "))).to.deep.equal([
      `install ${Date.parse("2026-10-10T04:00Z")} ${Date.parse("2026-10-10T09:00Z")}`,
      `central ${Date.parse("2026-10-11T08:00Z")} ${Date.parse("2026-10-11T13:00Z")}`,
    ]);
  });

  it("are held to no window that is switched off", () => {
    const { values, ...dev } = readStackFiles(root, "dev");
    const off = { ...dev, values: { ...values, "patchplane:installEnabled": "false" } };
    expect(openingsOf(off, now).map(({ name }) => name)).to.deep.equal(["central"]);
  });

  for (const [expires, regions] of [
    ["2026-10-10T03:37:00Z", ["us-east-1"]],
    ["2026-10-11T07:37:00Z", ["us-west-2"]],
  ] as const) {
    it(`keep nothing off in ${regions} when they end ${expires}`, () => {
      const [only, ...others] = warningsOf(expires, [...regions]);
      expect(others).to.deep.equal([]);
      expect(only).to.match(
        new RegExp(
          `^freeze: it ends .*, before the \\w+ window that opens .*: it keeps nothing off. Write ${expires.slice(0, 10)} or a later day\\.$`,
        ),
      );
    });
  }

  it("are told when they end too late before a window, or as it opens, for their nodes to be back in it", () => {
    const late = (ends: string, still: string) =>
      `freeze: it ends ${ends} UTC, just before the install window that opens 2026-10-10 04:00 UTC: that is too late for its nodes to be back, so that ${still} in that window either. To have them back, let it end by 2026-10-10T03:37:00Z; to keep them out for all of it, write 2026-10-10 or a later day.`;
    expect(warningsOf("2026-10-10T04:00:00Z")).to.eql([
      late("2026-10-10 04:00", "nothing is installed on its nodes"),
    ]);
    expect(warningsOf("2026-10-10T03:37:01Z", undefined, "reject")).to.eql([
      late("2026-10-10 03:37", "its patches are kept off"),
    ]);
    // Three weeks later, by the clocks of US/Eastern after their change.
    expect(warningsOf("2026-11-07T04:00:00Z")[0]).to.contain("that opens 2026-11-07 04:00 UTC");
    expect(warningsOf("2026-11-08T09:00:00Z", ["us-west-2"])[0]).to.contain(
      "just before the central window that opens 2026-11-08 09:00 UTC",
    );
    expect(warningsOf("2026-11-07T03:37:00Z")).to.eql([]);
  });

  it("are told when they end while the window is open", () => {
    expect(warningsOf("2026-10-10T04:00:01Z")[0]).to.match(
      /^freeze: it ends 2026-10-10 04:00 UTC, within the install window that is open from 2026-10-10 04:00 UTC to 2026-10-10 09:00 UTC: nodes that are begun after that get everything\. Write 2026-10-10 or a later day\.$/,
    );
    expect(warningsOf("2026-10-11T09:00:00Z", ["us-west-2"])).to.have.length(1);
    expect(warningsOf("2026-11-07T05:00:00Z")[0]).to.contain("within the install window");
  });

  it("are none when they last through the window, nor in a Region that no window patches", () => {
    expect(warningsOf("2026-10-10T09:00:00Z")).to.deep.equal([]);
    expect(warningsOf("2026-10-07T00:00:00Z", ["eu-west-3"])).to.deep.equal([]);
  });
});
