import { expect } from "chai";
import { eventsHandlers } from "#lab/endpoint/services/events.js";
import { iamHandlers } from "#lab/endpoint/services/iam.js";
import { snsHandlers } from "#lab/endpoint/services/sns.js";
import { sqsHandlers } from "#lab/endpoint/services/sqs.js";
import { api, role } from "../../aws/apiSupport.js";
import { account, errorCode } from "../../support.js";

const iam = api("iam", iamHandlers);
const sns = api("sns", snsHandlers);
const events = api("events", eventsHandlers);
const sqs = api("sqs", sqsHandlers);

describe("what tells of a stack that stands", () => {
  const send = "ssm:SendCommand";
  const tagged = { StringEquals: { "ssm:resourceTag/App": "web" } };
  const asked = (region: ReturnType<typeof account>["region"], name: string, more: object = {}) => {
    const { EvaluationResults } = iam<{ EvaluationResults: { EvalDecision: string }[] }>(
      region,
      "SimulatePrincipalPolicy",
      {
        PolicySourceArn: `arn:aws:iam::123456789012:role/${name}`,
        ActionNames: [send],
        ...more,
      },
    );
    return EvaluationResults.map(({ EvalDecision }) => EvalDecision);
  };

  // API reference, SimulatePrincipalPolicy: a key that nobody gives is one that the request does not have.
  it("IAM's simulator decides by the role's own policies, and by the keys that it is given", () => {
    const { region } = account([]);
    role(region, "some", { Effect: "Allow", Action: send, Resource: "*", Condition: tagged });
    role(region, "none");
    role(
      region,
      "shut",
      { Effect: "Allow", Action: "*", Resource: "*" },
      { Effect: "Deny", Action: send, Resource: "*" },
    );
    const ContextEntries = [
      { ContextKeyName: "ssm:resourceTag/App", ContextKeyValues: ["web"], ContextKeyType: "string" },
    ];
    expect(asked(region, "some")).to.deep.equal(["implicitDeny"]);
    expect(asked(region, "some", { ContextEntries })).to.deep.equal(["allowed"]);
    expect(asked(region, "none", { ContextEntries })).to.deep.equal(["implicitDeny"]);
    expect(asked(region, "shut")).to.deep.equal(["explicitDeny"]);
    expect(errorCode(() => asked(region, "nobody"))).to.equal("NoSuchEntity");
    expect(region.account.iam.denials, "asking is no attempt").to.deep.equal([]);
  });

  // "Simulation of resource-based policies isn't supported for IAM roles" (the same page).
  it("IAM's simulator asks no resource's policy for a role", () => {
    const { region } = account([]);
    role(region, "none");
    expect(() => asked(region, "none", { ResourcePolicy: "{}" })).to.throw("ResourcePolicy of Simulate");
  });

  // API reference, DeletePolicy, AttachRolePolicy and DeleteRole: DeleteConflict and NoSuchEntity.
  it("IAM deletes no policy that is attached, attaches none that is not there, and deletes no role with policies", () => {
    const { region } = account([]);
    const own = region.account.iam;
    role(region, "some");
    const PolicyArn = "arn:aws:iam::123456789012:policy/p";
    const attach = { RoleName: "some", PolicyArn };
    expect(errorCode(() => iam(region, "AttachRolePolicy", attach))).to.equal("NoSuchEntity");
    const allow = { Effect: "Allow", Action: send, Resource: "*" };
    own.putManagedPolicy(PolicyArn, JSON.stringify({ Version: "2012-10-17", Statement: [allow] }));
    iam(region, "AttachRolePolicy", attach);
    expect(asked(region, "some")).to.deep.equal(["allowed"]);
    expect(errorCode(() => own.deleteManagedPolicy({ PolicyArn }))).to.equal("DeleteConflict");
    expect(errorCode(() => own.deleteRole({ RoleName: "some" }))).to.equal("DeleteConflict");
    iam(region, "DetachRolePolicy", attach);
    expect(asked(region, "some")).to.deep.equal(["implicitDeny"]);
    own.deleteManagedPolicy({ PolicyArn });
    own.deleteRole({ RoleName: "some" });
  });

  // SNS developer guide, confirming a subscription: until then it is PendingConfirmation, and gets nothing.
  it("a subscription that nobody has confirmed gets nothing", () => {
    const { region } = account([]);
    const { TopicArn } = region.sns.createTopic({ Name: "t" });
    const { SubscriptionArn } = region.sns.subscribe({
      TopicArn,
      Protocol: "email",
      Endpoint: "a@b.example",
    });
    const list = () =>
      sns<{ Subscriptions: { SubscriptionArn: string }[] }>(region, "ListSubscriptionsByTopic", { TopicArn });
    region.sns.publish({ TopicArn, Message: "one" });
    region.sns.unconfirmed.add(SubscriptionArn);
    region.sns.publish({ TopicArn, Message: "two" });
    expect(region.sns.delivered.map(({ recipients }) => recipients)).to.deep.equal([["a@b.example"], []]);
    expect(list().Subscriptions.map((one) => one.SubscriptionArn)).to.deep.equal(["PendingConfirmation"]);
  });

  // API reference, DisableRule: "A disabled rule won't match any events, and won't self-trigger if it has a schedule expression."
  it("a rule that is disabled does nothing, on an event or at a time", async () => {
    const { region, clock } = account([]);
    const { QueueUrl } = region.sqs.createQueue({ QueueName: "q" });
    const Arn = region.arn("sqs", "q");
    const statement = {
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: Arn,
    };
    region.account.iam.putResourcePolicy(
      Arn,
      JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
    );
    region.events.putRule({ Name: "hourly", ScheduleExpression: "rate(1 hour)" });
    region.events.putTargets({ Rule: "hourly", Targets: [{ Id: "q", Arn }] });
    events(region, "DisableRule", { Name: "hourly" });
    await clock.advanceTo(clock.now + 2.5 * 3_600_000);
    const waiting = () => {
      const AttributeNames = ["ApproximateNumberOfMessages"];
      return sqs<{ Attributes: object }>(region, "GetQueueAttributes", { QueueUrl, AttributeNames })
        .Attributes;
    };
    expect(waiting()).to.deep.equal({ ApproximateNumberOfMessages: "0" });
    events(region, "EnableRule", { Name: "hourly" });
    await clock.advanceTo(clock.now + 3_600_000);
    expect(waiting()).to.deep.equal({ ApproximateNumberOfMessages: "1" });
  });
});
