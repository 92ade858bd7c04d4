import { expect } from "chai";
import type { CompleteFanoutArgs } from "#components/fanout/fanout.js";
import { fanoutPrefixProblems } from "#components/fanout/fanoutNames.js";
import { payloadProblems } from "#components/fanout/fanoutPayload.js";
import { RegionalFanout } from "#components/fanout/regionalFanout.js";
import { readPayload } from "#functions/regional-fanout/core/payload.js";
import { fanoutArgs, fanoutOf, refusals } from "../../support/arguments.js";
import { accountId, type MockOptions, recordMocks, settle } from "../../support/mocks.js";

async function payloadText(changes: Partial<CompleteFanoutArgs> = {}, options: MockOptions = {}) {
  const recording = await recordMocks(options);
  new RegionalFanout("f", fanoutArgs(changes));
  await settle();
  const { lambdaParameters } = recording.named("f-task").props.taskInvocationParameters as {
    lambdaParameters: { payload: string };
  };
  return lambdaParameters.payload;
}

/** What the function gets, once the window has filled the ids in. */
function filled(text: string): unknown {
  return JSON.parse(
    text
      .replace("{{WINDOW_ID}}", "mw-0123456789abcdef0")
      .replace("{{TASK_EXECUTION_ID}}", "11111111-2222-4333-8444-555555555555"),
  );
}

const everything = fanoutOf({
  operation: "Scan",
  rebootOption: "NoReboot",
  executionMode: "per-instance",
  locationMaxConcurrency: "50%",
  locationMaxErrors: "1",
  accounts: ["210987654321", "ou-ab12-cdefgh34"],
  calendars: ["freeze"],
});

describe("the payload of the central window's task", () => {
  afterEach(settle);

  it("is the seed's, with names that the window fills in, and what stands beside it", async () => {
    const expected =
      '{"WindowId":"{{WINDOW_ID}}","TaskExecutionId":"{{TASK_EXECUTION_ID}}",' +
      '"Document":{"Name":"fleet-fanout","Version":"$DEFAULT","Parameters":{' +
      `"AutomationAssumeRole":["arn:aws:iam::${accountId}:role/fleet-automation-execution"],` +
      '"Operation":["Install"]}},"TargetParameterName":"InstanceIds",' +
      '"Targets":[{"Key":"ResourceGroup","Values":["fleet-base","fleet-excluded"]}],' +
      '"MaxConcurrency":"10","MaxErrors":"1","Regions":["us-east-2","eu-west-3"],' +
      '"RebootOption":"RebootIfNeeded","ExecutionMode":"per-region",' +
      '"ExecutionRoleName":"fleet-automation-execution"}';
    expect(await payloadText()).to.equal(expected);
  });

  it("has what else a fan-out says, and leaves out what it does not say", async () => {
    const plain = JSON.parse(await payloadText()) as Record<string, unknown>;
    const full = JSON.parse(await payloadText({ fanout: everything })) as Record<string, unknown>;
    expect(full).to.deep.equal({
      ...plain,
      Document: {
        Name: "fleet-fanout",
        Version: "$DEFAULT",
        Parameters: {
          AutomationAssumeRole: [`arn:aws:iam::${accountId}:role/fleet-automation-execution`],
          Operation: ["Scan"],
        },
      },
      ...{ RebootOption: "NoReboot", ExecutionMode: "per-instance" },
      ...{ LocationMaxConcurrency: "50%", LocationMaxErrors: "1" },
      ...{ Accounts: ["210987654321", "ou-ab12-cdefgh34"], Calendars: ["freeze"] },
      AdministrationRole: `arn:aws:iam::${accountId}:role/fleet-automation-administration`,
    });
  });

  it("is one that the function takes, and means there what the fan-out says", async () => {
    expect(readPayload(filled(await payloadText()), "unused")).to.deep.include({
      ...{ operation: "Install", rebootOption: "RebootIfNeeded", executionMode: "per-region" },
      ...{ groups: ["fleet-base", "fleet-excluded"], regions: ["us-east-2", "eu-west-3"] },
      ...{ maxConcurrency: "10", maxErrors: "1", locationMaxConcurrency: "100%", locationMaxErrors: "100%" },
      ...{ accounts: [], calendars: [], executionRoleName: "fleet-automation-execution" },
    });
    expect(readPayload(filled(await payloadText({ fanout: everything })), "unused")).to.deep.include({
      ...{ operation: "Scan", rebootOption: "NoReboot", executionMode: "per-instance" },
      ...{ locationMaxConcurrency: "50%", locationMaxErrors: "1" },
      ...{ accounts: ["210987654321", "ou-ab12-cdefgh34"], calendars: ["freeze"] },
    });
    for (const rate of ["1", "9999999", "1%", "100%"]) {
      const fanout = fanoutOf({ maxConcurrency: rate, maxErrors: rate, resourceGroups: ["a.b_c-d"] });
      expect(readPayload(filled(await payloadText({ fanout })), "unused").maxConcurrency).to.equal(rate);
    }
  });

  /** A fan-out over one Region whose payload has a number of bytes in the partition with the longest name. */
  const ofBytes = (bytes: number) => {
    const groups = (lengths: readonly number[]) =>
      fanoutOf({ resourceGroups: lengths.map((length, index) => String(index).padEnd(length, "g")) });
    const lengths = Array.from({ length: 10 }, () => 290);
    const roleArn = `arn:aws-us-gov:iam::${accountId}:role/fleet-automation-execution`;
    const measured = (fanout: CompleteFanoutArgs["fanout"]) =>
      Buffer.byteLength(
        JSON.stringify({
          ...{ WindowId: "{{WINDOW_ID}}", TaskExecutionId: "{{TASK_EXECUTION_ID}}" },
          Document: {
            ...{ Name: "fleet-fanout", Version: "$DEFAULT" },
            Parameters: { AutomationAssumeRole: [roleArn], Operation: ["Install"] },
          },
          TargetParameterName: "InstanceIds",
          Targets: [{ Key: "ResourceGroup", Values: fanout.resourceGroups }],
          ...{ MaxConcurrency: "10", MaxErrors: "1", Regions: fanout.regions },
          ...{ RebootOption: "RebootIfNeeded", ExecutionMode: "per-region" },
          ...{ ExecutionRoleName: "fleet-automation-execution", Calendars: fanout.calendars },
        }),
      );
    const calendars = ["c", "d", "e"].map((letter) => letter.repeat(128));
    const start = { ...groups(lengths), calendars };
    const missing = bytes - measured(start);
    const last = { ...groups([...lengths.slice(1), 290 + missing]), calendars };
    expect(measured(last)).to.equal(bytes);
    return last;
  };

  it("has at most 3,840 of the 4,096 bytes that a window takes, so that ids have room", async () => {
    const fits = fanoutArgs({ fanout: ofBytes(3840) });
    expect(payloadProblems(fits)).to.deep.equal([]);
    const text = await payloadText({ fanout: fits.fanout }, { partition: "aws-us-gov" });
    expect(Buffer.byteLength(text)).to.equal(3840);
    expect(Buffer.byteLength(JSON.stringify(filled(text)))).to.be.lessThan(4096);
  });

  it("is refused at a preview when it is longer", async () => {
    await recordMocks({ preview: true });
    const found = await refusals(() => new RegionalFanout("f", fanoutArgs({ fanout: ofBytes(3841) })));
    expect(found).to.deep.equal([
      {
        propertyPath: "fanout",
        reason:
          "makes a payload of 3841 bytes, and a window takes 3840 with the ids that it fills in. Name fewer Regions, groups, accounts or calendars; an organizational unit stands for many accounts.",
      },
    ]);
  });
});

describe("the start of the names of a fan-out", () => {
  it("leaves the names of roles the 64 characters that IAM takes", async () => {
    const namePrefix = "p".repeat(38);
    const recording = await recordMocks();
    new RegionalFanout("f", fanoutArgs({ namePrefix, fanout: fanoutOf({ accounts: ["210987654321"] }) }));
    await settle();
    const named = (type: string) => recording.all(type).map(({ props }) => String(props.name ?? ""));
    expect(named("iam.Role").map(({ length }) => length)).to.include(64);
    for (const name of [...named("iam.Role"), ...named("lambda.Function")])
      expect(name.length).to.be.at.most(64);
  });

  const allowed =
    "allowed are 3 to 38 characters of a-z A-Z 0-9 _ and -, since IAM takes 64 for the name of a role.";
  const taken = "names that begin with aws, amazon or amzn are AWS's own. Choose another.";
  for (const [prefix, says] of [
    ["p".repeat(39), allowed],
    ["ab", allowed],
    ["a b", allowed],
    ["", allowed],
    ["aws-fleet", taken],
    ["Amazonia", taken],
    ["AMZN", taken],
  ] as const) {
    it(`may not be ${prefix === "" ? "empty" : prefix}`, () => {
      expect(fanoutPrefixProblems(prefix)).to.deep.equal([
        { propertyPath: "namePrefix", reason: `got "${prefix}"; ${says}` },
      ]);
    });
  }

  it("may be three characters, and hold aws further in", () => {
    for (const prefix of ["abc", "my-aws", "p".repeat(38)])
      expect(fanoutPrefixProblems(prefix), prefix).to.deep.equal([]);
  });
});
