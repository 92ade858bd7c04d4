import { expect } from "chai";
import { failuresFor } from "#functions/exclusion-processor/core/callerFailure.js";
import { east, entry, node, nodes, region, World, west } from "./support.js";

/** A run in which some Regions are down. */
async function ran(...down: readonly string[]) {
  const world = new World([region([node("i-1")]), region([node("i-2")], { region: west })]);
  world.upload("a", entry({ selector: nodes("i-1", "i-2") }));
  for (const name of down) world.region(name).isDown = true;
  return world.run();
}

const down = (name: string) => `${name}: cannot be read (Error: ${name} does not answer).`;

describe("a call whose run did not come to all Regions", () => {
  it("does not fail a window in a Region that it came to", async () => {
    const run = await ran(west);
    expect(run.ok).to.equal(false);
    expect(failuresFor(run, "window", east)).to.deep.equal([]);
  });

  it("fails a window in the Region that it did not come to", async () => {
    expect(failuresFor(await ran(east), "window", east)).to.deep.equal([down(east)]);
  });

  it("fails every other caller, so that people are told", async () => {
    const run = await ran(west);
    for (const occasion of ["hour", "other"] as const) {
      expect(failuresFor(run, occasion, east)).to.deep.equal([down(west)]);
    }
  });

  it("fails a window for whatever is no Region's", async () => {
    const run = await ran(west);
    const errors = [...run.errors, "The bucket cannot be listed."];
    expect(failuresFor({ ...run, errors }, "window", east)).to.deep.equal(["The bucket cannot be listed."]);
  });
});
