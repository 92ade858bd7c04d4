import { expect } from "chai";
import { modelOf, type ServiceName, serviceNames, shapeOf } from "#lab/aws/model/model.js";
import { Endpoint } from "#lab/endpoint/server.js";
import type { Ids, Paged, PagedWorld } from "./supportPages.js";
import { pagedWorld } from "./supportPages.js";
import { ec2Lists, otherLists, s3Lists } from "./supportPagesOther.js";
import { ssmLists } from "./supportPagesSsm.js";

/** Members of requests that say how much a page holds. */
const sizes = [
  "Limit",
  "MaxDatapoints",
  "MaxRecords",
  "MaxResults",
  "MaxKeys",
  "MaxBuckets",
  "MaxItems",
  "limit",
  "ResourcesPerPage",
];

/** Smallest sizes that the API reference has and the model has not: "If you specify MaxResults, the value must be between 5 and 1000." */
const documentedLeast = new Map([["DescribeInstances", 5]]);

/** The operations of a service that answer in pages, with the smallest size that the model allows for one. */
function pagedOperations(service: ServiceName): Map<string, number> {
  const model = modelOf(service);
  const found = new Map<string, number>();
  for (const name of Object.keys(model.operations)) {
    const { input, output } = model.operations[name] ?? {};
    const membersOf = (shape: string | undefined) =>
      shape === undefined ? {} : (shapeOf(model, shape).members ?? {});
    const isPaged = [input, output].every((one) =>
      Object.keys(membersOf(one?.shape)).some((member) =>
        /^(next(Forward)?Token|nextMarker|NextKeyMarker|Marker|KeyMarker|(Pagination|Continuation)Token)$/i.test(
          member,
        ),
      ),
    );
    if (!isPaged) continue;
    const size = Object.entries(membersOf(input?.shape)).find(([member]) => sizes.includes(member));
    found.set(
      name,
      size === undefined ? Number.NaN : (documentedLeast.get(name) ?? shapeOf(model, size[1].shape).min ?? 1),
    );
  }
  return found;
}

const paged = serviceNames.flatMap((service) =>
  [...pagedOperations(service)].map(([operation, least]) => ({ service, operation, least })),
);
/** The APIs that warn of pages with less than asked for, or nothing, although more follows. */
const mayBeShort = ["ListGroups", "ListGroupResources", "GetResources"];
/** Gives five at most, whatever is asked for. */
const fewest = new Map([["DescribeInstancePatchStatesForPatchGroup", 5]]);
/** A task has at most ten targets, and no page is smaller; a function has one version; of compliance the lab knows patches, and of metrics what is asked for. */
const onOnePage = [
  "DescribeMaintenanceWindowExecutionTaskInvocations",
  "GetMetricData",
  "ListComplianceSummaries",
  "ListVersionsByFunction",
];
/** Topics and subscriptions come in pages of a hundred. */
const topicsPerPage = 100;

describe("paginators, with the smallest pages, find everything once", () => {
  let world: PagedWorld;
  let endpoint: Endpoint;
  let lists: readonly Paged[];

  before(async () => {
    world = await pagedWorld();
    endpoint = await Endpoint.start(world.account);
    lists = [
      ...ssmLists(world, endpoint),
      ...s3Lists(world, endpoint),
      ...otherLists(world, endpoint),
      ...ec2Lists(world, endpoint),
    ];
  });
  after(async () => {
    await endpoint?.close();
    await world?.account.close();
  });

  async function pagesOf(operation: string, size: number): Promise<{ pages: Ids[]; truth: Ids }> {
    const list = lists.find((one) => one.operation === operation);
    if (list === undefined) throw new RangeError(`nobody pages ${operation}`);
    const pages: Ids[] = [];
    for await (const ids of list.pages(size)) pages.push(ids);
    return { pages, truth: list.truth };
  }

  it("each operation that answers in pages is here", () => {
    const names = paged.map(({ service, operation }) => `${service} ${operation}`);
    expect(lists.map(({ service, operation }) => `${service} ${operation}`).sort()).to.deep.equal(
      names.sort(),
    );
    expect(names).to.have.lengthOf(50);
  });

  for (const { service, operation, least } of paged) {
    it(`${service} ${operation}`, async () => {
      const { pages, truth } = await pagesOf(operation, least);
      const most = fewest.get(operation) ?? (Number.isNaN(least) ? topicsPerPage : least);
      const found = pages.map((ids) => ids.length);
      expect(pages.flat()).to.deep.equal(truth);
      expect(Math.max(...found), "largest page").to.equal(most);
      if (!onOnePage.includes(operation)) expect(found.length, "pages").to.be.at.least(2);
      const isEndless = operation === "GetLogEvents";
      if (mayBeShort.includes(operation)) expect(found[0], "first page").to.equal(0);
      else expect(found.length).to.equal(Math.ceil(truth.length / most) + (isEndless ? 1 : 0));
    });
  }

  it("pages of fifty hold the same", async () => {
    for (const { operation } of paged) {
      const { pages, truth } = await pagesOf(operation, 50);
      expect(pages.flat(), operation).to.deep.equal(truth);
    }
  });
});
