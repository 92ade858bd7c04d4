import type { Reading } from "#functions/exclusion-processor/core/manifests.js";
import type { Entry } from "#functions/exclusion-processor/core/model.js";
import type { ManifestBytes } from "#functions/exclusion-processor/ports.js";

/** Entries as JSON are good, all else is refused. */
export function readManifest({ bytes }: ManifestBytes): Reading {
  const text = new TextDecoder().decode(bytes);
  if (text.startsWith("[")) return { ok: true, entries: JSON.parse(text) as Entry[], warnings: [] };
  return { ok: false, problems: [{ message: `got ${text}; allowed is a list`, line: 1, column: 1 }] };
}
