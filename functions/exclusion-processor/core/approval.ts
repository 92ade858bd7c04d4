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

/** A version id is of ASCII, whose characters have one byte of two that is zero in UTF-16. */
function encodingOf([first, second]: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" {
  if ((first === 0xff && second === 0xfe) || second === 0) return "utf-16le";
  return (first === 0xfe && second === 0xff) || first === 0 ? "utf-16be" : "utf-8";
}

/** A version id as shells write it: in UTF-8 or UTF-16, with or without a byte order mark, quotes and an end of line. */
function approvalText(bytes: Uint8Array): string | undefined {
  const encoding = encodingOf(bytes);
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
  return text
    .trim()
    .replace(/^["'\u2018\u201c](.*)["'\u2019\u201d]$/s, "$1")
    .trim();
}
