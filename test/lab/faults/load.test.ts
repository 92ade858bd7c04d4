import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { faultsJsonSchema } from "#lab/faults/jsonSchema.js";
import { loadFaults } from "#lab/faults/load.js";
import { CannotRun } from "#shared/terminal/terminal.js";
import { size } from "#test/support/size.js";

const folder = join(import.meta.dirname, "../../../lab/faults");

function load(bytes: Uint8Array | string) {
  const data = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
  return loadFaults("f.yaml", {
    statSync: () => ({ size: data.byteLength, isFile: () => true }),
    readFileSync: () => data,
  });
}

function problems(text: string): string[] {
  try {
    load(text);
  } catch (error) {
    if (!(error instanceof CannotRun)) throw error;
    return error.message.split("\n").slice(1);
  }
  return [];
}

const call = (changes: object) => ({ operations: ["*"], share: 1, kind: "throttle", ...changes });
const april = { from: "2026-04-01", to: "2026-05-01" };

/** What a file says beside its version, and each problem of it. */
const refusals: Readonly<Record<string, readonly [file: object, ...problems: string[]]>> = {
  "an unknown key": [
    { call: [] },
    "call: got a list of 0 items; allowed is nothing, there is no such key here",
  ],
  "another version": [{ version: 2 }, "version: got 2; allowed is 1"],
  "an operation without its service": [
    { calls: [call({ operations: ["SendCommand"] })] },
    'calls[0].operations[0]: got "SendCommand"; allowed is an operation such as ssm:AddTags*, or *',
  ],
  "no operation": [
    { calls: [call({ operations: [] })] },
    "calls[0].operations: got a list of 0 items; allowed is at least 1 item",
  ],
  "a Region that is none": [
    { calls: [call({ regions: ["us east"] })] },
    'calls[0].regions[0]: got "us east"; allowed is a Region such as us-east-1',
  ],
  "more than all calls": [{ calls: [call({ share: 30 })] }, "calls[0].share: got 30; allowed is at most 1"],
  "an unknown kind": [
    { calls: [call({ kind: "regionDown" })] },
    'calls[0].kind: got "regionDown"; allowed is one of "throttle", "serverError", "timeout"',
  ],
  "an end before the beginning": [
    {
      calls: [call({ from: "2026-05-02", to: "2026-05-01" })],
      regionsDown: [{ region: "us-east-1", from: april.to, to: april.to }],
    },
    'calls[0].to: got "2026-05-01"; allowed is a time after from',
    'regionsDown[0].to: got "2026-05-01"; allowed is a time after from',
  ],
  "a day that does not exist": [
    { regionsDown: [{ region: "us-east-1", ...april, to: "2026-06-31" }] },
    'regionsDown[0].to: got "2026-06-31"; allowed is a date that exists',
  ],
  "a Region down for ever": [
    { regionsDown: [{ region: "us-east-1", from: "2026-04-01" }] },
    "regionsDown[0].to: got nothing; allowed is a string (in quotes, where it looks like a number or a date)",
  ],
  "delays in disorder": [
    { events: { delaySeconds: [2, 1] } },
    "events.delaySeconds: got a list of 2 items; allowed is the shortest delay, then the longest",
  ],
  "neither invocation nor every": [
    { kills: [{ function: "f", afterCalls: 0 }] },
    'kills[0]: got an object with "function", "afterCalls"; allowed is either invocation or every',
  ],
  "both invocation and every": [
    { kills: [{ function: "f", afterCalls: 0, invocation: 1, every: 1 }] },
    'kills[0]: got an object with "function", "afterCalls", "invocation"; allowed is either invocation or every',
  ],
  "several at once": [
    { calls: [call({ share: -1 })], kills: [{ function: "f", every: 0, afterCalls: 0.5 }] },
    "calls[0].share: got -1; allowed is at least 0",
    "kills[0].every: got 0; allowed is at least 1",
    "kills[0].afterCalls: got 0.5; allowed is a whole number",
  ],
};

describe("files of faults", () => {
  it("may leave everything out", () => {
    expect(load("version: 1")).to.eql({ version: 1, calls: [], regionsDown: [], kills: [] });
    expect(load('{"version": 1, "events": {}}').events).to.eql({ duplicateShare: 0, delaySeconds: [1, 1] });
  });

  it("are read from YAML and JSON alike", () => {
    const said = {
      calls: [call({ regions: ["us-east-1"], ...april })],
      kills: [{ function: "f", every: 2, afterCalls: 0 }],
    };
    const expected = { version: 1, regionsDown: [], ...said };
    expect(load(JSON.stringify({ version: 1, ...said }))).to.eql(expected);
    const yaml = `version: 1
calls:
  - { operations: ["*"], share: 1, kind: throttle, regions: [us-east-1], from: 2026-04-01, to: 2026-05-01 }
kills:
  - { function: f, every: 2, afterCalls: 0 }
`;
    expect(load(yaml)).to.eql(expected);
  });

  for (const [what, [file, ...expected]] of Object.entries(refusals)) {
    it(`are refused for ${what}`, () => {
      expect(problems(JSON.stringify({ version: 1, ...file }))).to.eql(
        expected.map((problem) => `  - f.yaml: ${problem}`),
      );
    });
  }

  it("are refused with the line of what is no YAML, and with their name where there is no file", () => {
    expect(problems("version: 1\ncalls: [")).to.have.length(1);
    expect(problems("version: 1\ncalls: [")[0]).to.match(/^ {2}- f\.yaml: line \d+, column \d+: /);
    expect(() => loadFaults("/nowhere/faults.yaml")).to.throw(
      CannotRun,
      "/nowhere/faults.yaml is no usable file of faults, 1 problem:\n  - /nowhere/faults.yaml: cannot be read: ENOENT",
    );
  });

  it("fail with a CannotRun, if they fail, whatever the bytes", () => {
    const nearly = fc
      .record({
        version: fc.constant(1),
        calls: fc.jsonValue(),
        events: fc.jsonValue(),
        kills: fc.jsonValue(),
      })
      .map((value) => JSON.stringify(value));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.string(), nearly), (bytes) => {
        try {
          load(bytes);
        } catch (error) {
          expect(error).to.be.instanceOf(CannotRun);
        }
      }),
      { numRuns: size(10, 500) },
    );
  });

  it("have an example that can be used, and names its JSON Schema", () => {
    const example = loadFaults(join(folder, "example.yaml"));
    expect(example.calls.map(({ kind }) => kind)).to.eql(["throttle", "serverError", "timeout"]);
    expect([example.regionsDown, example.kills].map(({ length }) => length)).to.eql([1, 2]);
    const [first] = readFileSync(join(folder, "example.yaml"), "utf8").split("\n");
    expect(first).to.equal("# yaml-language-server: $schema=faults.schema.json");
  });

  it("have a JSON Schema in step with schema.ts", () => {
    const stored: unknown = JSON.parse(readFileSync(join(folder, "faults.schema.json"), "utf8"));
    expect(stored, "run `npm run schemas`").to.eql(JSON.parse(JSON.stringify(faultsJsonSchema())));
  });
});
