import {
  GetObjectCommand,
  type GetObjectCommandInput,
  type GetObjectCommandOutput,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  NoSuchKey,
  PutObjectCommand,
  type PutObjectCommandInput,
  paginateListObjectsV2,
  type S3Client,
} from "@aws-sdk/client-s3";
import { stateFolder } from "#shared/contract/believed.js";
import { allPages } from "../../shared/aws/clients.js";
import { maxManifestBytes } from "../manifest/source.js";
import type { ListedObject, OlderVersion, Store, StoredObject } from "../ports.js";

/** Conditional writes to a key that others write to at the same time. */
const maxConflicts = 5;

/** The stack's bucket, which is versioned. */
export class S3Store implements Store {
  constructor(
    private readonly client: S3Client,
    private readonly bucket: string,
    /** Cuts writes off. */
    private readonly abortSignal: AbortSignal,
  ) {}

  async list(prefix: string): Promise<ListedObject[]> {
    const pages = paginateListObjectsV2({ client: this.client }, { Bucket: this.bucket, Prefix: prefix });
    const objects = await allPages(pages, ({ Contents }) => Contents);
    return objects.map(({ Key = "", ETag, LastModified, Size = 0 }) => ({
      key: Key,
      etag: plainEtag(ETag),
      lastModified: timeOf(LastModified),
      size: Size,
    }));
  }

  async read(key: string, versionId?: string): Promise<StoredObject | undefined> {
    const version = versionId === undefined ? {} : { VersionId: versionId };
    // What other people write may be of any size, whatever the listing has said of the newest version.
    const range = key.startsWith(stateFolder) ? {} : { Range: `bytes=0-${maxManifestBytes}` };
    try {
      const found = await this.get({ Key: key, ...version, ...range });
      return {
        bytes: (await found.Body?.transformToByteArray()) ?? new Uint8Array(),
        versionId: found.VersionId ?? "null",
        etag: plainEtag(found.ETag),
        lastModified: timeOf(found.LastModified),
      };
    } catch (error) {
      // The function may list the bucket, so S3 tells what is missing from what is forbidden.
      if (error instanceof NoSuchKey || isNamed(error, "NoSuchVersion")) return undefined;
      throw error;
    }
  }

  private async get(object: Omit<GetObjectCommandInput, "Bucket">): Promise<GetObjectCommandOutput> {
    const { Range, ...whole } = object;
    try {
      return await this.client.send(new GetObjectCommand({ Bucket: this.bucket, ...object }));
    } catch (error) {
      // Of an empty object there is no range (S3 API: GetObject, 416).
      if (Range === undefined || !isNamed(error, "InvalidRange")) throw error;
      return await this.client.send(new GetObjectCommand({ Bucket: this.bucket, ...whole }));
    }
  }

  async write(key: string, text: string): Promise<string> {
    return this.put(key, text, {});
  }

  async writeIf(key: string, text: string, etag: string | undefined): Promise<string | undefined> {
    const condition = etag === undefined ? { IfNoneMatch: "*" } : { IfMatch: `"${etag}"` };
    for (let conflicts = 0; ; conflicts++) {
      try {
        return await this.put(key, text, condition);
      } catch (error) {
        // Of an object that is gone, an ETag matches nothing either.
        if (isNamed(error, "PreconditionFailed") || error instanceof NoSuchKey) return undefined;
        // Two wrote at the same time, and S3 asks to try again.
        if (!isNamed(error, "ConditionalRequestConflict") || conflicts >= maxConflicts) throw error;
      }
    }
  }

  private async put(
    key: string,
    text: string,
    condition: Pick<PutObjectCommandInput, "IfMatch" | "IfNoneMatch">,
  ): Promise<string> {
    const content = { Body: text, ContentType: "application/json", ...condition };
    const command = new PutObjectCommand({ Bucket: this.bucket, Key: key, ...content });
    const { abortSignal } = this;
    return plainEtag((await this.client.send(command, { abortSignal })).ETag);
  }

  async olderVersions(key: string): Promise<OlderVersion[]> {
    const found: (OlderVersion & { readonly isDeletion: boolean })[] = [];
    for (
      let from: Pick<ListObjectVersionsCommandOutput, "KeyMarker" | "VersionIdMarker"> | undefined = {};
      from;
    ) {
      const page: ListObjectVersionsCommandOutput = await this.client.send(
        new ListObjectVersionsCommand({ Bucket: this.bucket, Prefix: key, ...from }),
      );
      for (const { Key, VersionId = "null", LastModified, IsLatest } of page.Versions ?? []) {
        if (Key === key && IsLatest !== true)
          found.push({ versionId: VersionId, lastModified: timeOf(LastModified), isDeletion: false });
      }
      for (const { Key, VersionId = "null", LastModified } of page.DeleteMarkers ?? []) {
        if (Key === key)
          found.push({ versionId: VersionId, lastModified: timeOf(LastModified), isDeletion: true });
      }
      const isMore = page.IsTruncated === true && page.NextKeyMarker === key;
      from = isMore
        ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
        : undefined;
    }
    // S3 counts seconds: of a deletion and a version in the same one the deletion is taken as the later.
    found.sort((a, b) => b.lastModified - a.lastModified || Number(b.isDeletion) - Number(a.isDeletion));
    const deletion = found.findIndex(({ isDeletion }) => isDeletion);
    return found
      .slice(0, deletion < 0 ? undefined : deletion)
      .map(({ versionId, lastModified }) => ({ versionId, lastModified }));
  }
}

function plainEtag(etag = ""): string {
  return etag.replaceAll('"', "");
}

function timeOf(time: Date | undefined): number {
  if (time === undefined) throw new Error("S3 gave no time of a change");
  return time.getTime();
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
