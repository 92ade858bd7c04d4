import { expect } from "chai";
import { parse } from "yaml";
import { compilePattern, matches } from "#lab/aws/events/eventPattern.js";
import { type MessageKind, messageKinds, publication } from "#shared/contract/topicMessage.js";
import { account } from "../lab/support.js";
import { topicForServices } from "../lab/topicSupport.js";
import { chatNotification } from "../support/chatNotification.js";
import { blocksOf } from "./pages.js";

const blocks = blocksOf("docs/messages.md").filter(({ language }) => language === "json");
const kinds = Object.keys(messageKinds) as MessageKind[];

/** The block in which a word stands. */
function blockWith(word: string): string {
  const found = blocks.filter(({ text }) => text.includes(word));
  expect(found, word).to.have.lengthOf(1);
  return found[0]?.text ?? "";
}

/** Systems Manager user guide, "Monitoring Systems Manager events with Amazon EventBridge", example of a maintenance window. */
const windowEvent = (status: string) => ({
  source: "aws.ssm",
  "detail-type": "Maintenance Window Execution State-change Notification",
  resources: ["arn:aws:ssm:us-east-1:123456789012:maintenancewindow/mw-0c50858d01EXAMPLE"],
  detail: {
    "start-time": "2016-11-16T19:00:14.943Z",
    "end-time": "2016-11-16T19:00:15.023Z",
    "window-id": "mw-0c50858d01EXAMPLE",
    "window-execution-id": "b60fb56e-776c-4e5c-84ee-EXAMPLE",
    status,
  },
});

/** Amazon CloudWatch user guide, "Alarm events and EventBridge", sample of an alarm's change of state, shortened. */
const alarmEvent = (description: string, value: string) => ({
  source: "aws.cloudwatch",
  "detail-type": "CloudWatch Alarm State Change",
  detail: {
    alarmName: "ServerCpuTooHigh",
    configuration: { description, metrics: [{ id: "m1", returnData: true }] },
    previousState: { value: "OK" },
    state: { value, timestamp: "2022-04-07T20:03:25.061+0000" },
  },
});

describe("the recipes of docs/messages.md", () => {
  for (const kind of kinds)
    it(`show ${kind} in a chat`, () => {
      for (const text of ["a text", '"quoted"\n<tag> \u202e 🐧', "x".repeat(300_000)]) {
        const notice = {
          ...{ subject: "a subject", text, kind, about: "exclusions/ümlaut.yaml" },
          ...{ resources: ["status/x.json"], facts: { nodes: "2" } },
        };
        const { Message } = publication(notice, "SSM-patchplane-dev-exclusions");
        // The service subscribes by https.
        const { https = "" } = JSON.parse(Message) as Record<string, string>;
        expect(chatNotification.safeParse(JSON.parse(https)).error?.issues).to.equal(undefined);
      }
    });

  it("show the end of a failed window in a chat, and no other", () => {
    const { region } = account([]);
    const { events, sns } = region;
    const Arn = topicForServices(region, "chat");
    events.putRule({ Name: "chat", EventPattern: blockWith('window-id": [') });
    const InputTransformer = parse(blockWith("InputTemplate"));
    events.putTargets({ Rule: "chat", Targets: [{ Id: "chat", Arn, InputTransformer }] });
    for (const status of [
      "SUCCESS",
      "FAILED",
      "TIMED_OUT",
      "IN_PROGRESS",
      "CANCELLED",
      "SKIPPED_OVERLAPPING",
    ])
      events.emit(windowEvent(status));
    const shown = sns.delivered.map(({ text }) => chatNotification.parse(JSON.parse(text)));
    expect(shown.map(({ content }) => content.title)).to.deep.equal(
      ["FAILED", "TIMED_OUT", "CANCELLED", "SKIPPED_OVERLAPPING"].map(
        (status) => `Window mw-0c50858d01EXAMPLE ended as ${status}`,
      ),
    );
    expect(shown[0]?.content.description).to.equal(
      "Nodes may be unpatched: execution b60fb56e-776c-4e5c-84ee-EXAMPLE in us-east-1.",
    );
  });

  it("make a ticket of the kinds that are worth one", () => {
    const pattern = compilePattern(blockWith("body"));
    const about = { subject: "a", text: "b", about: "c" };
    const taken = kinds.filter((kind) => {
      const { sqs } = JSON.parse(publication({ ...about, kind }, "f").Message);
      return matches(pattern, { body: JSON.parse(sqs) });
    });
    expect(taken.sort()).to.deep.equal([
      ...["exclusions-breach", "exclusions-lost", "exclusions-refused", "exclusions-unvouched"],
      ...["fanout-closed", "fanout-late", "window-late"],
    ]);
  });

  it("make a ticket of the stack's alarms", () => {
    const pattern = compilePattern(blockWith("CloudWatch Alarm"));
    const isTaken = (description: string, value: string) => matches(pattern, alarmEvent(description, value));
    expect(isTaken("patchplane: a window is overdue", "ALARM")).to.equal(true);
    expect(isTaken("patchplane: a window is overdue", "OK")).to.equal(false);
    expect(isTaken("Goes into alarm when server CPU utilization is too high!", "ALARM")).to.equal(false);
  });
});
