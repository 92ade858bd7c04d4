import { expect } from "chai";
import { apiProblems, summarizeApi } from "#lab/report/facts/functions.js";
import { functionSection } from "#lab/report/page/functionSection.js";
import { html } from "#shared/page/escape.js";
import { summary } from "../support.js";

const [known] = summary().functions;
if (known === undefined) throw new Error("the summary has no function");
const failure = { at: "2026-10-05T00:00:00.000Z", source: "a rule", attempt: 3, status: "error" };
const api = { calls: {}, notModelled: {}, faults: {} };

describe("what functions and calls came to", () => {
  it("is no problem while every event is handled in the end", () => {
    expect(apiProblems({ api, functions: [known] })).to.deep.equal([]);
  });

  it("names a function whose events were given up, with the last error", () => {
    const functions = [
      { ...known, name: "f", region: "eu-west-1", failed: [{ ...failure, error: "Error: no" }], givenUp: 1 },
      { ...known, name: "g", region: "eu-west-1", failed: [{ ...failure, error: null }], givenUp: 2 },
    ];
    expect(apiProblems({ api, functions })).to.deep.equal([
      "f in eu-west-1 could not handle an event. The last error: Error: no",
      "g in eu-west-1 could not handle 2 events.",
    ]);
  });

  it("names what was asked for and is not modelled, and how often", () => {
    const notModelled = { "ec2:DescribeInstances": 1, "ssm:GetParameter": 3 };
    expect(apiProblems({ api: { ...api, notModelled }, functions: [] })).to.deep.equal([
      "The lab does not model ec2:DescribeInstances, which was asked for once; AWS might have answered otherwise.",
      "The lab does not model ssm:GetParameter, which was asked for 3 times; AWS might have answered otherwise.",
    ]);
  });

  it("lists calls in the order of their names, whatever the order of the calls", () => {
    const counts = summarizeApi({
      calls: new Map([
        ["ssm:B", 2],
        ["s3:A", 1],
      ]),
      notModelled: new Map(),
      faults: new Map([["throttle ssm:B", 1]]),
    });
    expect(Object.keys(counts.calls)).to.deep.equal(["s3:A", "ssm:B"]);
    expect(counts.faults).to.deep.equal({ "throttle ssm:B": 1 });
  });

  it("has a section of the report, with what others chose escaped, and none without functions", () => {
    const text = html`${functionSection(summary())?.content ?? null}`.text;
    expect(text).to.contain("674 invocations, 2 cold starts");
    expect(text).to.contain("1 failed attempt, 0 given up");
    expect(text).to.contain("&lt;b&gt;.yaml").and.not.contain("<b>.yaml");
    expect(functionSection(summary({ functions: [] }))).to.equal(null);
  });
});
