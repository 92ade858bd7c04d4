import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import type { CompleteFanoutArgs, FilledFanout } from "#components/fanout/fanout.js";
import { checkedFanoutArgs } from "#components/fanout/fanoutArguments.js";
import { RegionalFanout } from "#components/fanout/regionalFanout.js";
import { fanoutArgs, fanoutOf, refusals } from "../../support/arguments.js";
import { promiseOf, recordMocks, settle } from "../../support/mocks.js";

/** What a component refuses that was made untyped, as from JavaScript. */
async function refused(changes: object, fanout: object = {}) {
  await recordMocks();
  const args = fanoutArgs({ ...changes, fanout: { ...fanoutOf(), ...fanout } as FilledFanout });
  return refusals(() => new RegionalFanout("f", args as CompleteFanoutArgs));
}

const rate = (what: string, least: string) =>
  `allowed is a number of ${what} from "${least}" or a share from "${least}%" to "100%", in 1 to 7 characters.`;
const account = "allowed is the 12-digit id of an account, or an organizational unit as ou-ab12-cdefgh34.";
const calendar =
  "allowed is the name of a Change Calendar, 3 to 128 of a-z A-Z 0-9 _ - and a dot, or its ARN.";
const group = "allowed is the name of a resource group, 1 to 300 of a-z A-Z 0-9 _ . and -.";

describe("the arguments of a fan-out", () => {
  afterEach(settle);

  for (const [property, value, path, reason] of [
    ["operation", "Patch", "operation", 'got "Patch"; allowed is Scan or Install.'],
    ["rebootOption", "Reboot", "rebootOption", 'got "Reboot"; allowed are RebootIfNeeded and NoReboot.'],
    ["executionMode", "fast", "executionMode", 'got "fast"; allowed is per-region or per-instance.'],
    ["maxConcurrency", "0", "maxConcurrency", `got "0"; ${rate("nodes", "1")}`],
    ["maxErrors", "x", "maxErrors", `got "x"; ${rate("nodes", "0")}`],
    ["locationMaxConcurrency", "0%", "locationMaxConcurrency", `got "0%"; ${rate("accounts", "1")}`],
    ["locationMaxErrors", "101%", "locationMaxErrors", `got "101%"; ${rate("accounts", "0")}`],
    ["accounts", ["21098765432"], "accounts[0]", `got "21098765432"; ${account}`],
    ["accounts", ["r-ab12"], "accounts[0]", `got "r-ab12"; ${account}`],
    [
      "accounts",
      ["210987654321", "210987654321"],
      "accounts[1]",
      '"210987654321" is there twice. Remove one of them.',
    ],
    ["calendars", ["a b"], "calendars[0]", `got "a b"; ${calendar}`],
    ["calendars", ["*"], "calendars[0]", `got "*"; ${calendar}`],
    [
      "calendars",
      Array.from({ length: 11 }, (_, index) => `calendar-${index}`),
      "calendars",
      "got 11; allowed are up to 10.",
    ],
    ["resourceGroups", [], "resourceGroups", "is empty. Leave it out, or name a group."],
    [
      "resourceGroups",
      ["AWS-patched"],
      "resourceGroups[0]",
      `got "AWS-patched"; names that begin with AWS are the service's own.`,
    ],
    ["resourceGroups", ["a*"], "resourceGroups[0]", `got "a*"; ${group}`],
    [
      "resourceGroups",
      Array.from({ length: 11 }, (_, index) => `group-${index}`),
      "resourceGroups",
      "got 11; allowed are up to 10.",
    ],
    ["regions", [], "regions", "got 0 Regions; allowed are 1 to 50."],
  ] as const) {
    it(`refuse ${property} ${JSON.stringify(value).slice(0, 40)}`, async () => {
      expect(await refused({}, { [property]: value })).to.deep.equal([
        { propertyPath: `fanout.${path}`, reason },
      ]);
    });
  }

  it("refuse 1,001 accounts, with which a document cannot be shared (ModifyDocumentPermission)", async () => {
    const accounts = Array.from({ length: 1001 }, (_, index) => String(100_000_000_000 + index));
    const [first] = await refused({}, { accounts });
    expect(first).to.deep.equal({
      propertyPath: "fanout.accounts",
      reason: "got 1001; allowed are up to 1000.",
    });
  });

  it("refuse everything that is wrong at once", async () => {
    const { logs, targets } = fanoutArgs();
    const found = await refused(
      {
        region: "eu-south-1",
        namePrefix: "a b",
        schedule: { expression: "daily", durationHours: 5, cutoffHours: 5 },
        targets: { ...targets, patchGroups: [] },
        logs: { ...logs, logGroupPrefix: "/a/", retentionDays: 2 },
        ownerInformation: "",
      },
      { regions: ["us-gov-west-1"], maxErrors: "" },
    );
    expect(found.map(({ propertyPath }) => propertyPath)).to.deep.equal([
      ...["region", "namePrefix", "schedule.expression", "schedule.cutoffHours", "targets.patchGroups"],
      ...["fanout.regions[0]", "fanout.maxErrors", "logs.logGroupPrefix"],
      ...["logs.retentionDays", "ownerInformation"],
    ]);
  });

  it("take what is known only later, and refuse it then", async () => {
    const recording = await recordMocks();
    const owner = new RegionalFanout("f", fanoutArgs({ ownerInformation: pulumi.output("x".repeat(128)) }));
    await promiseOf(owner.windowId);
    await settle();
    expect(recording.named("f-task").props.description).to.equal("x".repeat(128));
    const wrong = checkedFanoutArgs("f", fanoutArgs({ ownerInformation: pulumi.output("") }));
    expect(await refusals(() => promiseOf(pulumi.output(wrong.ownerInformation)))).to.deep.equal([
      { propertyPath: "ownerInformation", reason: 'got ""; allowed is a text of 1 to 128 characters.' },
    ]);
  });

  it("take the limits themselves", async () => {
    const recording = await recordMocks();
    const fanout = fanoutOf({
      ...{ maxConcurrency: "9999999", maxErrors: "0%" },
      ...{ locationMaxConcurrency: "100%", locationMaxErrors: "0" },
      accounts: Array.from({ length: 50 }, (_, index) => String(100_000_000_000 + index)),
      calendars: ["abc", "arn:aws:ssm:us-east-1:210987654321:document/freeze"],
      resourceGroups: ["g", "g".repeat(300)],
    });
    new RegionalFanout("f", fanoutArgs({ fanout }));
    await settle();
    expect(recording.named("f-task").type).to.equal("aws:ssm/maintenanceWindowTask:MaintenanceWindowTask");
  });
});
