import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { parseDeploymentRecord } from "#shared/contract/deploymentRecord.js";
import { firstToGo } from "../support/firstToGo.js";
import { expectUniqueUrns, promiseOf, type Recording, settle } from "../support/mocks.js";
import { declared, deployStack } from "../support/program.js";
import { type RuleName, rules } from "../support/rules.js";
import { fanoutValues } from "./support/fanoutValues.js";

const systems = ["AMAZON_LINUX_2023", "UBUNTU"];

/** What a Region beside the home Region gets, in a stack that owns the baselines of its patch groups. */
const baselinesOf = (region: string) => [
  `PatchBaselines baselines-${region}`,
  ...systems.flatMap((system) => [
    `ssm.PatchBaseline baselines-${region}-${system} < baselines-${region}`,
    `ssm.PatchGroup baselines-${region}-${system}-dev-servers < baselines-${region}`,
  ]),
  `HoldBaselines holds-${region}`,
  ...systems.flatMap((system) => [
    `ssm.PatchBaseline holds-${region}-${system} < holds-${region}`,
    `ssm.PatchGroup holds-${region}-${system}-dev-servers.hold < holds-${region}`,
  ]),
];

/** The central window and all that is made with it. */
const fanoutOf = (regions: readonly string[], isFirstCalled = true) => [
  "RegionalFanout central",
  ...[
    ...["completed", "ended", "failed", "hourly"].map((kind) => `cloudwatch.EventRule ${kind}-rule`),
    ...["completed-rule", "ended", "failed-rule", "hourly"].flatMap((kind) => [
      `cloudwatch.EventTarget ${kind}-target`,
      `cloudwatch.MetricAlarm ${kind}-lost-alarm`,
    ]),
    ...["iam.Role execution-role", "iam.RolePolicy execution-policy"],
    ...["iam.Role ends-role", "iam.RolePolicy ends-role-policy", "scheduler.ScheduleGroup ends"],
    ...["closing", "start", "stopping"].flatMap((kind) => [
      ...["errors", "throttles", ...(kind === "stopping" ? ["late"] : ["hollow", "regions"])].map(
        (alarm) => `cloudwatch.MetricAlarm ${kind}-${alarm}-alarm`,
      ),
      ...[`cloudwatch.LogGroup ${kind}-logs`, `lambda.Function ${kind}-function`],
      ...[`lambda.FunctionEventInvokeConfig ${kind}-retries`, `sqs.Queue ${kind}-failed`],
      ...[`iam.Role ${kind}-role`, `iam.RolePolicy ${kind}-role-policy`],
    ]),
    ...["iam.Role window-role", "iam.RolePolicy window-role-policy"],
    ...["lambda.Permission ended-permission", "lambda.Permission hourly-permission"],
    ...["ssm.MaintenanceWindow window", "ssm.MaintenanceWindowTask task"],
    ...(isFirstCalled ? ["ssm.MaintenanceWindowTask first-task"] : []),
    ...regions.flatMap((region) =>
      ["base", "excluded"].map((kind) => `resourcegroups.Group ${kind}-group-${region}`),
    ),
    ...regions.map((region) => `ssm.Document runbook-${region}`),
  ].map((line) => line.replace(" ", " central-").concat(" < central")),
];

const ofWindow = (kind: string) => (line: string) =>
  line.endsWith(` < ${kind}`) || line.endsWith(`Window ${kind}`) || line.endsWith(`WindowRecords ${kind}`);
const isOfHomeBaselines = (line: string) => / (baselines|holds)$/.test(line);

const windows = { stacks: '["scan","install"]' };

describe("a stack of all three parts over two Regions", () => {
  let recording: Recording;
  let plain: Recording;
  let exports: Readonly<Record<string, unknown>>;
  before(async () => {
    plain = (await deployStack("dev", windows)).recording;
    ({ recording, exports } = await deployStack("dev", fanoutValues));
  });
  after(settle);

  it("declares what scan and install declare, the central window, the other Region's baselines, and no more", () => {
    const added = [...fanoutOf(["us-east-1", "eu-west-3"]), ...baselinesOf("eu-west-3")];
    expect(recording.list()).to.deep.equal([...plain.list(), ...added].sort());
    expect(recording.resources).to.have.lengthOf(141 + added.length);
    expect(firstToGo(recording)).to.deep.equal(["retired-processor"]);
  });

  it("leaves every resource that was there its URN and its inputs, but for what tells of the other Region", () => {
    expectUniqueUrns(recording);
    const changed = plain.resources.filter(({ urn, props }) => {
      const now = recording.resources.find((one) => one.urn === urn);
      // An archive has a new hash in each run of the mocks.
      const text = (value: unknown) => JSON.stringify(value).replaceAll(/"[0-9a-f]{32}":"[0-9a-f]{32}"/g, "");
      return text(now?.props) !== text(props);
    });
    expect(changed.map(({ name }) => name).sort()).to.deep.equal([
      // The function watches the central window as well.
      ...["exclusion-record", "exclusion-record-leaving", "exclusion-record-object", "exclusions"],
      "exclusions-function",
      "exclusions-role-policy",
      // Its functions write records too.
      "runs-policy",
    ]);
  });

  it("makes the baselines of each Region once", () => {
    const made = recording.all("ssm.PatchBaseline").map(({ props }) => `${props.region} ${props.name}`);
    expect(made.sort()).to.deep.equal(
      ["eu-west-3", "undefined"]
        .flatMap((region) =>
          systems.flatMap((system) =>
            ["", "hold-"].map((kind) => `${region} patchplane-dev-${kind}${system}`),
          ),
        )
        .sort(),
    );
  });

  for (const name of Object.keys(rules) as RuleName[]) {
    it(`keeps the rule ${name}`, () => expect(rules[name](declared(recording))).to.deep.equal([]));
  }

  it("tells the exclusion processor of every Region", () => {
    const read = parseDeploymentRecord(String(recording.named("exclusion-record-object").props.content));
    expect(read.ok ? [] : read.problems).to.deep.equal([]);
    if (!read.ok) return;
    const baselines = (start: string) =>
      Object.fromEntries(systems.map((system) => [system, `pb-${start}-${system}`]));
    expect(read.record.regions).to.deep.equal([
      {
        ...{ name: "us-east-1", baselines: baselines("baselines"), holds: baselines("holds") },
        ...{ scanWindowId: "mw-scan-window", installWindowId: "mw-install-window" },
      },
      {
        ...{ name: "eu-west-3", baselines: baselines("baselines-eu-west-3") },
        holds: baselines("holds-eu-west-3"),
      },
    ]);
  });

  it("makes the baselines of every Region before a window", () => {
    const made = [...recording.all("ssm.PatchBaseline"), ...recording.all("ssm.PatchGroup")];
    const needed = made.filter(({ parent }) => parent?.startsWith("baselines"));
    expect(needed).to.have.lengthOf(8);
    for (const component of ["scan", "install", "central"])
      expect(recording.named(component).dependencies).to.include.members(needed.map(({ urn }) => urn));
  });

  it("declares in a preview that knows no id what it declares in a full run", async () => {
    const preview = await deployStack("dev", fanoutValues, { preview: true });
    expect(preview.recording.list()).to.deep.equal(recording.list());
  });

  it("exports what people and other accounts need", async () => {
    expect(await promiseOf(pulumi.output(exports))).to.deep.include({
      fanoutWindowId: "mw-central-window",
      runsBucket: "runs-bucket-0a1b2c3",
      fanoutRunsBucket: "runs-bucket-0a1b2c3",
      fanoutAdministrationRoleArn: undefined,
      baselineIds: Object.fromEntries(systems.map((system) => [system, `pb-baselines-${system}`])),
    });
  });

  it("gives the window's function the bundle of each", () => {
    const code = (name: string) => JSON.stringify(recording.named(`central-${name}-function`).props.code);
    expect(code("start")).to.match(/dist\/functions\/regional-fanout\/index\.mjs"/);
    expect(code("closing")).to.match(/dist\/functions\/regional-fanout-closing\/index\.mjs"/);
  });
});

describe("a stack of the central window", () => {
  after(settle);

  it("stands alone, over other Regions than its own", async () => {
    const plain = (await deployStack("dev", windows)).recording.list();
    const changes = { ...fanoutValues, stacks: '["central"]', fanoutRegions: '["eu-west-3","us-west-2"]' };
    const { recording, exports } = await deployStack("dev", changes);
    const shared = plain.filter(
      (line) =>
        !ofWindow("scan")(line) &&
        !ofWindow("install")(line) &&
        !ofWindow("records")(line) &&
        !isOfHomeBaselines(line),
    );
    const regions = ["eu-west-3", "us-west-2"];
    const expected = [...shared, ...fanoutOf(regions), ...regions.flatMap(baselinesOf)];
    expect(recording.list()).to.deep.equal(expected.sort());
    for (const key of ["baselineIds", "scanWindowId", "installWindowId"])
      expect(exports[key], key).to.equal(undefined);
    const problems = Object.values(rules).flatMap((rule) => rule(declared(recording)));
    expect(problems).to.deep.equal([]);
    const read = parseDeploymentRecord(String(recording.named("exclusion-record-object").props.content));
    expect(read.ok && read.record.regions.map(({ name }) => name)).to.deep.equal(regions);
  });

  it("makes no baseline and calls no exclusion processor where another stack owns them", async () => {
    const plain = (await deployStack("dev", { ...windows, ownsBaselines: "false" })).recording.list();
    const { recording } = await deployStack("dev", {
      ...{ ...fanoutValues, ownsBaselines: "false", fanoutOperation: "Scan" },
    });
    const added = fanoutOf(["us-east-1", "eu-west-3"], false);
    // Its closing function looks whether the windows open.
    added.push("OverdueAlarm overdue", "cloudwatch.MetricAlarm overdue-alarm < overdue");
    expect(recording.list()).to.deep.equal([...plain, ...added].sort());
    const problems = Object.values(rules).flatMap((rule) => rule(declared(recording)));
    expect(problems).to.deep.equal([]);
  });

  it("names no partition by hand", async () => {
    const changes = { ...fanoutValues, "aws:region": "us-gov-west-1", fanoutRegions: '["us-gov-east-1"]' };
    const gov = await deployStack("dev", changes, { partition: "aws-us-gov", region: "us-gov-west-1" });
    const text = JSON.stringify(declared(gov.recording));
    expect(text).to.contain("arn:aws-us-gov:").and.to.not.contain("arn:aws:");
    expect(rules.policiesAreNarrow(declared(gov.recording))).to.deep.equal([]);
  });
});
