import { expect } from "chai";
import type { NotificationInput } from "#lab/aws/s3/notifications.js";
import { homeRegion, minute, monday, second } from "../../support.js";
import { functionArn, notify, permit, told } from "./notificationSupport.js";
import { bucketName, bucketWorld, failureOf, otherRegion } from "./support.js";

describe("S3 tells", () => {
  const put = "ObjectCreated:Put";
  const marked = "ObjectRemoved:DeleteMarkerCreated";
  const removed = "ObjectRemoved:Delete";
  for (const [what, notification, expected] of [
    ["of everything", {}, [put, marked, removed]],
    ["of one event", { events: ["s3:ObjectRemoved:Delete"] }, [removed]],
    ["of what is created", { events: ["s3:ObjectCreated:*"] }, [put]],
    ["of what is put", { events: ["s3:ObjectCreated:Put"] }, [put]],
    ["not of what is copied", { events: ["s3:ObjectCreated:Copy"] }, []],
    ["once of what two names mean", { events: ["s3:ObjectCreated:*", "s3:ObjectCreated:Put"] }, [put]],
    ["of keys below a prefix", { filterPrefix: "in/" }, [put, marked, removed]],
    ["not of keys below another", { filterPrefix: "out/" }, []],
    ["of keys with an ending", { filterSuffix: ".json" }, [put, marked, removed]],
    ["not of keys with another", { filterSuffix: ".txt" }, []],
    ["not of keys with the prefix and another ending", { filterPrefix: "in/", filterSuffix: ".txt" }, []],
  ] as const) {
    it(`${what}: ${expected.join(", ") || "nothing"}`, async () => {
      const { world, records } = told([notification]);
      world.put("in/a.json");
      world.remove("in/a.json", world.remove("in/a.json"));
      expect((await records()).map(({ eventName }) => eventName)).to.deep.equal(expected);
    });
  }

  it("each function of what it asked for, under the configuration's own id", async () => {
    const other = functionArn.replace("processor", "other");
    const { world, delivered, records } = told();
    permit(world, other);
    notify(world, [{ filterPrefix: "a/" }, { filterPrefix: "b/", functionArn: other }]);
    world.put("a/1");
    world.put("b/1");
    world.put("c/1");
    const ids = (await records()).map(({ s3 }) => s3.configurationId);
    expect(delivered.map((one) => one.functionArn)).to.deep.equal([functionArn, other]);
    expect(ids[0]).to.match(/^[0-9a-f-]{36}$/);
    expect(ids[1]).not.to.equal(ids[0]);
  });

  it("when and as often as faults say, in any order, and each time the same", async () => {
    const asked: object[] = [];
    const delays = [[5 * second, 2 * second], [0], []];
    const onDelivery = (event: object) => {
      asked.push(event);
      return delays[asked.length - 1] ?? [];
    };
    const { world, delivered, records } = told([{}], { faults: { onDelivery } });
    for (const key of ["twice", "at once", "never"]) world.put(key);
    const names = (await records()).map((record) => record.s3.object.key);
    expect(delivered.map(({ at }) => at)).to.deep.equal([0, 2 * second, 5 * second]);
    expect(names).to.deep.equal(["at+once", "twice", "twice"]);
    expect(delivered[1]?.payload).to.equal(delivered[2]?.payload);
    expect(asked).to.deep.equal(Array(3).fill({ functionName: "processor", time: monday }));
  });

  it("nobody any more, once the configuration is replaced by none", async () => {
    const { world, records } = told();
    notify(world, []);
    world.put("a");
    expect(await records()).to.deep.equal([]);
  });

  it("nobody of a put that was refused", async () => {
    const { world, records } = told();
    expect(failureOf(() => world.put("a", "x", { IfMatch: "x" }))).to.equal("NoSuchKey 404");
    expect(await records()).to.deep.equal([]);
  });

  it("no function that has ceased to allow it, and IAM keeps the refusal", async () => {
    const { world, delivered, records } = told();
    world.put("a");
    permit(world, functionArn, { Effect: "Deny" });
    expect(await records()).to.deep.equal([]);
    expect(delivered).to.deep.equal([]);
    expect(
      world.account.iam.denials.map(({ at, reason: _, ...denial }) => ({ ...denial, at: at - monday })),
    ).to.deep.equal([
      {
        at: second,
        caller: "s3.amazonaws.com",
        action: "lambda:InvokeFunction",
        resource: functionArn,
        deniedBy: "resource",
      },
    ]);
  });

  it("functions of the bucket's Region", async () => {
    const world = bucketWorld();
    const far = world.account.region(otherRegion);
    const payloads: string[] = [];
    far.lambda.invokeAsync = ({ payload }) => {
      payloads.push(payload);
      return { requestId: "" };
    };
    world.account.s3.createBucket({ Bucket: "far-bucket" }, far);
    const arn = functionArn.replace(homeRegion, otherRegion);
    permit(world, arn, { Condition: { ArnLike: { "aws:SourceArn": "arn:aws:s3:::far-*" } } });
    const lambdaFunctions = [{ functionArn: arn, events: ["s3:ObjectCreated:*"] }];
    world.account.s3.putBucketNotification({ bucket: "far-bucket", lambdaFunctions }, far);
    world.call("PutObject", { Bucket: "far-bucket", Key: "a" }, { region: otherRegion });
    await world.clock.advanceTo(monday + minute);
    expect(payloads.map((payload) => JSON.parse(payload).Records[0].awsRegion)).to.deep.equal([otherRegion]);
  });
});

describe("S3 refuses to tell", () => {
  const invalid = "InvalidArgument 400";
  const created = { events: ["s3:ObjectCreated:*"] };
  const twice = (one: object, other: object) => [
    { ...created, ...one },
    { ...created, ...other },
  ];
  for (const [what, notifications, failure] of [
    ["two of everything", twice({}, {}), invalid],
    ["two of keys below the same prefix", twice({ filterPrefix: "a/" }, { filterPrefix: "a/" }), invalid],
    ["one of all keys and one of those below a prefix", twice({}, { filterPrefix: "a/" }), invalid],
    [
      "one of keys below a prefix of the other's",
      twice({ filterPrefix: "a/b" }, { filterPrefix: "a/" }),
      invalid,
    ],
    [
      "one of keys with an ending of the other's",
      twice({ filterSuffix: "g" }, { filterSuffix: "jpg" }),
      invalid,
    ],
    [
      "one of keys with an ending that ends the other's",
      twice({ filterSuffix: "jpg" }, { filterSuffix: "g" }),
      invalid,
    ],
    ["one of a prefix and one of an ending", twice({ filterPrefix: "a" }, { filterSuffix: "b" }), invalid],
    ["an event in general and in particular", twice({}, { events: ["s3:ObjectCreated:Put"] }), invalid],
    ["an event in particular and in general", twice({ events: ["s3:ObjectCreated:Put"] }, {}), invalid],
    ["not: keys below different prefixes", twice({ filterPrefix: "a/" }, { filterPrefix: "b/" }), "none"],
    [
      "not: keys below the same prefix with different endings",
      twice({ filterPrefix: "a/", filterSuffix: "x" }, { filterPrefix: "a/", filterSuffix: "y" }),
      "none",
    ],
    ["not: different events", twice({}, { events: ["s3:ObjectRemoved:*"] }), "none"],
    ["events that never happen in the lab", [{ events: ["s3:ObjectRestore:*"] }], "NotModelledError"],
    ["events of no such name", [{ events: ["s3:ObjectCreated:Putt"] }], "NotModelledError"],
    [
      "a function of another Region",
      [{ functionArn: functionArn.replace(homeRegion, otherRegion) }],
      invalid,
    ],
    ["a function that S3 may not invoke", [{ functionArn: `${functionArn}-2` }], invalid],
  ] as const satisfies readonly (readonly [string, readonly Partial<NotificationInput>[], string])[]) {
    it(`${what}: ${failure}`, async () => {
      const { world, delivered, records } = told();
      expect(failureOf(() => notify(world, notifications))).to.equal(failure);
      // What is refused leaves the configuration before as it was, which tells of everything.
      world.put("of no prefix");
      world.remove("of no prefix");
      await records();
      if (failure !== "none") expect(delivered).to.have.length(2);
    });
  }

  for (const [what, changes, failure] of [
    ["for this bucket", {}, "none"],
    ["for another bucket", { Condition: { ArnLike: { "aws:SourceArn": "arn:aws:s3:::other" } } }, invalid],
    ["for another account", { Condition: { StringEquals: { "aws:SourceAccount": "1" } } }, invalid],
    ["another service", { Principal: { Service: "events.amazonaws.com" } }, invalid],
    ["something else", { Action: "lambda:GetFunction" }, invalid],
  ] as const) {
    it(`a function that allows S3 to invoke it ${what}: ${failure}`, () => {
      const world = bucketWorld();
      permit(world, functionArn, changes);
      expect(failureOf(() => notify(world, [{}]))).to.equal(failure);
      expect(world.account.iam.denials).to.have.length(failure === "none" ? 0 : 1);
    });
  }

  it("says what overlaps in the words of S3", () => {
    const message = (one: object, other: object) => {
      const { world } = told();
      try {
        notify(world, twice(one, other));
      } catch (error) {
        return (error as Error).message;
      }
      return "none";
    };
    expect(message({}, {})).to.match(/^Configurations overlap\./);
    expect(message({ filterPrefix: "a" }, {})).to.match(/^Configuration is ambiguously defined\./);
  });

  it("in the name of a bucket that is not there, or not in the Region", () => {
    const { account, region } = bucketWorld();
    const set = (bucket: string, name: string) =>
      failureOf(() =>
        account.s3.putBucketNotification({ bucket, lambdaFunctions: [] }, account.region(name)),
      );
    expect(set("other-bucket", region.name)).to.equal("NoSuchBucket 404");
    expect(set(bucketName, otherRegion)).to.equal(`PermanentRedirect 301 ${region.name}`);
  });
});
