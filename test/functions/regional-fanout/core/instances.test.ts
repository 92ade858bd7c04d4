import { expect } from "chai";
import { manyInstancesText } from "#functions/regional-fanout/core/instances.js";
import { openKey } from "#shared/contract/runKeys.js";
import { east, failure, groups, invoke, nodeId, ohio, payload, runId, worldOf } from "./support.js";

const ids = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => nodeId(from + index));
const perInstance = { ...payload(groups("a", "b")), ExecutionMode: "per-instance" };

describe("a run with an automation for each node", () => {
  it("of more nodes than the stack allows starts nothing, writes nothing, and says what it would cost", async () => {
    const world = worldOf({
      [east]: { a: ids(0, 600), b: ids(400, 300) },
      [ohio]: { a: ids(2_000, 301), b: [] },
    });
    expect(await failure(invoke(world, perInstance))).to.equal(
      "Error: The run would have an automation for each of 1001 nodes, at about 2.00 USD a run; allowed are 1000. Nothing was started. Set fanoutPerInstanceNodes to 1001 or more if that is meant, or fanoutExecutionMode to per-region, which is billed by group.",
    );
    expect(world.automations.size).to.equal(0);
    expect(world.bucket.text(openKey(runId))).to.equal(undefined);
  });

  it("of as many as it allows begins, and in the other mode any number does", async () => {
    const world = worldOf({ [east]: { a: ids(0, 700), b: ids(700, 300) }, [ohio]: { a: [], b: [] } });
    expect((await invoke(world, perInstance)).started).to.have.lengthOf(2);
    const many = worldOf({ [east]: { a: ids(0, 5_000), b: [] }, [ohio]: { a: [], b: [] } });
    expect((await invoke(many, payload(groups("a", "b")))).started).to.have.lengthOf(1);
  });

  it("has its price by the node", () => {
    expect(manyInstancesText(170_000, 1_000)).to.contain("at about 340.00 USD a run; allowed are 1000");
    expect(manyInstancesText(1_000, 1_000)).to.equal(undefined);
  });
});
