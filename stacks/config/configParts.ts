import { isDeepStrictEqual } from "node:util";
import { type ConfigKeyName, defaults, type RawConfig, stackNames } from "./configSchema.js";

type Part = RawConfig["stacks"][number];
type Readers = readonly Part[] | "ownsBaselines";

/** Keys of another beginning than their part's that are not read by every stack. */
const readBy: { readonly [name in ConfigKeyName]?: Readers } = {
  rebootOption: ["install", "central"],
  exclusionGate: ["install"],
  exclusionFunction: ["central"],
  exclusionBucket: ["central"],
  rings: ["central"],
  maxFailedTotal: ["central"],
  maxConcurrency: ["scan", "install"],
  maxErrors: ["scan", "install"],
  baselines: "ownsBaselines",
  maxExclusionDays: "ownsBaselines",
  maxChangedNodes: "ownsBaselines",
  maxHeldPercent: "ownsBaselines",
  maxBaselines: "ownsBaselines",
  approvers: "ownsBaselines",
  deployers: "ownsBaselines",
  retiredRegions: "ownsBaselines",
  retiredPatchGroups: "ownsBaselines",
  retiredOperatingSystems: "ownsBaselines",
};

/** The parts of which one must be deployed for a key to mean anything; undefined where it always does. */
function readersOf(key: ConfigKeyName): Readers | undefined {
  const [, beginning] = /^(scan|install|fanout)[A-Z]/.exec(key) ?? [];
  if (beginning === undefined) return readBy[key];
  return [beginning === "fanout" ? "central" : (beginning as Part)];
}

/**
 * Keys that nobody reads in this stack, each with what to write: who sets `fanoutRegions` means these Regions to be patched,
 * and without `central` none is. They are no mistake where a part is put aside for a while, so nothing is refused. A value
 * that is the default may stand in the project's file, and means nothing.
 */
export function unreadKeys(raw: RawConfig): string[] {
  return (Object.keys(defaults) as (keyof typeof defaults)[]).flatMap((key) => {
    const readers = readersOf(key);
    if (readers === undefined || isDeepStrictEqual(raw[key], defaults[key])) return [];
    const out = `take it out: pulumi config rm ${key}`;
    if (readers === "ownsBaselines") {
      const why = "ownsBaselines is false. Set it in the stack that owns the baselines";
      return raw.ownsBaselines ? [] : [`${key} has no effect: ${why}, and ${out}`];
    }
    if (readers.some((part) => raw.stacks.includes(part))) return [];
    const [part] = readers;
    const all = stackNames.filter((name) => name === part || raw.stacks.includes(name));
    const why = `this stack does not deploy ${readers.join(" or ")}`;
    return [`${key} has no effect: ${why}. Write stacks: [${all.join(", ")}], or ${out}`];
  });
}
