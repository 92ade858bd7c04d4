import * as z from "zod/mini";
import { digest } from "../text/words.js";
import { readStored } from "./storedJson.js";

const schema = z.object({ version: z.literal(1), valid: z.array(z.string()) });

/** Where the digests stand of what may stand in an object of `state/`, so that somebody else's, or an older one, is noticed. */
export function sealOf(key: string): string {
  return key.replace(/\.json$/, ".seal.json");
}

/** The bytes of a seal. @param valid digests of what may stand there: while it is written, of what is there and of what is to be */
export function sealText(valid: readonly string[]): string {
  return `${JSON.stringify({ version: 1, valid })}\n`;
}

/** The digests of a seal; undefined when it is none of ours. */
export function parseSeal(text: string): readonly string[] | undefined {
  const read = readStored(schema, text);
  return read.ok ? read.value.valid : undefined;
}

/** What a seal knows of an object's text. */
export function sealDigest(text: string): string {
  return digest(text, 32);
}
