/** By the name of a patch, when it was released, epoch milliseconds (API DescribeAvailablePatches). */
export type Advisories = ReadonlyMap<string, number>;

/** Command documents of AWS that scan or install patches, and runbooks that do. */
const documents = [
  "AWS-RunPatchBaseline",
  "AWS-RunPatchBaselineAssociation",
  "AWS-RunPatchBaselineWithHooks",
  "AWS-ApplyPatchBaseline",
  "AWS-InstallWindowsUpdates",
  "AWS-FindWindowsUpdates",
  "AWS-PatchInstanceWithRollback",
  "AWS-PatchAsgInstance",
];

/** Whether a document scans or installs patches, by its name or its ARN. */
export function isPatchDocument(name: string): boolean {
  return documents.includes(name.slice(name.lastIndexOf("/") + 1));
}

/** Whether an association's name is one that Quick Setup gives. */
export function isQuickSetup(associationName: string): boolean {
  return /^AWS-QuickSetup-/i.test(associationName);
}
