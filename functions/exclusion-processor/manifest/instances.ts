import type { PathPart } from "#shared/text/paths.js";
import type { Entry } from "../core/model.js";
import { checkPatches, type EntryContext, warnOfNames } from "./checkEntry.js";
import { latestExpiry } from "./expiry.js";
import { allowed, instanceSchema, maxEntries, nodeIdPattern } from "./schema.js";
import { checkShape } from "./shape.js";
import { instancesFile } from "./source.js";

function checkInstance(id: string, value: unknown, context: EntryContext): readonly string[] | undefined {
  const { findings } = context;
  const path: PathPart[] = [id];
  const before = findings.count;
  if (!nodeIdPattern.test(id)) {
    const plain = id.trim().toLowerCase();
    const isVersioned = id === "version" || id === "exclusions";
    findings.problem(path, {
      got: `the key ${JSON.stringify(id.slice(0, 60))}`,
      allowed: allowed.node,
      fix: isVersioned
        ? `Give the file another name; ${instancesFile} has an object of instances.`
        : nodeIdPattern.test(plain)
          ? `Write ${plain}.`
          : "Look up the id.",
      atKey: true,
    });
    if (isVersioned) return undefined;
  }
  const patchesPath = [...path, "exclude_patches"];
  const patches: unknown =
    typeof value === "object" && value !== null ? Reflect.get(value, "exclude_patches") : undefined;
  checkPatches(patches, patchesPath, context);
  const { data } = checkShape(instanceSchema, value, path, findings);
  return data === undefined || findings.count > before ? undefined : data.exclude_patches;
}

/**
 * The entries of a file of instances: `{"i-...": {"exclude_patches": [...], "maintenance_window": "..."}}`. It names no
 * reason, owner or end, so that each entry says where it is from and lasts as long as an exclusion may. An instance with
 * an empty list has no exclusion.
 */
export function checkInstances(root: unknown, context: EntryContext): Entry[] {
  const { findings, rules, uploadedAt } = context;
  if (typeof root !== "object" || root === null || Array.isArray(root)) {
    const fix = 'Write {"i-0a1b2c3d4e5f60718": {"exclude_patches": ["KB5034439"]}}, or {} for no exclusions.';
    findings.problem([], { allowed: allowed.instances, fix });
    return [];
  }
  const instances = Object.entries(root);
  if (instances.length > maxEntries) {
    const got = `${instances.length} instances`;
    findings.problem([], {
      got,
      allowed: `at most ${maxEntries} instances`,
      fix: "Use tags instead of instances.",
    });
    return [];
  }
  const expiresAt = latestExpiry({ ...rules, uploadedAt });
  const entries: Entry[] = [];
  const windows: string[] = [];
  for (const [id, value] of instances) {
    const patches = checkInstance(id, value, context);
    if (typeof value === "object" && value !== null && Object.hasOwn(value, "maintenance_window"))
      windows.push(id);
    if (patches === undefined || patches.length === 0) continue;
    const effect = { kind: "reject", patches, action: "BLOCK" } as const;
    warnOfNames(effect, [id, "exclude_patches"], context);
    entries.push({
      id,
      selector: { kind: "nodes", ids: [id] },
      effect,
      reason: `listed in ${instancesFile}, which has no place for a reason`,
      owner: `whoever uploads ${instancesFile}`,
      expiresAt,
      regions: rules.regions,
      line: findings.lineOf([id]),
    });
  }
  const [first] = windows;
  if (first !== undefined) {
    const others = windows.length > 1 ? `, here and ${windows.length - 1} times more` : "";
    const words = `not used${others}, because the stack's windows decide when a node is patched`;
    findings.warn([first, "maintenance_window"], words);
  }
  return entries;
}
