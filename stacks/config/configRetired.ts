import { knownRegionProblems, patchGroupProblems, twice } from "#components/index.js";
import { maxPatchGroups } from "#shared/contract/exclusionNames.js";
import { shown } from "#shared/text/quotes.js";
import type { RawConfig } from "./configSchema.js";
import { allGroups, regionsOf } from "./configWindows.js";
import type { RuleProblem } from "./found.js";

type RetiredKey = "retiredRegions" | "retiredPatchGroups" | "retiredOperatingSystems";

/** What is wrong with what leaves the stack: it is still part of it, or nothing that the stack could have had. */
export function retiredProblems(raw: RawConfig, homeRegion: string | undefined): RuleProblem[] {
  const { home, others } = regionsOf(raw, homeRegion);
  const regions = home && homeRegion !== undefined ? [homeRegion, ...others] : others;
  const groups = allGroups(raw).length + raw.retiredPatchGroups.length;
  return [
    ...raw.retiredRegions.flatMap((region, index) => {
      const path = `retiredRegions[${index}]`;
      return knownRegionProblems(path)(region).map(({ propertyPath, ...said }) => ({
        ...{ key: "retiredRegions" as const, path: propertyPath },
        ...said,
      }));
    }),
    ...stillThere("retiredRegions", raw.retiredRegions, regions, "the stack still patches:"),
    ...(raw.retiredPatchGroups.length === 0
      ? []
      : patchGroupProblems("retiredPatchGroups")(raw.retiredPatchGroups).map(({ propertyPath, ...said }) => ({
          ...{ key: "retiredPatchGroups" as const, path: propertyPath },
          ...said,
        }))),
    ...stillThere("retiredPatchGroups", raw.retiredPatchGroups, allGroups(raw), "is among patchGroups:"),
    ...(groups > maxPatchGroups && raw.retiredPatchGroups.length > 0
      ? [
          problem(
            "retiredPatchGroups",
            "retiredPatchGroups",
            `makes ${groups} patch groups with patchGroups; a baseline takes ${maxPatchGroups}, and these stay registered. Retire fewer at a time.`,
          ),
        ]
      : []),
    ...stillThere(
      "retiredOperatingSystems",
      raw.retiredOperatingSystems,
      raw.operatingSystems,
      "is among operatingSystems:",
    ),
    ...(["retiredRegions", "retiredOperatingSystems"] as const).flatMap((key) => repeated(key, raw[key])),
  ];
}

function stillThere(
  key: RetiredKey,
  retired: readonly string[],
  present: readonly string[],
  where: string,
): RuleProblem[] {
  return retired.flatMap((one, index) =>
    present.includes(one)
      ? [problem(key, `${key}[${index}]`, `got ${shown(one)}, which ${where} take it out of one of the two.`)]
      : [],
  );
}

function repeated(key: RetiredKey, values: readonly string[]): RuleProblem[] {
  return values.flatMap((value, index) => {
    if (values.indexOf(value) === index) return [];
    const { propertyPath, ...said } = twice(`${key}[${index}]`, value);
    return [{ key, path: propertyPath, ...said }];
  });
}

function problem(key: RetiredKey, path: string, reason: string): RuleProblem {
  return { key, path, reason };
}
