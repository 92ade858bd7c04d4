import { createHash } from "node:crypto";
import { expect } from "chai";
import type { ListedWindow } from "#functions/shared/windows/overdue.js";
import { type WindowPorts, watchWindows } from "#functions/shared/windows/watch.js";
import { watchedText, watchedWindows, watchKey } from "#shared/contract/windowWatch.js";

const hour = 3_600_000;
const start = Date.parse("2026-06-01T00:37:00Z");

/** A daily window of an hour at midnight that opens or not, and what is called for it. */
class World implements WindowPorts {
  readonly calls: string[] = [];
  readonly logged: string[] = [];
  kept: string | undefined;
  isSpoiled = false;
  opens = true;
  listFails = false;
  private now = start;

  async list(): Promise<readonly ListedWindow[]> {
    this.calls.push("list");
    if (this.listFails) throw new Error("throttled");
    const next = new Date(Math.ceil(this.now / (24 * hour)) * 24 * hour).toISOString();
    const window = { isEnabled: true, durationHours: 1, schedule: "daily", next };
    return [
      { ...window, id: "mw-1", name: "scan" },
      { ...window, id: "mw-9", name: "of somebody else", isEnabled: false },
    ];
  }

  async hasEnded(id: string): Promise<boolean> {
    this.calls.push(`ended ${id}`);
    return this.opens;
  }

  async readKept(key: string) {
    this.calls.push(`read ${key}`);
    if (this.isSpoiled) return { isSpoiled: true };
    return { ...(this.kept === undefined ? {} : { text: this.kept }), isSpoiled: false };
  }

  async writeKept(key: string, text: string): Promise<void> {
    this.calls.push(`write ${key}`);
    this.kept = text;
    this.isSpoiled = false;
  }

  async look(hours: number, etag?: string): Promise<number | undefined> {
    this.now = start + hours * hour;
    this.calls.length = 0;
    const log = { info: () => undefined, error: (message: string) => this.logged.push(message) };
    const known = this.kept === undefined ? undefined : createHash("md5").update(this.kept).digest("hex");
    const given = { ports: this, watched: [{ name: "scan", mayEnd: false }], log };
    return (await watchWindows(given, etag ?? known, this.now)).hoursOverdue;
  }
}

describe("watching windows", () => {
  it("costs one call while nothing has become due", async () => {
    const world = new World();
    expect(await world.look(0)).to.equal(0);
    expect(world.calls).to.eql(["list", `read ${watchKey}`, `write ${watchKey}`]);
    for (const hours of [1, 2, 22]) {
      expect(await world.look(hours)).to.equal(0);
      expect(world.calls).to.eql(["list"]);
    }
  });

  it("reads what is kept where the bucket's ETags are no digests", async () => {
    const world = new World();
    await world.look(0);
    await world.look(1, "0123456789abcdef-2");
    expect(world.calls).to.eql(["list", `read ${watchKey}`]);
  });

  it("asks for an opening until it has ended, and then waits for the next", async () => {
    const world = new World();
    await world.look(0);
    world.opens = false;
    await world.look(24);
    expect(world.calls).to.eql(["list", `read ${watchKey}`, "ended mw-1"]);
    world.opens = true;
    await world.look(25);
    expect(world.calls).to.eql(["list", `read ${watchKey}`, "ended mw-1", `write ${watchKey}`]);
    await world.look(26);
    expect(world.calls).to.eql(["list"]);
  });

  it("counts the hours of an opening that never came, until there is one", async () => {
    const world = new World();
    world.opens = false;
    await world.look(0);
    expect(await world.look(26)).to.equal(0);
    expect(await world.look(27)).to.equal(1);
    expect(await world.look(51)).to.equal(25);
    world.opens = true;
    expect(await world.look(52)).to.equal(0);
  });

  it("gives no number when it does not know, and says so", async () => {
    const world = new World();
    world.listFails = true;
    expect(await world.look(0)).to.equal(undefined);
    expect(world.logged).to.eql(["the windows could not be watched"]);
  });

  it("counts an hour where what is kept is none of a run's, and begins anew", async () => {
    const world = new World();
    await world.look(0);
    world.kept = "another";
    world.isSpoiled = true;
    expect([await world.look(1), world.calls.at(-1), await world.look(2)]).to.eql([
      1,
      `write ${watchKey}`,
      0,
    ]);
  });

  it("begins anew where what is kept cannot be read", async () => {
    for (const text of ["", "[]", '{"version":2,"windows":[]}']) {
      const world = new World();
      world.kept = text;
      expect(await world.look(0), text).to.equal(0);
      expect(world.calls.at(-1)).to.equal(`write ${watchKey}`);
    }
  });

  it("does nothing without windows to watch", async () => {
    const world = new World();
    const log = { info: () => undefined, error: () => undefined };
    for (const watched of [watchedWindows({}), watchedWindows({ WATCHED_WINDOWS: "" })]) {
      expect(await watchWindows({ ports: world, watched, log }, undefined, start)).to.eql({});
    }
    expect(world.calls).to.eql([]);
    const windows = [
      { name: "a", mayEnd: false },
      { name: "b", mayEnd: true },
    ];
    expect(watchedWindows({ WATCHED_WINDOWS: watchedText(windows) })).to.eql(windows);
  });
});
