import { expect } from "chai";
import fc from "fast-check";
import { startRun } from "#functions/regional-fanout/core/start.js";
import { size } from "#test/support/size.js";
import { problems, withParameters } from "./payloadSupport.js";
import { context, failure, nodeId, ohio, payload, worldOf } from "./support.js";

/** Whatever may come in the place of a value. */
const hostile = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    "",
    " ",
    -1,
    Number.NaN,
    true,
    [],
    {},
    [[]],
    "{{WINDOW_ID}}",
    "\u0000",
  ),
  fc.constantFrom<unknown>(
    "x".repeat(5_000),
    Array(5_000).fill("us-east-1"),
    JSON.parse('{"__proto__":{"Regions":[]}}'),
  ),
  fc.anything({ maxDepth: 2 }),
);

/** The payload with something in the place of one of its values, however deep. */
function changed(event: unknown, path: readonly number[], value: unknown): unknown {
  const [at, ...rest] = path;
  if (at === undefined || typeof event !== "object" || event === null) return value;
  const keys = Object.keys(event);
  const key = keys[at % keys.length];
  if (key === undefined) return value;
  const inner = changed(Reflect.get(event, key), rest, value);
  return Array.isArray(event)
    ? event.map((one, index) => (String(index) === key ? inner : one))
    : { ...event, [key]: inner };
}

describe("a payload", () => {
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

  it("with anything in the place of a value, or cut off anywhere, is read or refused in words, and starts nothing then", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(20), { maxLength: 4 }),
        hostile,
        fc.option(fc.nat(600), { freq: 3 }),
        async (path, value, cut) => {
          const event =
            cut === null ? changed(payload(), path, value) : JSON.stringify(payload()).slice(0, cut);
          const found = problems(event);
          for (const { allowed, fix } of found) expect(`${allowed} ${fix}`).to.match(/\S.*\.$/s);
          if (cut !== null) expect(found).to.have.lengthOf(1);
          if (found.length === 0) return;
          const world = worldOf({ [ohio]: { "group-a": [nodeId(1)] } });
          const text = await failure(startRun(event, context(), world.startPorts()));
          expect(text)
            .to.contain("nothing was started")
            .and.to.satisfy((one: string) => one.length < 20_000);
          expect([world.automations.size, world.bucket.keys(), world.arranged.size]).to.deep.equal([
            0,
            [],
            0,
          ]);
        },
      ),
      { numRuns: size(10, 2_000) },
    ));
});
