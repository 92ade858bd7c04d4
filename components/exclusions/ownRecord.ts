import type * as pulumi from "@pulumi/pulumi";
import type { OperatingSystem } from "#shared/contract/operatingSystems.js";
import { type BaselineSettings, baselineProblems } from "../baselines/baselineRules.js";
import { defaultBaselines } from "../baselines/defaultBaselines.js";
import { HoldBaselines, systemProblems } from "../baselines/holdBaselines.js";
import { PatchBaselines } from "../baselines/patchBaselines.js";
import type { Problem } from "../common/problems.js";
import type { PatchTargets } from "../windows/patchTargets.js";
import { type ExclusionLimits, ExclusionRecord, type RecordedRegion } from "./exclusionRecord.js";
import { ExclusionRetirement } from "./exclusionRetirement.js";

/** Base baselines of a Region that are there already, and its windows. */
export interface ExistingBaselines {
  /** The Region. @default the Region of the function */
  region?: string;
  /** Ids of the base baselines per operating system, registered to all patch groups. */
  baselineIds: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Id of a window that scans there, by which verdicts say when a manifest shows. @default none */
  scanWindowId?: pulumi.Input<string>;
  /** Id of a window that installs there, by which verdicts say when a manifest takes effect. @default none */
  installWindowId?: pulumi.Input<string>;
}

/** Given to a processor by who makes its record himself, after windows that the record names and that call the processor. */
export class RecordComesLater {
  readonly isLater = true;
}

/** What the record of a processor is made of. */
export interface RecordedArgs extends ExclusionLimits {
  readonly region?: string;
  readonly regions?: string[];
  readonly namePrefix: string;
  readonly owner: string;
  readonly targets: PatchTargets;
  readonly operatingSystems: string[];
  readonly baselines?: Record<string, BaselineSettings>;
  readonly existing?: ExistingBaselines[];
  readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** What the base baselines of operating systems say. */
export function settingsOf(
  operatingSystems: readonly string[],
  baselines: Readonly<Record<string, BaselineSettings>> = {},
): Record<string, BaselineSettings> {
  return Object.fromEntries(
    operatingSystems.map((system) => [
      system,
      baselines[system] ?? defaultBaselines[system as OperatingSystem],
    ]),
  );
}

/** Everything that is wrong with operating systems and with what their baselines say. */
export function settingsProblems({
  operatingSystems,
  baselines = {},
}: Pick<RecordedArgs, "operatingSystems" | "baselines">): Problem[] {
  const problems = systemProblems(operatingSystems);
  const strangers = Object.keys(baselines).filter((system) => !operatingSystems.includes(system));
  return [
    ...problems,
    ...strangers.map((system) => ({
      propertyPath: `baselines.${system}`,
      reason: "is not among operatingSystems. Add it there, or leave its baseline out.",
    })),
    ...Object.entries(problems.length > 0 ? {} : baselines).flatMap(([system, settings]) =>
      strangers.includes(system)
        ? []
        : baselineProblems(`baselines.${system}`, system as OperatingSystem, settings),
    ),
  ];
}

/** Regions that the existing baselines do not name: nodes there would be moved to baselines without a base. */
export function existingProblems({ regions = [], existing }: RecordedArgs): Problem[] {
  if (existing === undefined) return [];
  const named = existing.map(({ region }) => region);
  const missing = (regions.length === 0 ? [undefined] : regions).filter((region) => !named.includes(region));
  return missing.map((region) => ({
    propertyPath: "existing",
    reason: `has no baselines of ${region ?? "the function's Region"}. Name those of each Region, or leave it out.`,
  }));
}

/**
 * Base baselines where there are none, the baselines of held nodes, the record, which makes the processor run, and what is asked
 * before the processor goes.
 */
export function ownRecord(
  processor: pulumi.ComponentResource,
  name: string,
  args: RecordedArgs,
  { bucket, functionName }: { bucket: pulumi.Output<string>; functionName: pulumi.Output<string> },
): void {
  const settings = settingsOf(args.operatingSystems, args.baselines);
  const tags = args.tags === undefined ? {} : { tags: args.tags };
  const common = { namePrefix: args.namePrefix, patchGroups: args.targets.patchGroups, ...tags };
  const made: pulumi.Resource[] = [];
  const regionOf = (region: string | undefined): RecordedRegion => {
    const place = region ?? args.region;
    const at = { ...common, ...(place === undefined ? {} : { region: place }) };
    const suffix = region === undefined ? "" : `-${region}`;
    const known = args.existing?.find((one) => one.region === region);
    const holds = new HoldBaselines(
      `${name}-holds${suffix}`,
      { ...at, operatingSystems: args.operatingSystems },
      { parent: processor },
    );
    made.push(holds);
    const base =
      known ??
      new PatchBaselines(`${name}-baselines${suffix}`, { ...at, baselines: settings }, { parent: processor });
    if (base instanceof PatchBaselines) made.push(base);
    return {
      ...(region === undefined ? {} : { name: region }),
      baselines: base.baselineIds,
      holds: holds.baselineIds,
      ...(known?.scanWindowId === undefined ? {} : { scanWindowId: known.scanWindowId }),
      ...(known?.installWindowId === undefined ? {} : { installWindowId: known.installWindowId }),
    };
  };
  const regions = (args.regions ?? [undefined]).map(regionOf);
  const { owner, namePrefix, targets } = args;
  const record = new ExclusionRecord(
    `${name}-record`,
    {
      ...tags,
      ...(args.region === undefined ? {} : { region: args.region }),
      ...limitsOf(args),
      ...{ bucket, functionName, owner, namePrefix, targets, baselines: settings, regions },
    },
    { parent: processor, dependsOn: made },
  );
  new ExclusionRetirement(
    `${name}-retired`,
    {
      ...(args.region === undefined ? {} : { region: args.region }),
      ...{ functionName, regions: [], patchGroups: [], operatingSystems: [] },
    },
    { parent: processor, dependsOn: [record, ...made] },
  );
}

/** What arguments say of limits. */
export function limitsOf(args: ExclusionLimits): ExclusionLimits {
  const { timezone, maxExclusionDays, maxChangedNodes, maxHeldPercent, maxBaselines } = args;
  return {
    ...(timezone === undefined ? {} : { timezone }),
    ...(maxExclusionDays === undefined ? {} : { maxExclusionDays }),
    ...(maxChangedNodes === undefined ? {} : { maxChangedNodes }),
    ...(maxHeldPercent === undefined ? {} : { maxHeldPercent }),
    ...(maxBaselines === undefined ? {} : { maxBaselines }),
  };
}
