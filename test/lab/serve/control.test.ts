import { expect } from "chai";
import { type Advanced, controlOf } from "#lab/serve/control.js";
import { wireRequest } from "../endpoint/supportWire.js";
import { account, day, hour, monday, nodes } from "../support.js";
import { topicForServices } from "../topicSupport.js";
import { maintenanceWindow } from "../windowSupport.js";

/** An account of one node, and the lab's own commands for it. */
function controlled() {
  const world = account(nodes(1, () => ({ patchGroup: "servers" })));
  const closing = new AbortController();
  const control = controlOf(world.account, closing.signal);
  const ask = async (url: string, method = "POST") => {
    const { status, body = "" } = (await control(wireRequest(method, url))) ?? {};
    return { status, answer: JSON.parse(String(body)) as Advanced & { error?: string } };
  };
  return { ...world, closing, control, ask, by: (span: string) => ask(`/_lab/advance?by=${span}`) };
}

describe("the lab's own commands", () => {
  it("leave AWS's requests alone", () => {
    const { control } = controlled();
    for (const path of ["/", "/_lab", "/_lab/advance/", "/bucket/_lab/advance"]) {
      expect(control(wireRequest("POST", path)), path).to.equal(undefined);
    }
  });

  it("let time pass, and tell what happened in it", async () => {
    const lab = controlled();
    const { by, region } = lab;
    const window = maintenanceWindow(lab, { name: "nightly" });
    expect((await by("1h")).answer).to.deep.equal({ from: monday, to: monday + hour, happened: [] });
    const topic = topicForServices(region, "news");
    region.account.clock.at(monday + 3 * hour, () => {
      region.sns.publish({ TopicArn: topic, Message: `line one\n  line two ${"x".repeat(200)}` });
    });
    const { status, answer } = await by("1d");
    expect(status).to.equal(200);
    expect(window.executions).to.have.lengthOf(1);
    expect(answer).to.deep.equal({
      from: monday + hour,
      to: monday + hour + day,
      happened: [
        { at: monday + 2 * hour, what: "us-east-1: window nightly SUCCESS" },
        {
          at: monday + 3 * hour,
          what: `us-east-1: message to news: line one line two ${"x".repeat(99)}...`,
        },
      ],
    });
    // Not again what is over.
    expect((await by("30m")).answer.happened).to.deep.equal([]);
  });

  it("tell of a window that is open, and later of its end", async () => {
    const world = controlled();
    const slow = account(nodes(1, () => ({ patchGroup: "servers", speed: 1 })));
    const control = controlOf(slow.account, world.closing.signal);
    maintenanceWindow(slow, { name: "nightly" });
    const by = async (span: string) => {
      const { body = "" } = (await control(wireRequest("POST", `/_lab/advance?by=${span}`))) ?? {};
      return (JSON.parse(String(body)) as Advanced).happened.map(({ what }) => what);
    };
    expect(await by("2h")).to.deep.equal(["us-east-1: window nightly opened"]);
    expect(await by("2h")).to.deep.equal(["us-east-1: window nightly SUCCESS"]);
  });

  it("tell of each call of a function, but of many alike that went well only once", async () => {
    const { region, control } = controlled();
    const called = (source: string, status: "success" | "error", hours: number) =>
      region.lambda.invocations.push({
        functionName: "f",
        requestId: "r",
        source,
        attempt: 1,
        startedAt: monday,
        endedAt: monday + hours * hour,
        coldStart: false,
        status,
      });
    for (const hours of [1, 2, 3, 4]) called("rule hourly", "success", hours);
    for (const hours of [1, 2, 3]) called("an event", "success", hours);
    for (const hours of [1, 2, 3, 4]) called("rule hourly", "error", hours);
    const by = async (span: string) => {
      const { body = "" } = (await control(wireRequest("POST", `/_lab/advance?by=${span}`))) ?? {};
      const { happened } = JSON.parse(String(body)) as Advanced;
      return happened.map(({ at, what }) => `${(at - monday) / hour} ${what.replace("us-east-1: ", "")}`);
    };
    expect(await by("4h")).to.deep.equal([
      "1 function f error, called by rule hourly",
      "1 function f success, called by an event",
      "2 function f error, called by rule hourly",
      "2 function f success, called by an event",
      "3 function f error, called by rule hourly",
      "3 function f success, called by an event",
      "4 function f error, called by rule hourly",
      "4 function f success, called by rule hourly, 4 times",
    ]);
    expect(await by("1h")).to.deep.equal([]);
  });

  it("tell what is wrong with a span", async () => {
    const { by, clock } = controlled();
    const { status, answer } = await by("soon");
    expect(status).to.equal(400);
    expect(answer.error).to.match(/^Got "soon"; allowed is a span such as 7d/);
    expect((await by("")).status).to.equal(400);
    expect(clock.now).to.equal(monday);
  });

  it("take nothing but POST", async () => {
    const { ask, clock } = controlled();
    for (const method of ["GET", "HEAD", "PUT", "DELETE"]) {
      expect(await ask("/_lab/advance?by=7d", method)).to.deep.equal({
        status: 405,
        answer: { error: "POST is what this takes." },
      });
    }
    expect(clock.now).to.equal(monday);
  });

  it("let time pass once at a time", async () => {
    const { by, clock } = controlled();
    let go = () => {};
    clock.at(monday + hour, () => new Promise((resolve) => (go = resolve)));
    const first = by("2h");
    expect(await by("1h")).to.deep.equal({
      status: 409,
      answer: { error: "Time is passing already; try again when it is done." },
    });
    go();
    expect((await first).answer.to).to.equal(monday + 2 * hour);
    expect((await by("1h")).answer.to).to.equal(monday + 3 * hour);
  });

  it("do not let time pass while an invocation does", async () => {
    const { by, clock } = controlled();
    let answered = () => {};
    const invocation = clock.advanceUntil(
      new Promise<void>((resolve) => {
        answered = resolve;
      }),
    );
    expect((await by("1h")).status).to.equal(409);
    answered();
    await invocation;
    expect((await by("1h")).status).to.equal(200);
  });

  it("stay out of the way from hour to hour, and of a second advance even then", async () => {
    const { by, clock } = controlled();
    const first = by("3d");
    await new Promise((resolve) => setImmediate(resolve));
    expect(clock.now).to.be.within(monday + hour, monday + 2 * hour);
    expect(clock.isPassing).to.equal(false);
    expect((await by("1h")).status).to.equal(409);
    expect((await first).answer.to).to.equal(monday + 3 * day);
  });

  it("stop when the lab closes", async () => {
    const { by, clock, closing } = controlled();
    const first = by("3650d");
    closing.abort();
    expect(await first).to.deep.equal({
      status: 503,
      answer: { error: "The lab was closed while time passed." },
    });
    expect(clock.now).to.equal(monday + hour);
  });

  it("can be used again after the lab failed", async () => {
    const { by, clock } = controlled();
    clock.at(monday + hour, () => {
      throw new Error("broken");
    });
    const failure = await by("2h").catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(Error).with.property("message", "broken");
    expect((await by("2h")).status).to.equal(200);
  });
});
