import { expect } from "chai";
import { decisionFolder } from "#shared/contract/exclusionNames.js";
import { ringFolder } from "#shared/contract/rings.js";
import { runKeys } from "#shared/contract/runKeys.js";
import { watchKey } from "#shared/contract/windowWatch.js";
import { roleOf } from "../aws/lambda/support.js";
import { ExclusionLab } from "./exclusionSupport.js";

const account = "arn:aws:iam::123456789012";
/** Roles that people have, and what each may change: keys that may be put, and keys that may be deleted. */
const people = {
  author: "PatchAuthors",
  // The ARN of the role of a permission set, in Identity Center's own path.
  approver: "aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Approvers_0123456789abcdef",
  deployer: "team/Deployment",
  stranger: "Approvers",
  processor: undefined,
} as const;
type Person = keyof typeof people;

const keys = {
  manifest: "exclusions/a.yaml",
  plan: "plans/a.yaml",
  approval: "approvals/exclusions/a.yaml",
  ring: `${decisionFolder}a/pause`,
  record: "deployment.json",
  status: "status/exclusions/a.yaml.json",
  verdicts: "state/verdicts.json",
  seal: "state/evidence.seal.json",
} as const;
const every = Object.keys(keys);
const open = ["manifest", "plan"];
const approvals = ["approval", "ring"];
const unnamed = [...open, ...approvals, "record"];
const own = ["status", "verdicts", "seal"];

/** What there is in the bucket of runs. */
const runs = {
  open: `${runKeys.open}a.json`,
  closed: `${runKeys.closed}a.json`,
  window: `${runKeys.windowsClosed}a.json`,
  ring: `${ringFolder}a/b.json`,
  state: watchKey,
} as const;

describe("the bucket of exclusions with IAM enforced", () => {
  const labs: ExclusionLab[] = [];
  const opened = async (values: Readonly<Record<string, string>>) => {
    const lab = await ExclusionLab.open({ values });
    labs.push(lab);
    return lab;
  };
  after(async () => {
    for (const lab of labs) await lab.close();
  });

  /** What somebody may do whose own policies allow everything. */
  const may = (
    lab: ExclusionLab,
    person: Person,
    action: string,
    bucket = lab.bucket,
    objects: Readonly<Record<string, string>> = keys,
  ) => {
    const { iam } = lab.lab.account;
    const arn =
      people[person] === undefined
        ? lab.home.lambda.find("SSM-patchplane-dev-exclusions").input.Role
        : roleOf(lab.home, people[person], [{ Effect: "Allow", Action: "s3:*", Resource: "*" }]);
    const caller = iam.assume(arn, "lambda.amazonaws.com");
    const allowed = Object.entries(objects).flatMap(([name, key]) =>
      iam.wouldAllow({ caller, action, resource: `arn:aws:s3:::${bucket}/${key}` }) ? [name] : [],
    );
    if (people[person] !== undefined) {
      iam.deleteRolePolicy({ RoleName: people[person], PolicyName: "p" });
      iam.deleteRole({ RoleName: people[person] });
    }
    return allowed;
  };

  // Each row: who, what may be put, what may be deleted, and what without the two keys.
  const rows: readonly (readonly [
    Person,
    readonly string[],
    readonly string[],
    readonly string[],
    readonly string[],
  ])[] = [
    ["author", open, open, unnamed, unnamed],
    ["approver", [...open, ...approvals], [...open, ...approvals], unnamed, unnamed],
    ["deployer", [...open, "record"], every, unnamed, unnamed],
    ["stranger", open, open, unnamed, unnamed],
    ["processor", own, [], own, []],
  ];

  it("lets everybody write and delete what is theirs alone", async () => {
    const lab = await opened({
      "patchplane:approvers": JSON.stringify([
        `${account}:role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_Approvers_*`,
      ]),
      "patchplane:deployers": JSON.stringify([`${account}:role/team/Deploy*`, `${account}:user/lab`]),
    });
    for (const [person, puts, deletes] of rows) {
      expect(may(lab, person, "s3:PutObject"), `${person} puts`).to.eql(puts);
      for (const action of ["s3:DeleteObject", "s3:DeleteObjectVersion"])
        expect(may(lab, person, action), `${person} deletes`).to.eql(deletes);
      // Records are written by the functions alone; deployers may delete them, so that a stack can be emptied.
      expect(may(lab, person, "s3:PutObject", "runs-bucket", runs), `${person} puts records`).to.eql([]);
      expect(may(lab, person, "s3:DeleteObject", "runs-bucket", runs), `${person} deletes records`).to.eql(
        person === "deployer" ? Object.keys(runs) : [],
      );
    }
  });

  it("keeps what is the processor's from everybody although nobody is named", async () => {
    const lab = await opened({});
    for (const [person, , , puts, deletes] of rows) {
      expect(may(lab, person, "s3:PutObject"), `${person} puts`).to.eql(puts);
      expect(may(lab, person, "s3:DeleteObject"), `${person} deletes`).to.eql(deletes);
    }
  });
});
