import type { DocumentFormat, DocumentType } from "@aws-sdk/client-ssm";
import { modelOf } from "../aws/model/model.js";
import { requireValid } from "../aws/model/validate.js";
import type { ResourceQuery } from "../aws/tags/resourceGroups.js";
import { tagList } from "../aws/tags/tags.js";
import { given, type Inputs, type Maker, optional, pass } from "./makers.js";

const tagsOf = (inputs: Inputs): Record<string, string> => optional(inputs, "tags") ?? {};

/** What the fan-out selects nodes by, and what it runs on them. Their requests are held against the API's models. */
export const groupMakers: Readonly<Record<string, Maker>> = {
  "aws:ssm/document:Document": (region, name, inputs) => {
    const Name = optional<string>(inputs, "name") ?? name;
    const request = {
      Name,
      Content: given<string>(inputs, "content"),
      DocumentType: given<DocumentType>(inputs, "documentType"),
      ...pass<"DocumentFormat", DocumentFormat>(inputs, "documentFormat", "DocumentFormat"),
      ...pass<"TargetType", string>(inputs, "targetType", "TargetType"),
      ...pass<"VersionName", string>(inputs, "versionName", "VersionName"),
      Tags: tagList(tagsOf(inputs)),
    };
    requireValid(modelOf("ssm"), "CreateDocumentRequest", request);
    const { DocumentDescription = {} } = region.documents.createDocument(request);
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
  "aws:resourcegroups/group:Group": ({ resourceGroups }, name, inputs) => {
    const { query, type = "TAG_FILTERS_1_0" } = given<{ query: string; type?: ResourceQuery["Type"] }>(
      inputs,
      "resourceQuery",
    );
    const request = {
      Name: optional<string>(inputs, "name") ?? name,
      ResourceQuery: { Type: type, Query: query },
      ...pass<"Description", string>(inputs, "description", "Description"),
      Tags: tagsOf(inputs),
    };
    requireValid(modelOf("resource-groups"), "CreateGroupInput", request);
    const { Group } = resourceGroups.createGroup(request);
    return { id: Group.Name, state: { arn: Group.GroupArn, name: Group.Name } };
  },
};
