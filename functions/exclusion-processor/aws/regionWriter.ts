import {
  type FailureInfo,
  type ResourceGroupsTaggingAPIClient,
  TagResourcesCommand,
  UntagResourcesCommand,
} from "@aws-sdk/client-resource-groups-tagging-api";
import {
  CreatePatchBaselineCommand,
  DeletePatchBaselineCommand,
  DeregisterPatchBaselineForPatchGroupCommand,
  DoesNotExistException,
  InvalidResourceId,
  type OperatingSystem,
  RegisterPatchBaselineForPatchGroupCommand,
  type SSMClient,
  UpdatePatchBaselineCommand,
} from "@aws-sdk/client-ssm";
import { ownerTagKey } from "#shared/contract/exclusionNames.js";
import type { ReadyStep, TaggedNode } from "../core/steps.js";
import type { StepResult } from "../ports.js";
import { membersOf } from "./baselineContent.js";

const description = "patchplane: made for an exclusion, and deleted when it ends";

/** Makes writes in a Region, one at a time. */
export class RegionWriter {
  /**
   * @param owner value of the mark that baselines get
   */
  constructor(
    private readonly owner: string,
    private readonly ssm: SSMClient,
    private readonly tagging: ResourceGroupsTaggingAPIClient,
  ) {}

  async apply(step: ReadyStep): Promise<StepResult> {
    switch (step.kind) {
      case "createBaseline": {
        const { BaselineId } = await this.ssm.send(
          new CreatePatchBaselineCommand({
            Name: step.name,
            // The record has SSM's own names.
            OperatingSystem: step.operatingSystem as OperatingSystem,
            Description: description,
            ...membersOf(step.content),
            Tags: [{ Key: ownerTagKey, Value: this.owner }],
          }),
        );
        return BaselineId === undefined ? {} : { baselineId: BaselineId };
      }
      case "updateBaseline": {
        const named = { BaselineId: step.baselineId, Name: step.name, Description: description };
        // Replace empties what the content does not name.
        await this.ssm.send(
          new UpdatePatchBaselineCommand({ ...named, ...membersOf(step.content), Replace: true }),
        );
        return {};
      }
      case "registerGroup": {
        const registration = { BaselineId: step.baseline.id, PatchGroup: step.group };
        await this.ssm.send(new RegisterPatchBaselineForPatchGroupCommand(registration));
        return {};
      }
      case "deregisterGroup": {
        const registration = { BaselineId: step.baselineId, PatchGroup: step.group };
        await gone(this.ssm.send(new DeregisterPatchBaselineForPatchGroupCommand(registration)));
        return {};
      }
      case "deleteBaseline":
        await gone(this.ssm.send(new DeletePatchBaselineCommand({ BaselineId: step.baselineId })));
        return {};
      case "tagNodes": {
        const ResourceARNList = step.nodes.map(({ arn }) => arn);
        const result = await this.tagging.send(
          new TagResourcesCommand({ ResourceARNList, Tags: { ...step.values } }),
        );
        return { failures: failures(step.nodes, result.FailedResourcesMap) };
      }
      case "untagNodes": {
        const ResourceARNList = step.nodes.map(({ arn }) => arn);
        const result = await this.tagging.send(
          new UntagResourcesCommand({ ResourceARNList, TagKeys: [step.key] }),
        );
        return { failures: failures(step.nodes, result.FailedResourcesMap) };
      }
    }
  }
}

/** What is gone already need not be taken away: a baseline, or a registration (InvalidResourceId). */
async function gone(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof DoesNotExistException || error instanceof InvalidResourceId)) throw error;
  }
}

function failures(nodes: readonly TaggedNode[], failed: Readonly<Record<string, FailureInfo>> = {}) {
  return nodes.flatMap(({ id, arn }) => {
    const failure = failed[arn];
    if (failure === undefined) return [];
    const { ErrorCode = `status ${failure.StatusCode}`, ErrorMessage = "no reason given" } = failure;
    return [{ id, error: `${ErrorCode}: ${ErrorMessage}` }];
  });
}
