import { delayed } from "#components/index.js";
import type { OperatingSystem } from "#shared/contract/operatingSystems.js";
import { operatingSystems } from "#shared/contract/operatingSystems.js";
import { counted, several } from "#shared/text/words.js";
import type { StackConfig } from "./config.js";

/** Days after which the next cumulative update of Windows may be out. */
const windowsMonthDays = 28;

/** What rings come to that nobody may expect: each a sentence. */
export function ringWarnings(config: StackConfig): string[] {
  const { rings } = config;
  if (rings.length === 0) return [];
  return [...delayTexts(config), ...undatedTexts(config), ...closedTexts(config), ...uncoveredTexts(config)];
}

/** How much later each ring approves, so that who reads a preview knows up to when patches are in. */
function delayTexts({ rings, baselines }: StackConfig): string[] {
  return rings.flatMap(({ ring, delayDays, isConstant }) => {
    if (delayDays === 0) return [];
    const days = counted(delayDays, "day");
    const same = isConstant
      ? "the same that a first ring had in its cycle"
      : "at most what a first ring had in its cycle, since the openings are not always as many days apart, at the same hour";
    const { WINDOWS } = baselines;
    const rules = WINDOWS === undefined ? [] : delayed("WINDOWS", WINDOWS, delayDays).approvalRules;
    const longest = Math.max(0, ...rules.map(({ approveAfterDays = 0 }) => approveAfterDays));
    return [
      `rings: ${ring.name} approves patches ${days} later than a first ring: those that were released ${days} and its own delays before it opens, ${same}.`,
      ...(longest > windowsMonthDays
        ? [
            `rings: ${ring.name} approves updates of WINDOWS up to ${longest} days after their release, and after ${windowsMonthDays} a cumulative one may be superseded by the next: Windows then offers it no more, none is ever approved, and nodes are called compliant. Let the rings follow each other sooner.`,
          ]
        : []),
    ];
  });
}

/** Systems of which SSM keeps nothing back, or not everything. */
function undatedTexts({ rings, baselines }: StackConfig): string[] {
  if (rings.every(({ delayDays }) => delayDays === 0)) return [];
  const systems = Object.keys(baselines) as OperatingSystem[];
  const without = systems.filter((system) => !operatingSystems[system].approvalDelay);
  const unnoticed = systems.filter((system) =>
    baselines[system]?.approvalRules.some(({ enableNonSecurity }) => enableNonSecurity === true),
  );
  return [
    ...(without.length === 0
      ? []
      : [
          `rings: ${several(without)} know no approval delay: a later ring gets what was released since a first one had its patches. The gates hold all the same.`,
        ]),
    ...(unnoticed.length === 0
      ? []
      : [
          `rings: with dnf a package without a notice has no date, and enableNonSecurity of ${several(unnoticed)} approves it at once in every ring.`,
        ]),
  ];
}

function closedTexts({ rings }: StackConfig): string[] {
  return rings.flatMap(({ ring }) => {
    if (ring.schedule.enabled !== false) return [];
    const later = rings.filter((one) => one.ring.after?.name === ring.name).map((one) => one.ring.name);
    const held = later.length === 0 ? "" : `, and ${several(later)} will be held`;
    return [`rings: the window of ${ring.name} does not open${held}.`];
  });
}

/** Patch groups that no window installs on. */
function uncoveredTexts({ rings, stacks, targets }: StackConfig): string[] {
  if (stacks.includes("install")) return [];
  const inRings = new Set(rings.flatMap(({ ring }) => ring.patchGroups));
  const others = targets.patchGroups.filter((group) => !inRings.has(group));
  return others.length === 0
    ? []
    : [
        `patchGroups: ${several(others)} ${others.length === 1 ? "is" : "are"} in no ring, and this stack has no install window: nothing patches them.`,
      ];
}
