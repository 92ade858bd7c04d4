import type { DocumentFormat, DocumentType } from "@aws-sdk/client-ssm";
import type { ResourceQuery } from "../aws/tags/resourceGroups.js";
import { autonamed, given, optional, passSet, tagList } from "./inputs.js";
import type { Maker } from "./maker.js";

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
