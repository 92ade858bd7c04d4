import { expect } from "chai";
import type { ResourceChange } from "#lab/deploy/deploy.js";
import { minute } from "../support.js";
import { type Document, without } from "./accessSupport.js";
import { ExclusionLab, idOf, manifest } from "./exclusionSupport.js";

const good = manifest({ id: "one", nodes: [idOf(0)], patches: ["openssl*"], expires: "2026-06-30" });

/** Uploads a manifest, breaks it and takes it away, and breaks the deployment record, which no run survives. */
async function life(change?: ResourceChange): Promise<string[]> {
  const lab = await ExclusionLab.open(change === undefined ? {} : { change });
  try {
    await lab.advance(minute);
    for (const text of [good, "broken", undefined]) {
      if (text === undefined) lab.remove("a.yaml");
      else lab.put("a.yaml", text);
      await lab.advance(5 * minute);
    }
    lab.putObject("deployment.json", "broken");
    await lab.advance(5 * minute);
    return [...new Set(lab.lab.account.iam.denials.map(({ action }) => action))].sort();
  } finally {
    await lab.close();
  }
}

describe("the exclusion processor with IAM enforced", () => {
  it("may do all that the life of an exclusion needs", async () => {
    expect(await life()).to.eql([]);
  });

  // They are asked side by side.
  const reads = [
    "ssm:DescribeInstanceInformation",
    "ssm:DescribePatchBaselines",
    "ssm:DescribePatchGroups",
    "tag:GetResources",
  ];
  // Each row: what is taken out, the calls that are then refused.
  const rows: readonly [resource: string, sid: string, ...actions: string[]][] = [
    ["exclusions-role", "Lambda", "sts:AssumeRole"],
    ["exclusions-role-policy", "ListManifests", "s3:ListBucket"],
    ["exclusions-role-policy", "ReadManifests", "s3:GetObject"],
    ["exclusions-role-policy", "WriteStatus", "s3:PutObject"],
    ["exclusions-role-policy", "SeeNodesAndBaselines", ...reads],
    ["exclusions-role-policy", "SeeWindows", "ssm:GetMaintenanceWindow"],
    ["exclusions-role-policy", "ReadBaselines", "ssm:GetPatchBaseline"],
    ["exclusions-role-policy", "MakeMarkedBaselines", "ssm:CreatePatchBaseline"],
    ["exclusions-role-policy", "MarkThem", "ssm:AddTagsToResource"],
    [
      "exclusions-role-policy",
      "ChangeMarkedBaselines",
      "ssm:DeletePatchBaseline",
      "ssm:RegisterPatchBaselineForPatchGroup",
    ],
    ["exclusions-role-policy", "UseTheTaggingApi", "tag:TagResources"],
    ["exclusions-role-policy", "MoveNodes", "ec2:CreateTags"],
    ["exclusions-role-policy", "UnmarkNodes", "ec2:DeleteTags"],
    ["exclusions-role-policy", "TellPeople", "sns:Publish"],
    ["exclusions-role-policy", "EncryptMessages", "kms:GenerateDataKey"],
    ["exclusions-role-policy", "WriteOwnLog", "logs:CreateLogStream"],
    ["exclusions-role-policy", "KeepFailedEvents", "sqs:SendMessage"],
  ];
  for (const [resource, sid, ...actions] of rows) {
    it(`${resource} without ${sid} refuses ${actions.join(" and ")}`, async () => {
      expect(await life(without(resource, sid))).to.eql(actions);
    });
  }

  /** Asks for patch groups as the function, in a Region where the stack has no nodes. */
  async function elsewhere(change?: ResourceChange): Promise<string> {
    const lab = await ExclusionLab.open(change === undefined ? {} : { change });
    try {
      const { account, endpoint } = lab.lab;
      const { input, arn } = account.region("us-east-1").lambda.find("SSM-patchplane-dev-exclusions");
      const caller = account.iam.assume(input.Role, "lambda.amazonaws.com", arn);
      const region = account.region("eu-west-2");
      const call = { service: "ssm", operation: "DescribePatchGroups", input: {}, region, caller };
      return await endpoint.api.perform(call).then(
        () => "allowed",
        (error: Error) => error.message.replace(/^.* with /, ""),
      );
    } finally {
      await lab.close();
    }
  }

  it("may do nothing in other Regions, which is what NowhereElse is for", async () => {
    expect(await elsewhere()).to.equal("an explicit deny in an identity-based policy");
    expect(await elsewhere(without("exclusions-role-policy", "NowhereElse"))).to.equal("allowed");
  });

  it("has no other statement than these", async () => {
    const sids: string[] = [];
    const lab = await ExclusionLab.open({
      change: (_type, name, inputs) => {
        const policy = name === "exclusions-role-policy" ? String(inputs.policy) : '{"Statement":[]}';
        sids.push(...(JSON.parse(policy) as Document).Statement.map(({ Sid }) => Sid));
        return inputs;
      },
    });
    await lab.close();
    expect(sids).to.eql([
      "NowhereElse",
      ...rows.flatMap(([resource, sid]) => (resource === "exclusions-role-policy" ? [sid] : [])),
    ]);
  });
});
