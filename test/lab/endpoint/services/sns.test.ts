import { expect } from "chai";
import { snsHandlers } from "#lab/endpoint/services/sns.js";
import { api, pages, role } from "../../aws/apiSupport.js";
import { account, errorCode } from "../../support.js";

const call = api("sns", snsHandlers);

function world() {
  const { region, account: all } = account([]);
  const { TopicArn } = region.sns.createTopic({ Name: "news" });
  return { region, all, TopicArn };
}

describe("sns:Publish", () => {
  it("delivers with the rights of whoever calls", () => {
    const { region, TopicArn, all } = world();
    const answer = call(region, "Publish", { TopicArn, Subject: "Hello", Message: "world" });
    expect(answer.MessageId).to.match(/^[0-9a-f-]{36}$/);
    expect(region.sns.delivered).to.have.lengthOf(1);
    expect(region.sns.delivered[0]).to.include({ topicArn: TopicArn, subject: "Hello", text: "world" });
    const may = role(region, "may", { Effect: "Allow", Action: "sns:Publish", Resource: TopicArn });
    call(region, "Publish", { TopicArn, Message: "again" }, may);
    const mayNot = role(region, "may-not");
    expect(errorCode(() => call(region, "Publish", { TopicArn, Message: "no" }, mayNot))).to.equal(
      "AccessDeniedException",
    );
    expect(all.iam.denials.map(({ caller, action }) => [caller, action])).to.deep.equal([
      ["arn:aws:iam::123456789012:role/may-not", "sns:Publish"],
    ]);
    expect(region.sns.delivered).to.have.lengthOf(2);
  });

  it("delivers to each protocol what is for it, and the default to others", () => {
    const { region, TopicArn } = world();
    const send = (bodies: object) =>
      call(region, "Publish", { TopicArn, Message: JSON.stringify(bodies), MessageStructure: "json" });
    send({ default: "d", https: "h" });
    send({ default: "d", email: "e" });
    expect(region.sns.delivered.map(({ text, json }) => [text, json])).to.deep.equal([
      ["d", "h"],
      ["e", "d"],
    ]);
  });

  it("refuses a structure that is not JSON, or has no default", () => {
    const { region, TopicArn } = world();
    for (const [Message, MessageStructure] of [
      ["{}", "xml"],
      ["x", "json"],
      ["null", "json"],
      ['{"email":"x"}', "json"],
      ['{"default":1}', "json"],
    ])
      expect(errorCode(() => call(region, "Publish", { TopicArn, Message, MessageStructure }))).to.equal(
        "InvalidParameterException",
      );
  });

  it("is not made for a service's source", () => {
    const { region, TopicArn } = world();
    const condition = { StringEquals: { "aws:SourceAccount": "123456789012" } };
    const caller = role(region, "rule", {
      Effect: "Allow",
      Action: "sns:Publish",
      Resource: TopicArn,
      Condition: condition,
    });
    expect(errorCode(() => call(region, "Publish", { TopicArn, Message: "no" }, caller))).to.equal(
      "AccessDeniedException",
    );
  });

  for (const [what, input, code] of [
    [
      "a topic that there is not",
      { TopicArn: "arn:aws:sns:us-east-1:123456789012:other", Message: "x" },
      "NotFoundException",
    ],
    ["no topic", { Message: "x" }, "InvalidParameterException"],
    ["an empty message", { Message: "", TopicArn: "x" }, "InvalidParameterException"],
    ["a long message", { Message: "ü".repeat(131_073), TopicArn: "x" }, "InvalidParameterException"],
    ["a telephone", { Message: "x", PhoneNumber: "+49" }, "NotModelledError"],
    ["attributes", { Message: "x", TopicArn: "x", MessageAttributes: {} }, "NotModelledError"],
  ] as [string, object, string][]) {
    it(`refuses ${what}`, () => {
      expect(errorCode(() => call(world().region, "Publish", input))).to.equal(code);
    });
  }
});

describe("sns:ListTopics", () => {
  it("gives a hundred at a time", () => {
    const { region } = world();
    const made = Array.from(
      { length: 150 },
      (_, index) => region.sns.createTopic({ Name: `topic-${index}` }).TopicArn,
    );
    const { items, sizes } = pages((NextToken) => {
      const input = NextToken === undefined ? {} : { NextToken };
      const answer = call<{ Topics: { TopicArn: string }[]; NextToken?: string }>(
        region,
        "ListTopics",
        input,
      );
      return { items: answer.Topics, next: answer.NextToken };
    });
    expect(sizes).to.deep.equal([100, 51]);
    expect(items.slice(1).map(({ TopicArn }) => TopicArn)).to.deep.equal(made);
  });
});
