import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { ExclusionRecord, type ExclusionRecordArgs } from "#components/exclusions/exclusionRecord.js";
import { parseDeploymentRecord } from "#shared/contract/deploymentRecord.js";
import { recordArgs, refusals } from "../../support/arguments.js";
import { accountId, type MockOptions, promiseOf, recordMocks, settle } from "../../support/mocks.js";

async function content(
  changes: Partial<ExclusionRecordArgs> = {},
  options: MockOptions = {},
): Promise<Record<string, unknown>> {
  const recording = await recordMocks(options);
  new ExclusionRecord("r", recordArgs(changes));
  await settle();
  const text = String(recording.only("s3.BucketObjectv2").props.content);
  const read = parseDeploymentRecord(text);
  expect(read.ok ? [] : read.problems).to.deep.equal([]);
  return JSON.parse(text) as Record<string, unknown>;
}

describe("ExclusionRecord", () => {
  afterEach(settle);

  it("makes one object and nothing else", async () => {
    const recording = await recordMocks();
    const record = new ExclusionRecord("r", recordArgs({ tags: { Owner: "ops" } }));
    await settle();
    expect(recording.list()).to.deep.equal(["ExclusionRecord r", "s3.BucketObjectv2 r-object < r"]);
    const { content: _, ...props } = recording.named("r-object").props;
    expect(props).to.deep.equal({
      bucket: "manifests",
      key: "deployment.json",
      contentType: "application/json",
      tags: { Owner: "ops" },
    });
    expect(await promiseOf(record.key)).to.equal("deployment.json");
    expect(recording.outputs.get(recording.named("r").urn)).to.deep.equal({ key: "deployment.json" });
  });

  it("says this and no more", async () => {
    expect(await content()).to.deep.equal({
      version: 1,
      stack: "patchplane/test",
      namePrefix: "fleet",
      partition: "aws",
      accountId,
      patchGroupTagKey: "PatchGroup",
      patchGroups: ["web", "app"],
      targetTags: { Tier: ["gold"] },
      operatingSystems: ["UBUNTU", "WINDOWS"],
      baselineSettings: "1f52b216d3aa3b4d",
      timezone: "Europe/Berlin",
      maxExclusionDays: 60,
      regions: [
        {
          name: "us-east-1",
          baselines: { UBUNTU: "pb-ubuntu", WINDOWS: "pb-windows" },
          holds: { UBUNTU: "pb-held-ubuntu", WINDOWS: "pb-held-windows" },
          scanWindowId: "mw-scan",
          installWindowId: "mw-install",
        },
      ],
    });
  });

  it("says how many nodes may be moved at once where that is given", async () => {
    expect(await content({ maxChangedNodes: 7 })).to.include({ maxChangedNodes: 7 });
  });

  it("names the partition, and each Region as it was given or else its own", async () => {
    const baselines = { UBUNTU: pulumi.output("pb-u") };
    const holds = { UBUNTU: pulumi.output("pb-h") };
    const regions = [
      { baselines, holds },
      { name: pulumi.output("us-gov-east-1"), baselines: {}, holds: {} },
    ];
    const place = { partition: "aws-us-gov", region: "us-gov-west-1" };
    expect(await content({ regions }, place)).to.deep.include({
      partition: "aws-us-gov",
      regions: [
        { name: "us-gov-west-1", baselines: { UBUNTU: "pb-u" }, holds: { UBUNTU: "pb-h" } },
        { name: "us-gov-east-1", baselines: {}, holds: {} },
      ],
    });
  });

  it("changes when a baseline's rules do, whose id stays, and at no other time", async () => {
    const { baselines } = recordArgs();
    const before = await content();
    expect(await content({ baselines: structuredClone(baselines) })).to.deep.equal(before);
    const after = await content({
      baselines: { ...baselines, UBUNTU: { approvalRules: [{ priority: ["Required"] }] } },
    });
    expect(after.baselineSettings).to.not.equal(before.baselineSettings);
    expect({ ...after, baselineSettings: before.baselineSettings }).to.deep.equal(before);
  });

  it("refuses everything that is wrong at once", async () => {
    await recordMocks();
    const wrong = recordArgs({
      region: "eu",
      owner: "a b",
      namePrefix: "x",
      targets: { patchGroupTagKey: "PatchGroup", patchGroups: ["g".repeat(244)], tags: {} },
      baselines: {},
      timezone: "EST",
      maxExclusionDays: 366,
      maxChangedNodes: 0,
      regions: [],
    });
    expect(await refusals(() => new ExclusionRecord("r", wrong))).to.deep.equal([
      {
        propertyPath: "region",
        reason: 'got "eu"; allowed is a Region such as eu-central-1. Leave it out for the provider\'s own.',
      },
      {
        propertyPath: "owner",
        reason: 'got "a b"; allowed are 1 to 201 letters, digits and _ . : / = + - @.',
      },
      {
        propertyPath: "namePrefix",
        reason: 'got "x"; allowed are 3 to 49 characters of a-z A-Z 0-9 _ and -.',
      },
      {
        propertyPath: "targets.patchGroups[0]",
        reason:
          "got a name of 244 characters; allowed are 243, since an exclusion makes groups of it with 13 more, and SSM takes 256.",
      },
      { propertyPath: "baselines", reason: "is empty; allowed is at least one." },
      {
        propertyPath: "timezone",
        reason:
          'time zone: got "EST"; allowed is UTC or an IANA name such as America/New_York; an abbreviation says nothing of summer time, and several countries may share it; it may be America/New_York',
      },
      {
        propertyPath: "maxExclusionDays",
        reason: "got 366; allowed is a whole number of days from 1 to 365.",
      },
      {
        propertyPath: "maxChangedNodes",
        reason: "got 0; allowed is a whole number of nodes from 1 to 1000000.",
      },
      { propertyPath: "regions", reason: "is empty; allowed is at least one." },
    ]);
  });
});
