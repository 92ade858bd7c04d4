import { expect } from "chai";
import {
  PayloadError,
  type PayloadProblem,
  readPayload,
} from "../../../../functions/regional-fanout/core/payload.js";
import { payload, runId } from "./support.js";

const role = "patchplane-test-automation-execution";

function problems(event: unknown): readonly PayloadProblem[] {
  try {
    readPayload(event, role);
  } catch (error) {
    if (error instanceof PayloadError) return error.problems;
    throw error;
  }
  return [];
}

const withParameters = (changes: Record<string, unknown>) => {
  const Parameters = {
    AutomationAssumeRole: ["arn:aws:iam::123456789012:role/automation"],
    Operation: ["Scan"],
    ...changes,
  };
  return payload({ Document: { Name: "CustomAutomationDocument", Version: "1", Parameters } });
};

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
      locationMaxConcurrency: "2",
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

  /** Event, path of its only problem, and what the problem says. */
  const bad: readonly [string, unknown, string, string, string][] = [
    ["nothing", undefined, "", "nothing", "Add payload"],
    ["a list", [], "", "a list of 0 items", "Write an object"],
    [
      "a window's placeholder",
      payload({ WindowId: "{{WINDOW_ID}}" }),
      "WindowId",
      '"{{WINDOW_ID}}"',
      "The window puts the id in",
    ],
    [
      "a run's placeholder",
      payload({ TaskExecutionId: "{{TASK_EXECUTION_ID}}" }),
      "TaskExecutionId",
      '"{{TASK_EXECUTION_ID}}"',
      "The window puts",
    ],
    [
      "a window as a run",
      payload({ TaskExecutionId: "mw-0123456789abcdef0" }),
      "TaskExecutionId",
      '"mw-',
      "a UUID",
    ],
    ["no Regions", payload({ Regions: undefined }), "Regions", "nothing", "Add Regions"],
    ["empty Regions", payload({ Regions: [] }), "Regions", "a list of 0 items", "a list of 1 to 50 Regions"],
    [
      "one Region",
      payload({ Regions: "us-east-1" }),
      "Regions",
      '"us-east-1"',
      'Put it in brackets: ["us-east-1"].',
    ],
    [
      "a Region twice",
      payload({ Regions: ["us-east-1", "us-east-1"] }),
      "Regions",
      "a list of 2 items",
      "each once",
    ],
    [
      "a bad Region",
      payload({ Regions: ["us-east-1", "Ohio"] }),
      "Regions[1]",
      '"Ohio"',
      "a Region, such as",
    ],
    [
      "51 Regions",
      payload({
        Regions: Array.from(
          { length: 51 },
          (_, i) => `${"abcdefghijklmnopqrstuvwxyz"[i % 26]}${i > 25 ? "x" : "y"}-east-1`,
        ),
      }),
      "Regions",
      "a list of 51 items",
      "1 to 50",
    ],
    ["a number at once", payload({ MaxConcurrency: 10 }), "MaxConcurrency", "10", 'Put it in quotes: "10".'],
    ["none at once", payload({ MaxConcurrency: "0" }), "MaxConcurrency", '"0"', "from 1"],
    ["errors over all", payload({ MaxErrors: "101%" }), "MaxErrors", '"101%"', "from 0"],
    [
      "another parameter",
      payload({ TargetParameterName: "InstanceId" }),
      "TargetParameterName",
      '"InstanceId"',
      "Write InstanceIds.",
    ],
    [
      "no group",
      payload({ Targets: [{ Key: "ResourceGroup", Values: [] }] }),
      "Targets[0].Values",
      "a list of 0 items",
      "1 to 50 names",
    ],
    [
      "Run Command's key",
      payload({ Targets: [{ Key: "resource-groups:Name", Values: ["a"] }] }),
      "Targets[0].Key",
      '"resource-groups:Name"',
      "Write ResourceGroup.",
    ],
    [
      "a group twice",
      payload({ Targets: [{ Key: "ResourceGroup", Values: ["a", "a"] }] }),
      "Targets[0].Values[1]",
      '"a" again',
      "Remove it.",
    ],
    [
      "a group's ARN",
      payload({ Targets: [{ Key: "ResourceGroup", Values: ["arn:aws:x"] }] }),
      "Targets[0].Values[0]",
      '"arn:aws:x"',
      "name of a resource group",
    ],
    ["an unknown key", payload({ Region: ["us-east-1"] }), "Region", 'the key "Region"', "Write Regions."],
    ["a misspelt key", payload({ foo: 1 }), "foo", 'the key "foo"', "Remove it."],
    [
      "an unknown key of a target",
      payload({ Targets: [{ Key: "ResourceGroup", Values: ["a"], Name: "b" }] }),
      "Targets[0].Name",
      'the key "Name"',
      "Remove it.",
    ],
    [
      "an unknown key of the document",
      payload({ Document: { ...(withParameters({}).Document as object), version: "1" } }),
      "Document.version",
      'the key "version"',
      "Write Version.",
    ],
    [
      "a version as a number",
      payload({ Document: { ...(withParameters({}).Document as object), Version: 1 } }),
      "Document.Version",
      "1",
      'Put it in quotes: "1".',
    ],
    [
      "another operation",
      withParameters({ Operation: ["install"] }),
      "Document.Parameters.Operation[0]",
      '"install"',
      "Scan or Install",
    ],
    [
      "two roles",
      withParameters({ AutomationAssumeRole: Array(2).fill("arn:aws:iam::123456789012:role/a") }),
      "Document.Parameters.AutomationAssumeRole",
      "a list of 2 items",
      "one role",
    ],
    [
      "a role's name",
      withParameters({ AutomationAssumeRole: ["automation"] }),
      "Document.Parameters.AutomationAssumeRole[0]",
      '"automation"',
      "arn:aws:iam",
    ],
    [
      "an empty parameter",
      withParameters({ Further: [""] }),
      "Document.Parameters.Further[0]",
      '""',
      "1 to 512",
    ],
    [
      "the function's parameter",
      withParameters({ SnapshotId: ["x"] }),
      "Document.Parameters.SnapshotId",
      "the key SnapshotId",
      "Leave it out",
    ],
    [
      "a parameter with another place",
      withParameters({ RebootOption: ["NoReboot"] }),
      "Document.Parameters.RebootOption",
      "the key RebootOption",
      "beside Document",
    ],
    [
      "an account as a number",
      payload({ Accounts: [123456789012] }),
      "Accounts[0]",
      "123456789012",
      'Put it in quotes: "123456789012".',
    ],
    [
      "another reboot",
      payload({ RebootOption: "reboot" }),
      "RebootOption",
      '"reboot"',
      "RebootIfNeeded or NoReboot",
    ],
    [
      "another mode",
      payload({ ExecutionMode: "per-node" }),
      "ExecutionMode",
      '"per-node"',
      "per-region or per-instance",
    ],
    ["an empty calendar", payload({ Calendars: [""] }), "Calendars[0]", '""', "change calendar"],
    [
      "a role with a path",
      payload({ ExecutionRoleName: "a/b" }),
      "ExecutionRoleName",
      '"a/b"',
      "name of a role",
    ],
  ];

  for (const [name, event, path, got, words] of bad) {
    it(`with ${name} has one problem, that says where, what, and how to mend it`, () => {
      const found = problems(event);
      expect(found.map((one) => one.path)).to.deep.equal([path]);
      const [one] = found;
      expect(one?.got).to.contain(got);
      expect(`${one?.allowed} ${one?.fix}`).to.contain(words);
      expect(one?.fix).to.match(/\.$/);
    });
  }

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
