import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { summaryLine } from "#functions/exclusion-processor/log.js";
import { closingMetrics, startMetrics } from "#functions/regional-fanout/core/metrics.js";
import type { StartResult } from "#functions/regional-fanout/core/result.js";
import { endMetrics } from "#functions/shared/windows/endMetrics.js";
import { closingMetrics as windowClosingMetrics } from "#functions/window-end/core/closingMetrics.js";
import { type Recording, settle } from "../support/mocks.js";
import { deployStack, root } from "../support/program.js";

const text = readFileSync(join(root, "docs", "costs.md"), "utf8");

/** Cells of the table by the words that begin a row. */
const rows = new Map(
  text.split("\n").flatMap((line) => {
    const [what = "", ...cells] = line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim());
    return cells.length === 4 ? [[what, cells] as const] : [];
  }),
);

/** Metrics that a line of a function's log makes. */
const countOf = (metrics: object) => Object.keys(metrics).length;
const processorMetrics = (): number => {
  const run = {
    ok: true,
    errors: [],
    verdicts: {},
    regions: [],
    messages: 0,
    statusWrites: 0,
    hoursOverdue: 0,
  };
  const line = JSON.parse(summaryLine("f", run, 0)) as {
    readonly _aws: { readonly CloudWatchMetrics: readonly { readonly Metrics: readonly unknown[] }[] };
  };
  return line._aws.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics).length;
};
const nothing = { started: [], skipped: [], failed: [], verdict: "hollow" } as unknown as StartResult;

function counted(recording: Recording): number[] {
  const functions = recording.all("lambda.Function").map(({ name }) => name);
  const metrics: Readonly<Record<string, number>> = {
    "exclusions-function": processorMetrics(),
    "central-start-function": countOf(startMetrics(nothing)),
    "central-closing-function": countOf(closingMetrics([])),
    "central-stopping-function": countOf(endMetrics(0, 0)),
    "install-end-function": countOf(endMetrics(0, 0)),
    "records-closing-function": countOf(windowClosingMetrics([])),
  };
  return [
    recording.all("kms.Key").length,
    recording.all("cloudwatch.MetricAlarm").length,
    recording.all("cloudwatch.CompositeAlarm").length,
    functions.reduce((total, name) => total + (metrics[name] ?? Number.NaN), 0),
  ];
}

describe("the table of costs", () => {
  afterEach(settle);

  it("is what the README says in short", () => {
    const readme = readFileSync(join(root, "README.md"), "utf8");
    const [, scanAndInstall, dev] = rows.get("sum") ?? [];
    expect(readme).to.contain(`${scanAndInstall} USD a month, with a central window ${dev} USD`);
  });

  for (const [column, stack, values] of [
    [1, "dev", { stacks: '["scan","install"]' }],
    [2, "dev", {}],
    [3, "prod", {}],
  ] as const) {
    it(`is what the resources say: column ${column}, ${stack} ${JSON.stringify(values)}`, async () => {
      const { recording } = await deployStack(stack, values);
      const counts = counted(recording);
      const told = ["KMS keys", "metric alarms", "composite alarms", "custom metrics"].map(
        (what) => rows.get(what) ?? [],
      );
      expect(told.map((cells) => Number(cells[column]))).to.eql(counts);
      const sum = told.reduce((total, cells, index) => total + Number(cells[0]) * (counts[index] ?? 0), 0);
      expect(rows.get("sum")?.[column]).to.equal(sum.toFixed(2));
    });
  }
});
