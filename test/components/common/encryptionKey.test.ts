import { expect } from "chai";
import { EncryptionKey } from "#components/common/encryptionKey.js";
import { policyOf, refusals, statement } from "../../support/arguments.js";
import { accountId, promiseOf, recordMocks, settle } from "../../support/mocks.js";

describe("EncryptionKey", () => {
  afterEach(settle);

  it("makes a key that rotates, and nothing else", async () => {
    const recording = await recordMocks();
    const key = new EncryptionKey("k", { logGroupPrefix: "/patching", tags: { Owner: "ops" } });
    await settle();
    expect(recording.list()).to.deep.equal(["EncryptionKey k", "kms.Key k-key < k"]);
    const { policy: _, ...props } = recording.only("kms.Key").props;
    expect(props).to.deep.equal({
      description: "patchplane: topics and log groups of /patching",
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      tags: { Owner: "ops" },
    });
    expect(await promiseOf(key.arn)).to.equal(`arn:aws:kms:us-east-1:${accountId}:key/k-key`);
    expect(recording.outputs.get(recording.named("k").urn)).to.deep.equal({ arn: await promiseOf(key.arn) });
  });

  it("lets the services use it for this account alone, and the log groups below the prefix alone", async () => {
    const recording = await recordMocks({ partition: "aws-us-gov", region: "us-gov-west-1" });
    new EncryptionKey("k", { logGroupPrefix: "/patching" });
    await settle();
    const policy = policyOf(recording.only("kms.Key").props);
    expect(policy.Statement.map(({ Sid }) => Sid)).to.deep.equal([
      "ManagedByIamOfThisAccount",
      "MessagesOfRules",
      "MessagesOfAlarms",
      "LogGroups",
    ]);
    expect(statement(policy, "ManagedByIamOfThisAccount").Principal).to.deep.equal({
      AWS: `arn:aws-us-gov:iam::${accountId}:root`,
    });
    // Rules: SNS guide, key management, "aws:SourceAccount, aws:SourceArn, and aws:SourceOrgID ... is not supported".
    for (const [sid, service, condition] of [
      [
        "MessagesOfRules",
        "events.amazonaws.com",
        {
          ArnLike: {
            "kms:EncryptionContext:aws:sns:topicArn": `arn:aws-us-gov:sns:us-gov-west-1:${accountId}:*`,
          },
        },
      ],
      ["MessagesOfAlarms", "cloudwatch.amazonaws.com", { StringEquals: { "aws:SourceAccount": accountId } }],
    ] as const) {
      expect(statement(policy, sid)).to.deep.equal({
        Sid: sid,
        Effect: "Allow",
        Principal: { Service: service },
        Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
        Resource: "*",
        Condition: condition,
      });
    }
    const logs = statement(policy, "LogGroups");
    expect(logs.Principal).to.deep.equal({ Service: "logs.us-gov-west-1.amazonaws.com" });
    expect(logs.Condition).to.deep.equal({
      ArnLike: {
        "kms:EncryptionContext:aws:logs:arn": `arn:aws-us-gov:logs:us-gov-west-1:${accountId}:log-group:/patching/*`,
      },
    });
  });

  it("names the log service as the partition does", async () => {
    const recording = await recordMocks({ partition: "aws-cn", region: "cn-north-1" });
    new EncryptionKey("k", { logGroupPrefix: "/patching" });
    await settle();
    const policy = policyOf(recording.only("kms.Key").props);
    expect(statement(policy, "LogGroups").Principal).to.deep.equal({
      Service: "logs.cn-north-1.amazonaws.com.cn",
    });
  });

  it("refuses everything that is wrong at once", async () => {
    await recordMocks();
    expect(
      await refusals(() => new EncryptionKey("k", { region: "", logGroupPrefix: "/patching/" })),
    ).to.deep.equal([
      {
        propertyPath: "region",
        reason: 'got ""; allowed is a Region such as eu-central-1. Leave it out for the provider\'s own.',
      },
      {
        propertyPath: "logGroupPrefix",
        reason:
          'got "/patching/"; allowed are 1 to 400 of a-z A-Z 0-9 _ - . / #, without a slash at the end.',
      },
    ]);
  });
});
