import type { DocumentFormat, DocumentType } from "@aws-sdk/client-ssm";
import { NotModelledError } from "../aws/base/errors.js";
import type { Region } from "../aws/region.js";
import type { ResourceQuery } from "../aws/tags/resourceGroups.js";
import { autonamed, given, type Inputs, optional, passSet, tagList } from "./inputs.js";
import type { Maker } from "./maker.js";
import type { Send } from "./send.js";

/** Account ids that the provider sends at once. */
const accountsPerCall = 20;

/** The accounts that a document is shared with, as the provider is told. */
export function accountsOf(inputs: Inputs): readonly string[] {
  const permissions = optional<{ readonly type?: string; readonly account_ids?: string }>(
    inputs,
    "permissions",
  );
  // It takes no other kind, and always asks for this one.
  if (permissions !== undefined && permissions.type !== "Share")
    throw new NotModelledError(`permissions of the type ${permissions.type}`);
  return (permissions?.account_ids ?? "").split(",").filter((id) => id !== "");
}

/** Shares a document with those accounts, and no longer with the ones of before: each in calls of twenty. */
export function share(
  { documents }: Region,
  Name: string,
  before: readonly string[],
  after: readonly string[],
  send: Send,
): void {
  const changes = [
    ["AccountIdsToRemove", before.filter((id) => !after.includes(id))],
    ["AccountIdsToAdd", after.filter((id) => !before.includes(id))],
  ] as const;
  for (const [member, ids] of changes) {
    for (let from = 0; from < ids.length; from += accountsPerCall) {
      const some = ids.slice(from, from + accountsPerCall);
      const request = { Name, PermissionType: "Share" as const, [member]: some };
      documents.modifyDocumentPermission(send("ssm", "ModifyDocumentPermission", request));
    }
  }
}

/** What the fan-out selects nodes by, and what it runs on them. */
export const groupMakers: Readonly<Record<string, Maker>> = {
  "aws:ssm/document:Document": (region, name, inputs, send) => {
    const Name = optional<string>(inputs, "name") ?? name;
    const request = {
      Name,
      Content: given<string>(inputs, "content"),
      DocumentType: given<DocumentType>(inputs, "documentType"),
      DocumentFormat: optional<DocumentFormat>(inputs, "documentFormat") ?? "JSON",
      ...passSet<"TargetType", string>(inputs, "targetType", "TargetType"),
      ...passSet<"VersionName", string>(inputs, "versionName", "VersionName"),
      ...tagList(inputs, "Tags"),
    };
    const { DocumentDescription = {} } = region.documents.createDocument(
      send("ssm", "CreateDocument", request, autonamed(inputs, "name", "Name")),
    );
    share(region, Name, [], accountsOf(inputs), send);
    const { DefaultVersion, DocumentVersion, Hash, LatestVersion, SchemaVersion } = DocumentDescription;
    return {
      id: Name,
      state: {
        arn: region.arn("ssm", `document/${Name}`),
        name: Name,
        defaultVersion: DefaultVersion,
        documentVersion: DocumentVersion,
        hash: Hash,
        latestVersion: LatestVersion,
        schemaVersion: SchemaVersion,
        status: "Active",
      },
    };
  },
  "aws:resourcegroups/group:Group": ({ resourceGroups }, name, inputs, send) => {
    const { query, type = "TAG_FILTERS_1_0" } = given<{ query: string; type?: ResourceQuery["Type"] }>(
      inputs,
      "resourceQuery",
    );
    const request = {
      Name: optional<string>(inputs, "name") ?? name,
      ResourceQuery: { Type: type, Query: query },
      ...passSet<"Description", string>(inputs, "description", "Description"),
      Tags: { ...optional<Record<string, string>>(inputs, "tags") },
    };
    const { Group } = resourceGroups.createGroup(
      send("resource-groups", "CreateGroup", request, autonamed(inputs, "name", "Name")),
    );
    return { id: Group.Name, state: { arn: Group.GroupArn, name: Group.Name } };
  },
};
