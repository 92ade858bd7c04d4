import {
  executionRoleProblems,
  patchGroupProblems,
  payloadProblems,
  scheduleProblems,
} from "#components/index.js";
import { parseSchedule } from "#schedule/expression.js";
import { maxPatchGroups } from "#shared/contract/exclusionNames.js";
import { ringNamePattern } from "#shared/contract/ringNames.js";
import { alarmArnPattern, maxRings, maxSoakHours } from "#shared/contract/rings.js";
import { didYouMean, nearest } from "#shared/text/nearest.js";
import { shown } from "#shared/text/quotes.js";
import { fanoutRangeProblems } from "./configFanoutRules.js";
import { delayProblems, followingProblems } from "./configRingTimes.js";
import type { RawConfig } from "./configSchema.js";
import { allGroups, fanoutOf, fanoutScheduleOf, prefixOf, targetsOf } from "./configWindows.js";
import type { RuleProblem } from "./found.js";
import { hasRings, percentOf, ringPlans, ringScheduleOf } from "./rings.js";

type RawRing = RawConfig["rings"][number];
type Meant = Pick<RuleProblem, "instead" | "perhaps" | "edits" | "examples">;

/** Names that baselines and resource groups of the stack have already. */
const taken = ["hold"];

function say(path: string, reason: string, meant: Meant = {}): RuleProblem {
  return { key: "rings", path, reason, ...meant };
}

/** Everything that is wrong with rings. Where their schedules follow each other is looked at only once all else is right. */
export function ringProblems(raw: RawConfig, now: number): RuleProblem[] {
  const total = totalProblems(raw);
  if (!hasRings(raw)) return total;
  const plain = [
    ...stackProblems(raw),
    ...raw.rings.flatMap((_, index) => ownProblems(raw, index)),
    ...circleProblems(raw),
  ];
  if (plain.length > 0) return [...total, ...plain];
  const followings = raw.rings.flatMap((_, index) => followingProblems(raw, index, now));
  if (followings.length > 0) return [...total, ...followings];
  return [...total, ...delayProblems(raw, now), ...sizeProblems(raw, now)];
}

/** What rings add to a payload and to the execution role's policy beside what the central window alone has in them. */
function sizeProblems(raw: RawConfig, now: number): RuleProblem[] {
  const given = {
    ...{ fanout: fanoutOf(raw), targets: targetsOf(raw), namePrefix: prefixOf(raw) },
    ...{ schedule: fanoutScheduleOf(raw), rings: ringPlans(raw, now).map(({ ring }) => ring) },
  };
  return [...payloadProblems(given), ...executionRoleProblems(given)].map(({ reason }) =>
    say("rings", reason),
  );
}

function totalProblems({ maxFailedTotal }: RawConfig): RuleProblem[] {
  if (maxFailedTotal === "" || /^(0|[1-9]\d{0,5})$/.test(maxFailedTotal)) return [];
  const reason = `got ${shown(maxFailedTotal)}; allowed is a number of nodes from "0", or nothing.`;
  return [{ key: "maxFailedTotal", path: "maxFailedTotal", reason }];
}

function stackProblems(raw: RawConfig): RuleProblem[] {
  const groups = allGroups(raw);
  return [
    ...(raw.ownsBaselines
      ? []
      : [say("rings", "need baselines of their own, so ownsBaselines must be true.")]),
    ...(raw.fanoutOperation === "Install"
      ? []
      : [say("rings", "are for installing; fanoutOperation is Scan, and the scan window covers all.")]),
    ...(raw.fanoutResourceGroups.length === 0
      ? []
      : [say("rings", "make resource groups of their patch groups. Take fanoutResourceGroups out.")]),
    ...(raw.rings.length <= maxRings
      ? []
      : [say("rings", `are ${raw.rings.length}; allowed are up to ${maxRings}.`)]),
    ...(groups.length <= maxPatchGroups
      ? []
      : [
          say(
            "rings",
            `make ${groups.length} patch groups with patchGroups; a stack has up to ${maxPatchGroups}.`,
          ),
        ]),
  ];
}

/** What is wrong with a ring by itself and beside the others. */
function ownProblems(raw: RawConfig, index: number): RuleProblem[] {
  const { rings } = raw;
  const ring = rings[index];
  if (ring === undefined) return [];
  const at = `rings[${index}]`;
  return [
    ...nameProblems(rings, ring, index, at),
    ...groupProblems(raw, ring, index, at),
    ...afterProblems(rings, ring, at),
    ...successProblems(ring, at),
    ...alarmProblems(ring, at),
    ...windowProblems(raw, ring, at),
    ...rangeProblems(raw, ring, at),
  ];
}

function nameProblems(
  rings: readonly RawRing[],
  { name }: RawRing,
  index: number,
  at: string,
): RuleProblem[] {
  if (!ringNamePattern.test(name)) {
    const plain = name
      .trim()
      .toLowerCase()
      .replaceAll(/[\s_.]+/g, "-");
    const isFree = ringNamePattern.test(plain) && !rings.some((one) => one.name === plain);
    const reason = `got ${shown(name)}; allowed are 1 to 20 small letters, digits and dashes, beginning with a letter.`;
    return [say(`${at}.name`, reason, isFree ? { perhaps: plain } : {})];
  }
  if (taken.includes(name))
    return [say(`${at}.name`, `${shown(name)} is what exclusions call held nodes. Choose another name.`)];
  const first = rings.findIndex((one) => one.name === name);
  return first === index
    ? []
    : [say(`${at}.name`, `${shown(name)} is the name of rings[${first}] too. Choose another name.`)];
}

function groupProblems(raw: RawConfig, { patchGroups }: RawRing, index: number, at: string): RuleProblem[] {
  const path = `${at}.patchGroups`;
  if (patchGroups.length === 0)
    return [say(path, "is empty: the ring would patch nobody. Name a patch group.")];
  const wrong = patchGroupProblems(path)(patchGroups).map(({ propertyPath, ...said }) => ({
    ...{ key: "rings" as const, path: propertyPath },
    ...said,
  }));
  const others = patchGroups.flatMap((group, place) => {
    const other = raw.rings.slice(0, index).find((one) => one.patchGroups.includes(group));
    const where = `${path}[${place}]`;
    if (other !== undefined)
      return [say(where, `${shown(group)} is in ring ${other.name} too; a patch group is in one ring.`)];
    if (!raw.stacks.includes("install") || !raw.patchGroups.includes(group)) return [];
    const reason = `${shown(group)} is among patchGroups too, which the install window patches; a patch group is patched by one window. Take it out of one of the two.`;
    return [say(where, reason)];
  });
  return [...wrong, ...others];
}

function afterProblems(rings: readonly RawRing[], ring: RawRing, at: string): RuleProblem[] {
  const { after, soakHours } = ring;
  if (after === undefined) {
    const given = (["soakHours", "minSuccess", "maxFailed"] as const).filter(
      (name) => ring[name] !== undefined,
    );
    return given.map((name) =>
      say(
        `${at}.${name}`,
        "is about the ring before, and this one comes after none. Add after, or take it out.",
        {
          edits: [],
        },
      ),
    );
  }
  const names = rings.map(({ name }) => name);
  const wrong = soakProblems(soakHours, at);
  if (after === ring.name)
    return [...wrong, say(`${at}.after`, "is the ring itself. Name the one before it, or take it out.")];
  if (names.includes(after)) return wrong;
  const others = names.filter((name) => name !== ring.name);
  const meant = nearest(after, others);
  const [instead] = meant.length === 1 ? meant : [];
  const reason = `got ${shown(after)}, which is no ring; ${didYouMean(meant, `rings are ${others.join(", ")}.`)}`;
  return [...wrong, say(`${at}.after`, reason, instead === undefined ? {} : { instead })];
}

function soakProblems(soakHours: number | undefined, at: string): RuleProblem[] {
  if (soakHours === undefined || (Number.isInteger(soakHours) && soakHours >= 0 && soakHours <= maxSoakHours))
    return [];
  return [
    say(`${at}.soakHours`, `got ${shown(soakHours)}; allowed are whole hours from 0 to ${maxSoakHours}.`),
  ];
}

function successProblems({ minSuccess, maxFailed }: RawRing, at: string): RuleProblem[] {
  const failed =
    maxFailed === undefined || (Number.isInteger(maxFailed) && maxFailed >= 0 && maxFailed <= 1_000_000)
      ? []
      : [say(`${at}.maxFailed`, `got ${shown(maxFailed)}; allowed is a whole number of nodes from 0.`)];
  if (percentOf(minSuccess) !== undefined) return failed;
  const meant = percentMeant(minSuccess);
  const reason = `got ${shown(minSuccess)}; allowed is a share of the nodes of the ring before, from 1% to 100%.`;
  return [...failed, say(`${at}.minSuccess`, reason, meant === undefined ? {} : { instead: meant })];
}

/** A share in other spellings: 95, "95 %", 0.95. */
function percentMeant(share: string | number | undefined): string | undefined {
  const [, digits = ""] = /^\s*(\d+(?:\.\d+)?)\s*%?\s*$/.exec(String(share)) ?? [];
  const number = Number(digits);
  const percent =
    number > 0 && number < 1 && !String(share).includes("%") ? Math.round(number * 10_000) / 100 : number;
  return digits !== "" && percentOf(`${percent}%`) !== undefined ? `${percent}%` : undefined;
}

function alarmProblems({ alarms = [] }: RawRing, at: string): RuleProblem[] {
  const most = 10;
  return [
    ...(alarms.length <= most
      ? []
      : [say(`${at}.alarms`, `got ${alarms.length}; allowed are up to ${most}.`)]),
    ...alarms.flatMap((arn, place) => {
      const path = `${at}.alarms[${place}]`;
      if (alarms.indexOf(arn) !== place)
        return [say(path, `${shown(arn)} is there twice. Remove one of them.`, { instead: null })];
      if (alarmArnPattern.test(arn)) return [];
      const reason = `got ${shown(arn)}; allowed is the ARN of a CloudWatch alarm, which aws cloudwatch describe-alarms shows.`;
      const plain = arn.trim();
      return [say(path, reason, alarmArnPattern.test(plain) ? { instead: plain } : {})];
    }),
  ];
}

/** The key of a ring's value that fills a property of its window. */
const ringKeysOf: Readonly<Record<string, string>> = { expression: "schedule" };

function windowProblems(raw: RawConfig, ring: RawRing, at: string): RuleProblem[] {
  const found = scheduleProblems("window")(ringScheduleOf(raw, ring)).flatMap(({ propertyPath, ...said }) => {
    const property = propertyPath.replace("window.", "");
    const name = ringKeysOf[property] ?? property;
    // The zone and the dates are the central window's, and told there.
    return ["schedule", "offsetDays", "durationHours", "cutoffHours"].includes(name)
      ? [{ key: "rings" as const, path: `${at}.${name}`, ...said }]
      : [];
  });
  if (found.length > 0) return found;
  const parsed = parseSchedule(ring.schedule);
  if (!parsed.ok || parsed.schedule.kind === "cron") return [];
  const reason = `got ${shown(ring.schedule)}; allowed is a cron expression, since openings of rings are held against each other.`;
  return [say(`${at}.schedule`, reason)];
}

function rangeProblems(raw: RawConfig, ring: RawRing, at: string): RuleProblem[] {
  const { regions } = ring;
  const missing = (regions ?? []).flatMap((region, place) => {
    const path = `${at}.regions[${place}]`;
    if (regions?.indexOf(region) !== place)
      return [say(path, `${shown(region)} is there twice. Remove one of them.`, { instead: null })];
    if (raw.fanoutRegions.includes(region)) return [];
    const meant = nearest(region, raw.fanoutRegions, {});
    const [instead] = meant.length === 1 ? meant : [];
    const reason = `got ${shown(region)}; ${didYouMean(meant, `fanoutRegions are ${raw.fanoutRegions.join(", ")}: add it there.`)}`;
    return [say(path, reason, instead === undefined ? {} : { instead })];
  });
  const none =
    regions?.length === 0
      ? [
          say(
            `${at}.regions`,
            "is empty: the ring would patch nobody. Leave it out for all of fanoutRegions.",
          ),
        ]
      : [];
  return [
    ...none,
    ...missing,
    ...fanoutRangeProblems(ring, at).map(({ path, reason, ...said }) => say(path, reason, said)),
  ];
}

/** Rings that come after each other all around. Each circle is told once, at its first ring. */
function circleProblems({ rings }: RawConfig): RuleProblem[] {
  const told = new Set<string>();
  return rings.flatMap(({ name }, index) => {
    const way: string[] = [];
    for (let at: string | undefined = name; at !== undefined && !way.includes(at); ) {
      way.push(at);
      const current: string = at;
      at = rings.find((one) => one.name === current)?.after;
      // Of itself is told elsewhere.
      if (at === name && way.length > 1) {
        if (way.some((one) => told.has(one))) return [];
        for (const one of way) told.add(one);
        const reason = `closes a circle: ${[...way, name].join(" after ")}. One ring must come after none.`;
        return [say(`rings[${index}].after`, reason)];
      }
    }
    return [];
  });
}
