import { expect } from "chai";
import { hour, minute, refused } from "../support.js";
import { Granted, Policies } from "./accessSupport.js";
import { ExclusionLab, group, idOf, manifest } from "./exclusionSupport.js";

const processor = "SSM-patchplane-dev-exclusions";
const record = "deployment.json";
const own = "exclusions-role-policy";

describe("the exclusion processor with IAM enforced", () => {
  const policies = new Policies((name) => name.startsWith("exclusions-role"));
  let lab: ExclusionLab;
  let granted: Granted;
  before(async () => {
    lab = await ExclusionLab.open({ change: policies.note });
    granted = new Granted(lab.lab.account.iam, (role) => role.endsWith(":role/exclusions-role"));
    await lab.until("03:05:00");
  });
  after(() => lab.close());

  let lives = 0;
  /** Somebody uploads a manifest, with a cohort of its own, breaks it and takes it away. @returns the calls that IAM refused */
  const life = async (): Promise<string[]> => {
    const { denials } = lab.lab.account.iam;
    const before = denials.length;
    const patches = [`package-${++lives}*`];
    const good = manifest({ id: "one", nodes: [idOf(0)], patches, expires: "2026-06-30" });
    for (const text of [good, "broken", undefined]) {
      if (text === undefined) lab.remove("a.yaml");
      else lab.put("a.yaml", text);
      await lab.advance(5 * minute);
    }
    await lab.advance(5 * minute);
    return [...new Set(refused(denials.slice(before)).map(({ action }) => action))].sort();
  };
  /** The hourly run ends what was left. */
  const ended = async () => {
    await lab.advance(hour - (lab.now % hour) + 45 * minute);
    expect(new Set(lab.places)).to.eql(new Set([group]));
  };

  it("may do all that the life of an exclusion needs, and what a run needs that fails", async () => {
    expect(await life()).to.eql([]);
    const whole = lab.text(record);
    // No run survives this, and its event is kept.
    lab.putObject(record, "broken");
    await lab.advance(5 * minute);
    lab.putObject(record, whole);
    await ended();
    expect(refused(lab.lab.account.iam.denials)).to.eql([]);
  });

  it("goes on where it was once a statement is back that it lacked in the middle of its work", async () => {
    policies.takeOut(lab.home, own, "MoveNodes");
    expect(await life()).to.eql(["ec2:CreateTags"]);
    policies.putBack(lab.home, own);
    await ended();
  });

  it("may take away what nobody has used for a day", async () => {
    expect(lab.derived).to.not.eql([]);
    await lab.advance(27 * hour);
    expect([...lab.derived, ...lab.registered]).to.eql([]);
    expect(granted.refused).to.eql([]);
  });

  // They are asked side by side.
  const reads = [
    "ssm:DescribeInstanceInformation",
    "ssm:DescribePatchBaselines",
    "ssm:DescribePatchGroups",
    "tag:GetResources",
  ];
  const changes = [
    "ssm:DeletePatchBaseline",
    "ssm:DeregisterPatchBaselineForPatchGroup",
    "ssm:RegisterPatchBaselineForPatchGroup",
  ];
  // Each row: what is taken out, which of the calls that were made would then be refused.
  const rows: readonly [resource: string, sid: string, ...actions: string[]][] = [
    ["exclusions-role", "Lambda", "sts:AssumeRole"],
    [own, "ListManifests", "s3:ListBucket"],
    [own, "ReadManifests", "s3:GetObject", "s3:GetObjectVersion"],
    [own, "WriteStatus", "s3:PutObject"],
    [own, "SeeNodesAndBaselines", ...reads],
    [own, "SeeWindows", "ssm:GetMaintenanceWindow"],
    [own, "FindWindows", "ssm:DescribeMaintenanceWindows"],
    [own, "SeeTheirExecutions", "ssm:DescribeMaintenanceWindowExecutions"],
    [own, "ReadBaselines", "ssm:GetPatchBaseline", "ssm:ListTagsForResource"],
    [own, "MakeMarkedBaselines", "ssm:CreatePatchBaseline"],
    [own, "MarkThem", "ssm:AddTagsToResource"],
    [own, "ChangeMarkedBaselines", ...changes],
    [own, "UseTheTaggingApi", "tag:TagResources", "tag:UntagResources"],
    [own, "MoveNodes", "ec2:CreateTags"],
    [own, "UnmarkNodes", "ec2:DeleteTags"],
    [own, "TellPeople", "sns:Publish"],
    [own, "EncryptMessages", "kms:Decrypt", "kms:GenerateDataKey"],
    [own, "WriteOwnLog", "logs:CreateLogStream", "logs:PutLogEvents"],
    [own, "KeepFailedEvents", "sqs:SendMessage"],
  ];
  for (const [resource, sid, ...actions] of rows) {
    it(`needs ${sid} of ${resource} for ${actions.join(" and ")}`, () => {
      policies.takeOut(lab.home, resource, sid);
      const found = granted.refused;
      policies.putBack(lab.home, resource);
      expect(found).to.eql(actions);
    });
  }

  /** Asks for patch groups as the function, in a Region where the stack has no nodes. */
  const elsewhere = (): Promise<string> => {
    const { account, endpoint } = lab.lab;
    const { input, arn } = lab.home.lambda.find(processor);
    const caller = account.iam.assume(input.Role, "lambda.amazonaws.com", arn);
    const region = account.region("eu-west-2");
    const call = { service: "ssm", operation: "DescribePatchGroups", input: {}, region, caller };
    return endpoint.api.perform(call).then(
      () => "allowed",
      (error: Error) => error.message.replace(/^.* with /, ""),
    );
  };

  it("may do nothing in other Regions, which is what NowhereElse is for", async () => {
    expect(await elsewhere()).to.equal("an explicit deny in an identity-based policy");
    policies.takeOut(lab.home, own, "NowhereElse");
    const found = await elsewhere();
    policies.putBack(lab.home, own);
    expect(found).to.equal("allowed");
  });

  it("has no other statement than these", () => {
    const known = rows.map(([resource, sid]) => `${resource} ${sid}`);
    // It denies what no flow asks for: an untag without names of keys.
    expect(policies.statements.sort()).to.eql([`${own} NowhereElse`, `${own} NeverAllTags`, ...known].sort());
  });
});
