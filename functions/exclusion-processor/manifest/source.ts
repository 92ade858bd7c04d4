import type { DocumentFault, DocumentReading } from "#shared/text/document/locatedDocument.js";
import { readJson } from "#shared/text/document/readJson.js";
import { readYaml } from "#shared/text/document/readYaml.js";

/** Largest manifest, in bytes: the tree of a YAML text takes about a hundred times its size in memory. */
export const maxManifestBytes = 1024 * 1024;
// A manifest of 10,000 short entries has 420,000 words and signs, 140,000 of them in quotes, and 100,000 values.
const yamlLimits = { lexemes: 500_000, quoted: 150_000, marks: 10_000, strays: 20 };
const maxValues = 200_000;

const split = "Split it into several manifests.";

/** What the end of a key says about the text. */
export type ManifestFormat = "yaml" | "json" | "instances";

/** The name of the file, in any folder, that names instances and not exclusions. */
export const instancesFile = "patch-exclusions.json";

/** How a manifest of this key is written; undefined when it is none. */
export function formatOf(key: string): ManifestFormat | undefined {
  if (key.slice(key.lastIndexOf("/") + 1) === instancesFile) return "instances";
  if (/\.ya?ml$/.test(key)) return "yaml";
  return key.endsWith(".json") ? "json" : undefined;
}

const fault = (offset: number, got: string, allowed: string, fix: string): DocumentFault => ({
  path: [],
  offset,
  got,
  allowed,
  fix,
});

function sizeFault(bytes: number): DocumentFault | undefined {
  if (bytes <= maxManifestBytes) return undefined;
  return fault(0, `${bytes} bytes`, `at most ${maxManifestBytes} bytes`, split);
}

/** What is said of a manifest that is too large to be read at all. */
export function tooLarge(bytes: number): string {
  return `got ${bytes} bytes; allowed is at most ${maxManifestBytes} bytes. ${split}`;
}

/** The first character that comes of bytes which are no UTF-8. */
function firstBroken(bytes: Uint8Array, lossy: string): number {
  // The decoder leaves a byte order mark out.
  let byte = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  let behind = 0;
  for (let at = lossy.indexOf("\ufffd"); at !== -1; at = lossy.indexOf("\ufffd", behind)) {
    byte += Buffer.byteLength(lossy.slice(behind, at));
    const isWritten = bytes[byte] === 0xef && bytes[byte + 1] === 0xbf && bytes[byte + 2] === 0xbd;
    if (!isWritten) return at;
    byte += 3;
    behind = at + 1;
  }
  return 0;
}

/** A manifest's text, or what keeps it from being one. The text is there anyway, to tell lines by. */
export function textOf(content: string | Uint8Array): {
  readonly text: string;
  readonly fault?: DocumentFault;
} {
  const tooLarge = sizeFault(typeof content === "string" ? Buffer.byteLength(content) : content.byteLength);
  if (tooLarge !== undefined) return { text: "", fault: tooLarge };
  if (typeof content === "string") return checked(content.startsWith("\ufeff") ? content.slice(1) : content);
  try {
    return checked(new TextDecoder("utf-8", { fatal: true }).decode(content));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  const isUtf16 = /^(fffe|feff)/.test(Buffer.from(content.subarray(0, 2)).toString("hex"));
  const got = isUtf16 ? "a text in UTF-16" : "bytes that are no UTF-8";
  if (isUtf16) return { text: "", fault: fault(0, got, "UTF-8", "Save the file as UTF-8.") };
  const text = new TextDecoder().decode(content);
  return { text, fault: fault(firstBroken(content, text), got, "UTF-8", "Save the file as UTF-8.") };
}

/** Control characters in a text are no part of YAML or JSON, and mostly the sign of some other file. */
function checked(text: string): { readonly text: string; readonly fault?: DocumentFault } {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  const offset = text.search(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/);
  if (offset === -1) return { text };
  const got = `the control character ${JSON.stringify(text[offset]).slice(1, -1)}`;
  return {
    text,
    fault: fault(offset, got, "text without control characters", "Remove it, or save the file as UTF-8."),
  };
}

/** Reads a manifest's text into values with places. */
export function readText(text: string, format: ManifestFormat): DocumentReading {
  const fromYaml = () => readYaml(text, maxValues, yamlLimits);
  if (format === "yaml") return fromYaml();
  const reading = readJson(text, maxValues);
  // A text that begins as JSON does is meant as such.
  if ("value" in reading || /^\s*[[{"]/.test(text)) return reading;
  const yaml = fromYaml();
  if (!("value" in yaml) || typeof yaml.value !== "object") return reading;
  const [first] = reading.faults;
  const rename = format === "json" ? "rename it to .yaml, or " : "";
  const fix = `The file's name ends in .json, and it is YAML: ${rename}write JSON.`;
  return { faults: [fault(first?.offset ?? 0, "a text in YAML", "JSON", fix)] };
}
