import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { deployedOperations, servedOperations } from "#lab/aws/model/operations.js";
import type { Region } from "#lab/aws/region.js";
import { Stack } from "#lab/deploy/deploy.js";
import type { SentRequest } from "#lab/deploy/send.js";
import { stackSettings } from "#stacks/stackFiles.js";
import { root } from "#test/support/program.js";
import { roleOf } from "../lab/aws/lambda/support.js";
import { others, passed } from "../lab/deploy/changesSupport.js";
import { account } from "../lab/support.js";
import { exampleRings } from "../support/rings.js";
import { actionsOf, type Need, needsOf, Suffixes } from "./deployNeeds.js";

interface Document {
  readonly Statement: readonly { readonly Action: readonly string[]; readonly Resource: unknown }[];
}

const files = ["deploy", "deploy-roles"] as const;
const texts = files.map((name) => readFileSync(join(root, "docs/policies", `${name}.json`), "utf8"));
const documents = texts.map((text) => JSON.parse(text) as Document);
const statements = documents.flatMap(({ Statement }) => Statement);

/** Reads of the provider, of which the lab's deployment knows nothing: it asks for what it has made, to tell what has changed. */
const reads = /^[a-z\d-]+:(?:Get|List|Describe)/;
/** Bucket tags by S3's newer API, which the provider tries first (hashicorp/terraform-provider-aws#45251). */
const triedFirst = ["s3:TagResource", "s3:UntagResource"];

/** What makes the provider change, register and tag anew. */
const otherwise = {
  logRetentionDays: 60,
  patchGroups: ["other-servers"],
  targetTags: { Environment: "other" },
  ownerInformation: "others",
};

/** What the shipped stacks do not have. */
const more = {
  ...{
    scanCalendars: ["freeze"],
    installCalendars: ["freeze"],
    rings: exampleRings,
    scanSchedule: "cron(0 22 ? * * *)",
  },
};

describe("the policies to deploy with", () => {
  const needs: Need[] = [];
  let region: Region;
  before(async () => {
    for (const name of ["dev", "prod"]) {
      const world = account([]);
      region = world.region;
      const stack = new Stack(world.account);
      const settings = stackSettings(root, name);
      const deployments = [
        await passed(stack.deploy(settings)),
        await passed(stack.deploy(others(settings, otherwise))),
        await passed(
          stack.deploy(others(settings, { environment: `${name}-2`, ...(name === "dev" ? more : {}) })),
        ),
        await passed(stack.destroy()),
      ];
      const requests: SentRequest[] = deployments.flatMap(({ steps }) =>
        steps.flatMap((step) => step.requests),
      );
      const suffixes = new Suffixes(requests);
      needs.push(...requests.flatMap((request) => needsOf(world.region, request, suffixes)));
    }
  });

  it("fit into a managed policy each (IAM quotas: 6,144 characters, white space aside)", () => {
    for (const document of documents) expect(JSON.stringify(document)).to.have.length.below(6144);
  });

  it("allow every request of both stacks' deployment, change, renaming and removal", () => {
    expect(needs.length).to.be.above(800);
    const arn = roleOf(region, "deployer", statements);
    const caller = region.account.iam.assume(arn, "lambda.amazonaws.com");
    const refused = needs.filter((need) => !region.account.iam.wouldAllow({ caller, ...need }));
    expect([...new Set(refused.map(({ action, resource }) => `${action} ${resource}`))]).to.deep.equal([]);
  });

  it("allow nothing but what the provider sends, and reads", () => {
    const known = new Set(
      [servedOperations, deployedOperations].flatMap((table) =>
        Object.entries(table).flatMap(([service, operations]) =>
          operations.flatMap((operation) => actionsOf({ service, operation })),
        ),
      ),
    );
    const actions = statements.flatMap(({ Action }) => Action);
    expect(actions.length).to.be.above(100);
    expect(
      actions.filter((action) => !known.has(action) && !reads.test(action) && !triedFirst.includes(action)),
    ).to.deep.equal(["iam:PassRole"]);
  });

  it("keep away from other roles, buckets, functions and keys", () => {
    const arn = roleOf(region, "deployer-2", statements);
    const caller = region.account.iam.assume(arn, "lambda.amazonaws.com");
    const foreign = [
      ["iam:PutRolePolicy", "arn:aws:iam::123456789012:role/admin"],
      ["iam:PassRole", "arn:aws:iam::123456789012:role/admin"],
      ["s3:PutBucketPolicy", "arn:aws:s3:::payments"],
      ["s3:PutObject", "arn:aws:s3:::exclusions-bucket-0123abc/exclusions/a.yaml"],
      ["s3:PutObject", "arn:aws:s3:::exclusions-bucket-0123abc/approvals/exclusions/a.yaml"],
      ["lambda:UpdateFunctionCode", "arn:aws:lambda:us-east-1:123456789012:function:payments"],
      ["kms:PutKeyPolicy", "arn:aws:kms:us-east-1:123456789012:key/payments"],
      ["ssm:SendCommand", "arn:aws:ssm:us-east-1::document/AWS-RunShellScript"],
    ] as const;
    for (const [action, resource] of foreign)
      expect(region.account.iam.wouldAllow({ caller, action, resource }), `${action} ${resource}`).to.equal(
        false,
      );
  });
});
