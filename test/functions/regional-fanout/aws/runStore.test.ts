import { expect } from "chai";
import { startPorts } from "#functions/regional-fanout/aws/ports.js";
import type { RunStore } from "#functions/shared/runStore.js";
import { failure } from "../core/support.js";
import { type Answer, StubAws, s3Error, startPlace } from "./support.js";

const log = { info: () => undefined, error: () => undefined };
const key = "runs/open/x.json";

describe("the store of runs, by the real SDK", () => {
  let aws: StubAws;
  let store: RunStore;
  beforeEach(async () => {
    aws = await StubAws.start();
    store = startPorts(startPlace, log, aws.settings()).runs;
  });
  afterEach(() => aws.stop());

  const written: Answer = { headers: { etag: '"new"' } };
  const answers = (...list: Answer[]) => {
    aws.answer = () => list.shift() ?? { status: 500 };
  };

  it("creates what is not there, and only that", async () => {
    answers(written, s3Error("PreconditionFailed", 412));
    expect(await store.create(key, "text")).to.equal('"new"');
    expect(await store.create(key, "text")).to.equal(undefined);
    expect(aws.operations()).to.deep.equal([`PUT /bucket/${key}`, `PUT /bucket/${key}`]);
    expect(aws.asked.map(({ headers }) => headers["if-none-match"])).to.deep.equal(["*", "*"]);
  });

  it("replaces the version that was read, and only that", async () => {
    answers(written, s3Error("PreconditionFailed", 412), s3Error("NoSuchKey", 404));
    expect(await store.replace(key, "text", '"old"')).to.equal('"new"');
    expect(await store.replace(key, "text", '"old"')).to.equal(undefined);
    expect(await store.replace(key, "text", '"old"')).to.equal(undefined);
    expect(aws.asked.map(({ headers }) => headers["if-match"])).to.deep.equal(['"old"', '"old"', '"old"']);
  });

  it("tries again when another one writes at the same time, a few times", async () => {
    const conflict = s3Error("ConditionalRequestConflict", 409);
    answers(conflict, conflict, written);
    expect(await store.create(key, "text")).to.equal('"new"');
    aws.answer = () => conflict;
    expect(await failure(store.create(key, "text"))).to.contain("ConditionalRequestConflict");
    expect(aws.asked).to.have.lengthOf(3 + 6);
  });

  it("reads with the version, tells missing from denied, and lists every page", async () => {
    answers(
      { headers: { etag: '"v"' }, body: "text" },
      s3Error("NoSuchKey", 404),
      s3Error("AccessDenied", 403),
    );
    expect(await store.read(key)).to.deep.equal({ text: "text", etag: '"v"' });
    expect(await store.read(key)).to.equal(undefined);
    expect(await failure(store.read(key))).to.contain("AccessDenied");
    expect(await failure(store.create(key, "text"))).to.not.equal("no failure");
    const page = (name: string, more: string) =>
      `<?xml version="1.0"?><ListBucketResult><Contents><Key>${name}</Key></Contents>${more}</ListBucketResult>`;
    const isMore = "<IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>";
    answers({ body: page("a", isMore) }, { body: page("b", "<IsTruncated>false</IsTruncated>") });
    expect(await store.list("runs/open/")).to.deep.equal(["a", "b"]);
  });

  it("removes", async () => {
    answers({ status: 204 });
    await store.remove(key);
    expect(aws.operations()).to.deep.equal([`DELETE /bucket/${key}`]);
  });
});
