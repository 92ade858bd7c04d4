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

/** Calls for one node, and the first of the pauses between them, in milliseconds, each twice as long as the one before. */
const maxTries = 6;
const firstPause = 500;
/** Calls about a baseline that was just made: with the same pauses that is 15.5 seconds. */
const maxNewTries = 6;

const description = "patchplane: made for an exclusion, and deleted when it ends";

/** Makes writes in a Region, one at a time. */
export class RegionWriter {
  /** Ids of baselines that it has made itself. */
  private readonly made = new Set<string>();

  /**
   * @param owner value of the mark that baselines get
   */
  constructor(
    private readonly owner: string,
    private readonly arnOf: (nodeId: string) => string,
    private readonly ssm: SSMClient,
    private readonly tagging: ResourceGroupsTaggingAPIClient,
    /** Lets some milliseconds pass. */
    private readonly wait: (milliseconds: number) => Promise<unknown>,
    /** Cuts writes off. */
    private readonly abortSignal: AbortSignal,
  ) {}

  async apply(step: ReadyStep): Promise<StepResult> {
    const { abortSignal } = this;
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
          { abortSignal },
        );
        if (BaselineId === undefined) return {};
        this.made.add(BaselineId);
        return { baselineId: BaselineId };
      }
      case "updateBaseline": {
        const named = { BaselineId: step.baselineId, Name: step.name, Description: description };
        // Replace empties what the content does not name.
        await this.ssm.send(
          new UpdatePatchBaselineCommand({ ...named, ...membersOf(step.content), Replace: true }),
          { abortSignal },
        );
        return {};
      }
      case "registerGroup": {
        const registration = { BaselineId: step.baseline.id, PatchGroup: step.group };
        await this.known(step.baseline.id, () =>
          this.ssm.send(new RegisterPatchBaselineForPatchGroupCommand(registration), { abortSignal }),
        );
        return {};
      }
      case "deregisterGroup": {
        const registration = { BaselineId: step.baselineId, PatchGroup: step.group };
        await gone(
          this.ssm.send(new DeregisterPatchBaselineForPatchGroupCommand(registration), { abortSignal }),
        );
        return {};
      }
      case "deleteBaseline":
        await gone(
          this.ssm.send(new DeletePatchBaselineCommand({ BaselineId: step.baselineId }), { abortSignal }),
        );
        return {};
      case "tagNodes": {
        const Tags = { ...step.values };
        return this.forNodes(step.nodes, (ResourceARNList) =>
          this.tagging.send(new TagResourcesCommand({ ResourceARNList, Tags }), { abortSignal }),
        );
      }
      case "untagNodes": {
        const TagKeys = [step.key];
        return this.forNodes(step.nodes, (ResourceARNList) =>
          this.tagging.send(new UntagResourcesCommand({ ResourceARNList, TagKeys }), { abortSignal }),
        );
      }
    }
  }

  /**
   * A call about a baseline. Rights to it go by its mark, which IAM may not know yet of one that was just made, nor Systems
   * Manager the baseline itself.
   */
  private async known(baselineId: string, call: () => Promise<unknown>): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        await call();
        return;
      } catch (error) {
        const isEarly =
          error instanceof DoesNotExistException ||
          (error instanceof Error && error.name === "AccessDeniedException");
        if (!isEarly || !this.made.has(baselineId) || tries >= maxNewTries) throw error;
        await this.wait(firstPause * 2 ** (tries - 1));
      }
    }
  }

  /** A call for several nodes answers 200 and says of each what has failed: what may pass is tried again, with patience. */
  private async forNodes(
    nodes: readonly TaggedNode[],
    call: (
      arns: string[],
    ) => Promise<{ FailedResourcesMap?: Readonly<Record<string, FailureInfo>> | undefined }>,
  ): Promise<StepResult> {
    const failed: { id: string; error: string }[] = [];
    const gone: string[] = [];
    let left = nodes;
    for (let tries = 1; left.length > 0; tries++) {
      const { FailedResourcesMap = {} } = await call(left.map(({ id }) => this.arnOf(id)));
      const again: TaggedNode[] = [];
      for (const node of left) {
        const failure = FailedResourcesMap[this.arnOf(node.id)];
        if (failure === undefined) continue;
        // A node that is gone needs no tags.
        if (isGone(failure)) gone.push(node.id);
        else if (tries < maxTries && mayPass(failure)) again.push(node);
        else failed.push({ id: node.id, error: textOf(failure) });
      }
      left = again;
      if (left.length > 0) await this.wait(firstPause * 2 ** (tries - 1));
    }
    return { failures: failed, gone };
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

/** FailureInfo has codes of its own and any of the service whose resource is tagged (API: FailureInfo). */
function mayPass({ StatusCode = 0, ErrorCode }: FailureInfo): boolean {
  const isBusy = /throttl|limitexceeded|toomanyrequests|internal/i.test(ErrorCode ?? "");
  return StatusCode === 429 || StatusCode >= 500 || isBusy;
}

/** EC2 says InvalidInstanceID.NotFound (EC2 API reference, error codes); a code that is none of these is told. */
function isGone({ ErrorCode, ErrorMessage = "" }: FailureInfo): boolean {
  return ErrorCode?.endsWith(".NotFound") === true || /does not exist/i.test(ErrorMessage);
}

function textOf({ StatusCode, ErrorCode, ErrorMessage = "no reason given" }: FailureInfo): string {
  return `${ErrorCode ?? `status ${StatusCode}`}: ${ErrorMessage}`;
}
