import { accountFindings } from "./checks/accounts.js";
import { functionFindings } from "./checks/functions.js";
import { messageFindings } from "./checks/messages.js";
import { nodeFindings } from "./checks/nodes.js";
import { otherFindings } from "./checks/others.js";
import { regionFindings } from "./checks/regions.js";
import { roleFindings } from "./checks/roles.js";
import { scheduleFindings } from "./checks/schedules.js";
import { windowFindings } from "./checks/windows.js";
import type { Facts } from "./facts.js";
import type { Finding, Weight } from "./finding.js";

const order: Readonly<Record<Weight, number>> = { broken: 0, unseen: 1, known: 2 };

/** All that is to be said of what was looked at, what weighs most first. Total, and the same for the same facts. */
export function diagnose(facts: Facts): Finding[] {
  const all = [
    ...windowFindings(facts),
    ...nodeFindings(facts),
    ...roleFindings(facts),
    ...messageFindings(facts),
    ...functionFindings(facts),
    ...regionFindings(facts),
    ...scheduleFindings(facts),
    ...accountFindings(facts),
    ...otherFindings(facts),
  ];
  const once = new Map(all.map((one) => [JSON.stringify([one.id, one.where, one.what]), one]));
  return [...once.values()].sort((a, b) => order[a.weight] - order[b.weight]);
}

/** Whether everything will work, as far as could be seen. */
export function isWell(findings: readonly Finding[]): boolean {
  return findings.every(({ weight }) => weight === "known");
}
