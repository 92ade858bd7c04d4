import { expect } from "chai";
import { node, region, World } from "../functions/exclusion-processor/core/support.js";
import { bucket, devRecord, manifestOf, processOnce, runOn } from "./support.js";

const id = "i-00000001";
const status = (world: World) => runOn(world, ["status", "--bucket", bucket]);

it("status says of a manifest that is deleted that a run has to see it", async () => {
  const world = new World([region([node(id)])], devRecord());
  world.bucket.put("exclusions/a.json", manifestOf({ id: "a", patches: ["curl"], nodes: [id] }), world.now);
  await processOnce(world);
  world.bucket.remove("exclusions/a.json", world.now);
  const { code, out } = await status(world);
  expect(code).to.equal(1);
  expect(out).to.contain("  Its deletion waits for the next run.\n");
  await processOnce(world);
  const ended = await status(world);
  expect(ended.code).to.equal(0);
  expect(ended.out).to.contain("exclusions/a.json: ended\n");
});
