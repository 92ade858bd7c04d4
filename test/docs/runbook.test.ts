import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { Stack } from "#lab/deploy/deploy.js";
import { messageKinds } from "#shared/contract/topicMessage.js";
import { stackSettings } from "#stacks/stackFiles.js";
import { passed } from "../lab/deploy/changesSupport.js";
import { account } from "../lab/support.js";
import { sourcesBelow } from "../sources.js";
import { root } from "../support/program.js";

const text = readFileSync(join(root, "docs/runbook.md"), "utf8");

/** The first cells of a section's table. */
function rows(section: string): string[] {
  const [, found = ""] = text.split(`\n## ${section}\n`);
  const lines = (found.split("\n## ")[0] ?? "").split("\n").filter((line) => line.startsWith("| "));
  return lines.slice(2).map((line) => line.split(" | ")[0]?.slice(2) ?? "");
}

/** A row's name, in which a star stands for anything. */
function covers(row: string, name: string): boolean {
  const pattern = row
    .replaceAll("`", "")
    .replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*");
  return new RegExp(`^${pattern}$`).test(name);
}

describe("the runbook", () => {
  it("has one row for each alarm of both stacks that tells somebody, and no other", async () => {
    const alarms = new Set<string>();
    for (const name of ["dev", "prod"] as const) {
      const { steps } = await passed(new Stack(account([]).account).deploy(stackSettings(root, name)));
      for (const { input } of steps.flatMap(({ requests }) => requests)) {
        const { AlarmName = "", AlarmActions = [] } = input as {
          readonly AlarmName?: string;
          readonly AlarmActions?: readonly string[];
        };
        if (AlarmActions.length > 0) alarms.add(AlarmName.replace(/-0123abc$/, ""));
      }
    }
    const told = rows("Alarms");
    expect(alarms.size).to.be.above(20);
    expect(
      [...alarms].filter((alarm) => told.filter((row) => covers(row, alarm)).length !== 1),
    ).to.deep.equal([]);
    expect(told.filter((row) => ![...alarms].some((alarm) => covers(row, alarm)))).to.deep.equal([]);
  });

  it("has a row for each message that a function publishes", () => {
    const subjects = sourcesBelow("functions").flatMap(({ path }) => {
      const source = readFileSync(join(root, path), "utf8");
      return Array.from(
        source.matchAll(/(?:subject: |return )[`"](patchplane: [^`"$]*)/g),
        ([, start = ""]) => start.trim(),
      );
    });
    expect(subjects.length).to.be.at.least(5);
    const told = rows("Messages").join("\n").replaceAll("`", "");
    expect(subjects.filter((subject) => !told.includes(subject))).to.deep.equal([]);
  });

  it("has a row for each kind of message", () => {
    const told = rows("Messages").join("\n");
    expect(Object.keys(messageKinds).filter((kind) => !told.includes(`(\`${kind}\`)`))).to.deep.equal([]);
  });

  it("has a row for each way that a window ends", () => {
    const rules = sourcesBelow("components").flatMap(({ path }) =>
      Array.from(
        readFileSync(join(root, path), "utf8").matchAll(
          /"(FAILED|TIMED_OUT|CANCELLED|SKIPPED_OVERLAPPING|SUCCESS)"/g,
        ),
        ([, status = ""]) => status,
      ),
    );
    expect(new Set(rules).size).to.equal(5);
    for (const status of new Set(rules)) expect(rows("Messages").join("\n")).to.contain(`ended as ${status}`);
  });
});
