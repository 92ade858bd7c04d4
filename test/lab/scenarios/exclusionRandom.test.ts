import { size } from "#test/support/size.js";
import { testBatch } from "./randomSupport.js";

describe("whatever the fleet, the manifests, the edits and the faults", () => {
  for (const first of [1, 45, 89, 133, 177, 221].slice(0, size(1, 6)))
    testBatch("one Region", first, first + size(6, 44) - 1);
});
