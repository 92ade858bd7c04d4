import { alarmArnPattern } from "#shared/contract/rings.js";
import { hourMs } from "#shared/text/time.js";
import { isRegion, regionHint } from "../aws/regionNames.js";
import { type Catalogs, catalogKeys, references } from "./compileNodes.js";
import { type BadPatch, ownAccountId } from "./model.js";
import { type Problems, scope } from "./problems.js";
import type { BadPatchSpec } from "./schema.js";

const minuteMs = 60_000;

/** Reads which alarms people have. */
export function compileAlarms(path: string, arns: readonly string[], problems: Problems): string[] {
  for (const [place, arn] of arns.entries()) {
    const here = scope(problems, path, ["alarms", place]);
    const [, partition, region = "", account] = alarmArnPattern.exec(arn) ?? [];
    if (partition !== "aws" || account !== ownAccountId)
      here.add([], arn, `an alarm of the account ${ownAccountId} in the partition aws`);
    else if (!isRegion(region)) here.add([], arn, `an alarm in ${regionHint(region)}`);
    else if (arns.indexOf(arn) !== place) here.add([], arn, "an alarm that is not in the list yet");
  }
  return [...new Set(arns)];
}

/**
 * Reads which patches do harm.
 *
 * @param specs undefined stands for one whose shape is wrong
 * @param alarms undefined where the list of them is wrong somewhere
 */
export function compileBadPatches(
  path: string,
  specs: readonly (BadPatchSpec | undefined)[],
  { catalogs, alarms }: { readonly catalogs: Catalogs; readonly alarms: readonly string[] | undefined },
  problems: Problems,
): BadPatch[] {
  const seen = new Map<object, number>();
  return specs.flatMap((spec, place): BadPatch[] => {
    if (spec === undefined) return [];
    const here = scope(problems, path, ["badPatches", place]);
    const { catalog: key, patch: name, alarm, afterMinutes, mendedAfterHours, share, breaks } = spec;
    if (alarm !== undefined && alarms?.includes(alarm) === false) here.add(["alarm"], alarm, "one of alarms");
    const catalog = catalogs.get(key);
    if (catalog === undefined) {
      if (!catalogs.has(key)) here.add(["catalog"], key, catalogKeys(catalogs));
      return [];
    }
    const patch = references(catalog).get(name);
    if (patch === undefined) {
      here.add(["patch"], name, `a package, version or KB of the catalog ${catalog.key}`);
      return [];
    }
    const earlier = seen.get(patch);
    if (earlier !== undefined) here.add(["patch"], name, `a patch that badPatches[${earlier}] is not about`);
    seen.set(patch, place);
    const own = { catalog, patch, share, breaks, afterMs: afterMinutes * minuteMs };
    return [
      {
        ...own,
        ...(alarm === undefined ? {} : { alarm }),
        ...(mendedAfterHours === undefined ? {} : { mendedAfterMs: mendedAfterHours * hourMs }),
      },
    ];
  });
}
