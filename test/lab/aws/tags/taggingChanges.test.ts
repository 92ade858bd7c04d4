import { expect } from "chai";
import { errorCode } from "../../support.js";
import { role } from "../apiSupport.js";
import { bare, ec2, mi, server, world } from "./taggingSupport.js";

describe("tagging through the API", () => {
  it("changes managed nodes, hybrid ones and servers without an agent", () => {
    const { tag, untag, tags, node, region } = world();
    const before = node(0).tags;
    expect(tag([ec2(server), ec2(bare), mi], { Team: "web", Owner: "me" })).to.deep.equal({});
    expect(node(0).tags).to.deep.equal({ Team: "web", Stage: "prod", Owner: "me" });
    expect(node(0).tags).to.not.equal(before);
    expect(before).to.deep.equal({ Team: "ops", Stage: "prod" });
    expect(tags(ec2(bare))).to.deep.equal({ Team: "web", Owner: "me" });
    expect(node(2).tags).to.deep.equal({ Team: "web", Owner: "me" });
    expect(untag([ec2(server), ec2(bare), mi], ["Team", "nothing"])).to.deep.equal({});
    expect(node(0).tags).to.deep.equal({ Stage: "prod", Owner: "me" });
    expect(tags(ec2(bare))).to.deep.equal({ Owner: "me" });
    // The fleet itself, which runs share, stays as it is.
    expect(region.account.fleet.nodes[1]?.tags).to.deep.equal({ Team: "dev" });
  });

  for (const [arn, reason] of [
    ["i-0123456789abcdef0", "is not the ARN of a resource in us-east-1"],
    ["arn:aws:ec2:us-east-1:123456789012", "is not the ARN of a resource in us-east-1"],
    [
      "arn:aws-cn:ec2:us-east-1:123456789012:instance/i-0123456789abcdef0",
      "is not the ARN of a resource in us-east-1",
    ],
    [
      "arn:aws:ec2:eu-west-1:123456789012:instance/i-0123456789abcdef3",
      "is not the ARN of a resource in us-east-1",
    ],
    [
      "arn:aws:ec2:us-east-1:999999999999:instance/i-0123456789abcdef0",
      "is not the ARN of a resource in us-east-1",
    ],
    ["arn:aws:ec2:us-east-1:123456789012:instance/i-00000000000000000", "does not exist"],
    ["arn:aws:ssm:us-east-1:123456789012:managed-instance/i-0123456789abcdef0", "does not exist"],
    ["arn:aws:ec2:us-east-1:123456789012:instance/mi-0123456789abcdef0", "does not exist"],
    ["arn:aws:ssm:us-east-1:123456789012:document/none", "does not exist"],
  ] as const) {
    it(`fails for ${arn} alone`, () => {
      const { tag, untag, tags } = world();
      for (const failures of [tag([arn, mi]), untag([mi, arn], ["nothing"])]) {
        expect(Object.keys(failures)).to.deep.equal([arn]);
        const ErrorMessage = `${arn} ${reason}.`;
        expect(failures[arn]).to.deep.equal({
          StatusCode: 400,
          ErrorCode: "InvalidParameterException",
          ErrorMessage,
        });
      }
      expect(tags(mi)).to.deep.equal({ Team: "ops", A: "1" });
    });
  }

  it("fails for a resource that would have more than 50 tags", () => {
    const { tag, tags } = world();
    const many = Object.fromEntries(Array.from({ length: 49 }, (_, index) => [`key-${index}`, ""]));
    const failures = tag([ec2(server), ec2(bare)], many);
    expect(Object.keys(failures)).to.deep.equal([ec2(server)]);
    expect(failures[ec2(server)]?.ErrorCode).to.equal("InvalidParameterException");
    expect(Object.keys(tags(ec2(server)))).to.have.lengthOf(2);
    expect(Object.keys(tags(ec2(bare)))).to.have.lengthOf(50);
  });

  it("is refused as a whole for AWS's own keys, and for kinds that the lab does not tag", () => {
    const { tag, untag, tags } = world();
    expect(errorCode(() => tag([mi], { "aws:x": "" }))).to.equal("InvalidParameterException");
    expect(errorCode(() => untag([mi], ["AWS:x"]))).to.equal("InvalidParameterException");
    const topic = "arn:aws:ec2:us-east-1:123456789012:volume/vol-1";
    expect(errorCode(() => tag([mi, topic]))).to.equal("NotModelledError");
    expect(tags(mi)).to.deep.equal({ Team: "ops" });
  });

  for (const [what, statement, denied] of [
    ["nothing", [], [ec2(server), ec2(bare), mi]],
    ["EC2 instances", [{ Action: ["ec2:CreateTags", "ec2:DeleteTags"], Resource: "*" }], [mi]],
    [
      "hybrid nodes",
      [{ Action: ["ssm:AddTagsToResource", "ssm:RemoveTagsFromResource"], Resource: mi }],
      [ec2(server), ec2(bare)],
    ],
    [
      "what has a tag",
      [
        {
          Action: ["ec2:CreateTags", "ec2:DeleteTags"],
          Resource: "*",
          Condition: { StringEquals: { "aws:ResourceTag/Stage": "prod" } },
        },
      ],
      [ec2(bare), mi],
    ],
    [
      "one key",
      [
        {
          Action: "*",
          Resource: "*",
          Condition: { "ForAllValues:StringEquals": { "aws:TagKeys": ["Team"] } },
        },
      ],
      [],
    ],
    [
      "another key",
      [
        {
          Action: "*",
          Resource: "*",
          Condition: { "ForAllValues:StringEquals": { "aws:TagKeys": ["Stage"] } },
        },
      ],
      [ec2(server), ec2(bare), mi],
    ],
    [
      "its Region",
      [{ Action: "*", Resource: "*", Condition: { StringEquals: { "aws:RequestedRegion": "us-east-1" } } }],
      [],
    ],
    [
      "another Region",
      [{ Action: "*", Resource: "*", Condition: { StringEquals: { "aws:RequestedRegion": "eu-west-1" } } }],
      [ec2(server), ec2(bare), mi],
    ],
  ] as [string, object[], string[]][]) {
    it(`fails for each resource that whoever may tag ${what} may not tag`, () => {
      const { tag, untag, tags, region, account: all } = world();
      const caller = role(region, "tagger", ...statement.map((one) => ({ Effect: "Allow", ...one })));
      const every = [ec2(server), ec2(bare), mi];
      for (const failures of [tag(every, { Team: "web" }, caller), untag(every, ["Team"], caller)]) {
        expect(Object.keys(failures)).to.deep.equal(denied);
        for (const { StatusCode, ErrorCode } of Object.values(failures))
          expect([StatusCode, ErrorCode]).to.deep.equal([403, "AccessDeniedException"]);
      }
      for (const arn of every) expect("Team" in tags(arn), arn).to.equal(denied.includes(arn));
      expect(new Set(all.iam.denials.map(({ resource }) => resource))).to.deep.equal(new Set(denied));
    });
  }

  it("asks for the values of the tags that are set", () => {
    const { tag, region } = world();
    const condition = { StringEquals: { "aws:RequestTag/Team": ["ops", "web"] } };
    const caller = role(region, "tagger", {
      Effect: "Allow",
      Action: "ec2:CreateTags",
      Resource: "*",
      Condition: condition,
    });
    expect(tag([ec2(server)], { Team: "web" }, caller)).to.deep.equal({});
    expect(Object.keys(tag([ec2(server)], { Team: "dev" }, caller))).to.deep.equal([ec2(server)]);
    expect(tag([ec2(server)], { Team: "dev" }, caller)[ec2(server)]?.ErrorMessage).to.equal(
      `Not authorized to perform: ec2:CreateTags on resource: ${ec2(server)}`,
    );
  });
});
