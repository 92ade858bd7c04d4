import type { DocumentDescription } from "@aws-sdk/client-ssm";
import { NotModelledError } from "../../base/errors.js";
import { tagMap } from "../../tags/tags.js";
import { runPatchBaseline } from "../commands/runPatchBaselineDocument.js";
import { byPrefix, byText, type Filter, type FilterTests } from "../filters.js";

/** What a list of documents tells of each. */
export const identifierMembers = [
  "Name",
  "CreatedDate",
  "DisplayName",
  "Owner",
  "VersionName",
  "PlatformTypes",
  "DocumentVersion",
  "DocumentType",
  "SchemaVersion",
  "DocumentFormat",
  "TargetType",
  "Tags",
] as const satisfies readonly (keyof DocumentDescription)[];

/** What documents can be listed by; of their tags, those that are asked for. */
export function filters(asked: readonly Filter[]): FilterTests<DocumentDescription> {
  const tags = asked.map(({ Key = "" }) => Key).filter((key) => key.startsWith("tag:"));
  const byTag = (key: string) =>
    [key, byText<DocumentDescription>(({ Tags = [] }) => tagMap(Tags)[key.slice("tag:".length)])] as const;
  return {
    ...Object.fromEntries(tags.map(byTag)),
    DocumentType: byText(({ DocumentType }) => DocumentType),
    Name: byPrefix(({ Name = "" }) => Name),
    Owner: (value) => {
      if (value !== "Self") throw new NotModelledError(`lists of documents of the owner ${value}`);
      return ({ Owner }) => Owner !== runPatchBaseline.Owner;
    },
    PlatformTypes:
      (value) =>
      ({ PlatformTypes = [] }) =>
        PlatformTypes.some((type) => type === value),
    TargetType: byText(({ TargetType }) => TargetType),
  };
}
