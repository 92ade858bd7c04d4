import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { type MessageKind, messageKinds, type Notice, publication } from "#shared/contract/topicMessage.js";
import { sourcesBelow } from "../../sources.js";

const page = readFileSync(join(import.meta.dirname, "../../../docs/messages.md"), "utf8");
const kinds = Object.keys(messageKinds) as MessageKind[];
const notice = {
  ...{ subject: "a subject", text: "a text", kind: "fanout-closed" as const, about: "run-1" },
  ...{ resources: ["runs/closed/run-1.json"], facts: { failed: "2" } },
} satisfies Notice;

/** The cells of each row of the page's tables. */
const rows = page
  .split("\n")
  .filter((line) => line.startsWith("| "))
  .map((line) => line.split("|").map((cell) => cell.trim()));

/** Paths of an object's members, but for the texts by name. */
function members(value: object, path = ""): string[] {
  return Object.entries(value).flatMap(([name, member]) => {
    const isMap = typeof member === "object" && !Array.isArray(member) && name !== "additionalContext";
    return isMap ? members(member, `${path}${name}.`) : [`${path}${name}`];
  });
}

describe("a message to the topics", () => {
  it("has the members and kinds that docs/messages.md lists, each by the same words", () => {
    const listed = rows.map(([, first = ""]) => first.replaceAll("`", ""));
    const { sqs } = JSON.parse(publication(notice, "f").Message);
    expect(listed.filter((name) => /^(version|source|content\.|metadata\.)/.test(name))).to.deep.equal(
      members(JSON.parse(sqs)),
    );
    const told = rows.flatMap(([, kind = "", tells]) => (/^`\w+-[\w-]+`$/.test(kind) ? [[kind, tells]] : []));
    expect(told).to.deep.equal(kinds.map((kind) => [`\`${kind}\``, messageKinds[kind]]));
  });

  it("is of a kind that some function sends, and of a spelling that chats take", () => {
    const sent = sourcesBelow("functions")
      .map(({ text }) => text)
      .join("\n");
    for (const kind of kinds) {
      expect(sent, kind).to.match(new RegExp(`"(${kind}|${kind.replace("exclusions-", "")})"`));
      expect(kind).to.match(/^[a-z-]{1,100}$/);
    }
  });

  it("is a text for people and one shape for every program", () => {
    const { Subject, MessageStructure, Message } = publication(notice, "patchplane-dev-closing");
    expect([Subject, MessageStructure]).to.deep.equal(["a subject", "json"]);
    const { default: text, ...others } = JSON.parse(Message) as Record<string, string>;
    expect(text).to.equal("a text");
    expect(others).to.have.keys("http", "https", "sqs", "lambda", "firehose");
    for (const body of Object.values(others))
      expect(JSON.parse(body)).to.deep.equal({
        version: "1.0",
        source: "custom",
        content: { title: "a subject", description: "a text" },
        metadata: {
          threadId: "run-1",
          eventType: "fanout-closed",
          relatedResources: ["runs/closed/run-1.json"],
          additionalContext: {
            ...{ failed: "2", messageVersion: "1", sentBy: "patchplane-dev-closing" },
          },
        },
      });
  });

  it("fits into what SNS takes, whatever its text is", () => {
    for (const sign of ["a", "ü", "漢", '"', "\n", "\u0001", "🐧"]) {
      const { Message } = publication({ ...notice, text: sign.repeat(300_000) }, "f");
      expect(Buffer.byteLength(Message), JSON.stringify(sign)).to.be.below(262_144);
      const { default: text = "", https = "" } = JSON.parse(Message) as Record<string, string>;
      expect(text).to.have.length(20_000);
      expect(JSON.parse(https).content.description).to.have.length(4_000);
    }
  });
});
