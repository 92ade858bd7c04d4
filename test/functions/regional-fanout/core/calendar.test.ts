import { expect } from "chai";
import { startRun } from "#functions/regional-fanout/core/start.js";
import { named } from "#test/memory/regionalFanout/world.js";
import { context, east, failure, invoke, nodeId, ohio, payload, worldOf } from "./support.js";

describe("a run with calendars", () => {
  it("starts nothing while a calendar is closed, and asks no Region", async () => {
    const world = worldOf({ [east]: { "group-a": [nodeId(1)] } });
    world.calendar = { state: "CLOSED", nextTransition: "2026-09-10T00:00:00Z" };
    const ports = world.startPorts();
    const result = await startRun(payload({ Calendars: ["freeze"] }), context(), ports);
    expect(result).to.deep.include({ verdict: "calendar closed", started: [], skipped: [], failed: [] });
    expect(result.message).to.contain("freeze is CLOSED until 2026-09-10T00:00:00Z; nothing was started");
    expect([...ports.calls.counts.keys()]).to.deep.equal(["read", "list", "calendarState", "create"]);
    // What was decided stays decided, also once the calendar is open.
    world.calendar = { state: "OPEN", nextTransition: undefined };
    expect((await invoke(world, payload({ Calendars: ["freeze"] }))).verdict).to.equal("calendar closed");
  });

  it("starts nothing when a calendar cannot be read, and leaves the decision to a retry", async () => {
    const world = worldOf({ [east]: { "group-a": [nodeId(1)] }, [ohio]: {} });
    world.calendar = named("InvalidDocument", "no such calendar");
    const event = payload({ Calendars: ["freeze"] });
    expect(await failure(invoke(world, event))).to.equal(
      "Error: Nothing was started, since the state of freeze is not known: InvalidDocument: no such calendar",
    );
    expect([world.automations.size, world.bucket.keys()]).to.deep.equal([0, []]);
    world.calendar = { state: "OPEN", nextTransition: undefined };
    expect((await invoke(world, event)).verdict).to.equal("started");
  });
});
