import { expect } from "chai";
import { makeResource } from "#lab/deploy/resources.js";
import type { SentRequest } from "#lab/deploy/send.js";
import { account, errorCode } from "../support.js";

const content = JSON.stringify({
  schemaVersion: "0.3",
  mainSteps: [{ name: "wait", action: "aws:sleep", inputs: { Duration: "PT1M" } }],
});
const document = "aws:ssm/document:Document";
const group = "aws:resourcegroups/group:Group";
const query = JSON.stringify({
  ResourceTypeFilters: ["AWS::EC2::Instance"],
  TagFilters: [{ Key: "PatchGroup", Values: ["web"] }],
});

describe("a document that is deployed", () => {
  it("is there with its tags", () => {
    const { region } = account([]);
    const inputs = {
      name: "runbook",
      content,
      documentType: "Automation",
      targetType: "/",
      tags: { Team: "ops" },
    };
    const { id, state } = makeResource(region, document, "logical", inputs);
    const { Document } = region.documents.describeDocument({ Name: "runbook" });
    expect(id).to.equal("runbook");
    expect(state).to.deep.equal({
      arn: "arn:aws:ssm:us-east-1:123456789012:document/runbook",
      name: "runbook",
      defaultVersion: "1",
      documentVersion: "1",
      hash: Document?.Hash,
      latestVersion: "1",
      schemaVersion: "0.3",
      status: "Active",
    });
    expect(Document).to.deep.include({ TargetType: "/", Tags: [{ Key: "Team", Value: "ops" }] });
    expect(Document?.Hash).to.match(/^[0-9a-f]{64}$/);
  });

  it("has the name of the resource, and is refused with what the lab does not read", () => {
    const { region } = account([]);
    const inputs = { content, documentType: "Automation" };
    expect(makeResource(region, document, "logical", inputs).id).to.equal("logical");
    for (const [name, unread] of Object.entries({
      attached: { attachmentsSources: [{ key: "SourceUrl" }] },
      owned: { permissions: { type: "Own", account_ids: "all" } },
    })) {
      const strange = () => makeResource(region, document, "logical", { ...inputs, name, ...unread });
      expect(errorCode(strange), name).to.equal("NotModelledError");
    }
    expect(errorCode(() => makeResource(region, document, "logical", inputs))).to.equal(
      "DocumentAlreadyExists",
    );
  });

  // API model: AccountIdList has 20 at most; API reference, DocumentPermissionLimit: 1,000 accounts.
  it("is shared with up to a thousand accounts, twenty in a call", () => {
    const { region } = account([]);
    const shared = (count: number) => {
      const ids = Array.from({ length: count }, (_, index) => String(100000000000 + index));
      const permissions = { type: "Share", account_ids: ids.join(",") };
      return { content, documentType: "Automation", name: `shared-${count}`, permissions };
    };
    const sent: SentRequest[] = [];
    makeResource(region, document, "logical", shared(1000), (request) => sent.push(request));
    expect(sent.filter(({ operation }) => operation === "ModifyDocumentPermission")).to.have.length(50);
    const last = String(100000000999);
    expect(region.documents.isSharedWith("shared-1000", "1", last)).to.equal(true);
    expect(region.documents.isSharedWith("shared-1000", "1", String(100000001000))).to.equal(false);
    expect(errorCode(() => makeResource(region, document, "logical", shared(1001)))).to.equal(
      "DocumentPermissionLimit",
    );
  });
});

describe("the request for a document", () => {
  // The pattern is that of the API's model, shape DocumentName of SSM.
  it("is held against the API's model", () => {
    const inputs = { content, documentType: "Automation", name: "run book" };
    expect(errorCode(() => makeResource(account([]).region, document, "logical", inputs))).to.equal(
      "ValidationException",
    );
  });
});

describe("a resource group that is deployed", () => {
  it("has members and tags", () => {
    const { region, node } = account([{ patchGroup: "web" }, { patchGroup: "app" }]);
    const inputs = { name: "web", description: "Web", resourceQuery: { query }, tags: { Team: "ops" } };
    const { id, state } = makeResource(region, group, "logical", inputs);
    expect(id).to.equal("web");
    expect(state).to.deep.equal({
      arn: "arn:aws:resource-groups:us-east-1:123456789012:group/web",
      name: "web",
    });
    expect(region.resourceGroups.members("web").map(({ ResourceArn }) => ResourceArn)).to.deep.equal([
      region.nodeArn(node(0).id),
    ]);
    expect(region.resourceGroups.getGroup({ Group: "web" }).Group).to.include({ Description: "Web" });
    expect(region.tags.of("arn:aws:resource-groups:us-east-1:123456789012:group/web")).to.deep.equal({
      Team: "ops",
    });
  });

  // The patterns are those of the API's model, shapes CreateGroupName, Description and TagValue of Resource Groups.
  for (const [what, broken, path] of [
    ["a colon in its description", { description: "patchplane: nodes" }, "description"],
    ["a description that is too long", { description: "x".repeat(1025) }, "description"],
    ["a blank in its name", { name: "my web" }, "name"],
    ["a value of a tag with a semicolon", { tags: { Team: "a;b" } }, "tags.Team.value"],
  ] as const) {
    it(`is refused with ${what}, as AWS refuses it`, () => {
      const { region } = account([]);
      const make = () => makeResource(region, group, "logical", { resourceQuery: { query }, ...broken });
      expect(make).to.throw(
        new RegExp(
          `^${group} logical: resource-groups:CreateGroup: 1 validation error detected: Value '.*' at '${path}' failed`,
        ),
      );
      expect(errorCode(make)).to.equal("ValidationException");
      expect(region.resourceGroups.listGroups({}).Groups).to.deep.equal([]);
    });
  }

  it("is refused with a configuration", () => {
    const inputs = { resourceQuery: { query }, configurations: [] };
    expect(errorCode(() => makeResource(account([]).region, group, "logical", inputs))).to.equal(
      "NotModelledError",
    );
  });
});
