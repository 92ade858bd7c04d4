import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { awsContext, regionProblems } from "#components/common/awsContext.js";
import { arn, literal, policyDocument, ssmTrustPolicy } from "#components/common/policies.js";
import type { Policy } from "../../support/arguments.js";
import { accountId, failureOf, promiseOf, recordMocks, settle } from "../../support/mocks.js";

class Asking extends pulumi.ComponentResource {
  constructor() {
    super("test:index:Asking", "asking");
    this.registerOutputs({});
  }
}

describe("policies", () => {
  afterEach(settle);

  for (const [partition, region] of [
    ["aws", "us-east-1"],
    ["aws-us-gov", "us-gov-west-1"],
    ["aws-cn", "cn-north-1"],
  ] as const) {
    it(`builds ARNs in ${partition}`, async () => {
      await recordMocks({ partition, region });
      const context = awsContext(new Asking(), undefined);
      expect(await promiseOf(arn(context, { service: "ssm", resource: "document/D" }))).to.equal(
        `arn:${partition}:ssm:${region}:${accountId}:document/D`,
      );
      const root = arn(context, { service: "iam", region: "", resource: "root" });
      expect(await promiseOf(root)).to.equal(`arn:${partition}:iam::${accountId}:root`);
      const owned = arn(context, { service: "ssm", account: "", resource: "document/AWS-D" });
      expect(await promiseOf(owned)).to.equal(`arn:${partition}:ssm:${region}::document/AWS-D`);
    });
  }

  it("asks for the Region that a component was given, and for the provider's own without one", async () => {
    const recording = await recordMocks({ region: "us-east-1" });
    const parent = new Asking();
    expect(await promiseOf(awsContext(parent, "eu-west-3").region)).to.equal("eu-west-3");
    expect(await promiseOf(awsContext(parent, undefined).region)).to.equal("us-east-1");
    expect(recording.invokes).to.include("aws:index/getRegion:getRegion");
  });

  it("trusts SSM on behalf of this account only", async () => {
    await recordMocks();
    const trust = JSON.parse(await promiseOf(ssmTrustPolicy(awsContext(new Asking(), undefined)))) as Policy;
    expect(trust).to.deep.equal({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "SystemsManagerOfThisAccount",
          Effect: "Allow",
          Principal: { Service: "ssm.amazonaws.com" },
          Action: "sts:AssumeRole",
          Condition: {
            StringEqualsIfExists: { "aws:SourceAccount": accountId },
            ArnLikeIfExists: { "aws:SourceArn": `arn:aws:ssm:*:${accountId}:*` },
          },
        },
      ],
    });
  });

  it("keeps statements in their order and resolves what they hold", async () => {
    await recordMocks();
    const document = policyDocument([
      { Sid: "B", Effect: "Allow", Action: "s3:PutObject", Resource: pulumi.output("arn:one") },
      { Sid: "A", Effect: "Deny", Action: ["s3:*"], Resource: [pulumi.output("arn:two")] },
    ]);
    expect(await promiseOf(document)).to.equal(
      '{"Version":"2012-10-17","Statement":[' +
        '{"Sid":"B","Effect":"Allow","Action":"s3:PutObject","Resource":"arn:one"},' +
        '{"Sid":"A","Effect":"Deny","Action":["s3:*"],"Resource":["arn:two"]}]}',
    );
  });

  it("takes the policy language's own characters literally", () => {
    expect(literal("a*b?c$d").replaceAll("$", "%")).to.equal("a%{*}b%{?}c%{%}d");
    expect(literal("web-1")).to.equal("web-1");
  });

  describe("Regions", () => {
    for (const region of [
      undefined,
      "us-east-1",
      "ap-southeast-7",
      "us-gov-west-1",
      "us-iso-east-1",
      "eusc-de-east-1",
    ]) {
      it(`takes ${region ?? "none"}`, () => {
        expect(regionProblems(region)).to.deep.equal([]);
      });
    }
    for (const region of ["", "us-east-1a", "US-EAST-1", "us-east-0", "us east 1", "useast1", " us-east-1"]) {
      it(`refuses ${JSON.stringify(region)}`, () => {
        expect(regionProblems(region)).to.deep.equal([
          {
            propertyPath: "region",
            reason: `got ${JSON.stringify(region)}; allowed is a Region such as eu-central-1. Leave it out for the provider's own.`,
          },
        ]);
      });
    }
  });

  it("has mocks that refuse an invoke that they do not know, by its token", async () => {
    const recording = await recordMocks();
    const unknown = pulumi.output(pulumi.runtime.invoke("aws:ssm/getParameter:getParameter", { name: "x" }));
    await failureOf(() => promiseOf(unknown));
    expect(recording.refusals).to.deep.equal([
      "the mocks do not answer the invoke aws:ssm/getParameter:getParameter",
    ]);
  });
});
