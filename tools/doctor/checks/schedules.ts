import type { Facts } from "../facts.js";
import { broken, type Finding, named, rebuilt, unseen } from "../finding.js";

/** Groups of one-off schedules: there, and none of their schedules turned off. */
export function scheduleFindings({ scheduleGroups, stack, homeRegion: where }: Facts): Finding[] {
  return scheduleGroups.flatMap(({ name, madeBy, found }) => {
    if (!found.ok) return [unseen(where, `schedule group ${name}`, found.error)];
    if (found.value === undefined)
      return [
        broken(
          "schedules-gone",
          where,
          `there is no schedule group ${name}, of function ${madeBy}`,
          "nothing ends its window's run at the cutoff, and the central window starts nothing",
          rebuilt(stack),
        ),
      ];
    const off = found.value.filter(({ isOn }) => !isOn).map((one) => one.name);
    if (off.length === 0) return [];
    return [
      broken(
        "schedule-disabled",
        where,
        `schedules of group ${name} are disabled: ${named(off)}`,
        "what they were to end goes on, and nobody is told",
        off
          .map((one) => `aws scheduler delete-schedule --region ${where} --group-name ${name} --name ${one}`)
          .join("; "),
      ),
    ];
  });
}
