import {
  type GetResourcesInput,
  getResources,
  tagResources,
  untagResources,
} from "../../aws/tags/tagging.js";
import type { ApiContext, Handlers } from "../operation.js";

/** The Resource Groups Tagging API. */
export const taggingHandlers = {
  GetResources: (input: GetResourcesInput, { region }: ApiContext) => getResources(region, input),
  TagResources: (input: Parameters<typeof tagResources>[2], { region, caller }: ApiContext) =>
    tagResources(region, caller, input),
  UntagResources: (input: Parameters<typeof untagResources>[2], { region, caller }: ApiContext) =>
    untagResources(region, caller, input),
} as const satisfies Handlers;
