import { delayed } from "#components/index.js";
import { operatingSystemNames, operatingSystems } from "#shared/contract/operatingSystems.js";
import { lateStartHours } from "#shared/contract/rings.js";
import { shown } from "#shared/text/quotes.js";
import type { RawConfig } from "./configSchema.js";
import type { RuleProblem } from "./found.js";
import { baselineOf } from "./predefinedBaselines.js";
import { defaultSoakHours, ringFollowing, ringPlans } from "./rings.js";

const maxApproveAfterDays = 360;

function say(path: string, reason: string): RuleProblem {
  return { key: "rings", path, reason };
}

const dateText = (time: number) => `${new Date(time).toISOString().slice(0, 16).replace("T", " ")} UTC`;

/** What is wrong with how the openings of a ring follow those of the ring before. */
export function followingProblems(raw: RawConfig, index: number, now: number): RuleProblem[] {
  const ring = raw.rings[index];
  const before = raw.rings.find(({ name }) => name === ring?.after);
  if (ring === undefined || before === undefined) return [];
  const found = ringFollowing(raw, before, ring, now);
  const at = `rings[${index}].schedule`;
  if (found === undefined) return [];
  if (!("kind" in found)) {
    const reach = found.longestHours + lateStartHours;
    if (found.strangerHours > reach) return [];
    const reason = `opens too often: ${found.strangerHours} hours after an opening of ${before.name} comes the next one's turn, up to ${reach} hours after its own, so that runs of two cycles could be taken for each other. Open both less often.`;
    return [say(at, reason)];
  }
  const own = `got ${shown(ring.schedule)}`;
  const must = `Over two years each opening must follow exactly one of ${before.name}.`;
  switch (found.kind) {
    case "never":
      return [say(at, `${own}, which never opens after ${before.name} within two years. ${must}`)];
    case "none before":
      return [
        say(
          at,
          `${own}, which opens on ${dateText(found.opening)} and on ${dateText(found.earlier)}, and ${before.name} not in between. ${must}`,
        ),
      ];
    case "two before":
      return [
        say(
          at,
          `${own}, which opens on ${dateText(found.opening)} after two openings of ${before.name}, on ${found.before.map(dateText).join(" and ")}. ${must}`,
        ),
      ];
    case "too soon": {
      const least = `${ring.soakHours ?? defaultSoakHours} hours (soakHours)`;
      const reason = `${own}, which opens on ${dateText(found.opening)}, ${Math.floor(found.hours)} hours after the end of ${before.name}, which opened on ${dateText(found.before)}; it must soak for ${least}. Open it later, or soak for less.`;
      return [say(at, reason)];
    }
  }
}

/** What SSM cannot be told of delays. */
export function delayProblems(raw: RawConfig, now: number): RuleProblem[] {
  return ringPlans(raw, now).flatMap(({ ring, delayDays }, index) => {
    if (delayDays === 0) return [];
    const systems = operatingSystemNames.filter((system) => raw.operatingSystems.includes(system));
    return systems.flatMap((system): RuleProblem[] => {
      if (!operatingSystems[system].approvalDelay) return [];
      const settings = baselineOf(system, raw.baselines[system]);
      return delayed(system, settings, delayDays).approvalRules.flatMap((rule, place) => {
        const days = rule.approveAfterDays ?? 0;
        const at = `rings[${index}].schedule`;
        const whose = `rule ${place} of ${system}`;
        if (days > maxApproveAfterDays) {
          const reason = `makes ring ${ring.name} approve ${delayDays} days later than a first ring, ${days} days after release by ${whose}; SSM takes up to ${maxApproveAfterDays}. Let rings follow each other sooner.`;
          return [say(at, reason)];
        }
        const until = rule.approveUntilDate;
        if (until === undefined || Date.parse(`${until}T00:00:00Z`) < now) return [];
        const reason = `of ring ${ring.name}: ${whose} approves until ${until}, a day to come, which knows no delay: until then a later ring would get what the first could not have had. Write approveAfterDays there.`;
        return [say(at, reason)];
      });
    });
  });
}
