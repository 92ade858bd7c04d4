import type { ListTagsForResourceResult, StartAutomationExecutionResult, Tag } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import fc from "fast-check";
import { tagTest } from "#lab/aws/tags/tags.js";
import { ssmTagHandlers } from "#lab/endpoint/services/ssmTags.js";
import { size } from "#test/support/size.js";
import { account, errorCode, register, settled } from "../../support.js";
import { api } from "../apiSupport.js";

const call = api("ssm", ssmTagHandlers);
const hybrid = "mi-0123456789abcdef0";

const runbook = JSON.stringify({
  schemaVersion: "0.3",
  mainSteps: [{ name: "wait", action: "aws:sleep", inputs: { Duration: "PT1M" } }],
});

/** An account with a resource of each kind whose tags SSM keeps, by kind. */
function world() {
  const made = account([{ id: hybrid, tags: { Team: "ops" } }, {}]);
  const { region, account: all } = made;
  region.documents.createDocument({ Name: "my-runbook", Content: runbook, DocumentType: "Automation" });
  const started: StartAutomationExecutionResult = region.automation.startAutomationExecution(
    { DocumentName: "my-runbook" },
    all.iam.owner,
  );
  const { WindowId = "" } = region.windows.createMaintenanceWindow({
    Name: "window",
    Schedule: "rate(1 day)",
    Duration: 2,
    Cutoff: 1,
    AllowUnassociatedTargets: false,
  });
  const ids = {
    ManagedInstance: hybrid,
    MaintenanceWindow: WindowId,
    PatchBaseline: register(made, "web"),
    Document: "my-runbook",
    Automation: started.AutomationExecutionId ?? "",
  };
  const add = (ResourceType: string, ResourceId: string, Tags: Tag[]) =>
    call(region, "AddTagsToResource", { ResourceType, ResourceId, Tags });
  const remove = (ResourceType: string, ResourceId: string, TagKeys: string[]) =>
    call(region, "RemoveTagsFromResource", { ResourceType, ResourceId, TagKeys });
  const list = (ResourceType: string, ResourceId: string) =>
    call<ListTagsForResourceResult>(region, "ListTagsForResource", { ResourceType, ResourceId }).TagList;
  return { ...made, ids, add, remove, list };
}

const tag = (Key: string, Value = "") => ({ Key, Value });

describe("tags", () => {
  for (const [type, id] of Object.entries(world().ids)) {
    it(`of a ${type} are added, replaced, taken away and listed`, async () => {
      const { add, remove, list, clock } = world();
      const before = list(type, id) ?? [];
      expect(before).to.deep.equal(type === "ManagedInstance" ? [tag("Team", "ops")] : []);
      expect(add(type, id, [tag("A", "1"), tag("B", "2")])).to.deep.equal({});
      add(type, id, [tag("B", "3"), tag("C")]);
      await settled({ clock });
      expect(list(type, id)).to.deep.equal([...before, tag("A", "1"), tag("B", "3"), tag("C")]);
      expect(remove(type, id, ["A", "nothing"])).to.deep.equal({});
      await settled({ clock });
      expect(list(type, id)).to.deep.equal([...before, tag("B", "3"), tag("C")]);
    });
  }

  for (const [type, id, code] of [
    ["ManagedInstance", "i-00000000000000001", "InvalidResourceId"],
    ["ManagedInstance", "mi-00000000000000009", "InvalidResourceId"],
    ["MaintenanceWindow", "mw-00000000000000000", "InvalidResourceId"],
    ["MaintenanceWindow", hybrid, "InvalidResourceId"],
    ["PatchBaseline", "pb-00000000000000000", "InvalidResourceId"],
    ["Document", "other", "InvalidResourceId"],
    ["Document", "AWS-RunPatchBaseline", "InvalidResourceId"],
    ["Automation", "00000000-0000-4000-8000-000000000000", "InvalidResourceId"],
    ["Parameter", "/a/b", "NotModelledError"],
    ["OpsItem", "oi-1", "NotModelledError"],
  ] as const) {
    it(`of a ${type} ${id} are refused with ${code}`, () => {
      const { add, remove, list } = world();
      expect(errorCode(() => add(type, id, [tag("A")]))).to.equal(code);
      expect(errorCode(() => remove(type, id, ["A"]))).to.equal(code);
      expect(errorCode(() => list(type, id))).to.equal(code);
    });
  }

  it("are 50 at most, those that are replaced not counted twice", async () => {
    const { add, list, ids, clock } = world();
    const many = (count: number) => Array.from({ length: count }, (_, index) => tag(`key-${index}`));
    add("Document", ids.Document, many(49));
    add("Document", ids.Document, [tag("key-3", "again"), tag("last")]);
    expect(errorCode(() => add("Document", ids.Document, [tag("one-more")]))).to.equal("TooManyTagsError");
    expect(errorCode(() => add("PatchBaseline", ids.PatchBaseline, many(51)))).to.equal("TooManyTagsError");
    await settled({ clock });
    expect(list("Document", ids.Document)).to.have.lengthOf(50);
  });

  for (const key of ["aws:name", "AWS:name", "Aws:"]) {
    it(`with the key ${key} are AWS's own`, () => {
      const { add, remove, ids } = world();
      expect(errorCode(() => add("Document", ids.Document, [tag(key)]))).to.equal("ValidationException");
      expect(errorCode(() => remove("Document", ids.Document, [key]))).to.equal("ValidationException");
    });
  }

  it("have one value for a key", () => {
    const { add, ids } = world();
    expect(errorCode(() => add("Document", ids.Document, [tag("A", "1"), tag("A", "2")]))).to.equal(
      "ValidationException",
    );
    expect(errorCode(() => add("Document", ids.Document, [tag("A", "1"), tag("a", "2")]))).to.equal("none");
  });

  it("of a node are those that targets look at, and another object after each change", async () => {
    const { region, node, add, clock } = world();
    const before = node(0).tags;
    add("ManagedInstance", hybrid, [tag("PatchGroup", "web")]);
    expect(node(0).tags).to.deep.equal({ Team: "ops", PatchGroup: "web" });
    expect(before).to.deep.equal({ Team: "ops" });
    await settled({ clock });
    expect(region.nodes.select([{ Key: "tag:PatchGroup", Values: ["web"] }])).to.deep.equal([node(0)]);
  });

  it("of a resource are told by its whole ARN", () => {
    const { region, ids } = world();
    region.tags.set(region.arn("ssm", `document/${hybrid}`), { A: "1" });
    expect(region.tags.of(region.nodeArn(hybrid))).to.deep.equal({ Team: "ops" });
    expect(region.tags.of(region.arn("ec2", `instance/${hybrid}`))).to.deep.equal({});
    expect(region.tags.exists(region.arn("ssm", `document/${ids.Document}`))).to.equal(true);
    expect(region.tags.exists(region.arn("ssm", `document/${hybrid}`))).to.equal(false);
  });

  it("pass filters that the definition of a filter passes", () => {
    const key = fc.constantFrom("a", "b", "constructor", "__proto__");
    const value = fc.constantFrom("", "1", "2");
    const tags = fc.array(fc.tuple(key, value), { maxLength: 3 }).map((list) => Object.fromEntries(list));
    const filter = fc.record({
      Key: key,
      Values: fc.option(fc.array(value, { maxLength: 2 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(tags, fc.array(filter, { maxLength: 3 }), (given, filters) => {
        const pairs = Object.entries(given);
        let wanted = true;
        for (const { Key, Values = [] } of filters) {
          let found = false;
          for (const [name, text] of pairs)
            if (name === Key && (Values.length === 0 || Values.indexOf(text) >= 0)) found = true;
          if (!found) wanted = false;
        }
        expect(tagTest(filters)(given)).to.equal(wanted);
      }),
      { numRuns: size(10, 500) },
    );
  });
});
