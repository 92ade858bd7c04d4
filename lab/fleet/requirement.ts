import { none, type Requirement } from "./model.js";

/** Whether a version that a node has, or absent, is what is required. */
export function fits({ version, exactly }: Requirement, installed: number): boolean {
  return exactly ? installed === version : installed >= version;
}

/** A requirement as a fleet file writes it: `lib`, `lib>=1-2` or `lib=1-2`. */
export function readRequirement(text: string): { name: string; operator?: string; version?: string } {
  const [, name = text, operator, version] = /^([^\s<>=]+)\s*(>=|=)\s*(\S+)$/.exec(text) ?? [];
  return operator === undefined || version === undefined ? { name } : { name, operator, version };
}

/**
 * A requirement with its places in the catalog; undefined where its version is none of the package's.
 *
 * @param versions of the package, oldest first
 */
export function placeRequirement(
  { operator, version }: ReturnType<typeof readRequirement>,
  packageIndex: number,
  versions: readonly (string | undefined)[],
): Requirement | undefined {
  if (version === undefined) return { packageIndex, version: none, exactly: false };
  const at = versions.indexOf(version);
  return at < 0 ? undefined : { packageIndex, version: at, exactly: operator === "=" };
}
