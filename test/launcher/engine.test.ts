import { resolve } from "node:path";
import { expect } from "chai";
import {
  awsAnswers,
  awsComputed,
  type ProgramResult,
  type ProgramRun,
  type RegisteredResource,
  readProject,
  runProgram,
  unknown,
} from "../support/engine/index.js";

const directory = resolve(import.meta.dirname, "fixture");
const settings = readProject(directory, "dev");

const stackUrn = "urn:pulumi:dev::fixture::pulumi:pulumi:Stack::fixture-dev";
const journalUrn = "urn:pulumi:dev::fixture::fixture:index:Journal::journal";
const bucketUrn = "urn:pulumi:dev::fixture::fixture:index:Journal$aws:s3/bucket:Bucket::journal-bucket";

type Change = Partial<ProgramRun> & { readonly mode?: string };

function run(change: Change = {}): Promise<ProgramResult> {
  const { mode = "plain", ...rest } = change;
  return runProgram({
    directory,
    stack: "dev",
    dryRun: true,
    ...settings,
    config: { ...settings.config, "fixture:mode": mode },
    secretKeys: ["fixture:purpose"],
    answers: awsAnswers(),
    computed: awsComputed(),
    ...rest,
  });
}

function named(result: ProgramResult, name: string): RegisteredResource {
  const found = result.resources.filter((resource) => resource.name === name);
  expect(found, name).to.have.lengthOf(1);
  const [resource] = found;
  if (resource === undefined) throw new Error(`no resource ${name}`);
  return resource;
}

function listed(result: ProgramResult): string[] {
  return result.resources.map((resource) => `${resource.type} ${resource.name}`).toSorted();
}

function errors(result: ProgramResult): string {
  return result.logs.flatMap((entry) => (entry.severity === "error" ? [entry.message] : [])).join("\n");
}

describe("test engine", () => {
  let dry: ProgramResult;
  let wide: ProgramResult;
  before(async () => {
    dry = await run();
    wide = await run({ mode: "wide", dryRun: false });
  });

  describe("dry run", () => {
    let result: ProgramResult;
    before(() => {
      result = dry;
    });

    it("ends well, without a warning", () => {
      expect(result.exitCode, result.stderr).to.equal(0);
      expect(result.stdout + result.stderr).to.equal("");
      expect(result.logs.filter((entry) => entry.severity !== "debug")).to.deep.equal([]);
      expect(result.wallMs).to.be.greaterThan(0);
    });

    it("lists each resource once", () => {
      expect(listed(result)).to.deep.equal([
        "aws:s3/bucket:Bucket journal-bucket",
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration journal-lifecycle",
        "fixture:index:Journal journal",
        "pulumi:pulumi:Stack fixture-dev",
      ]);
    });

    it("builds URNs from the types of the parents, without the stack's", () => {
      expect(named(result, "fixture-dev")).to.include({ urn: stackUrn, parent: undefined, custom: false });
      expect(named(result, "journal")).to.include({ urn: journalUrn, parent: stackUrn, custom: false });
      expect(named(result, "journal-bucket")).to.include({
        urn: bucketUrn,
        parent: journalUrn,
        custom: true,
      });
    });

    it("gives the program its configuration and unwraps secrets", () => {
      const { inputs, secretInputs } = named(result, "journal-bucket");
      expect(inputs).to.deep.equal({ tags: { Team: "Blue", Account: "123456789012", Purpose: "journal" } });
      expect(secretInputs).to.deep.equal(["tags.Purpose"]);
    });

    it("leaves ids and computed outputs unknown", () => {
      expect(named(result, "journal-bucket").id).to.equal(undefined);
      expect(named(result, "journal-lifecycle").inputs.bucket).to.equal(unknown);
      expect(named(result, "journal").outputs).to.deep.equal({ bucketArn: unknown });
    });

    it("records options, aliases and dependencies", () => {
      const bucket = named(result, "journal-bucket");
      expect(bucket).to.include({ protect: true, deleteBeforeReplace: false, provider: undefined });
      expect(bucket.aliases[0]).to.deep.equal({ name: "journal-store", parentUrn: journalUrn });
      expect(bucket.dependencies).to.deep.equal([]);
      expect(named(result, "journal-lifecycle").dependencies).to.deep.equal([bucketUrn]);
    });

    it("keeps the stack's outputs and the invokes", () => {
      expect(result.outputs).to.deep.equal({
        bucketArn: unknown,
        label: "123456789012/journal",
        place: "here",
      });
      expect(result.invokes).to.deep.equal([
        { token: "aws:index/getCallerIdentity:getCallerIdentity", args: {} },
      ]);
    });
  });

  describe("real run", () => {
    let result: ProgramResult;
    before(async () => {
      result = await run({ dryRun: false });
    });

    it("declares what the dry run declares", () => {
      expect(result.exitCode, result.stderr).to.equal(0);
      expect(listed(result)).to.deep.equal(listed(dry));
    });

    it("knows ids and computed outputs", () => {
      const { id } = named(result, "journal-bucket");
      expect(id).to.match(/^journal-bucket-[0-9a-f]{7}$/);
      expect(named(result, "journal-lifecycle").inputs.bucket).to.equal(id);
      expect(named(result, "journal").outputs).to.deep.equal({ bucketArn: `arn:aws:s3:::${id}` });
      expect(result.outputs).to.include({ bucketArn: `arn:aws:s3:::${id}` });
    });

    it("gives each resource the same id in each run", () => {
      const ids = result.resources.map(({ name, id }) => ({ name, id }));
      expect(wide.resources.map(({ name, id }) => ({ name, id }))).to.deep.include.members(ids);
    });
  });

  it("knows providers, resources that are only read, and references to resources", () => {
    const result = wide;
    expect(result.exitCode, errors(result)).to.equal(0);
    const provider = named(result, "abroad");
    expect(provider.inputs).to.include({ region: "eu-central-1" });
    const topic = result.resources.find((resource) => resource.name === "abroad-topic");
    expect(topic?.provider).to.equal(`${provider.urn}::${provider.id}`);
    expect(topic?.deleteBeforeReplace).to.equal(true);
    expect(named(result, "adopted")).to.include({ external: true, id: "a-bucket-of-yore" });
    expect(named(result, "stash").inputs).to.deep.equal({ input: { urn: topic?.urn, id: topic?.id } });
    expect(named(result, "stash-of-arn").inputs.input).to.match(
      /^arn:aws:sns:us-east-1:123456789012:topic\//,
    );
  });

  it("runs the same program under the SDK's own loader", async () => {
    const result = await run({ typescript: true, nodeArgs: [] });
    expect(result.exitCode, result.stderr + errors(result)).to.equal(0);
    expect(result.resources).to.have.lengthOf(4);
    const loader = result.logs.filter((entry) => entry.message.includes("automatic ESM mode"));
    expect(loader).to.have.lengthOf(1);
  });

  describe("failures", () => {
    it("fails with the message alone for an error that is meant for the user", async () => {
      const result = await run({ mode: "refuse", plainErrors: false });
      expect(result.exitCode).to.not.equal(0);
      expect(errors(result)).to.equal("the fixture refuses");
      expect(result.resources).to.have.lengthOf(1);
    });

    it("fails with the error that the program throws", async () => {
      const result = await run({ mode: "throw" });
      expect(result.exitCode).to.not.equal(0);
      expect(errors(result)).to.contain("the fixture throws");
    });

    it("fails with the key of a missing setting", async () => {
      const result = await run({ config: { "fixture:mode": "plain", "fixture:labels": "{}" } });
      expect(result.exitCode).to.not.equal(0);
      expect(errors(result)).to.contain("fixture:purpose");
    });

    it("fails with the token of an invoke that has no answer", async () => {
      const answers = { "aws:index/getCallerIdentity:getCallerIdentity": { accountId: "1" } };
      const result = await run({ mode: "invoke", answers });
      expect(result.exitCode).to.not.equal(0);
      expect(errors(result)).to.contain("no answer for the invoke aws:index/getPartition:getPartition");
    });

    it("fails with the URN of a resource that is declared twice", async () => {
      const result = await run({ mode: "duplicate" });
      expect(result.exitCode).to.not.equal(0);
      expect(errors(result)).to.contain(`Duplicate resource URN '${journalUrn}'`);
    });

    it("fails if the program does not end in time", async () => {
      const late = await run({ timeoutMs: 50 }).then(
        () => "in time",
        (cause: unknown) => String(cause),
      );
      expect(late).to.contain("ran longer than 50 ms");
    });
  });
});
