import { expect } from "chai";
import { errorCode, hour, monday } from "../../support.js";
import { closeAll, type LambdaWorld, world } from "../lambda/support.js";
import { type Answer, ask } from "../lambda/supportApi.js";

describe("CloudWatch Logs' API", () => {
  afterEach(closeAll);

  const group = { logGroupName: "/g" };

  /** Two groups, and in one of them two streams whose events take turns. */
  async function written(retentionInDays?: number): Promise<LambdaWorld> {
    const made = world();
    const { logs } = made.region;
    logs.createLogGroup({ ...group, ...(retentionInDays === undefined ? {} : { retentionInDays }) });
    logs.createLogGroup({ logGroupName: "/empty" });
    for (let index = 0; index < 6; index++) {
      await made.clock.advanceTo(monday + index * hour);
      logs.write("/g", index % 2 === 0 ? "b" : "a", `event ${index} of "six"`);
    }
    return made;
  }

  const events = (answer: Answer) =>
    (answer.events as { message: string }[]).map(({ message }) => Number(message.charAt(6)));

  it("lists groups and streams", async () => {
    const made = await written(7);
    const arn = "arn:aws:logs:us-east-1:123456789012:log-group:/g";
    expect(await ask(made, "logs", "DescribeLogGroups", { logGroupNamePrefix: "/g" })).to.deep.equal({
      logGroups: [{ ...group, creationTime: monday, arn: `${arn}:*`, logGroupArn: arn, retentionInDays: 7 }],
    });
    const names = (answer: Answer, list: string, key: string) =>
      (answer[list] as Answer[]).map((one) => one[key]);
    const first = await ask(made, "logs", "DescribeLogGroups", { limit: 1 });
    const second = await ask(made, "logs", "DescribeLogGroups", { limit: 1, nextToken: first.nextToken });
    expect([first, second].flatMap((one) => names(one, "logGroups", "logGroupName"))).to.deep.equal([
      "/empty",
      "/g",
    ]);
    expect(second).not.to.have.property("nextToken");

    const { logStreams } = await ask(made, "logs", "DescribeLogStreams", {
      ...group,
      logStreamNamePrefix: "b",
    });
    expect(logStreams).to.deep.equal([
      {
        logStreamName: "b",
        creationTime: monday,
        firstEventTimestamp: monday,
        lastEventTimestamp: monday + 4 * hour,
        lastIngestionTime: monday + 4 * hour,
        arn: `${arn}:log-stream:b`,
      },
    ]);
    for (const [more, order] of [
      [{}, ["a", "b"]],
      [{ descending: true }, ["b", "a"]],
      [{ orderBy: "LastEventTime" }, ["b", "a"]],
      [{ orderBy: "LastEventTime", descending: true }, ["a", "b"]],
    ] as const) {
      const answer = await ask(made, "logs", "DescribeLogStreams", { ...group, ...more });
      expect(names(answer, "logStreams", "logStreamName"), JSON.stringify(more)).to.deep.equal(order);
    }
  });

  it("finds events by time, stream and words, page by page", async () => {
    const made = await written();
    const filter = (input: object) => ask(made, "logs", "FilterLogEvents", { ...group, ...input });
    for (const [input, found] of [
      [{}, [0, 1, 2, 3, 4, 5]],
      [{ startTime: monday + hour, endTime: monday + 3 * hour }, [1, 2]],
      [{ logStreamNames: ["a"] }, [1, 3, 5]],
      [{ logStreamNamePrefix: "b" }, [0, 2, 4]],
      [{ filterPattern: "event 3" }, [3]],
      [{ filterPattern: '"4 of" event' }, [4]],
      [{ filterPattern: "Event" }, []],
      [{ filterPattern: "" }, [0, 1, 2, 3, 4, 5]],
    ] as const) {
      expect(events(await filter(input)), JSON.stringify(input)).to.deep.equal(found);
    }
    const first = await filter({ limit: 4, interleaved: true });
    expect(events(first)).to.deep.equal([0, 1, 2, 3]);
    expect(events(await filter({ limit: 4, nextToken: first.nextToken }))).to.deep.equal([4, 5]);
    expect((first.events as Answer[])[1]).to.deep.equal({
      ...{ logStreamName: "a", timestamp: monday + hour, ingestionTime: monday + hour },
      ...{ message: 'event 1 of "six"', eventId: "1".padStart(56, "0") },
    });
    const refused = (filterPattern: string) =>
      errorCode(() => made.region.logs.filterLogEvents({ ...group, filterPattern }));
    expect(["?a ?b", "a -b", "{ $.a = 1 }", "[a, b]", "%a%", "a.b"].map(refused)).to.deep.equal(
      Array(6).fill("NotModelledError"),
    );
  });

  it("reads a stream forwards and backwards", async () => {
    const made = await written();
    const read = (input: object) =>
      ask(made, "logs", "GetLogEvents", { ...group, logStreamName: "b", ...input });
    expect(events(await read({}))).to.deep.equal([0, 2, 4]);
    const last = await read({ limit: 2 });
    expect(events(last)).to.deep.equal([2, 4]);
    const before = await read({ limit: 2, nextToken: last.nextBackwardToken });
    expect(events(before)).to.deep.equal([0]);
    const none = await read({ limit: 2, nextToken: before.nextBackwardToken });
    expect([events(none), none.nextBackwardToken]).to.deep.equal([[], before.nextBackwardToken]);
    const first = await read({ limit: 2, startFromHead: true });
    expect(events(first)).to.deep.equal([0, 2]);
    const next = await read({ limit: 2, nextToken: first.nextForwardToken });
    expect(events(next)).to.deep.equal([4]);
    const end = await read({ limit: 2, nextToken: next.nextForwardToken });
    expect([events(end), end.nextForwardToken]).to.deep.equal([[], next.nextForwardToken]);
    expect(events(await read({ startTime: monday + hour, endTime: monday + 3 * hour }))).to.deep.equal([2]);
  });

  it("forgets what is older than its group keeps it", async () => {
    const made = await written(1);
    await made.clock.advanceTo(monday + 26 * hour);
    expect(events(await ask(made, "logs", "FilterLogEvents", group))).to.deep.equal([2, 3, 4, 5]);
  });

  it("refuses what there is not, and what the lab does not model", async () => {
    const { logs } = (await written()).region;
    const unread: object = { logGroupIdentifier: "/g" };
    expect([
      errorCode(() => logs.createLogGroup(group)),
      errorCode(() => logs.filterLogEvents({ logGroupName: "/none" })),
      errorCode(() => logs.getLogEvents({ ...group, logStreamName: "none" })),
      errorCode(() => logs.getLogEvents({ ...group, logStreamName: "a", nextToken: "x" })),
      errorCode(() => logs.describeLogGroups(unread)),
      errorCode(() => logs.describeLogStreams(unread)),
      errorCode(() => logs.filterLogEvents({ ...group, nextToken: "x" })),
    ]).to.deep.equal([
      "ResourceAlreadyExistsException",
      ...["ResourceNotFoundException", "ResourceNotFoundException", "InvalidParameterException"],
      ...["NotModelledError", "NotModelledError", "InvalidNextToken"],
    ]);
  });
});
