import {
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { RunStore, StoredText } from "../runStore.js";
import { allPages } from "./clients.js";

/** Writes to a key that others write to at the same time; S3 asks to try again. */
const maxConflicts = 5;

/** The bucket of the records of runs. */
export class S3RunStore implements RunStore {
  constructor(
    private readonly client: S3Client,
    private readonly bucket: string,
  ) {}

  async list(prefix: string): Promise<string[]> {
    const pages = paginateListObjectsV2({ client: this.client }, { Bucket: this.bucket, Prefix: prefix });
    const objects = await allPages(pages, ({ Contents }) => Contents);
    return objects.flatMap(({ Key }) => Key ?? []);
  }

  async read(key: string): Promise<StoredText | undefined> {
    try {
      const found = await this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
      return { text: (await found.Body?.transformToString()) ?? "", etag: etagOf(key, found.ETag) };
    } catch (error) {
      // The function may list the bucket, so S3 tells what is missing from what is forbidden.
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  create(key: string, text: string): Promise<string | undefined> {
    return this.put(key, text, { IfNoneMatch: "*" });
  }

  replace(key: string, text: string, etag: string): Promise<string | undefined> {
    return this.put(key, text, { IfMatch: etag });
  }

  async remove(key: string): Promise<void> {
    await this.client.send(new DeleteObjectCommand({ Bucket: this.bucket, Key: key }));
  }

  private async put(
    key: string,
    text: string,
    condition: { readonly IfNoneMatch: string } | { readonly IfMatch: string },
  ): Promise<string | undefined> {
    const content = { Bucket: this.bucket, Key: key, Body: text, ContentType: "application/json" };
    for (let conflicts = 0; ; conflicts++) {
      try {
        const { ETag } = await this.client.send(new PutObjectCommand({ ...content, ...condition }));
        return etagOf(key, ETag);
      } catch (error) {
        if (isNamed(error, "PreconditionFailed")) return undefined;
        if ("IfMatch" in condition && error instanceof NoSuchKey) return undefined;
        if (!isNamed(error, "ConditionalRequestConflict") || conflicts >= maxConflicts) throw error;
      }
    }
  }
}

function etagOf(key: string, etag: string | undefined): string {
  if (etag === undefined) throw new Error(`S3 gave no ETag of ${key}`);
  return etag;
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
