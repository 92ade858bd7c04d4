import { expect } from "chai";
import { noFaults } from "#lab/faults/faults.js";
import { hour, minute, refused } from "../support.js";
import { Policies } from "./accessSupport.js";
import { ExclusionLab, group, idOf, manifest } from "./exclusionSupport.js";

/** Each with a cohort of its own: what was made for one is there for a day. */
const good = (life: number) =>
  manifest({ id: "one", nodes: [idOf(0)], patches: [`package-${life}*`], expires: "2026-06-30" });
const processor = "SSM-patchplane-dev-exclusions";
const record = "deployment.json";
const own = "exclusions-role-policy";

describe("the exclusion processor with IAM enforced", () => {
  const policies = new Policies((name) => name.startsWith("exclusions-role"));
  let lab: ExclusionLab;
  /** Whether the function's next invocation is its environment's last. */
  let isDying = false;
  let lives = 0;
  before(async () => {
    const killAfter = () => {
      if (!isDying) return undefined;
      isDying = false;
      return 0;
    };
    lab = await ExclusionLab.open({ change: policies.note, faults: { ...noFaults, killAfter } });
    await lab.until("03:05:00");
  });
  after(() => lab.close());

  /**
   * An hour in which somebody uploads a manifest, breaks it and takes it away, while a statement is missing; then it is
   * put back, and the hourly run ends what was left.
   *
   * @returns the calls that IAM refused
   */
  const life = async (missing?: readonly [resource: string, sid: string]): Promise<string[]> => {
    const { denials } = lab.lab.account.iam;
    const before = denials.length;
    const whole = lab.text(record);
    if (missing !== undefined) policies.takeOut(lab.home, ...missing);
    // A log stream is made when the function starts anew, and only an event that failed for good is kept.
    isDying = missing?.[1] === "WriteOwnLog";
    const isRecordBroken = missing === undefined || missing[1] === "KeepFailedEvents";
    for (const text of [good(++lives), "broken", undefined]) {
      if (text === undefined) lab.remove("a.yaml");
      else lab.put("a.yaml", text);
      await lab.advance(5 * minute);
    }
    // No run survives this.
    if (isRecordBroken) lab.putObject(record, "broken");
    await lab.advance(5 * minute);
    if (missing !== undefined) policies.putBack(lab.home, missing[0]);
    const actions = refused(denials.slice(before)).map(({ action }) => action);
    if (isRecordBroken) lab.putObject(record, whole);
    await lab.advance(hour - (lab.now % hour) + 5 * minute);
    expect(new Set(lab.places)).to.eql(new Set([group]));
    return [...new Set(actions)].sort();
  };

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
    [own, "ListManifests", "s3:ListBucket"],
    [own, "ReadManifests", "s3:GetObject"],
    [own, "WriteStatus", "s3:PutObject"],
    [own, "SeeNodesAndBaselines", ...reads],
    [own, "SeeWindows", "ssm:GetMaintenanceWindow"],
    [own, "FindWindows", "ssm:DescribeMaintenanceWindows"],
    [own, "SeeTheirExecutions", "ssm:DescribeMaintenanceWindowExecutions"],
    [own, "ReadBaselines", "ssm:ListTagsForResource"],
    [own, "MakeMarkedBaselines", "ssm:CreatePatchBaseline"],
    [own, "MarkThem", "ssm:AddTagsToResource"],
    [own, "ChangeMarkedBaselines", "ssm:RegisterPatchBaselineForPatchGroup"],
    [own, "UseTheTaggingApi", "tag:TagResources"],
    [own, "MoveNodes", "ec2:CreateTags"],
    [own, "UnmarkNodes", "ec2:DeleteTags"],
    [own, "TellPeople", "sns:Publish"],
    [own, "EncryptMessages", "kms:GenerateDataKey"],
    [own, "WriteOwnLog", "logs:CreateLogStream"],
    [own, "KeepFailedEvents", "sqs:SendMessage"],
  ];
  for (const [resource, sid, ...actions] of rows) {
    it(`${resource} without ${sid} refuses ${actions.join(" and ")}`, async () => {
      expect(await life([resource, sid])).to.eql(actions);
    });
  }

  it("takes away what nobody has used for a day, by ChangeMarkedBaselines", async () => {
    const { denials } = lab.lab.account.iam;
    const before = denials.length;
    expect(lab.derived).to.not.eql([]);
    policies.takeOut(lab.home, own, "ChangeMarkedBaselines");
    await lab.advance(26 * hour);
    policies.putBack(lab.home, own);
    expect(denials.slice(before).map(({ action }) => action)).to.include(
      "ssm:DeregisterPatchBaselineForPatchGroup",
    );
    await lab.advance(2 * hour);
    expect([...lab.derived, ...lab.registered]).to.eql([]);
  });

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
