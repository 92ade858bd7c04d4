import { size } from "#test/support/size.js";
import { testBatch } from "./randomSupport.js";

describe("whatever the fleet, the manifests, the edits and the faults, in several Regions", () => {
  testBatch("two Regions with a central window", 295, 295 + size(1, 6) - 1);
  if (size(0, 1) === 1) testBatch("two Regions", 265, 294);
});
