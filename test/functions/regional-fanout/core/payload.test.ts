import { expect } from "chai";
import { PayloadError, readPayload } from "#functions/regional-fanout/core/payload.js";
import { problems, role, withParameters } from "./payloadSupport.js";
import { payload, runId } from "./support.js";

/** What the window writes out, and the ids that it puts in. */
const seed = `{
  "WindowId": "{{WINDOW_ID}}",
  "TaskExecutionId": "{{TASK_EXECUTION_ID}}",
  "Document": {
    "Name": "CustomAutomationDocument",
    "Version": "1",
    "Parameters": {
      "AutomationAssumeRole": ["arn:aws:iam::123456789012:role/AWS-SystemsManager-AutomationAdministrationRole"],
      "Operation": ["Scan"]
    }
  },
  "TargetParameterName": "InstanceIds",
  "Targets": [
    {
      "Key": "ResourceGroup",
      "Values": ["group-a"]
    }
  ],
  "MaxConcurrency": "10",
  "MaxErrors": "1",
  "Regions": ["us-east-2","us-east-1"]
}`;

describe("the payload", () => {
  it("of the seed is taken word for word, with defaults for what it does not say", () => {
    const sent = seed
      .replace("{{WINDOW_ID}}", "mw-0123456789abcdef0")
      .replace("{{TASK_EXECUTION_ID}}", runId.toUpperCase());
    expect(readPayload(JSON.parse(sent), role)).to.deep.equal({
      runId,
      windowId: "mw-0123456789abcdef0",
      document: { name: "CustomAutomationDocument", version: "1" },
      assumeRole: "arn:aws:iam::123456789012:role/AWS-SystemsManager-AutomationAdministrationRole",
      operation: "Scan",
      rebootOption: "RebootIfNeeded",
      executionMode: "per-region",
      parameters: {},
      groups: ["group-a"],
      maxConcurrency: "10",
      maxErrors: "1",
      regions: ["us-east-2", "us-east-1"],
      locationMaxConcurrency: "100%",
      locationMaxErrors: "100%",
      accounts: [],
      calendars: [],
      executionRoleName: role,
    });
  });

  it("may say more", () => {
    const more = {
      RebootOption: "NoReboot",
      ExecutionMode: "per-instance",
      LocationMaxConcurrency: "50%",
      LocationMaxErrors: "0",
      Accounts: ["210987654321", "ou-ab12-cdef3456"],
      Calendars: ["freeze", "arn:aws:ssm:us-east-1:123456789012:document/holidays"],
      ExecutionRoleName: "other",
    };
    expect(readPayload({ ...withParameters({ Further: ["x"] }), ...more }, role)).to.deep.include({
      rebootOption: "NoReboot",
      executionMode: "per-instance",
      locationMaxConcurrency: "50%",
      locationMaxErrors: "0",
      accounts: ["210987654321", "ou-ab12-cdef3456"],
      calendars: ["freeze", "arn:aws:ssm:us-east-1:123456789012:document/holidays"],
      executionRoleName: "other",
      parameters: { Further: ["x"] },
    });
  });

  it("has all its problems told at once, in one message", () => {
    const event = { ...payload({ MaxErrors: 1, Regions: ["x"], Foo: 1 }), WindowId: undefined };
    expect(problems(event).map(({ path }) => path)).to.have.members([
      "WindowId",
      "MaxErrors",
      "Regions[0]",
      "Foo",
    ]);
    const text = String(new PayloadError(problems(event)));
    expect(text).to.contain("PayloadError: The payload has 4 problem(s), nothing was started:");
    expect(text).to.contain(
      'MaxErrors: got 1; allowed is a text such as 1 or 10%, from 0. Put it in quotes: "1".',
    );
  });

  it("has at most 4,096 bytes in the task, whatever the window puts in for the ids", () => {
    const sized = (bytes: number) => {
      const empty = payload({ Document: { Name: "abc", Version: "1", Parameters: { Filler: [] } } });
      const parameters = (filler: string[]) => ({
        AutomationAssumeRole: ["arn:aws:iam::123456789012:role/a"],
        Operation: ["Scan"],
        Filler: filler,
      });
      const at = (filler: string[]) => ({
        ...empty,
        Document: { Name: "abc", Version: "1", Parameters: parameters(filler) },
      });
      const inTask = { WindowId: "{{WINDOW_ID}}", TaskExecutionId: "{{TASK_EXECUTION_ID}}" };
      const length = (filler: string[]) => Buffer.byteLength(JSON.stringify({ ...at(filler), ...inTask }));
      const filler = Array.from({ length: 7 }, () => "ä".repeat(250));
      filler.push("x".repeat(bytes - length(filler) - '"",'.length));
      expect(length(filler)).to.equal(bytes);
      return at(filler);
    };
    expect(problems(sized(4096))).to.deep.equal([]);
    expect(problems(sized(4097))).to.have.lengthOf(1);
    expect(problems(sized(4097))[0]).to.include({
      path: "",
      got: "4097 bytes",
      allowed: "at most 4096 bytes",
    });
  });
});
