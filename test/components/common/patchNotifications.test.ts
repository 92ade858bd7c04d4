import { expect } from "chai";
import {
  emailProblems,
  PatchNotifications,
  type PatchNotificationsArgs,
} from "#components/common/patchNotifications.js";
import { computed } from "#test/support/cpu.js";
import { policyOf, refusals } from "../../support/arguments.js";
import { accountId, recordMocks, settle } from "../../support/mocks.js";

const kmsKeyArn = `arn:aws:kms:us-east-1:${accountId}:key/k`;
const args: PatchNotificationsArgs = {
  failureEmails: ["a@example.com", "b@example.com"],
  completionEmails: ["b@example.com"],
  kmsKeyArn,
  tags: { Owner: "ops" },
};
const topicArn = (kind: string) => `arn:aws:sns:us-east-1:${accountId}:n-${kind}-0a1b2c3`;
const queueArn = `arn:aws:sqs:us-east-1:${accountId}:n-undelivered-0a1b2c3`;

describe("PatchNotifications", () => {
  afterEach(settle);

  it("makes two topics with the addresses of each, a role that publishes, and nothing else", async () => {
    const recording = await recordMocks();
    new PatchNotifications("n", args);
    await settle();
    expect(recording.list()).to.deep.equal([
      "PatchNotifications n",
      "cloudwatch.MetricAlarm n-undelivered-alarm < n",
      "iam.Role n-role < n",
      "iam.RolePolicy n-role-policy < n",
      "sns.Topic n-completions < n",
      "sns.Topic n-failures < n",
      "sns.TopicPolicy n-completions-policy < n",
      "sns.TopicPolicy n-failures-policy < n",
      "sns.TopicSubscription n-completions-b@example.com < n",
      "sns.TopicSubscription n-failures-a@example.com < n",
      "sns.TopicSubscription n-failures-b@example.com < n",
      "sqs.Queue n-undelivered < n",
      "sqs.QueuePolicy n-undelivered-policy < n",
    ]);
    expect(recording.outputs.get(recording.named("n").urn)).to.deep.equal({
      failuresTopicArn: topicArn("failures"),
      completionsTopicArn: topicArn("completions"),
      deadLetterQueueArn: queueArn,
      roleArn: `arn:aws:iam::${accountId}:role/n-role-0a1b2c3`,
    });
  });

  for (const kind of ["failures", "completions"]) {
    it(`encrypts the topic of ${kind} and lets rules and alarms of this account publish`, async () => {
      const recording = await recordMocks();
      new PatchNotifications("n", args);
      await settle();
      expect(recording.named(`n-${kind}`).props).to.deep.equal({
        kmsMasterKeyId: kmsKeyArn,
        tags: { Owner: "ops" },
      });
      expect(recording.named(`n-${kind}-b@example.com`).props).to.deep.equal({
        topic: topicArn(kind),
        protocol: "email",
        endpoint: "b@example.com",
      });
      const policy = recording.named(`n-${kind}-policy`).props;
      expect(policy.arn).to.equal(topicArn(kind));
      const common = { Action: "sns:Publish", Resource: topicArn(kind) };
      expect(policyOf(policy).Statement).to.deep.equal([
        {
          // EventBridge guide, resource-based policies: no Condition in a topic's policy for EventBridge.
          Sid: "Rules",
          Effect: "Allow",
          Principal: { Service: "events.amazonaws.com" },
          ...common,
        },
        {
          Sid: "AlarmsOfThisAccount",
          Effect: "Allow",
          Principal: { Service: "cloudwatch.amazonaws.com" },
          ...common,
          Condition: { StringEquals: { "aws:SourceAccount": accountId } },
        },
        {
          Sid: "TlsOnly",
          Effect: "Deny",
          Principal: "*",
          ...common,
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ]);
    });
  }

  it("keeps what rules of this account could not deliver for two weeks, encrypted", async () => {
    const recording = await recordMocks();
    new PatchNotifications("n", args);
    await settle();
    expect(recording.named("n-undelivered").props).to.deep.equal({
      sqsManagedSseEnabled: true,
      messageRetentionSeconds: 1_209_600,
      tags: { Owner: "ops" },
    });
    // EventBridge guide, "Granting permissions to the dead-letter queue".
    expect(policyOf(recording.named("n-undelivered-policy").props).Statement[0]).to.deep.equal({
      Sid: "RulesOfThisAccount",
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: queueArn,
      Condition: { ArnLike: { "aws:SourceArn": `arn:aws:events:us-east-1:${accountId}:rule/*` } },
    });
  });

  it("has somebody told of each message that comes into the queue, not of those that lie in it", async () => {
    const recording = await recordMocks();
    new PatchNotifications("n", args);
    await settle();
    expect(recording.named("n-undelivered-alarm").props).to.deep.include({
      namespace: "AWS/SQS",
      metricName: "NumberOfMessagesSent",
      dimensions: { QueueName: "n-undelivered-0a1b2c3" },
      statistic: "Sum",
      alarmActions: [topicArn("failures")],
    });
  });

  it("lets SSM publish failures and nothing else", async () => {
    const recording = await recordMocks();
    new PatchNotifications("n", args);
    await settle();
    const { props } = recording.only("iam.RolePolicy");
    expect(props.role).to.equal("n-role-id");
    expect(policyOf(props).Statement).to.deep.equal([
      { Sid: "PublishFailures", Effect: "Allow", Action: "sns:Publish", Resource: topicArn("failures") },
      {
        Sid: "EncryptMessages",
        Effect: "Allow",
        Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
        Resource: kmsKeyArn,
        Condition: { StringEquals: { "kms:ViaService": "sns.us-east-1.amazonaws.com" } },
      },
    ]);
  });

  it("subscribes nobody when there is no address", async () => {
    const recording = await recordMocks();
    new PatchNotifications("n", { failureEmails: [], kmsKeyArn });
    await settle();
    expect(recording.all("sns.TopicSubscription")).to.deep.equal([]);
    expect(recording.all("sns.Topic")).to.have.lengthOf(2);
    expect(recording.named("n-role").props).to.not.have.property("tags");
  });

  it("refuses everything that is wrong at once", async () => {
    await recordMocks();
    const wrong = {
      failureEmails: ["ops@example.com", "ops", "ops@example.com"],
      completionEmails: ["@"],
    };
    expect(
      await refusals(() => new PatchNotifications("n", { ...args, ...wrong, region: "x" })),
    ).to.deep.equal([
      {
        propertyPath: "region",
        reason: 'got "x"; allowed is a Region such as eu-central-1. Leave it out for the provider\'s own.',
      },
      {
        propertyPath: "failureEmails[1]",
        reason: 'got "ops"; allowed is an address such as ops@example.com.',
      },
      { propertyPath: "failureEmails[2]", reason: '"ops@example.com" is there twice. Remove one of them.' },
      {
        propertyPath: "completionEmails[0]",
        reason: 'got "@"; allowed is an address such as ops@example.com.',
      },
    ]);
  });

  for (const email of [
    "",
    "a@b",
    "a b@example.com",
    "@example.com",
    "a@b@c.de",
    `${"a".repeat(243)}@example.com`,
  ]) {
    it(`refuses the address ${JSON.stringify(email).slice(0, 30)}`, () => {
      expect(emailProblems("e")([email])).to.have.lengthOf(1);
    });
  }

  it("takes an address of 254 characters", () => {
    expect(emailProblems("e")([`${"a".repeat(242)}@example.com`])).to.deep.equal([]);
  });

  it("looks at a hostile address in no time", () => {
    const began = computed();
    expect(emailProblems("e")([`a@${".".repeat(200_000)} `])).to.have.lengthOf(1);
    expect(computed() - began).to.be.lessThan(5000);
  });
});
