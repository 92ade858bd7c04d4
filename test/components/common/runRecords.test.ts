import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { RunRecords } from "#components/common/runRecords.js";
import { policyOf, statement } from "../../support/arguments.js";
import { recordMocks, settle } from "../../support/mocks.js";

const writers = ["arn:aws:iam::123456789012:role/closing", "arn:aws:iam::123456789012:role/start"];
const deployer = "arn:aws:iam::123456789012:role/Deployment";

describe("the bucket of records of runs", () => {
  afterEach(settle);

  it("lets the functions that write records write them, and deployers empty it, and nobody else", async () => {
    const recording = await recordMocks();
    new RunRecords("runs", {}).guard(writers, [deployer]);
    await settle();
    const policy = policyOf(recording.named("runs-policy").props);
    expect(policy.Statement.map(({ Sid }) => Sid)).to.deep.equal([
      ...["TlsOnly", "FunctionsWriteRecords", "FunctionsDeleteRecords"],
    ]);
    const guarded = ["runs/*", "state/*"].map((folder) => `arn:aws:s3:::runs-bucket-0a1b2c3/${folder}`);
    expect(statement(policy, "FunctionsWriteRecords")).to.deep.equal({
      ...{ Sid: "FunctionsWriteRecords", Effect: "Deny", Principal: "*", Action: ["s3:PutObject"] },
      ...{ Resource: guarded, Condition: { ArnNotLike: { "aws:PrincipalArn": writers } } },
    });
    expect(statement(policy, "FunctionsDeleteRecords")).to.deep.equal({
      ...{ Sid: "FunctionsDeleteRecords", Effect: "Deny", Principal: "*" },
      Action: ["s3:DeleteObject", "s3:DeleteObjectVersion"],
      ...{ Resource: guarded, Condition: { ArnNotLike: { "aws:PrincipalArn": [...writers, deployer] } } },
    });
  });

  it("keeps final records of both kinds for 400 days", async () => {
    const recording = await recordMocks();
    new RunRecords("runs", {}).guard(writers, []);
    await settle();
    const rules = recording.named("runs-lifecycle").props.rules as {
      filter: { prefix: string };
      expiration?: { days?: number };
    }[];
    expect(rules.map(({ filter, expiration }) => [filter.prefix, expiration?.days])).to.deep.equal([
      ["runs/closed/", 400],
      ["runs/windows/closed/", 400],
      ["", undefined],
    ]);
  });

  it("takes the bucket over that was the central window's: each part has the name by which Pulumi knew it", async () => {
    await recordMocks();
    const aliases = new Map<string, unknown>();
    const note: pulumi.ResourceTransformation = ({ name, opts }) => {
      aliases.set(name, opts.aliases);
      return undefined;
    };
    const outer = new pulumi.ComponentResource("test:index:Outer", "outer", {}, { transformations: [note] });
    new RunRecords("runs", { formerlyOf: "central" }, { parent: outer }).guard(writers, []);
    await settle();
    const parts = [
      ...["bucket", "public-access", "ownership", "encryption", "versioning", "lifecycle", "policy"],
    ];
    for (const part of parts) {
      const found = (aliases.get(`runs-${part}`) ?? []) as {
        name?: string;
        parent?: pulumi.Output<string>;
      }[];
      // The provider has older names of types beside it.
      const [alias] = found.filter(({ name }) => name !== undefined);
      expect(alias?.name).to.equal(`central-${part}`);
      const parent = await new Promise((resolve) => alias?.parent?.apply(resolve));
      expect(parent).to.match(/::patchplane:index:RegionalFanout::central$/);
    }
  });
});
