import fc from "fast-check";
import { optimizeLater } from "#lab/patience.js";
import { size } from "./size.js";

// Every process of mocha loads this.
optimizeLater();
// The seed is fixed, so that the short run plays the first cases of the full one.
fc.configureGlobal({ seed: 1, numRuns: size(10, 100) });
