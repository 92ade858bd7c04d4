import * as z from "zod/mini";
import { decisionFolder, keys } from "#shared/contract/exclusionNames.js";
import { isoTime } from "#shared/contract/storedJson.js";
import { parseUploads, type Upload, uploadsKey, uploadsText } from "#shared/contract/uploads.js";
import { dayMs } from "#shared/text/time.js";
import { compare } from "#shared/text/words.js";
import type { Store } from "../ports.js";
import { readApproval } from "./approval.js";
import { textOf } from "./gather.js";

/** As long as records of runs are kept. */
const keptMs = 400 * dayMs;
/** Versions of one manifest and of its approval. */
const mostKept = 1_000;
/** Writes that find that another invocation was faster. */
const mostTries = 20;

const text = z.string();

/** What is read of an event of S3 (user guide: event message structure). */
const event = z.object({
  Records: z.array(
    z.object({
      eventTime: isoTime,
      eventName: text,
      userIdentity: z.object({ principalId: text }),
      s3: z.object({
        bucket: z.object({ name: text }),
        object: z.object({ key: text, versionId: z.optional(text) }),
      }),
    }),
  ),
});

/** The manifests and approvals that an event of S3 says are written into a bucket, and by whom; none of any other event. */
export function uploadsIn(occasion: unknown, bucket: string): Upload[] {
  const parsed = event.safeParse(occasion);
  if (!parsed.success) return [];
  return parsed.data.Records.flatMap(({ eventTime, eventName, userIdentity, s3 }) => {
    const { versionId } = s3.object;
    if (versionId === undefined || s3.bucket.name !== bucket || !eventName.startsWith("ObjectCreated:"))
      return [];
    const key = decoded(s3.object.key);
    const isKept =
      key.startsWith(keys.manifests) || (key.startsWith(keys.approvals) && !key.startsWith(decisionFolder));
    const at = new Date(eventTime).toISOString();
    return isKept ? [{ key, versionId, principal: userIdentity.principalId, at }] : [];
  });
}

/** Keys are encoded as those of a form are. */
function decoded(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll("+", " "));
  } catch (error) {
    if (error instanceof URIError) return key;
    throw error;
  }
}

/**
 * Keeps who uploaded what, beside other invocations.
 *
 * @param now epoch milliseconds
 * @throws Error when it is not kept, so that the event is tried again
 */
export async function keepUploads(
  store: Pick<Store, "read" | "writeIf">,
  uploads: readonly Upload[],
  now: number,
): Promise<void> {
  for (const upload of uploads) {
    const { key, versionId } = upload;
    const manifest = key.startsWith(keys.approvals) ? key.slice(keys.approvals.length) : key;
    if (manifest === key) await keep(store, uploadsKey(manifest), upload, now);
    else {
      const approval = await readApproval(store.read(key, versionId), manifest);
      const approves = approval !== undefined && "versionId" in approval ? approval.versionId : undefined;
      const told = approves === undefined ? upload : { ...upload, approves };
      await keep(store, uploadsKey(manifest), told, now);
    }
  }
}

async function keep(
  store: Pick<Store, "read" | "writeIf">,
  key: string,
  upload: Upload,
  now: number,
): Promise<void> {
  for (let tries = 0; tries < mostTries; tries++) {
    const found = await store.read(key);
    const text = found === undefined ? undefined : (textOf(found) ?? "");
    const before = text === undefined ? [] : parseUploads(text);
    if (before === undefined)
      throw new Error(
        `${key} is nothing that this version has written, and who uploaded is not kept. Delete it, and it begins anew.`,
      );
    const next = uploadsText(together([...before, upload], now));
    if (next === text || (await store.writeIf(key, next, found?.etag)) !== undefined) return;
  }
  throw new Error(`${key} was written by others ${mostTries} times, and who uploaded is not kept.`);
}

/** Each version once, the oldest first; events come twice, and in any order. */
function together(uploads: readonly Upload[], now: number): Upload[] {
  const all = new Map(uploads.map((one) => [JSON.stringify([one.key, one.versionId]), one]));
  return [...all.values()]
    .filter(({ at }) => Date.parse(at) > now - keptMs)
    .sort((a, b) => compare(a.at, b.at) || compare(a.key, b.key) || compare(a.versionId, b.versionId))
    .slice(-mostKept);
}
