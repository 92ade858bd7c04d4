import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { latestRights } from "#lab/aws/iam/lateRights.js";
import { CommandAccess } from "#lab/aws/ssm/commands/commandAccess.js";
import { getResources } from "#lab/aws/tags/tagging.js";
import { readOptions } from "#lab/command/options.js";
import { makeResource } from "#lab/deploy/resources.js";
import {
  type Answers,
  defaultAnswers,
  readAnswers,
  type Unknown,
  type UnknownName,
  unknowns,
  unknownsPage,
} from "#lab/unknowns.js";
import { root } from "#test/support/program.js";
import { makeRole } from "./aws/ssm/automation/locationSupport.js";
import { world } from "./aws/ssm/automation/support.js";
import { account, catalog, errorCode, group, hour, minute, monday, register } from "./support.js";

const unknownNames = Object.keys(unknowns) as UnknownName[];
type Flip<Name extends UnknownName> = (answers: Pick<Answers, Name>) => unknown;

describe("what nobody has seen", () => {
  it("is a table of at most twelve rows, and the lab gives the unkindest answer of each", () => {
    expect(unknownNames.length).to.be.at.most(12);
    for (const name of unknownNames) {
      const row: Unknown = unknowns[name];
      expect(row.answers, name).to.include(row.unkindest);
      expect(defaultAnswers[name], name).to.equal(row.unkindest);
    }
  });

  it("is told by docs/unknowns.md, which npm run schemas makes", () => {
    expect(readFileSync(join(root, "docs", "unknowns.md"), "utf8")).to.equal(unknownsPage());
  });

  it("is answered by a command line, with every problem of it", () => {
    expect(readOptions([], root).unknowns).to.equal(defaultAnswers);
    const { unknowns: given } = readOptions(
      ["--unknown", "outputBucket=asked,repeatedToken=sameExecution"],
      root,
    );
    expect(given).to.deep.equal({ ...defaultAnswers, outputBucket: "asked", repeatedToken: "sameExecution" });
    expect(readAnswers("outputBucket=maybe,toString=1").problems).to.deep.equal([
      '--unknown: got "outputBucket=maybe"; allowed is outputBucket=notAsked or outputBucket=asked.',
      `--unknown: got "toString=1"; allowed is ${unknownNames.join(", ")}, each with =ANSWER.`,
    ]);
    expect(() => readOptions(["--unknown", "x=y"], root)).to.throw("--unknown: got");
  });

  /** A role whose trust demands the keys. */
  const windowRoleKeys: Flip<"windowRoleKeys"> = (answers) => {
    const { region } = account([], { unknowns: answers });
    const { iam } = region.account;
    const trust = {
      Effect: "Allow",
      Principal: { Service: "ssm.amazonaws.com" },
      Action: "sts:AssumeRole",
      Condition: { StringEquals: { "aws:SourceAccount": region.account.id } },
    };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [trust] });
    const { Role } = iam.createRole({ RoleName: "window", AssumeRolePolicyDocument });
    const isAssumed = (resource: string) =>
      iam.assumed(Role.Arn, "ssm.amazonaws.com", region.arn("ssm", resource)) !== undefined;
    return [isAssumed("maintenancewindow/mw-1"), isAssumed("automation-execution/1")];
  };

  const outputBucket: Flip<"outputBucket"> = (answers) => {
    const { account: made, region } = account([], { unknowns: answers });
    const { iam } = made;
    const documents = "arn:aws:ssm:us-east-1::document/*";
    const arn = makeRole(made, "sender", [{ Service: "ssm.amazonaws.com" }], ["ssm:SendCommand"], documents);
    const access = new CommandAccess(region, iam.assume(arn, "ssm.amazonaws.com", "arn"));
    const send = (more: object) =>
      errorCode(() => access.authorizeSend({ DocumentName: "AWS-RunPatchBaseline", ...more }));
    return [send({}), send({ OutputS3BucketName: "a-bucket" })];
  };

  const repeatedToken: Flip<"repeatedToken"> = (answers) => {
    const { start } = world({}, { unknowns: answers });
    const token = { ClientToken: "0a000000-0000-0000-0000-000000000000" };
    start(token);
    return errorCode(() => start(token));
  };

  const formerContent: Flip<"formerContent"> = (answers) => {
    const { region } = world({}, { unknowns: answers });
    const { Content: first } = region.documents.getDocument({ Name: "my-runbook" });
    const update = (Content: string | undefined) =>
      errorCode(() =>
        region.documents.updateDocument({ Name: "my-runbook", Content, DocumentVersion: "$LATEST" }),
      );
    return [update(first?.replace("PT10M", "PT11M")), update(first)];
  };

  const twoGroupKeys: Flip<"twoGroupKeys"> = (answers) => {
    const both = { PatchGroup: "one", "Patch Group": "other" };
    const { node } = account(
      [{ tags: both }, { tags: { "Patch Group": "other" } }, { tags: { PatchGroup: "one" } }],
      {
        unknowns: answers,
      },
    );
    return [0, 1, 2].map((index) => node(index).patchGroup);
  };

  /** What a reader sees of a tag as it is written. */
  const tagsSeen: Flip<"tagsSeen"> = (answers) => {
    const { region, node } = account([{ patchGroup: "old" }], { unknowns: answers });
    const arn = region.nodeArn(node(0).id);
    region.tags.merge(arn, { PatchGroup: "new" });
    return [
      region.nodes.select(group("new")).length,
      getResources(region, { ResourceARNList: [arn] }).ResourceTagMappingList[0]?.Tags,
    ];
  };

  const justMade: Flip<"justMade"> = async (answers) => {
    const { account: made, clock, region } = account([], { unknowns: answers });
    const { baselines } = region;
    const { BaselineId = "" } = baselines.createPatchBaseline({
      Name: "base",
      OperatingSystem: "UBUNTU",
      Tags: [{ Key: "A", Value: "1" }],
    });
    baselines.registerPatchBaselineForPatchGroup({ BaselineId, PatchGroup: "web" });
    const ask = { PatchGroup: "web", OperatingSystem: "UBUNTU" } as const;
    const lists = () => [
      baselines.describePatchBaselines({ Filters: [{ Key: "OWNER", Values: ["Self"] }] }).BaselineIdentities
        ?.length,
      baselines.describePatchGroups({}).Mappings?.length,
      baselines.getPatchBaselineForPatchGroup(ask).BaselineId === BaselineId,
      Object.keys(region.tags.seen(region.arn("ssm", `patchbaseline/${BaselineId}`), "iam")).length,
    ];
    const first = lists();
    await clock.advanceTo(made.clock.now + 10_000);
    return [first, lists()];
  };

  /** What a role may do as it is made, and when that must be known. */
  const roleRights: Flip<"roleRights"> = async (answers) => {
    const { account: made, clock, region } = account([], { unknowns: answers });
    const arn = makeRole(made, "reader", [{ Service: "lambda.amazonaws.com" }], ["s3:GetObject"], "*");
    const write = (Action: string) =>
      makeResource(region, "aws:iam/rolePolicy:RolePolicy", "more", {
        role: "reader",
        policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Action, Resource: "*" }],
        }),
      });
    write("s3:PutObject");
    const may = () =>
      ["GetObject", "PutObject"].map((action) =>
        made.iam.allows({
          caller: made.iam.session(arn),
          action: `s3:${action}`,
          resource: "arn:aws:s3:::b/k",
        }),
      );
    const first = may();
    await clock.advanceTo(made.clock.now + latestRights);
    return [first, may(), made.iam.denials.every(({ isLate }) => isLate === true)];
  };

  const deletedNodes: Flip<"deletedNodes"> = (answers) => {
    const { region, node } = account([{ patchGroup: "web", terminatedAt: monday }], { unknowns: answers });
    const ResourceARNList = [region.nodeArn(node(0).id)];
    return getResources(region, { ResourceARNList }).ResourceTagMappingList.length;
  };

  /** What a command on a node that installs leaves there when its automation is stopped. */
  const stoppedStep: Flip<"stoppedStep"> = async (answers) => {
    const slow = catalog({
      openssl: [{ released: "2026-01-01" }, { released: "2026-02-01", installSeconds: 3600 }],
    });
    const inputs = {
      DocumentName: "AWS-RunPatchBaseline",
      Targets: group("servers"),
      Parameters: { Operation: "Install" },
    };
    const made = world(
      { mainSteps: [{ name: "patch", action: "aws:runCommand", inputs }] },
      { unknowns: answers, fleet: [{ patchGroup: "servers", catalog: slow, speed: 1 }] },
    );
    register(made, "servers");
    const id = made.start();
    await made.clock.advanceTo(monday + 30 * minute);
    made.region.automation.stopAutomationExecution({ AutomationExecutionId: id });
    await made.clock.advanceTo(monday + 2 * hour);
    return [made.region.runCommand.commands[0]?.end?.status, made.node(0).broken?.packageName];
  };

  /** Of each row what comes of each of its answers. */
  const rows: { readonly [Name in UnknownName]: [Flip<Name>, Record<Answers[Name], unknown>] } = {
    windowRoleKeys: [windowRoleKeys, { sent: [true, true], absent: [false, true] }],
    outputBucket: [outputBucket, { notAsked: ["none", "none"], asked: ["none", "AccessDeniedException"] }],
    repeatedToken: [repeatedToken, { sameExecution: "none", refused: "IdempotentParameterMismatch" }],
    formerContent: [
      formerContent,
      { refused: ["none", "DuplicateDocumentContent"], taken: ["none", "none"] },
    ],
    stoppedStep: [stoppedStep, { goesOn: ["Success", undefined], cancelled: ["Cancelled", "openssl"] }],
    twoGroupKeys: [
      twoGroupKeys,
      { withoutSpace: ["one", "other", "one"], withSpace: ["other", "other", "one"] },
    ],
    tagsSeen: [
      tagsSeen,
      {
        atOnce: [1, [{ Key: "PatchGroup", Value: "new" }]],
        late: [0, [{ Key: "PatchGroup", Value: "old" }]],
      },
    ],
    justMade: [
      justMade,
      {
        atOnce: [
          [1, 1, true, 1],
          [1, 1, true, 1],
        ],
        late: [
          [0, 0, false, 0],
          [1, 1, true, 1],
        ],
      },
    ],
    roleRights: [
      roleRights,
      { atOnce: [[true, true], [true, true], true], late: [[true, false], [true, true], true] },
    ],
    deletedNodes: [deletedNodes, { notAtAll: 0, anHour: 1 }],
  };

  for (const name of unknownNames) {
    const [flip, outcomes] = rows[name] as [(answers: Partial<Answers>) => unknown, Record<string, unknown>];
    for (const [answer, outcome] of Object.entries(outcomes)) {
      it(`${name} may be ${answer}`, async () => {
        expect(await flip({ [name]: answer })).to.deep.equal(outcome);
      });
    }
  }
});
