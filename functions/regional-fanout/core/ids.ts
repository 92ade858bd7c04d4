import { createHash } from "node:crypto";

/** Namespace of the client tokens, made once for this program and never to change. */
const namespace = "5b0e7a52-6c0f-4d5e-9f0a-3d1c7e2b8a64";

/**
 * The ClientToken of a group's automation in a Region: the same for each retry, so that nothing is started twice.
 *
 * @param accounts whose nodes it patches
 * @see API StartAutomationExecution: a token is a UUID, and may be used again only with the same parameters
 */
export function clientToken(
  runId: string,
  place: { readonly region: string; readonly group: string },
  operation: string,
  accounts: "own" | "others" = "own",
): string {
  const parts = [runId.toLowerCase(), place.region, place.group, operation];
  return uuidV5(namespace, [...parts, ...(accounts === "own" ? [] : [accounts])].join("\n"));
}

/** A UUID that is made of a namespace and a name (RFC 9562, version 5). */
function uuidV5(space: string, name: string): string {
  const bytes = createHash("sha1")
    .update(Buffer.from(space.replaceAll("-", ""), "hex"))
    .update(name)
    .digest();
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  const ends = [8, 12, 16, 20, 32];
  return ends.map((end, index) => hex.slice(ends[index - 1] ?? 0, end)).join("-");
}
