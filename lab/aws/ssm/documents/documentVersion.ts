import type { DocumentFormat } from "@aws-sdk/client-ssm";
import { stringify } from "yaml";
import type { Body } from "./documentContent.js";

/** A version of a document. */
export interface DocumentVersion {
  readonly version: string;
  readonly content: string;
  /** SHA-256, hexadecimal. */
  readonly hash: string;
  readonly format: DocumentFormat;
  readonly body: Body;
  readonly createdAt: number;
  readonly displayName: string | undefined;
  readonly versionName: string | undefined;
}

/** What a version is called, where it is called anything. */
export function names({ displayName, versionName }: DocumentVersion) {
  return {
    ...(displayName === undefined ? {} : { DisplayName: displayName }),
    ...(versionName === undefined ? {} : { VersionName: versionName }),
  };
}

/** The content of a version, in the format that is asked for. */
export function contentAs({ content, format, body }: DocumentVersion, wanted: DocumentFormat): string {
  if (wanted === format) return content;
  return wanted === "JSON" ? JSON.stringify(body.value, undefined, 2) : stringify(body.value);
}
