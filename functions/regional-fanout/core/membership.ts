import { stableText } from "../../shared/errors.js";
import { DeadlineError, untilAborted } from "../../shared/untilAborted.js";

/** One page of a resource group's members. */
export interface GroupPage {
  readonly arns: readonly string[];
  /** Undefined on the last page. A page may be empty and not be the last. */
  readonly nextToken: string | undefined;
  /** Why the group's query could not be answered in full; they come with HTTP 200 and perhaps an empty list. */
  readonly queryErrors: readonly { readonly code: string; readonly message: string }[];
}

/** The tags of a node that exclusions write. */
export interface OwnTags {
  /** Values of its patch group tags, of either key. */
  readonly groups: readonly string[];
  /** The base group that it was moved from. */
  readonly mark: string | undefined;
}

/** Why a group of a Region is left out: there is certainly nothing in it. */
type SkipReason = "no members" | "no such group";

/** What the Region filter found out about one group in one Region. */
export type Membership =
  /** Ids of EC2 instances and hybrid nodes, sorted, also of those that are stopped. There may be more of a partial list. */
  | { readonly outcome: "members"; readonly ids: readonly string[]; readonly isPartial?: true }
  | { readonly outcome: "skipped"; readonly reason: SkipReason }
  /** Nobody knows whether there are members. */
  | { readonly outcome: "failed"; readonly error: string };

const lostRemedy =
  "The stack makes it in each Region of fanoutRegions; `pulumi up --refresh` makes it again where it was deleted";

/** Errors by which services answer in Regions that the account has not enabled, and also to credentials that are wrong. */
const disabledNames = ["AuthFailure", "InvalidClientTokenId", "UnrecognizedClientException"];

/**
 * Finds the members of a group in a Region. Only an answer that is complete and without errors can say that there are
 * none; whatever else goes wrong is a failure and never "no instances".
 *
 * @param wanted `any`: the first page with a member is enough
 */
export async function membershipOf(
  pageAfter: (token: string | undefined) => Promise<GroupPage>,
  signal: AbortSignal,
  wanted: "any" | "all" = "all",
): Promise<Membership> {
  const ids = new Set<string>();
  let token: string | undefined;
  do {
    let page: GroupPage;
    try {
      page = await untilAborted(signal, () => pageAfter(token));
    } catch (error) {
      const isMissing = token === undefined && error instanceof Error && error.name === "NotFoundException";
      return isMissing
        ? { outcome: "skipped", reason: "no such group" }
        : { outcome: "failed", error: explained(error) };
    }
    if (page.queryErrors.length > 0) {
      const errors = page.queryErrors.map(({ code, message }) => `${code}: ${message}`);
      return { outcome: "failed", error: `the group's query has errors: ${errors.join("; ")}` };
    }
    for (const id of page.arns.flatMap(nodeOf)) ids.add(id);
    token = page.nextToken;
  } while (token !== undefined && !(wanted === "any" && ids.size > 0));
  if (ids.size === 0) return { outcome: "skipped", reason: "no members" };
  const members = { outcome: "members", ids: [...ids].sort() } as const;
  return token === undefined ? members : { ...members, isPartial: true };
}

/** A group that the stack makes is not there for want of nodes: it was deleted, or the Region is not one of the stack's. */
export function lostGroup(found: Membership, group: string, ownGroups: readonly string[]): Membership {
  const isLost = found.outcome === "skipped" && found.reason === "no such group" && ownGroups.includes(group);
  return isLost ? { outcome: "failed", error: `the resource group ${group} is gone. ${lostRemedy}` } : found;
}

/** The node of an ARN; a group may have members that are none. */
function nodeOf(arn: string): string[] {
  const match = /^arn:[^:]+:(?:ec2|ssm):[^:]*:\d{12}:(?:instance|managed-instance)\/(m?i-[0-9a-f]+)$/.exec(
    arn,
  );
  return match?.[1] === undefined ? [] : [match[1]];
}

/** An error of a Region, with what it means where its name does not say so. */
export function explained(error: unknown): string {
  if (error instanceof DeadlineError) return error.message;
  const hint = "the Region may not be enabled for the account (AWS Account Management, Regions)";
  // It becomes a part of sentences.
  const text = stableText(error).replace(/\.$/, "");
  return isDisabled(error) ? `${text}; ${hint}` : text;
}

/** Whether a Region answers as one does that the account has not enabled. */
export function isDisabled(error: unknown): boolean {
  return error instanceof Error && disabledNames.includes(error.name);
}
