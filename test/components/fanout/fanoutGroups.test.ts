import { expect } from "chai";
import { groupProblems } from "#components/fanout/fanoutGroups.js";
import { RegionalFanout } from "#components/fanout/regionalFanout.js";
import { modelOf } from "#lab/aws/model/model.js";
import { violations } from "#lab/aws/model/validate.js";
import { fanoutArgs, fanoutOf } from "../../support/arguments.js";
import { recordMocks, settle } from "../../support/mocks.js";

const targets = fanoutArgs().targets;
const named = (count: number, length: number) =>
  Array.from({ length: count }, (_, index) => `${index}-`.padEnd(length, "g"));

describe("the resource groups of a fan-out", () => {
  afterEach(settle);

  for (const [operation, held] of [
    ["Install", []],
    ["Scan", ["web.hold", "app.hold"]],
  ] as const) {
    it(`hold EC2 and hybrid nodes, ${held.length === 0 ? "without" : "and"} those that are held: ${operation}`, async () => {
      const recording = await recordMocks();
      new RegionalFanout("f", fanoutArgs({ fanout: fanoutOf({ operation, regions: ["eu-west-3"] }) }));
      await settle();
      const found = recording.all("resourcegroups.Group").map(({ props }) => {
        const { type, query } = props.resourceQuery as { type: string; query: string };
        return { ...props, resourceQuery: { type, query: JSON.parse(query) as unknown } };
      });
      const query = (key: string, values: readonly string[]) => ({
        type: "TAG_FILTERS_1_0",
        query: {
          ResourceTypeFilters: ["AWS::EC2::Instance", "AWS::SSM::ManagedInstance"],
          TagFilters: [
            { Key: key, Values: values },
            { Key: "Tier", Values: ["gold"] },
          ],
        },
      });
      for (const { description } of recording.all("resourcegroups.Group").map(({ props }) => props)) {
        // The API's model of Resource Groups knows letters, digits, blanks and _ . - in a description.
        const broken = violations(modelOf("resource-groups"), "Description", description);
        expect(broken, String(description)).to.deep.equal([]);
      }
      expect(found).to.deep.equal([
        {
          region: "eu-west-3",
          name: "fleet-base",
          description: "patchplane - nodes of the base patch groups",
          resourceQuery: query("PatchGroup", ["web", "app"]),
        },
        {
          region: "eu-west-3",
          name: "fleet-excluded",
          description: "patchplane - nodes that an exclusion has moved",
          resourceQuery: query("patchplane:base-group", ["web", "app", ...held]),
        },
      ]);
    });
  }

  it("are none where others are adopted, and the policies and the payload name those", async () => {
    const recording = await recordMocks();
    new RegionalFanout("f", fanoutArgs({ fanout: fanoutOf({ resourceGroups: ["mine", "theirs"] }) }));
    await settle();
    expect(recording.all("resourcegroups.Group")).to.deep.equal([]);
    const text = JSON.stringify(recording.resources.map(({ props }) => props));
    expect(text).to.contain('\\"Values\\":[\\"mine\\",\\"theirs\\"]');
    expect(text).to.contain(":group/theirs").and.to.not.contain("fleet-base");
  });

  for (const [operation, count] of [
    ["Install", 20],
    ["Scan", 10],
  ] as const) {
    it(`take ${count} patch groups for the operation ${operation}`, () => {
      const check = groupProblems(operation);
      expect(check({ ...targets, patchGroups: named(count, 8) })).to.deep.equal([]);
      expect(check({ ...targets, patchGroups: named(count + 1, 8) })).to.deep.equal([
        {
          propertyPath: "targets.patchGroups",
          reason: `got ${count + 1} patch groups; a fan-out with the operation ${operation} takes up to ${count}, since a resource group takes 20 values of a tag. Make two stacks of them.`,
        },
      ]);
    });
  }

  it("take 20 values of a further tag", () => {
    const tagged = (count: number) => ({ ...targets, tags: { Tier: named(count, 5) } });
    expect(groupProblems("Install")(tagged(20))).to.deep.equal([]);
    expect(groupProblems("Install")(tagged(21))).to.deep.equal([
      {
        propertyPath: "targets.tags.Tier",
        reason: "got 21 values; a fan-out takes up to 20, since a resource group takes no more of a tag.",
      },
    ]);
  });

  it("take a query of 4,096 characters and no more", () => {
    const exact = named(20, 190);
    const excess = groupQueryLength(exact) - 4096;
    const fitting = (length: number) => [...exact.slice(1), "x".repeat(190 - excess + length)];
    expect(groupProblems("Install")({ ...targets, patchGroups: fitting(0) })).to.deep.equal([]);
    expect(groupProblems("Install")({ ...targets, patchGroups: fitting(1) })).to.deep.equal([
      {
        propertyPath: "targets.patchGroups",
        reason:
          "takes 4097 characters with the tags as the query of a resource group, which may have 4096. Use fewer or shorter names.",
      },
    ]);
  });
});

/** Characters of the longer query, that of the moved nodes, as the service gets it. */
function groupQueryLength(patchGroups: string[]): number {
  return JSON.stringify({
    ResourceTypeFilters: ["AWS::EC2::Instance", "AWS::SSM::ManagedInstance"],
    TagFilters: [
      { Key: "patchplane:base-group", Values: patchGroups },
      { Key: "Tier", Values: ["gold"] },
    ],
  }).length;
}
