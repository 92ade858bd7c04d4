import { approvalKey } from "#shared/contract/exclusionNames.js";
import { otherVersion } from "./approval.js";
import { type Approval, entriesOf, type Version } from "./manifests.js";

/** What the author of a held version is told. @param before the version that is in force until then */
export function heldMessage(
  key: string,
  version: Version,
  excess: string,
  before: Version | undefined,
): string[] {
  const stays = before === undefined ? "Nothing of it" : `Version ${before.versionId}`;
  return [`Held: ${excess}.`, `${stays} is in force until then.`, releasedBy(key, version)];
}

export function releasedBy(key: string, { versionId }: Version): string {
  return `To release it, put an object ${approvalKey(key)} with the text ${versionId} into the bucket.`;
}

/** Why an approval that is there releases nothing. */
export function approvalProblems(key: string, approval: Approval | undefined): string[] {
  if (approval === undefined) return [];
  return ["problem" in approval ? approval.problem : otherVersion(key, approval.versionId)];
}

export function isApproval(approval: Approval | undefined, { versionId }: Version): boolean {
  return approval !== undefined && "versionId" in approval && approval.versionId === versionId;
}

/** Whether an entry of a version holds whole nodes. */
export function isHolding(version: Version): boolean {
  return entriesOf(version).some(({ effect }) => effect.kind === "hold");
}
