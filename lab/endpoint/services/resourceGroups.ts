import type { Handlers } from "../operation.js";
import { methods } from "./methods.js";

/** Resource Groups. */
export const resourceGroupsHandlers = methods(
  (region) => region.resourceGroups,
  "ListGroupResources",
  "ListGroups",
  "GetGroup",
  "GetGroupQuery",
) satisfies Handlers;
