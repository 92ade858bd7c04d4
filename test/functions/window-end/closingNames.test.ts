import { expect } from "chai";
import { closeWindows } from "#functions/window-end/core/closeWindows.js";
import { windowClosedKey } from "#shared/contract/runKeys.js";
import { dayMs, hourMs } from "#shared/text/time.js";
import { began, never, recordIn, run, scanId, world } from "./support.js";

describe("closing an execution of a window, patches by name", () => {
  it("names what is missing, since the first run in a row that saw it, and asks again of new reports alone", async () => {
    const made = world();
    made.executions.clear();
    const missing = (id: string, ...names: string[]) => {
      const state = made.states.get(id);
      if (state !== undefined) made.states.set(id, { ...state, missing: names.length });
      made.patches.set(
        id,
        names.map((name) => ({ name, severity: "Critical", state: "missing" })),
      );
    };
    const scan = async (day: number, change: () => void) => {
      const at = began + day * dayMs;
      run(made, scanId, `e-${day}`, "Scan", at);
      change();
      made.counts.clear();
      await closeWindows(made.ports(), at + hourMs + 60_000, never);
      const { patches = [], unread } = recordIn(made, windowClosedKey(`e-${day}`, at));
      const told = patches.map(({ name, since, ids }) => [name, (Date.parse(since) - began) / dayMs, ids]);
      return { told, unread, asked: made.counts.get("openPatches") ?? 0 };
    };
    const first = await scan(0, () => {
      missing("i-1", "curl", "kernel");
      missing("i-3", "kernel");
    });
    expect(first).to.deep.equal({
      told: [
        ["curl", 0, ["i-1"]],
        ["kernel", 0, ["i-1", "i-3"]],
      ],
      unread: [],
      asked: 2,
    });
    // One has reported anew, of the other nothing has been heard.
    const away = made.states.get("i-3");
    const second = await scan(1, () => {
      if (away !== undefined) made.states.set("i-3", away);
      missing("i-1", "kernel", "openssl");
      made.bucket.put(windowClosedKey("e-x", began + dayMs), "{");
    });
    expect(second).to.deep.equal({
      told: [
        ["kernel", 0, ["i-1", "i-3"]],
        ["openssl", 1, ["i-1"]],
      ],
      unread: [],
      asked: 1,
    });
    made.faults.add("openPatches");
    const third = await scan(2, () => missing("i-1", "kernel"));
    expect(third.told).to.deep.equal([]);
    expect(third.unread).to.deep.equal([
      "The names of all missing patches could not be read: Error: openPatches is throttled.",
    ]);
    expect(recordIn(made, windowClosedKey("e-2", began + 2 * dayMs)).unnamed).to.equal(1);
    made.faults.clear();
    // What could not be read takes nothing back.
    const fourth = await scan(3, () => missing("i-1", "kernel"));
    expect(fourth.told).to.deep.equal([["kernel", 0, ["i-1"]]]);
  });
});
