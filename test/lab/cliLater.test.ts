import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { summarySchema } from "#lab/report/summary/summary.js";
import { root } from "#test/support/program.js";
import { lab } from "./cliSupport.js";

describe("npm start -- --then", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "patchplane-later-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const file = (name: string, content: string): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const out = () => join(folder, "out");

  /** A server of each of two Regions. */
  const small = (): string => {
    const catalogs = join(root, "lab", "fleets", "catalogs", "amazon-linux-2023.yaml");
    const node = (digit: number, region: string) =>
      `  - { id: i-0000000000000000${digit}, region: ${region}, catalog: amazon-linux-2023, ` +
      "patchedUntil: 2026-09-01, tags: { PatchGroup: dev-servers, Environment: dev } }";
    const nodes = [node(1, "us-east-1"), node(2, "us-west-2")].join("\n");
    return file("small.yaml", `version: 1\ncatalogFiles: [${catalogs}]\nnodes:\n${nodes}\n`);
  };

  it("deploys other stack files over the first at their times, tells what that did, and takes the stack away", async () => {
    const dev = readFileSync(join(root, "Pulumi.dev.yaml"), "utf8");
    const more = file("more.yaml", dev.replace("[dev-servers]", "[dev-servers, others]"));
    const {
      code,
      out: text,
      err,
    } = await lab([
      ...["--fleet", small(), "--from", "2026-10-10", "--days", "3", "--out", out()],
      ...["--then", "destroy@2026-10-12T12:00Z", "--then", `${more}@2026-10-11T12:00Z`],
    ]);
    expect(err).to.equal("");
    expect(code, text).to.equal(0);
    expect(text)
      .to.contain("more.yaml: 12 created, 14 updated, 1 replaced\n")
      .and.match(/ destroy: \d+ deleted, 21 kept\n/);
    const summary = summarySchema.parse(JSON.parse(readFileSync(join(out(), "summary.json"), "utf8")));
    expect(summary.deployments.map(({ at, source, failure }) => [at, source, failure])).to.eql([
      ["2026-10-11T12:00:00Z", "more.yaml", null],
      ["2026-10-12T12:00:00Z", "destroy", null],
    ]);
    const done = summary.deployments.flatMap(({ steps }) => steps.map(({ operation }) => operation));
    // The call that asks whether anything leaves is made anew.
    const operations = ["create", "delete", "discard", "replace", "retain", "update"];
    expect([...new Set(done)].sort()).to.eql(operations);
    // What windows did before they were taken away is told, and the central run by its record.
    const ran = summary.windows.map(({ name, executions }) => [name, executions.length]);
    expect(ran).to.eql([
      ["patchplane-dev-fanout", 1],
      ["patchplane-dev-install", 1],
      ["patchplane-dev-scan", 2],
    ]);
    expect(summary.windows[0]?.executions[0]?.fanout?.regions).to.have.length(2);
    expect(readFileSync(join(out(), "report.html"), "utf8")).to.contain("Deployed later");
  });

  it("refuses what it cannot deploy later, every problem at once", async () => {
    const args = ["--days", "2", "--then", "x.yaml", "--then", "x.yaml@2026-10-05T00:00Z"];
    const { code, err } = await lab([
      ...args,
      "--then",
      "destroy@2026-10-07T00:00Z",
      "--then",
      "x@2026-02-30T00:00Z",
    ]);
    expect(code).to.equal(2);
    expect(err.split("\n").filter((line) => line.startsWith("--then"))).to.eql([
      '--then: got "x.yaml"; allowed is FILE@INSTANT or destroy@INSTANT, with an instant such as 2026-10-12T09:00Z.',
      '--then: got "x.yaml@2026-10-05T00:00Z"; allowed is an instant within the run, after 2026-10-05T00:00:00.000Z and before 2026-10-07T00:00:00.000Z.',
      '--then: got "destroy@2026-10-07T00:00Z"; allowed is an instant within the run, after 2026-10-05T00:00:00.000Z and before 2026-10-07T00:00:00.000Z.',
      '--then: got "x@2026-02-30T00:00Z"; allowed is an instant within the run, after 2026-10-05T00:00:00.000Z and before 2026-10-07T00:00:00.000Z.',
    ]);
    const both = ["--then", "none.yaml@2026-10-06T00:00Z", "--then", "gone.yaml@2026-10-07T00:00Z"];
    const missing = await lab([...both, "--out", out()]);
    expect(missing.code).to.equal(2);
    expect(missing.err).to.match(/^none.yaml cannot be read: .*\ngone.yaml cannot be read: /);
  });

  it("refuses what the program will refuse before the run begins, all files at once", async () => {
    const wrong = (name: string, key: string) =>
      file(name, `config:\n  aws:region: us-east-1\n  patchplane:${key}: 1\n`);
    const {
      code,
      err,
      out: text,
    } = await lab([
      ...["--fleet", small(), "--days", "3", "--out", out()],
      ...["--then", `${wrong("typo.yaml", "typo")}@2026-10-05T01:00Z`],
      ...["--then", `${wrong("slip.yaml", "slip")}@2026-10-07T01:00Z`],
    ]);
    expect(code).to.equal(2);
    expect(err).to.match(/^--then: typo.yaml: .*typo.*\n--then: slip.yaml: .*slip/s);
    expect(text).not.to.match(/day \d/);
  });
});
