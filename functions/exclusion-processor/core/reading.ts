import type { DeploymentRecord } from "#shared/contract/deploymentRecord.js";
import type { StatusProblem } from "#shared/contract/manifestStatus.js";
import type { ManifestResult, ManifestRules } from "../manifest/model.js";
import type { Reading } from "./manifests.js";

/** What of a stack its manifests are held to. */
export function manifestRules(record: DeploymentRecord): ManifestRules {
  return {
    operatingSystems: record.operatingSystems,
    regions: record.regions.map(({ name }) => name),
    maxExclusionDays: record.maxExclusionDays,
    timezone: record.timezone,
  };
}

/** What the manifest reader says, as statuses and messages take it. */
export function readingOf(result: ManifestResult): Reading {
  if (result.ok) {
    return { ok: true, entries: result.manifest.entries, warnings: result.warnings.map(problemOf) };
  }
  const problems = result.problems.map(problemOf);
  const more = result.unlisted > 0 ? [{ message: `and ${result.unlisted} more` }] : [];
  return { ok: false, problems: [...problems, ...more] };
}

function problemOf(found: {
  readonly line: number;
  readonly column: number;
  readonly entryId?: string;
  readonly message: string;
  readonly fix?: string;
}): StatusProblem {
  const { line, column, entryId, message, fix } = found;
  return {
    message: fix === undefined ? message : `${message} ${fix}`,
    line,
    column,
    ...(entryId === undefined ? {} : { entry: entryId }),
  };
}
