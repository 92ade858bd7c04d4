import type { Entry } from "#functions/exclusion-processor/core/model.js";
import {
  type ManifestResult,
  type ManifestRules,
  problemText,
  readManifest,
  warningText,
} from "#functions/exclusion-processor/manifest/readManifest.js";

/** A stack with three families of operating systems and two Regions. */
export const rules: ManifestRules = {
  operatingSystems: ["AMAZON_LINUX_2023", "UBUNTU", "WINDOWS"],
  regions: ["us-east-1", "eu-west-1"],
  maxExclusionDays: 90,
  timezone: "Europe/Berlin",
};

/** 30 September 2026, 10:00 UTC; 90 days later it is 29 December, 11:00 in Berlin. */
export const uploadedAt = Date.UTC(2026, 8, 30, 10);

/** A manifest without problems that uses every key. */
export const goodYaml = `version: 1
exclusions:
  - id: payments-openssl
    patches: ["openssl*"]
    nodes: [i-0a1b2c3d4e5f60718]
    reason: TLS handshake fails with 3.2.2
    owner: payments@example.com
    ticket: CHG-1234
    expires: 2026-12-01
    action: block
    regions: [us-east-1]
  - id: ledger-freeze
    hold: true
    tags: { App: ledger, Env: [prod, "dr"] }
    reason: quarter end
    owner: ledger team
    expires: 2026-10-05T18:00:00+02:00
`;

/** The good manifest with one text replaced, which it must have. */
export function edited(from: string, to: string): string {
  if (!goodYaml.includes(from)) throw new Error(`no ${from} in the good manifest`);
  return goodYaml.replace(from, () => to);
}

/** An entry on four lines, from line 3 on, with members of one's own. */
export function withEntry(...members: readonly string[]): string {
  return ["version: 1", "exclusions:", "  - id: a", ...members.map((member) => `    ${member}`)].join("\n");
}

export function read(
  text: string | Uint8Array,
  key = "m.yaml",
  changes: Partial<ManifestRules> = {},
): ManifestResult {
  return readManifest({ key, text, uploadedAt }, { ...rules, ...changes });
}

/** The entries of a good manifest. */
export function entriesOf(
  text: string | Uint8Array,
  key = "m.yaml",
  changes: Partial<ManifestRules> = {},
): readonly Entry[] {
  const result = read(text, key, changes);
  if (result.ok) return result.manifest.entries;
  throw new Error(result.problems.map((problem) => problemText(key, problem)).join("\n"));
}

/** What is printed of the problems, without the key; none when the manifest is good. */
export function refusals(
  text: string | Uint8Array,
  key = "m.yaml",
  changes: Partial<ManifestRules> = {},
): readonly string[] {
  const result = read(text, key, changes);
  return result.ok ? [] : result.problems.map((problem) => problemText(key, problem).slice(key.length + 1));
}

/** What is printed of the warnings, without the key. */
export function warningsOf(text: string, key = "m.yaml"): readonly string[] {
  return read(text, key).warnings.map((warning) => warningText(key, warning).slice(key.length + 1));
}
