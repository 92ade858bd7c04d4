import { expect } from "chai";
import fc from "fast-check";
import { type GroupPage, type Membership, membershipOf } from "#functions/regional-fanout/core/membership.js";
import { named, type PageSource, pagesOf } from "#test/memory/regionalFanout/world.js";
import { arnOf, nodeId } from "./support.js";

const page = (changes: Partial<GroupPage> = {}): GroupPage => ({
  arns: [],
  nextToken: undefined,
  queryErrors: [],
  ...changes,
});
const hybrid = "mi-0123456789abcdef0";
const throwing =
  (name: string, message: string): PageSource =>
  () => {
    throw named(name, message);
  };
const never: PageSource = () => new Promise<GroupPage>(() => undefined);

function found(source: PageSource, signal = new AbortController().signal): Promise<Membership> {
  return membershipOf(async (token) => source(token, signal), signal);
}

const failed = (error: string) => ({ outcome: "failed", error });
const skipped = (reason: string) => ({ outcome: "skipped", reason });
const notEnabled = "the Region may not be enabled for the account (AWS Account Management, Regions)";

/** What a Region answers, and what becomes of it. Stopped nodes are members like any others. */
const table: readonly [string, PageSource, unknown][] = [
  [
    "members",
    pagesOf([arnOf(nodeId(2)), arnOf(nodeId(1))]),
    { outcome: "members", ids: [nodeId(1), nodeId(2)] },
  ],
  ["hybrid nodes only", pagesOf([arnOf(hybrid)]), { outcome: "members", ids: [hybrid] }],
  ["none", () => page(), skipped("no members")],
  [
    "members that are no nodes",
    () => page({ arns: ["arn:aws:s3:::logs", "arn:aws:ec2:us-east-1:123456789012:volume/vol-1"] }),
    skipped("no members"),
  ],
  ["no such group", throwing("NotFoundException", "The group does not exist."), skipped("no such group")],
  [
    "empty pages with tokens, and members behind them",
    (token) =>
      token === "2"
        ? page({ arns: [arnOf(nodeId(1))] })
        : page({ nextToken: token === undefined ? "1" : "2" }),
    { outcome: "members", ids: [nodeId(1)] },
  ],
  [
    "empty pages with tokens, and nothing behind them",
    (token) => page(token === undefined ? { nextToken: "1" } : {}),
    skipped("no members"),
  ],
  [
    "errors of the query, with HTTP 200 and no members",
    () => page({ queryErrors: [{ code: "CLOUDFORMATION_STACK_INACTIVE", message: "the stack is gone" }] }),
    failed("the group's query has errors: CLOUDFORMATION_STACK_INACTIVE: the stack is gone"),
  ],
  [
    "errors of the query on the second page",
    (token) =>
      token === undefined
        ? page({ arns: [arnOf(nodeId(1))], nextToken: "1" })
        : page({ queryErrors: [{ code: "RESOURCE_TYPE_NOT_SUPPORTED", message: "x" }] }),
    failed("the group's query has errors: RESOURCE_TYPE_NOT_SUPPORTED: x"),
  ],
  [
    "a group that goes between two pages",
    (token) => {
      if (token !== undefined) throw named("NotFoundException", "The group does not exist.");
      return page({ nextToken: "1" });
    },
    failed("NotFoundException: The group does not exist"),
  ],
  [
    "throttling for good",
    throwing("TooManyRequestsException", "Rate exceeded"),
    failed("TooManyRequestsException: Rate exceeded"),
  ],
  [
    "a denial",
    throwing("AccessDeniedException", "not authorized"),
    failed("AccessDeniedException: not authorized"),
  ],
  ["a bad request", throwing("BadRequestException", "bad filter"), failed("BadRequestException: bad filter")],
  ["no connection", throwing("TimeoutError", "socket hang up"), failed("TimeoutError: socket hang up")],
  [
    "a Region that is not enabled",
    throwing("UnrecognizedClientException", "The token is invalid."),
    failed(`UnrecognizedClientException: The token is invalid; ${notEnabled}`),
  ],
  [
    "such a Region, in EC2's words",
    throwing("AuthFailure", "not able to validate"),
    failed(`AuthFailure: not able to validate; ${notEnabled}`),
  ],
  [
    "such a Region, in STS's words",
    throwing("InvalidClientTokenId", "is invalid"),
    failed(`InvalidClientTokenId: is invalid; ${notEnabled}`),
  ],
];

describe("the Region filter", () => {
  for (const [name, source, expected] of table) {
    it(`takes ${name} for what it is`, async () => {
      expect(await found(source)).to.deep.equal(expected);
    });
  }

  it("takes no answer in time for a failure, and does not wait for one", async () => {
    const controller = new AbortController();
    const late = found(never, controller.signal);
    controller.abort();
    const error = "there was no answer in the time that the function has for it";
    expect(await late).to.deep.equal(failed(error));
    expect(await found(pagesOf([]), controller.signal)).to.deep.equal(failed(error));
  });

  it("takes an SDK's abortion at the deadline for the same", async () => {
    const controller = new AbortController();
    const source: PageSource = () => {
      controller.abort();
      throw named("AbortError", "Request aborted");
    };
    expect(await found(source, controller.signal)).to.deep.include({ outcome: "failed" });
    expect(JSON.stringify(await found(source, controller.signal))).to.contain("no answer in the time");
  });

  it("says none only after whole, clean answers, whatever the pages are like", async () => {
    const pages = fc.array(
      fc.record({
        members: fc.array(fc.nat(500), { maxLength: 3 }),
        fails: fc.constantFrom("", "", "", "query", "throw"),
      }),
      { minLength: 1, maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(pages, async (list) => {
        const answer = await found((token) => {
          const index = Number(token ?? 0);
          const { members = [], fails = "" } = list[index] ?? {};
          if (fails === "throw") throw named("ThrottlingException", "slow down");
          return page({
            arns: members.map((number) => arnOf(nodeId(number))),
            nextToken: index + 1 < list.length ? String(index + 1) : undefined,
            queryErrors: fails === "query" ? [{ code: "x", message: "y" }] : [],
          });
        });
        const ids = [...new Set(list.flatMap(({ members }) => members.map(nodeId)))].sort();
        if (list.some(({ fails }) => fails !== "")) expect(answer.outcome).to.equal("failed");
        else if (ids.length === 0) expect(answer).to.deep.equal(skipped("no members"));
        else expect(answer).to.deep.equal({ outcome: "members", ids });
      }),
    );
  });
});
