import type { BaselineSettings } from "#components/index.js";
import { turnsOf, usualMinutes } from "#shared/contract/rates.js";
import type { StackConfig } from "./config.js";
import { isOver, isPhaseless } from "./configRuns.js";
import { ringWarnings } from "./ringWarnings.js";

type ApprovalRule = BaselineSettings["approvalRules"][number];

/** Days after which the next cumulative update of Windows may be out: from one second Tuesday to the next, at the least. */
const windowsMonthDays = 28;

/** Systems whose repositories AWS has closed: nothing new comes out for them. */
const ended = {
  AMAZON_LINUX: "has got no updates since the end of 2023",
  AMAZON_LINUX_2022: "was the preview of AMAZON_LINUX_2023, and gets no updates",
} as const;

/** What a configuration may say, and hardly means: each a sentence with what to write. */
export function configWarnings(config: StackConfig, now: number): string[] {
  const { AMAZON_LINUX, AMAZON_LINUX_2022, CENTOS, WINDOWS } = config.baselines;
  return [
    ...(config.notificationEmails.length > 0
      ? []
      : ["notificationEmails is empty: nobody will be told when a window fails."]),
    ...config.unread,
    ...closedWindows(config, now),
    ...phaselessWindows(config),
    ...narrowWindows(config),
    ...(AMAZON_LINUX === undefined ? [] : [endedText("AMAZON_LINUX")]),
    ...(AMAZON_LINUX_2022 === undefined ? [] : [endedText("AMAZON_LINUX_2022")]),
    ...(CENTOS === undefined || CENTOS.approvalRules.some(takesWithoutNotice) ? [] : [centosText]),
    ...(WINDOWS?.approvalRules ?? []).flatMap(delayText),
    ...ringWarnings(config),
  ];
}

/** Windows of this stack that are not going to open: nothing else would tell that nobody patches. */
function closedWindows(config: StackConfig, now: number): string[] {
  const windows = [
    { part: "scan", key: "scan", window: config.scan },
    { part: "install", key: "install", window: config.install },
    ...(config.rings.length > 0
      ? []
      : [{ part: "central", key: "fanout", window: config.fanoutSchedule } as const]),
  ] as const;
  return windows.flatMap(({ part, key, window }) => {
    if (!config.stacks.includes(part)) return [];
    if (window.enabled === false) return [`${key}Enabled is false: the ${part} window does not open.`];
    if (!isOver(window, now)) return [];
    return [`${key}EndDate is ${window.endDate}: the ${part} window opens no more. Move it, or take it out.`];
  });
}

/** Rates beside other windows. */
function phaselessWindows(config: StackConfig): string[] {
  if (config.stacks.length < 2) return [];
  const windows = [
    { part: "scan", key: "scanSchedule", window: config.scan },
    { part: "install", key: "installSchedule", window: config.install },
    ...(config.rings.length > 0
      ? []
      : [{ part: "central", key: "fanoutSchedule", window: config.fanoutSchedule } as const]),
  ] as const;
  return windows
    .filter(({ part, window }) => config.stacks.includes(part) && isPhaseless(window))
    .map(
      ({ key, window }) =>
        `${key}: ${window.expression} counts from the moment at which AWS makes the window, so nobody knows whether it meets another window, in which runs on one node fail on each other. Write a cron expression.`,
    );
}

/** Nodes of a stack, or of a group of the central window, that its rate should have room for. */
const fewNodes = 50;

/**
 * Installing windows that are too short for their rates. How many nodes there will be is not known here: a share is
 * judged by what it takes of any fleet, a number by a fleet of 50.
 */
function narrowWindows(config: StackConfig): string[] {
  const { rateControl, fanout } = config;
  const windows = [
    { part: "install", key: "max", window: config.install, rate: rateControl.maxConcurrency },
    ...(config.rings.length > 0
      ? []
      : [
          {
            part: "central",
            key: "fanoutMax",
            window: config.fanoutSchedule,
            rate: fanout.maxConcurrency,
          } as const,
        ]),
  ] as const;
  return windows.flatMap(({ part, key, window, rate }) => {
    if (!config.stacks.includes(part) || (part === "central" && fanout.operation === "Scan")) return [];
    const hours = window.durationHours;
    const nodes = rate.endsWith("%") ? 100 : fewNodes;
    const turns = turnsOf(rate, nodes);
    const needed = (turns * usualMinutes) / 60;
    if (needed <= hours) return [];
    const of = rate.endsWith("%") ? "any fleet of 100 nodes and more" : `${nodes} nodes`;
    return [
      `${key}Concurrency: ${rate} at once of ${of} are ${turns} turns, about ${Math.ceil(needed)} hours at ${usualMinutes} minutes each; the ${part} window is ${hours} long. What is not begun at its cutoff waits for the next one. Raise it, or make the window longer.`,
    ];
  });
}

function endedText(system: keyof typeof ended): string {
  return `operatingSystems: ${system} ${ended[system]}: its nodes will be called compliant whatever they lack. Move them to a system that is kept up.`;
}

function takesWithoutNotice({ enableNonSecurity }: ApprovalRule): boolean {
  return enableNonSecurity === true;
}

const centosText =
  "baselines.CENTOS: no rule has enableNonSecurity: true, and CentOS's own repositories carry no update notices: nothing from them will ever be approved, and nodes that lack everything are called compliant. Add it to a rule, or leave CENTOS out of baselines.";

/** API reference of PatchRule, ApproveAfterDays: updates that are replaced by later ones are removed (Windows Server). */
function delayText({ approveAfterDays: days = 0 }: ApprovalRule, index: number): string[] {
  if (days <= windowsMonthDays) return [];
  return [
    `baselines.WINDOWS.approvalRules[${index}].approveAfterDays: ${days} days are more than the ${windowsMonthDays} after which a cumulative update may be superseded by the next one: Windows then offers it no more, none is ever approved, and nodes are called compliant. Write ${windowsMonthDays} or less.`,
  ];
}
