import type {
  DescribeDocumentPermissionRequest,
  DescribeDocumentPermissionResponse,
  ModifyDocumentPermissionRequest,
} from "@aws-sdk/client-ssm";
import { AwsError, refuseOthers, validationError } from "../../base/errors.js";
import { page } from "../../base/page.js";

/** Accounts that a document is shared with, or `all`, and the version that each may use. */
export type SharedWith = Map<string, string>;

/** Most accounts that a private document is shared with (API reference: DocumentPermissionLimit). */
const mostAccounts = 1000;

/** Most accounts in one list (model: AccountIdList). */
const mostOfList = 20;

/** An account as answers name it (API reference, DescribeDocumentPermission: a number, or `all`). */
const named = (id: string) => id.toLowerCase();

/**
 * Shares a document with accounts, and no longer with others; who is in both lists loses it.
 *
 * @throws AwsError DocumentPermissionLimit
 */
export function modifySharing(shared: SharedWith, input: ModifyDocumentPermissionRequest): void {
  const known = ["AccountIdsToAdd", "AccountIdsToRemove", "Name", "PermissionType", "SharedDocumentVersion"];
  refuseOthers("ModifyDocumentPermission", input, known);
  const { AccountIdsToAdd: added = [], AccountIdsToRemove: removed = [] } = input;
  if (added.length + removed.length === 0)
    throw validationError("AccountIdsToAdd or AccountIdsToRemove must be specified");
  const next = new Map(shared);
  for (const id of added) next.set(named(id), input.SharedDocumentVersion ?? "$DEFAULT");
  for (const id of removed) next.delete(named(id));
  if (next.size > mostAccounts) {
    const message = `A document can be shared with at most ${mostAccounts} accounts.`;
    throw new AwsError("DocumentPermissionLimit", message);
  }
  shared.clear();
  for (const [id, version] of next) shared.set(id, version);
}

/** Answers DescribeDocumentPermission. */
export function describeSharing(
  shared: SharedWith,
  input: DescribeDocumentPermissionRequest,
): DescribeDocumentPermissionResponse {
  refuseOthers("DescribeDocumentPermission", input, ["MaxResults", "Name", "NextToken", "PermissionType"]);
  // A list of accounts has 20 at most by the model, also where up to 200 may be asked for.
  const asked = { ...input, MaxResults: Math.min(input.MaxResults ?? mostOfList, mostOfList) };
  const { items, token } = page(shared, asked, 1, mostOfList);
  return {
    AccountIds: items.map(([id]) => id),
    AccountSharingInfoList: items.map(([AccountId, SharedDocumentVersion]) => ({
      AccountId,
      SharedDocumentVersion,
    })),
    ...token,
  };
}
