import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { PatchInstallWindow } from "#components/windows/patchInstallWindow.js";
import { PatchScanWindow } from "#components/windows/patchScanWindow.js";
import {
  type CompleteWindowArgs,
  checkedWindowArgs,
  type FilledWindowArgs,
  rateControlProblems,
} from "#components/windows/windowArguments.js";
import { refusals, windowArgs } from "../../support/arguments.js";
import { promiseOf, recordMocks, settle } from "../../support/mocks.js";

const rate = (maxConcurrency: pulumi.Input<string>, maxErrors: pulumi.Input<string>) => ({
  rateControl: { maxConcurrency, maxErrors },
});
const logs = (changes: Partial<CompleteWindowArgs["logs"]>) => ({
  logs: { ...windowArgs().logs, ...changes },
});

const concurrencyOf = (args: FilledWindowArgs) => args.rateControl.maxConcurrency;
const errorsOf = (args: FilledWindowArgs) => args.rateControl.maxErrors;
const retentionOf = (args: FilledWindowArgs) => args.logs.retentionDays;
const ownerOf = (args: FilledWindowArgs) => args.ownerInformation;

describe("a window's arguments", () => {
  beforeEach(() => recordMocks());
  afterEach(settle);

  const region = "allowed is a Region such as eu-central-1. Leave it out for the provider's own.";
  const name = "allowed is 3 to 100 of a-z A-Z 0-9 _ - and a dot.";
  const concurrency =
    'allowed is a number of nodes from "1" or a share from "1%" to "100%", in 1 to 7 characters.';
  const errors =
    'allowed is a number of nodes from "0" or a share from "0%" to "100%", in 1 to 7 characters.';
  const owner = "allowed is a text of 1 to 128 characters.";
  const table: readonly (readonly [Partial<CompleteWindowArgs>, string, string])[] = [
    [{ region: "" }, "region", `got ""; ${region}`],
    [{ windowName: "ab" }, "windowName", `got "ab"; ${name}`],
    [{ windowName: "n".repeat(101) }, "windowName", `got "${"n".repeat(76)}... (103 characters); ${name}`],
    [{ windowName: "my window" }, "windowName", `got "my window"; ${name}`],
    [{ windowName: "window\n" }, "windowName", `got "window\\n"; ${name}`],
    [rate("0", "0"), "rateControl.maxConcurrency", `got "0"; ${concurrency}`],
    [rate("0%", "0"), "rateControl.maxConcurrency", `got "0%"; ${concurrency}`],
    [rate("101%", "0"), "rateControl.maxConcurrency", `got "101%"; ${concurrency}`],
    [rate("12345678", "0"), "rateControl.maxConcurrency", `got "12345678"; ${concurrency}`],
    [rate("", "0"), "rateControl.maxConcurrency", `got ""; ${concurrency}`],
    [rate("1", "-1"), "rateControl.maxErrors", `got "-1"; ${errors}`],
    [rate("1", "1.5%"), "rateControl.maxErrors", `got "1.5%"; ${errors}`],
    [rate("1", "200%"), "rateControl.maxErrors", `got "200%"; ${errors}`],
    [{ ownerInformation: "" }, "ownerInformation", `got ""; ${owner}`],
    [
      { ownerInformation: "o".repeat(129) },
      "ownerInformation",
      `got "${"o".repeat(76)}... (131 characters); ${owner}`,
    ],
    [
      logs({ logGroupPrefix: "/a/" }),
      "logs.logGroupPrefix",
      'got "/a/"; allowed are 1 to 400 of a-z A-Z 0-9 _ - . / #, without a slash at the end.',
    ],
    [
      { targets: { ...windowArgs().targets, patchGroups: [] } },
      "targets.patchGroups",
      "got 0 patch groups; allowed are 1 to 25 (patch groups per baseline).",
    ],
    [
      { schedule: { expression: "rate(1 day)", durationHours: 2, cutoffHours: 2 } },
      "schedule.cutoffHours",
      "got 2; allowed are whole hours from 0 to 1, one less than the duration.",
    ],
  ];
  it("refuse a name after which a function that the window calls cannot be named", async () => {
    const problem = (got: string, suffix: string, most: number) => ({
      propertyPath: "windowName",
      reason: `got "${got}"; allowed is 3 to ${most} of a-z A-Z 0-9 _ and -, since a function is named SSM-NAME-${suffix}.`,
    });
    const frozen = (windowName: string) => windowArgs({ windowName, calendars: ["freeze"] });
    for (const name of ["my.window", "n".repeat(51)]) {
      const expected = [problem(name, "calendars", 50)];
      expect(await refusals(() => new PatchScanWindow("w", frozen(name)))).to.deep.equal(expected);
    }
    for (const name of ["my.window", "n".repeat(57)]) {
      const named = windowArgs({ windowName: name });
      expect(await refusals(() => new PatchInstallWindow("w", { ...named, end: {} }))).to.deep.equal([
        problem(name, "end", 56),
      ]);
      checkedWindowArgs("w", named, () => ({}));
    }
  });

  for (const [changes, propertyPath, reason] of table) {
    it(`refuse ${JSON.stringify(changes).slice(0, 60)}`, async () => {
      const expected = [{ propertyPath, reason }];
      expect(await refusals(() => new PatchScanWindow("w", windowArgs(changes)))).to.deep.equal(expected);
      expect(await refusals(() => new PatchInstallWindow("w", windowArgs(changes)))).to.deep.equal(expected);
    });
  }

  it("are refused all at once, with what only an install window has", async () => {
    const wrong = {
      ...windowArgs({
        windowName: "",
        region: "x",
        ownerInformation: "",
        ...rate("0", "x"),
        ...logs({ retentionDays: 2 }),
      }),
      rebootOption: "Always" as "NoReboot",
      exclusionGate: "open" as "proceed",
    };
    const refused = await refusals(() => new PatchInstallWindow("w", wrong));
    expect(refused.map(({ propertyPath }) => propertyPath)).to.deep.equal([
      "region",
      "windowName",
      "exclusionGate",
      "rebootOption",
      "rateControl.maxConcurrency",
      "rateControl.maxErrors",
      "logs.retentionDays",
      "ownerInformation",
    ]);
    expect(refused[2]?.reason).to.equal('got "open"; allowed are cancel and proceed.');
    expect(refused[3]?.reason).to.equal('got "Always"; allowed are RebootIfNeeded and NoReboot.');
  });

  for (const [title, changes, propertyPath, pick] of [
    ["maxConcurrency", rate(pulumi.output("0"), "0"), "rateControl.maxConcurrency", concurrencyOf],
    ["maxErrors", rate("1", Promise.resolve("many")), "rateControl.maxErrors", errorsOf],
    ["retentionDays", logs({ retentionDays: pulumi.output(8) }), "logs.retentionDays", retentionOf],
    ["ownerInformation", { ownerInformation: pulumi.output("") }, "ownerInformation", ownerOf],
  ] as const) {
    it(`hand ${title} back checked when it is known late`, async () => {
      const checked = checkedWindowArgs("Window", windowArgs(changes), () => ({}));
      const refused = await refusals(() => promiseOf(pulumi.output<string | number>(pick(checked))));
      expect(refused.map((problem) => problem.propertyPath)).to.deep.equal([propertyPath]);
    });
  }

  it("may be known late", async () => {
    const recording = await recordMocks();
    const ownerInformation = pulumi.output("Late Operations");
    new PatchScanWindow(
      "w",
      windowArgs({ ownerInformation, ...rate(pulumi.output("3"), Promise.resolve("2")) }),
    );
    await settle();
    expect(recording.named("w-base-task").props).to.include({ maxConcurrency: "3", maxErrors: "2" });
    expect(recording.named("w-base-target").props).to.include({ ownerInformation: "Late Operations" });
  });

  it("take limits at the ends of what SSM takes", () => {
    for (const value of ["1", "9999999", "1%", "99%", "100%"]) {
      expect(rateControlProblems("maxConcurrency")(value)).to.deep.equal([]);
    }
    for (const value of ["0", "0%", "1", "100%"]) {
      expect(rateControlProblems("maxErrors")(value)).to.deep.equal([]);
    }
  });
});
