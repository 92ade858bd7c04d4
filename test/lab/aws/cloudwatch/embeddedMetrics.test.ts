import { expect } from "chai";
import { account, errorCode, minute, monday } from "../../support.js";

const line = (more: object, dimensions = [["Function"]]) =>
  JSON.stringify({
    _aws: {
      Timestamp: monday,
      CloudWatchMetrics: [
        { Namespace: "patchplane", Dimensions: dimensions, Metrics: [{ Name: "Runs" }, { Name: "Absent" }] },
      ],
    },
    Function: "f",
    ...more,
  });

describe("a log line in the embedded metric format", () => {
  it("makes metrics of its numbers, by their dimension", () => {
    const { region } = account([]);
    region.logs.write("group", "stream", line({ Runs: 2 }));
    region.logs.write("group", "stream", line({ Runs: 3 }));
    region.logs.write("group", "stream", line({ Runs: 4, Function: "g" }));
    const sum = (metric: string, value: string) =>
      region.cloudWatch.metric("patchplane", metric, "Function", value).sum(monday, monday + minute);
    expect([sum("Runs", "f"), sum("Runs", "g"), sum("Absent", "f")]).to.deep.equal([5, 4, 0]);
  });

  for (const [what, message] of [
    ["text", "text"],
    ["JSON that is cut off", line({ Runs: 2 }).slice(0, -1)],
    ["another directive", '{"_aws":{"CloudWatchMetrics":7},"Runs":2}'],
    ["a value that is no number", line({ Runs: "2" })],
  ] as const) {
    it(`is a line like any other where it is ${what}`, () => {
      const { region } = account([]);
      region.logs.write("group", "stream", message);
      expect(
        region.cloudWatch.metric("patchplane", "Runs", "Function", "f").sum(0, monday + minute),
      ).to.equal(0);
    });
  }

  it("is refused with several dimensions, which the lab does not model", () => {
    const { region } = account([]);
    const write = () => region.logs.write("group", "stream", line({ Runs: 1 }, [["Function", "Region"]]));
    expect(errorCode(write)).to.equal("NotModelledError");
  });
});
