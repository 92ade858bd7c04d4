import { createHash } from "node:crypto";
import type { CopyObjectRequest, PutObjectRequest } from "@aws-sdk/client-s3";
import { reservedKey } from "../tags/tags.js";
import type { Content } from "./bucket.js";
import { S3Error } from "./errors.js";

/** As the API has it, with the body complete. */
export type PutObjectInput = Omit<PutObjectRequest, "Body"> & { readonly Body?: Uint8Array | undefined };

/** Headers that S3 keeps with an object and gives back. */
export const keptHeaders = [
  "CacheControl",
  "ContentDisposition",
  "ContentEncoding",
  "ContentLanguage",
  "ContentType",
] as const;

type Described = Pick<PutObjectRequest, (typeof keptHeaders)[number] | "Metadata">;

/**
 * What a request puts.
 *
 * @throws S3Error BadDigest, or MetadataTooLarge for more than 2 KB
 */
export function contentOf(input: PutObjectInput, body: Uint8Array): Content {
  const hash = createHash("md5").update(body).digest();
  if (input.ContentMD5 !== undefined && input.ContentMD5 !== hash.toString("base64")) {
    throw new S3Error("BadDigest");
  }
  return { body, etag: `"${hash.toString("hex")}"`, ...described(input), tags: tagsOf(input.Tagging) };
}

/**
 * What a request copies: the headers and metadata, and the tags, are those of the source unless it says REPLACE.
 *
 * @throws S3Error MetadataTooLarge for more than 2 KB
 */
export function copiedContent(source: Content, input: CopyObjectRequest): Content {
  return {
    ...source,
    ...(input.MetadataDirective === "REPLACE" ? described(input) : {}),
    ...(input.TaggingDirective === "REPLACE" ? { tags: tagsOf(input.Tagging) } : {}),
  };
}

function described(input: Described): Pick<Content, "headers" | "metadata"> {
  const metadata = Object.entries(input.Metadata ?? {}).map(([name, text]) => [name.toLowerCase(), text]);
  if (Buffer.byteLength(metadata.flat().join("")) > 2048) throw new S3Error("MetadataTooLarge");
  const kept = keptHeaders.flatMap((name) => (input[name] === undefined ? [] : [[name, input[name]]]));
  return {
    headers: { ContentType: "binary/octet-stream", ...Object.fromEntries(kept) },
    metadata: Object.fromEntries(metadata),
  };
}

const tagName = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u;
const tagValue = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u;

/** Tags as a header has them, in the form of a query. */
function tagsOf(tagging = ""): Content["tags"] {
  return checkedTags([...new URLSearchParams(tagging)]);
}

/**
 * Tags of an object.
 *
 * @throws S3Error BadRequest for more than ten, InvalidTag for one that S3 does not take (S3 User Guide, object tagging)
 */
export function checkedTags(tags: readonly (readonly [key: string, value: string])[]): Content["tags"] {
  if (tags.length > 10) throw new S3Error("BadRequest");
  const names = tags.map(([name]) => name);
  const isWrong =
    new Set(names).size < names.length ||
    reservedKey(names) !== undefined ||
    tags.some((tag) => !tagName.test(tag[0]) || !tagValue.test(tag[1]));
  if (isWrong) throw new S3Error("InvalidTag");
  return Object.fromEntries(tags);
}
