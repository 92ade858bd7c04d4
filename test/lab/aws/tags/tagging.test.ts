import { expect } from "chai";
import fc from "fast-check";
import type { GetResourcesInput, GetResourcesOutput } from "#lab/aws/tags/tagging.js";
import { size } from "#test/support/size.js";
import { account, errorCode, minute, nodes, register } from "../../support.js";
import { pages } from "../apiSupport.js";
import { bare, call, ec2, mi, server, world } from "./taggingSupport.js";

describe("the tagging API", () => {
  it("lists what has tags in the Region, servers without an agent too", () => {
    const { list } = world();
    expect(list().items).to.deep.equal([
      {
        ResourceARN: ec2(server),
        Tags: [
          { Key: "Team", Value: "ops" },
          { Key: "Stage", Value: "prod" },
        ],
      },
      { ResourceARN: ec2(bare), Tags: [{ Key: "Team", Value: "dev" }] },
      { ResourceARN: mi, Tags: [{ Key: "Team", Value: "ops" }] },
    ]);
  });

  for (const [what, filters, ...wanted] of [
    ["a value", [{ Key: "Team", Values: ["ops"] }], ec2(server), mi],
    ["any of some values", [{ Key: "Team", Values: ["dev", "ops"] }], ec2(server), ec2(bare), mi],
    ["a key", [{ Key: "Stage" }], ec2(server)],
    ["a key with an empty list", [{ Key: "Stage", Values: [] }], ec2(server)],
    [
      "all of some filters",
      [
        { Key: "Team", Values: ["ops"] },
        { Key: "Stage", Values: ["prod"] },
      ],
      ec2(server),
    ],
    [
      "filters for the same key",
      [
        { Key: "Team", Values: ["ops"] },
        { Key: "Team", Values: ["dev"] },
      ],
    ],
    ["a value in another case", [{ Key: "Team", Values: ["Ops"] }]],
    ["a key in another case", [{ Key: "team" }]],
  ] as [string, { Key: string; Values?: string[] }[], ...string[]][]) {
    it(`filters by ${what}`, () => {
      expect(world().arns({ TagFilters: filters })).to.deep.equal(wanted);
    });
  }

  it("filters by type, and by ARN", () => {
    const { arns, region } = world();
    for (const [types, ...wanted] of [
      [["ec2:instance"], ec2(server), ec2(bare)],
      [["ec2"], ec2(server), ec2(bare)],
      [["ssm:managed-instance"], mi],
      [["ssm", "ec2"], ec2(server), ec2(bare), mi],
      [["ssm:patchbaseline"]],
    ] as [string[], ...string[]][]) {
      expect(arns({ ResourceTypeFilters: types }), types.join()).to.deep.equal(wanted);
    }
    expect(arns({ ResourceARNList: [mi, ec2("i-00000000000000000")] })).to.deep.equal([mi]);
    const refused = (input: GetResourcesInput) => errorCode(() => call(region, "GetResources", input));
    for (const type of ["s3", "ec2:volume", "ssm:maintenance-window", "EC2"])
      expect(refused({ ResourceTypeFilters: [type] }), type).to.equal("NotModelledError");
    const list = { ResourceARNList: [mi] };
    for (const input of [
      { ...list, ResourceTypeFilters: ["ec2"] },
      { ...list, TagFilters: [{ Key: "Team" }] },
      { ...list, ResourcesPerPage: 5 },
      { ...list, PaginationToken: "1" },
      { TagFilters: [{ Values: ["ops"] }] },
      { ResourcesPerPage: 0 },
      { ResourcesPerPage: 101 },
      { PaginationToken: "x" },
      { PaginationToken: "1" },
      { PaginationToken: "x/1" },
    ]) {
      expect(refused(input), JSON.stringify(input)).to.equal("InvalidParameterException");
    }
    expect(refused({ TagsPerPage: 100 } as GetResourcesInput)).to.equal("NotModelledError");
  });

  it("lists windows, baselines, documents and groups that have tags and exist", () => {
    const world1 = world();
    const { region, list } = world1;
    const id = register(world1, "web");
    const baseline = region.arn("ssm", `patchbaseline/${id}`);
    region.tags.set(baseline, { Team: "ops" });
    region.tags.set(region.arn("ssm", "document/none"), { Team: "ops" });
    region.tags.set(region.arn("sns", "topic"), { Team: "ops" });
    const { Group } = region.resourceGroups.createGroup({
      Name: "web",
      ResourceQuery: {
        Type: "TAG_FILTERS_1_0",
        Query: '{"ResourceTypeFilters":["AWS::AllSupported"],"TagFilters":[]}',
      },
      Tags: { Team: "ops" },
    });
    const found = list().items.map(({ ResourceARN }) => ResourceARN);
    expect(found.slice(3)).to.deep.equal([baseline, Group.GroupArn]);
    expect(list({ ResourceTypeFilters: ["ssm:patchbaseline"] }).items).to.have.lengthOf(1);
  });

  it("shows what was tagged once, with no tags", async () => {
    const { untag, list, arns, clock } = world();
    expect(untag([mi])).to.deep.equal({});
    await clock.advanceTo(clock.now + 10 * minute);
    expect(list().items[2]).to.deep.equal({ ResourceARN: mi, Tags: [] });
    expect(arns({ TagFilters: [{ Key: "Team" }] })).to.deep.equal([ec2(server), ec2(bare)]);
  });

  it("does not know of a document's tags what was before it was deleted", () => {
    const { region, list } = world();
    const create = (Tags: { Key: string; Value: string }[]) =>
      region.documents.createDocument({
        Name: "my-runbook",
        Content:
          '{"schemaVersion":"0.3","mainSteps":[{"name":"a","action":"aws:sleep","inputs":{"Duration":"PT1M"}}]}',
        DocumentType: "Automation",
        Tags,
      });
    create([{ Key: "Team", Value: "ops" }]);
    expect(list().items).to.have.lengthOf(4);
    region.documents.deleteDocument({ Name: "my-runbook" });
    expect(list().items).to.have.lengthOf(3);
    create([]);
    expect(list().items).to.have.lengthOf(3);
  });

  it("gives pages that may be short or empty, and all of it in the end", () => {
    const made = account(nodes(230, () => ({ tags: { Team: "ops" } })));
    const list = (ResourcesPerPage: number) =>
      pages((PaginationToken) => {
        const input = { ResourcesPerPage, ...(PaginationToken === undefined ? {} : { PaginationToken }) };
        const answer = call<GetResourcesOutput>(made.region, "GetResources", input);
        return { items: answer.ResourceTagMappingList, next: answer.PaginationToken || undefined };
      });
    for (const size of [1, 7, 100]) {
      const { items, sizes } = list(size);
      expect(items.map(({ ResourceARN }) => ResourceARN)).to.deep.equal(
        made.region.nodes.all.map(({ id }) => ec2(id)),
      );
      expect(Math.max(...sizes)).to.equal(size);
      expect(sizes, "an empty page that is not the last").to.include(0);
    }
  });

  it("looks at no resource of an earlier page again, in lists and in groups", () => {
    const { region } = account(nodes(230, () => ({ tags: { Team: "ops" } })));
    const TagFilters = [{ Key: "Team", Values: ["ops"] }];
    const Query = JSON.stringify({ ResourceTypeFilters: ["AWS::AllSupported"], TagFilters });
    region.resourceGroups.createGroup({
      Name: "web",
      ResourceQuery: { Type: "TAG_FILTERS_1_0", Query },
    });
    const node = region.nodes.all[0];
    const tags = node?.tags;
    let looks = 0;
    Object.defineProperty(node, "tags", {
      get: () => {
        looks++;
        return tags;
      },
    });
    const listings = {
      resources: (PaginationToken?: string) => {
        const input = { TagFilters, ResourcesPerPage: 10, ...(PaginationToken && { PaginationToken }) };
        const answer = call<GetResourcesOutput>(region, "GetResources", input);
        const items = answer.ResourceTagMappingList.map(({ ResourceARN }) => ResourceARN);
        return { items, next: answer.PaginationToken || undefined };
      },
      members: (NextToken?: string) => {
        const page = { MaxResults: 10, ...(NextToken && { NextToken }) };
        const answer = region.resourceGroups.listGroupResources({ GroupName: "web", ...page });
        const items = answer.ResourceIdentifiers.map(({ ResourceArn }) => ResourceArn);
        return { items, next: answer.NextToken };
      },
    };
    for (const [name, list] of Object.entries(listings)) {
      const looksByPage: number[] = [];
      const { items } = pages((token) => {
        looks = 0;
        const answer = list(token);
        looksByPage.push(looks);
        return answer;
      });
      expect(items, name).to.have.lengthOf(230);
      // The first page is empty, and sees that there is more.
      expect(
        looksByPage.slice(0, 2).every((count) => count > 0),
        name,
      ).to.equal(true);
      expect(
        looksByPage.slice(2).filter((count) => count > 0),
        name,
      ).to.deep.equal([]);
    }
  });

  it("gives what is left of a list, once, when resources of earlier pages are gone meanwhile", () => {
    const fleet = nodes(6, () => ({ tags: { Team: "ops" } }));
    const { region } = account(fleet, { unknowns: { justMade: "atOnce", tagsSeen: "atOnce" } });
    const documents = ["a-one", "b-two", "c-three"].map((name) => region.arn("ssm", `document/${name}`));
    for (const arn of documents)
      region.documents.createDocument({
        Name: arn.replace(/^.*\//, ""),
        Content:
          '{"schemaVersion":"0.3","mainSteps":[{"name":"a","action":"aws:sleep","inputs":{"Duration":"PT1M"}}]}',
        DocumentType: "Automation",
        Tags: [{ Key: "Team", Value: "ops" }],
      });
    const [first = "", second = "", third = ""] = documents;
    const { items } = pages((PaginationToken) => {
      const token = PaginationToken === undefined ? {} : { PaginationToken };
      const input = { TagFilters: [{ Key: "Team" }], ResourcesPerPage: 1, ...token };
      const answer = call<GetResourcesOutput>(region, "GetResources", input);
      const items = answer.ResourceTagMappingList.map(({ ResourceARN }) => ResourceARN);
      if (items.includes(first)) region.documents.deleteDocument({ Name: "a-one" });
      if (items.includes(first)) region.tags.remove(ec2(region.nodes.all[0]?.id ?? ""), ["Team"]);
      return { items, next: answer.PaginationToken || undefined };
    });
    expect(items.slice(-3)).to.deep.equal([first, second, third]);
    expect(items).to.have.lengthOf(9);
  });

  it("finds what a naive search finds", () => {
    const value = fc.constantFrom("", "1", "2");
    const tagMap = fc.dictionary(fc.constantFrom("a", "b", "c"), value, { maxKeys: 3 });
    const filter = fc.record({
      Key: fc.constantFrom("a", "b", "c"),
      Values: fc.uniqueArray(value, { maxLength: 2 }),
    });
    fc.assert(
      fc.property(
        fc.array(tagMap, { maxLength: 12 }),
        fc.array(filter, { maxLength: 2 }),
        fc.integer({ min: 1, max: 4 }),
        (fleet, filters, size) => {
          const { region } = account(nodes(fleet.length, (index) => ({ tags: fleet[index] ?? {} })));
          const { items } = pages((PaginationToken) => {
            const token = PaginationToken === undefined ? {} : { PaginationToken };
            const input = { TagFilters: filters, ResourcesPerPage: size, ...token };
            const answer = call<GetResourcesOutput>(region, "GetResources", input);
            return { items: answer.ResourceTagMappingList, next: answer.PaginationToken || undefined };
          });
          const wanted = region.nodes.all.filter(({ tags }) => {
            const pairs = Object.entries(tags);
            const passes = ({ Key, Values }: { Key: string; Values: string[] }) =>
              pairs.filter(([key, text]) => key === Key && (Values.length === 0 || Values.includes(text)))
                .length > 0;
            return pairs.length > 0 && filters.filter((one) => !passes(one)).length === 0;
          });
          expect(items.map(({ ResourceARN }) => ResourceARN)).to.deep.equal(wanted.map(({ id }) => ec2(id)));
        },
      ),
      { numRuns: size(10, 200) },
    );
  });
});
