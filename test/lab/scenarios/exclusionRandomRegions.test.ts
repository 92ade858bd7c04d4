import { size } from "#test/support/size.js";
import { testBatch } from "./randomSupport.js";

describe("whatever the fleet, the manifests, the edits and the faults, in several Regions", () => {
  testBatch("two Regions", 265, 265 + size(2, 30) - 1);
  testBatch("two Regions with a central window", 295, 295 + size(2, 6) - 1);
});
