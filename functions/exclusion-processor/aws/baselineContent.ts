import type { CreatePatchBaselineRequest, GetPatchBaselineResult } from "@aws-sdk/client-ssm";
import type { JsonValue } from "#shared/text/words.js";
import type { BaselineContent } from "../core/model.js";

/** The members of a baseline that a derived one copies. */
const copied = [
  "ApprovalRules",
  "ApprovedPatches",
  "ApprovedPatchesComplianceLevel",
  "ApprovedPatchesEnableNonSecurity",
  "AvailableSecurityUpdatesComplianceStatus",
  "GlobalFilters",
  "Sources",
] as const satisfies readonly (keyof GetPatchBaselineResult & keyof CreatePatchBaselineRequest)[];

type Copied = Pick<CreatePatchBaselineRequest, (typeof copied)[number]>;

/** What a baseline says, without what SSM tells of unset members. */
export function contentOf(baseline: GetPatchBaselineResult): BaselineContent {
  const rules: Record<string, JsonValue> = {};
  for (const name of copied) {
    // Plain data as it came over the wire: texts, numbers, lists.
    const value = baseline[name] as JsonValue | undefined;
    if (value !== undefined && !isEmpty(value)) rules[name] = value;
  }
  return {
    rules,
    rejectedPatches: baseline.RejectedPatches ?? [],
    rejectedPatchesAction: baseline.RejectedPatchesAction ?? "ALLOW_AS_DEPENDENCY",
  };
}

/** A baseline's members as SSM takes them. */
export function membersOf({ rules, rejectedPatches, rejectedPatchesAction }: BaselineContent): Copied & {
  RejectedPatches: string[];
  RejectedPatchesAction: BaselineContent["rejectedPatchesAction"];
} {
  // Made by contentOf, and never looked into since.
  const members = rules as Copied;
  return {
    ...members,
    RejectedPatches: [...rejectedPatches],
    RejectedPatchesAction: rejectedPatchesAction,
  };
}

/** An empty list, or an object with nothing but an empty list, as SSM gives for rules that there are not. */
function isEmpty(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).every((part) => Array.isArray(part) && part.length === 0);
}
