import { expect } from "chai";
import type { ResourceChange } from "../../../lab/deploy/deploy.js";
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
    expect(sids).to.eql(
      rows.flatMap(([resource, sid]) => (resource === "exclusions-role-policy" ? [sid] : [])),
    );
  });
});
