import { size } from "#test/support/size.js";
import { testBatch } from "./randomSupport.js";

describe("whatever the fleet, the manifests, the edits and the faults", () => {
  // By default the first case in which a window keeps something off a node.
  if (size(1, 2) === 1) testBatch("one Region", 5, 5);
  else for (const first of [1, 45, 89, 133, 177, 221]) testBatch("one Region", first, first + 43);
});
