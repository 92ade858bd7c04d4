import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { readOptions } from "#lab/command/options.js";
import { settingOf } from "#lab/command/setting.js";
import { buildSummary } from "#lab/report/facts/build.js";
import { runLab } from "#lab/run.js";
import { root } from "#test/support/program.js";
import { at, refused } from "../support.js";

const arn = "arn:aws:iam::123456789012:policy/boundary";

const document = (...Statement: readonly object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const allow = (Action: string | readonly string[]) => ({ Effect: "Allow", Action, Resource: "*" });

describe("a permissions boundary in the lab", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "patchplane-boundary-"));
    copyFileSync(join(root, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
    const dev = readFileSync(join(root, "Pulumi.dev.yaml"), "utf8");
    const scans = dev.replace("[scan, install, central]", "[scan]");
    file("Pulumi.plain.yaml", scans);
    file("Pulumi.bounded.yaml", `${scans}  patchplane:permissionsBoundary: ${arn}\n`);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function file(name: string, content: string): string {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  }

  function setting(stack: string, ...more: string[]) {
    const fleet = join(root, "lab", "fleets", "small.yaml");
    return settingOf(readOptions(["--stack", stack, "--fleet", fleet, ...more], root), folder);
  }

  /** How the scan of a morning ended, and which calls were refused. */
  async function scanned(boundary: string) {
    const given = setting("bounded", "--boundary", file("boundary.json", boundary));
    const run = await runLab({ ...given, from: at("2026-06-07T23:55:00Z"), days: 2.5 / 24 });
    const { windows, verdict } = buildSummary(run);
    const actions = new Set(refused(run.account.iam.denials).map(({ action }) => action));
    const problems = verdict.problems.filter((problem) => problem.startsWith("IAM refused"));
    return { ended: windows[0]?.executions[0]?.status, refused: [...actions], problems };
  }

  it("that suffices changes nothing", async () => {
    const { ended, refused: actions } = await scanned(document(allow("*")));
    expect([ended, actions]).to.deep.equal(["SUCCESS", []]);
  });

  for (const [what, ...statements] of [
    [
      "lacks a right",
      allow(["kms:*", "lambda:*", "logs:*", "s3:*", "sns:*", "sqs:*", "ssm:Describe*", "tag:*"]),
    ],
    ["denies one", allow("*"), { ...allow("ssm:SendCommand"), Effect: "Deny" }],
  ] as const) {
    it(`that ${what} keeps the window from what its role's own policies allow`, async () => {
      const { ended, refused: actions, problems } = await scanned(document(...statements));
      expect(ended).to.equal("FAILED");
      expect(actions).to.include("ssm:SendCommand");
      expect(problems.join("\n")).to.match(/IAM refused ssm:SendCommand to \S+role\/scan-role: .*boundary/);
    });
  }

  for (const [what, stack, boundary, message] of [
    [
      "is not told",
      "bounded",
      undefined,
      /^--boundary: got nothing; .*\n +aws iam get-policy-version --policy-arn arn/,
    ],
    [
      "is not asked for",
      "plain",
      document(allow("*")),
      /^--boundary: got .*; Pulumi.plain.yaml names no permissionsBoundary/,
    ],
    ["is no policy", "bounded", "{}", /^--boundary: \S+boundary.json: .*Statement/s],
    [
      "has a condition that the lab does not know",
      "bounded",
      document({ ...allow("*"), Condition: { Odd: { "aws:SourceArn": "a" } } }),
      /^--boundary: .*condition operator Odd/,
    ],
  ] as const) {
    it(`is refused when its document ${what}`, () => {
      const more = boundary === undefined ? [] : ["--boundary", file("boundary.json", boundary)];
      expect(() => setting(stack, ...more)).to.throw(message);
    });
  }
});
