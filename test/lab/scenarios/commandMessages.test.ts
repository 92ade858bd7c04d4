import { expect } from "chai";
import { role } from "../aws/apiSupport.js";
import { account, day, errorCode, monday, node, register, send } from "../support.js";
import { topicForServices } from "../topicSupport.js";

const failing = node({ patchGroup: "servers", fails: ["openssl"] });

describe("what a command tells", () => {
  function listening(status: string) {
    const world = account([failing, node({ id: "mi-00000000000000001", patchGroup: "servers" })]);
    const { events, sns } = world.region;
    register(world, "servers");
    const TopicArn = topicForServices(world.region, "topic");
    const EventPattern = JSON.stringify({ source: ["aws.ssm"], detail: { status: [status] } });
    events.putRule({ Name: "rule", EventPattern });
    events.putTargets({ Rule: "rule", Targets: [{ Id: "topic", Arn: TopicArn }] });
    return { world, TopicArn, told: () => sns.delivered.map(({ text }) => JSON.parse(text)) };
  }

  it("is an event per node, an instance or a hybrid one, and one for itself", async () => {
    const { world, told } = listening("Success");
    const { id } = send(world, "Install");
    await world.clock.advanceTo(monday + day);
    const kinds = told().map((event) => [event["detail-type"], event.resources, event.detail["command-id"]]);
    expect(kinds).to.deep.equal([
      [
        "EC2 Command Invocation Status-change Notification",
        ["arn:aws:ssm:us-east-1:123456789012:managed-instance/mi-00000000000000001"],
        id,
      ],
      ["EC2 Command Status-change Notification", [], id],
    ]);
    const failed = listening("Failed");
    send(failed.world, "Install");
    await failed.world.clock.advanceTo(monday + day);
    expect(failed.told().map(({ resources }) => resources)).to.deep.equal([
      [`arn:aws:ec2:us-east-1:123456789012:instance/${failed.world.node(0).id}`],
    ]);
  });

  for (const [what, MaxErrors, NotificationEvents, messages] of [
    ["a failure that was asked for", "0", ["Failed"], ["Failed"]],
    ["nothing of an end that was not asked for", "100%", ["Failed", "TimedOut"], []],
    ["everything when all was asked for", "100%", ["All"], ["Success"]],
  ] as [string, string, ("All" | "Failed" | "TimedOut")[], string[]][]) {
    it(`is, to its topic, ${what}`, async () => {
      const { world, TopicArn, told } = listening("no such status");
      const NotificationConfig = {
        NotificationArn: TopicArn,
        NotificationEvents,
        NotificationType: "Command",
      } as const;
      const Comment = "weekly install";
      const may = { Effect: "Allow", Action: "sns:Publish", Resource: TopicArn };
      const { arn: ServiceRoleArn } = role(world.region, "teller", may) as { arn: string };
      const tells = { NotificationConfig, ServiceRoleArn };
      const { id } = send(world, "Install", { MaxErrors, MaxConcurrency: "1", ...tells, Comment });
      await world.clock.advanceTo(monday + day);
      expect(told().map(({ status }) => status)).to.deep.equal(messages);
      for (const message of told()) expect(message).to.include({ commandId: id, comment: Comment });
    });
  }

  it("is not told per invocation, which the lab does not know", () => {
    const { world, TopicArn } = listening("no such status");
    const NotificationConfig = { NotificationArn: TopicArn, NotificationType: "Invocation" } as const;
    expect(errorCode(() => send(world, "Scan", { NotificationConfig }))).to.equal("NotModelledError");
  });
});
