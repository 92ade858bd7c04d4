import { GetObjectCommand, NoSuchKey, type S3Client } from "@aws-sdk/client-s3";
import { type KeptVerdicts, parseVerdicts, verdictsKey } from "#shared/contract/keptVerdicts.js";

/**
 * What the exclusion processor has last said of manifests.
 *
 * @param bucket in which it keeps that; undefined in a stack that has none
 * @returns undefined without a processor, and before its first run
 */
export async function keptVerdicts(
  client: S3Client,
  bucket: string | undefined,
  abortSignal: AbortSignal,
): Promise<KeptVerdicts | undefined> {
  if (bucket === undefined) return undefined;
  try {
    const found = await client.send(new GetObjectCommand({ Bucket: bucket, Key: verdictsKey }), {
      abortSignal,
    });
    const verdicts = parseVerdicts((await found.Body?.transformToString()) ?? "");
    if (verdicts === undefined) throw new Error(`${verdictsKey} is of another version`);
    return verdicts;
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}
