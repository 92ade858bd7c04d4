import type { Handlers } from "../operation.js";
import { methods } from "./methods.js";

/** SSM's operations on managed nodes and their patches. */
export const ssmNodeHandlers = {
  ...methods(({ nodes }) => nodes, "DescribeInstanceInformation", "ListNodes"),
  ...methods(({ associations }) => associations, "ListAssociations"),
  ...methods(
    ({ patchManager }) => patchManager.reports,
    "DescribeInstancePatchStates",
    "DescribeInstancePatchStatesForPatchGroup",
    "DescribeInstancePatches",
    "DescribePatchGroupState",
  ),
  ...methods(
    ({ patchManager }) => patchManager.compliance,
    "ListComplianceItems",
    "ListComplianceSummaries",
    "ListResourceComplianceSummaries",
  ),
  ...methods(
    ({ patchManager }) => patchManager.available,
    "DescribeAvailablePatches",
    "DescribePatchProperties",
  ),
} as const satisfies Handlers;
