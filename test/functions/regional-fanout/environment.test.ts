import { expect } from "chai";
import { accountOf } from "#functions/regional-fanout/context.js";
import { closingSpan, startSpans, vouchSpan } from "#functions/regional-fanout/core/deadline.js";
import { closingEnvironment, startEnvironment } from "#functions/regional-fanout/environment.js";

describe("what the fan-out's functions are told", () => {
  it("is read from the environment, or everything that is missing is named", () => {
    const all = {
      RUNS_BUCKET: "b",
      EXECUTION_ROLE_NAME: "r",
      OPERATION: "Scan",
      PER_INSTANCE_NODES: "1000",
      STOP_FUNCTION_ARN: "f",
      SCHEDULE_GROUP: "g",
      SCHEDULE_ROLE_ARN: "a",
      DEAD_LETTER_QUEUE_ARN: "q",
      AWS_LAMBDA_FUNCTION_NAME: "patchplane-dev-closing",
      AWS_REGION: "us-east-1",
      FAILURES_TOPIC_ARN: "t",
    };
    expect(startEnvironment(all)).to.deep.equal({
      bucket: "b",
      executionRoleName: "r",
      operation: "Scan",
      perInstanceNodes: 1000,
      ownGroups: [],
      stopFunctionArn: "f",
      scheduleGroup: "g",
      scheduleRoleArn: "a",
      deadLetterQueueArn: "q",
      homeRegion: "us-east-1",
    });
    const vouching = { EXCLUSION_FUNCTION_ARN: "e", EXCLUSION_BUCKET: "x" };
    expect(startEnvironment({ ...all, ...vouching }).exclusions).to.deep.equal({
      functionArn: "e",
      bucket: "x",
    });
    expect(() => startEnvironment({ ...all, EXCLUSION_FUNCTION_ARN: "e" })).to.throw(
      "lacks EXCLUSION_BUCKET",
    );
    expect(startEnvironment({ ...all, OWN_GROUPS: "a,b" }).ownGroups).to.deep.equal(["a", "b"]);
    expect(closingEnvironment({ ...all, WATCHED_WINDOWS: "scan,install:ends" })).to.deep.equal({
      bucket: "b",
      topicArn: "t",
      functionName: "patchplane-dev-closing",
      homeRegion: "us-east-1",
      windows: [
        { name: "scan", mayEnd: false },
        { name: "install", mayEnd: true },
      ],
      elsewhere: { regions: [], nodes: [] },
    });
    expect(closingEnvironment(all).windows).to.deep.equal([]);
    const elsewhere = { OTHER_REGIONS: "eu-west-3,us-west-1", NODES_TO_FIND: '[{"key":"k","values":["v"]}]' };
    expect(closingEnvironment({ ...all, ...elsewhere }).elsewhere).to.deep.equal({
      regions: ["eu-west-3", "us-west-1"],
      nodes: [{ key: "k", values: ["v"] }],
    });
    expect(() => startEnvironment({ AWS_REGION: "" })).to.throw(
      "The function's environment lacks RUNS_BUCKET and EXECUTION_ROLE_NAME and OPERATION and PER_INSTANCE_NODES and STOP_FUNCTION_ARN and SCHEDULE_GROUP and SCHEDULE_ROLE_ARN and DEAD_LETTER_QUEUE_ARN and AWS_REGION.",
    );
  });

  it("has the account in the function's ARN, with a version or an alias too, in any partition", () => {
    const arn = "arn:aws-cn:lambda:cn-north-1:123456789012:function:SSM-x";
    expect(accountOf(arn)).to.equal("123456789012");
    expect(accountOf(`${arn}:live`)).to.equal("123456789012");
    expect(() => accountOf("arn:aws:s3:::b")).to.throw("arn:aws:s3:::b is no ARN of a function");
  });

  it("leaves time for each part of the work, and to tell a failure", () => {
    expect(startSpans(300_000)).to.deep.equal({
      filter: 120_000,
      vouching: 180_000,
      starts: 210_000,
      counts: 255_000,
    });
    expect([vouchSpan(900_000), vouchSpan(300_000)]).to.deep.equal([480_000, 165_000]);
    expect(closingSpan(900_000)).to.equal(765_000);
    for (const left of [0, 1, -5])
      expect(Math.min(...Object.values(startSpans(left)), closingSpan(left), vouchSpan(left))).to.equal(1);
  });
});
