import { expect } from "chai";
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
  record: "deployment.json",
  status: "status/exclusions/a.yaml.json",
  verdicts: "state/verdicts.json",
} as const;
const every = Object.keys(keys);
const open = ["manifest", "plan"];

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
  const may = (lab: ExclusionLab, person: Person, action: string) => {
    const { iam } = lab.lab.account;
    const arn =
      people[person] === undefined
        ? lab.home.lambda.find("SSM-patchplane-dev-exclusions").input.Role
        : roleOf(lab.home, people[person], [{ Effect: "Allow", Action: "s3:*", Resource: "*" }]);
    const caller = iam.assume(arn, "lambda.amazonaws.com");
    const allowed = Object.entries(keys).flatMap(([name, key]) =>
      iam.wouldAllow({ caller, action, resource: `arn:aws:s3:::${lab.bucket}/${key}` }) ? [name] : [],
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
    ["author", open, open, [...open, "approval", "record"], [...open, "approval", "record"]],
    [
      "approver",
      [...open, "approval"],
      [...open, "approval"],
      [...open, "approval", "record"],
      [...open, "approval", "record"],
    ],
    [
      "deployer",
      [...open, "record"],
      every,
      [...open, "approval", "record"],
      [...open, "approval", "record"],
    ],
    ["stranger", open, open, [...open, "approval", "record"], [...open, "approval", "record"]],
    ["processor", ["status", "verdicts"], [], ["status", "verdicts"], []],
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
