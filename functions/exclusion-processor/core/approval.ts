import { approvalKey } from "#shared/contract/exclusionNames.js";
import { shown } from "#shared/text/quotes.js";
import { settle } from "../../shared/errors.js";
import type { StoredObject } from "../ports.js";
import type { Approval } from "./manifests.js";

/** Longest text that is shown; a version id has 32 characters. */
const maxShown = 100;

/** Reads the approval of a manifest. */
export async function readApproval(
  read: Promise<StoredObject | undefined>,
  key: string,
): Promise<Approval | undefined> {
  const found = await settle(read);
  const approval = approvalKey(key);
  if (!found.ok) return { problem: `${approval} cannot be read (${found.error}), and approves nothing.` };
  if (found.value === undefined) return undefined;
  const text = approvalText(found.value.bytes);
  return text === undefined
    ? {
        problem: `${approval} cannot be read as text, and approves nothing. Write the version id alone into it.`,
      }
    : { versionId: text };
}

/** An approval that is about another version than the newest, as a sentence. */
export function otherVersion(key: string, versionId: string): string {
  return `${approvalKey(key)} names ${shown(versionId.slice(0, maxShown))}, which is not this version.`;
}

/** A version id as shells write it: in UTF-8 or UTF-16, with or without a byte order mark, quotes and an end of line. */
export function approvalText(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
  return text
    .trim()
    .replace(/^(["'])(.*)\1$/s, "$2")
    .trim();
}
