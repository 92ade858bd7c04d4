import { createHash } from "node:crypto";
import type {
  CreateDocumentRequest,
  CreateDocumentResult,
  DeleteDocumentRequest,
  DeleteDocumentResult,
  DescribeDocumentPermissionRequest,
  DescribeDocumentPermissionResponse,
  DescribeDocumentRequest,
  DescribeDocumentResult,
  DocumentDescription,
  DocumentType,
  GetDocumentRequest,
  GetDocumentResult,
  ListDocumentsRequest,
  ListDocumentsResult,
  ModifyDocumentPermissionRequest,
  UpdateDocumentDefaultVersionRequest,
  UpdateDocumentDefaultVersionResult,
  UpdateDocumentRequest,
  UpdateDocumentResult,
} from "@aws-sdk/client-ssm";
import { AwsError, NotModelledError, refuseOthers, validationError } from "../../base/errors.js";
import { page } from "../../base/page.js";
import type { Place } from "../../place.js";
import type { Tags } from "../../tags/tags.js";
import { requestedTags, tagList } from "../../tags/tags.js";
import { runPatchBaseline } from "../commands/runPatchBaselineDocument.js";
import { filterOf } from "../filters.js";
import { picked } from "../requests.js";
import { describedParameters, readContent } from "./documentContent.js";
import { filters, identifierMembers } from "./documentLists.js";
import { contentAs, type DocumentVersion, names } from "./documentVersion.js";
import { describeSharing, modifySharing, type SharedWith } from "./sharing.js";

/** Where documents are, and who keeps their tags. */
type Needs = Place & { readonly tags: Tags };

const maxDocuments = 500;
const maxVersions = 1000;
/** AWS keeps these to itself (API reference: CreateDocument). */
const reservedName = /^(aws|amazon|amzn)/i;

/** A document with all of its versions, oldest first. */
interface SsmDocument {
  readonly name: string;
  readonly type: DocumentType;
  targetType: string | undefined;
  readonly versions: DocumentVersion[];
  readonly shared: SharedWith;
  defaultVersion: string;
}

/** Documents of SSM: runbooks, command documents and change calendars. */
export class Documents {
  private readonly byName = new Map<string, SsmDocument>();

  constructor(private readonly region: Needs) {}

  createDocument(input: CreateDocumentRequest): CreateDocumentResult {
    const known = ["Content", "DisplayName", "DocumentFormat", "DocumentType", "Name", "Tags", "TargetType"];
    refuseOthers("CreateDocument", input, [...known, "VersionName"]);
    const { Name: name = "", DocumentType: type = "Command" } = input;
    if (reservedName.test(name)) throw validationError(`Invalid document name ${name}`);
    if (this.byName.has(name))
      throw new AwsError("DocumentAlreadyExists", `Document with name ${name} already exists.`);
    if (this.byName.size >= maxDocuments)
      throw new AwsError("DocumentLimitExceeded", `You can have at most ${maxDocuments} active documents.`);
    const document: SsmDocument = {
      name,
      type,
      targetType: input.TargetType,
      versions: [],
      shared: new Map(),
      defaultVersion: "1",
    };
    const tags = requestedTags(input.Tags);
    const version = this.addVersion(document, input);
    this.byName.set(name, document);
    this.region.tags.set(this.arn(name), tags);
    return { DocumentDescription: this.described(document, version) };
  }

  updateDocument(input: UpdateDocumentRequest): UpdateDocumentResult {
    const known = ["Content", "DisplayName", "DocumentFormat", "DocumentVersion", "Name", "TargetType"];
    refuseOthers("UpdateDocument", input, [...known, "VersionName"]);
    const document = this.find(input.Name);
    const { versions } = document;
    const latest = versions.at(-1);
    if (latest === undefined || this.versionOf(document, input.DocumentVersion) !== latest)
      throw new AwsError("InvalidDocumentVersion", "Only the latest version of a document can be updated.");
    if (versions.length >= maxVersions)
      throw new AwsError("DocumentVersionLimitExceeded", `A document has at most ${maxVersions} versions.`);
    const taken = this.region.account.unknowns.formerContent === "taken" ? [latest] : versions;
    const same = taken.find(({ content }) => content === input.Content);
    if (same !== undefined)
      throw new AwsError("DuplicateDocumentContent", `The content is that of version ${same.version}.`);
    const { VersionName: name } = input;
    if (name !== undefined && versions.some(({ versionName }) => versionName === name))
      throw new AwsError("DuplicateDocumentVersionName", `The version name ${name} has been used.`);
    const version = this.addVersion(document, { DisplayName: latest.displayName, ...input });
    document.targetType = input.TargetType ?? document.targetType;
    return { DocumentDescription: this.described(document, version) };
  }

  updateDocumentDefaultVersion(
    input: UpdateDocumentDefaultVersionRequest,
  ): UpdateDocumentDefaultVersionResult {
    refuseOthers("UpdateDocumentDefaultVersion", input, ["DocumentVersion", "Name"]);
    const document = this.find(input.Name);
    const { version, versionName } = this.versionOf(document, input.DocumentVersion);
    document.defaultVersion = version;
    return {
      Description: {
        Name: document.name,
        DefaultVersion: version,
        ...(versionName === undefined ? {} : { DefaultVersionName: versionName }),
      },
    };
  }

  modifyDocumentPermission(input: ModifyDocumentPermissionRequest): object {
    modifySharing(this.find(input.Name).shared, input);
    return {};
  }

  describeDocumentPermission(input: DescribeDocumentPermissionRequest): DescribeDocumentPermissionResponse {
    return describeSharing(this.find(input.Name).shared, input);
  }

  /**
   * Versions and tags go with it.
   *
   * @throws AwsError InvalidDocumentOperation while it is shared (API reference, DeleteDocument)
   */
  deleteDocument(input: DeleteDocumentRequest): DeleteDocumentResult {
    refuseOthers("DeleteDocument", input, ["Force", "Name"]);
    const { name, shared } = this.find(input.Name);
    if (shared.size > 0)
      throw new AwsError(
        "InvalidDocumentOperation",
        `Document ${name} must first be shared with no account.`,
      );
    this.byName.delete(name);
    this.region.tags.forget(this.arn(name));
    return {};
  }

  getDocument(input: GetDocumentRequest): GetDocumentResult {
    refuseOthers("GetDocument", input, ["DocumentFormat", "DocumentVersion", "Name", "VersionName"]);
    if (input.Name === runPatchBaseline.Name)
      throw new NotModelledError(`the content of the document ${input.Name}`);
    const document = this.find(input.Name);
    const version = this.versionOf(document, input.DocumentVersion, input.VersionName);
    const { DocumentFormat: format = "JSON" } = input;
    if ((version.format === "TEXT") !== (format === "TEXT"))
      throw validationError(`Invalid document format ${format}`);
    return {
      Name: document.name,
      CreatedDate: new Date(version.createdAt),
      ...names(version),
      DocumentVersion: version.version,
      Status: "Active",
      Content: contentAs(version, format),
      DocumentType: document.type,
      DocumentFormat: format,
    };
  }

  describeDocument(input: DescribeDocumentRequest): DescribeDocumentResult {
    refuseOthers("DescribeDocument", input, ["DocumentVersion", "Name", "VersionName"]);
    if (input.Name === runPatchBaseline.Name) return { Document: runPatchBaseline };
    const document = this.find(input.Name);
    return {
      Document: this.described(document, this.versionOf(document, input.DocumentVersion, input.VersionName)),
    };
  }

  listDocuments(input: ListDocumentsRequest): ListDocumentsResult {
    refuseOthers("ListDocuments", input, ["Filters", "MaxResults", "NextToken"]);
    const passes = filterOf(input.Filters, filters(input.Filters ?? []), "InvalidFilterKey");
    const own = [...this.byName.values()].map((one) => this.described(one, this.versionOf(one)));
    const { items, token } = page([runPatchBaseline, ...own].filter(passes), input, 1, 50);
    const DocumentIdentifiers = items.map((one) => picked(one, identifierMembers));
    return { DocumentIdentifiers, ...token };
  }

  /** Whether another account may run a version of a document of this one. */
  isSharedWith(name: string, version: string, accountId: string): boolean {
    const document = this.find(name);
    const shared = document.shared.get(accountId) ?? document.shared.get("all");
    if (shared === undefined) return false;
    return shared === "$ALL" || this.versionOf(document, shared).version === version;
  }

  /** Whether there is a document of the account's own. */
  has(name: string): boolean {
    return this.byName.has(name);
  }

  /**
   * A document of the account's own.
   *
   * @param name its name, or its ARN in this Region
   * @throws AwsError InvalidDocument, NotModelledError for another Region's or Amazon's
   */
  find(name = ""): SsmDocument {
    const [, , , region, , resource] = name.startsWith("arn:") ? name.split(":") : [];
    if (region !== undefined && region !== this.region.name)
      throw new NotModelledError(`the document ${name} in ${this.region.name}`);
    const own = resource?.replace(/^document\//, "") ?? name;
    if (reservedName.test(own)) throw new NotModelledError(`the document ${own}`);
    const document = this.byName.get(own);
    if (document === undefined || (resource !== undefined && name !== this.arn(own)))
      throw new AwsError("InvalidDocument", `Document with name ${name} does not exist.`);
    return document;
  }

  /**
   * A version of a document: its default one unless another is asked for.
   *
   * @throws AwsError InvalidDocumentVersion
   */
  versionOf(
    { name, versions, defaultVersion }: SsmDocument,
    wanted = "$DEFAULT",
    versionName?: string,
  ): DocumentVersion {
    const number =
      wanted === "$DEFAULT" ? defaultVersion : wanted === "$LATEST" ? String(versions.length) : wanted;
    const found = versions.find((one) =>
      versionName === undefined ? one.version === number : one.versionName === versionName,
    );
    if (found === undefined) {
      const message = `Version ${versionName ?? wanted} of the document ${name} does not exist.`;
      throw new AwsError("InvalidDocumentVersion", message);
    }
    return found;
  }

  private addVersion(
    document: SsmDocument,
    input: CreateDocumentRequest | UpdateDocumentRequest,
  ): DocumentVersion {
    const { Content: content = "", DocumentFormat: format = "JSON" } = input;
    const version = {
      version: String(document.versions.length + 1),
      content,
      hash: createHash("sha256").update(content).digest("hex"),
      format,
      body: readContent(document.type, format, content),
      createdAt: this.region.account.clock.now,
      displayName: input.DisplayName,
      versionName: input.VersionName,
    };
    document.versions.push(version);
    return version;
  }

  private described(document: SsmDocument, version: DocumentVersion): DocumentDescription {
    const { name, type, targetType, versions } = document;
    const { body } = version;
    return {
      Hash: version.hash,
      HashType: "Sha256",
      Name: name,
      ...names(version),
      Owner: this.region.account.id,
      CreatedDate: new Date(version.createdAt),
      Status: "Active",
      DocumentVersion: version.version,
      ...(body.description === undefined ? {} : { Description: body.description }),
      Parameters: describedParameters(body.parameters),
      ...(type === "Automation" ? { PlatformTypes: ["Windows", "Linux", "MacOS"] } : {}),
      DocumentType: type,
      ...(body.schemaVersion === undefined ? {} : { SchemaVersion: body.schemaVersion }),
      LatestVersion: versions.at(-1)?.version ?? "",
      DefaultVersion: document.defaultVersion,
      DocumentFormat: version.format,
      ...(targetType === undefined ? {} : { TargetType: targetType }),
      Tags: tagList(this.region.tags.of(this.arn(name))),
    };
  }

  private arn(name: string): string {
    return this.region.arn("ssm", `document/${name}`);
  }
}
