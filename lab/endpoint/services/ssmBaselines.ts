import type { Handlers } from "../operation.js";
import { methods } from "./methods.js";

/** SSM's operations on patch baselines and patch groups. */
export const ssmBaselineHandlers = methods(
  ({ baselines }) => baselines,
  "CreatePatchBaseline",
  "GetPatchBaseline",
  "UpdatePatchBaseline",
  "DeletePatchBaseline",
  "DescribePatchBaselines",
  "RegisterPatchBaselineForPatchGroup",
  "DeregisterPatchBaselineForPatchGroup",
  "GetPatchBaselineForPatchGroup",
  "DescribePatchGroups",
  "GetDefaultPatchBaseline",
  "RegisterDefaultPatchBaseline",
) satisfies Handlers;
