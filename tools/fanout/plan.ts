import { type Membership, membershipOf } from "#functions/regional-fanout/core/membership.js";
import { mapLimited } from "#functions/shared/errors.js";
import { deadlineIn } from "#functions/shared/invocation.js";
import type { RunRequest } from "#shared/contract/runRecord.js";
import { table } from "#shared/terminal/table.js";
import type { Printer } from "#shared/terminal/terminal.js";
import { counted, timeText } from "#shared/text/words.js";
import type { Deployment } from "./deployment.js";
import type { FanoutPorts } from "./ports.js";
import { progressOf } from "./progress.js";
import { type RecordedRun, Runs } from "./runs.js";

/** Groups of Regions that are asked at a time. */
const parallelQueries = 20;
/** Milliseconds for the look at the groups. */
const lookSpan = 120_000;

/** A group of a Region, and what is in it now. */
interface PlannedGroup {
  readonly region: string;
  readonly group: string;
  readonly found: Membership;
}

/** What would be patched, found as the function finds it. */
export function plannedGroups(ports: FanoutPorts, request: RunRequest): Promise<PlannedGroup[]> {
  const signal = deadlineIn(lookSpan);
  const pairs = request.regions.flatMap((region) => request.groups.map((group) => ({ region, group })));
  return mapLimited(pairs, parallelQueries, async ({ region, group }) => {
    const found = await membershipOf((token) => ports.region(region).groupPage(group, token, signal), signal);
    return { region, group, found };
  });
}

/** Runs that are under way on the same groups of the same Regions: two at once on one node fail on each other. */
export async function runsInTheWay(
  deployment: Deployment,
  { regions, groups }: RunRequest,
): Promise<readonly RecordedRun[]> {
  const open = await new Runs(deployment).open();
  const meeting = open.filter(({ record }) =>
    record.starts.some(({ group, region }) => groups.includes(group) && regions.includes(region)),
  );
  const progress = await mapLimited(meeting, 1, ({ record }) => progressOf(deployment.ports, record));
  return meeting.filter((_, index) => progress[index]?.hasEnded !== true);
}

/** What would be started, for a terminal. */
export function planLines(
  { stack, functionName, homeRegion }: Deployment,
  request: RunRequest,
  groups: readonly PlannedGroup[],
  paint: Printer["paint"],
): string[] {
  const { operation, accounts, calendars, runId, windowId } = request;
  const nodes = new Set(groups.flatMap(({ found }) => (found.outcome === "members" ? found.ids : [])));
  const rows = groups.map(({ region, group, found }) => [region, group, foundText(found)]);
  return [
    `Stack ${stack}: ${functionName} in ${homeRegion}, with what window ${windowId} hands to it.`,
    `${paint("bold", operationText(request))} on ${counted(nodes.size, "node")}, as run ${runId}:`,
    "",
    ...table(["Region", "Group", "Nodes"], rows, paint),
    "",
    ratesText(request),
    ...(accounts.length === 0
      ? []
      : [`Also the nodes of ${accounts.join(", ")}, which are not counted here.`]),
    ...(calendars.length === 0
      ? []
      : [`Only while all of these calendars are open: ${calendars.join(", ")}.`]),
    ...gateLines(request),
    ...(operation === "Install"
      ? [
          "An exclusion counts if the exclusion processor has put it into force: this call brings none up to date.",
        ]
      : []),
  ];
}

/** What a ring's start depends on. */
function gateLines({ ring, operation }: RunRequest): string[] {
  if (ring === undefined) return [];
  const { Name, After } = ring;
  if (operation === "Scan") return [`Ring ${Name}: a scan passes its gate.`];
  const before =
    After === undefined
      ? "nobody has paused it and none of its alarms is in ALARM"
      : `${After.Name} has done well in this cycle, ${counted(After.SoakHours, "hour")} ago or more, or somebody has promoted it`;
  return [
    `Ring ${Name}: its gate is asked as in its window. It starts only where ${before}; else nothing is started, and the record says why.`,
    "A run by hand that goes well stands for no cycle: the ring after it waits for what its window starts.",
  ];
}

function operationText({ operation, rebootOption }: RunRequest): string {
  if (operation === "Scan") return "Scan (nothing is installed)";
  return rebootOption === "NoReboot" ? "Install without reboots" : "Install, and reboot where it is needed,";
}

function ratesText(request: RunRequest): string {
  const { maxConcurrency, maxErrors, executionMode } = request;
  return `All Regions at once; in each Region and group ${maxConcurrency} nodes at once, until ${maxErrors} failed; ${executionMode}.`;
}

function foundText(found: Membership): string {
  if (found.outcome === "members") return String(found.ids.length);
  return found.outcome === "skipped" ? `none: ${found.reason}` : `unknown: ${found.error}`;
}

/** Why nothing is started while others are at it. */
export function inTheWayText(runs: readonly RecordedRun[], command: string, stack: string): string {
  return runs
    .map(
      ({ record: { runId, startedAt, request } }) =>
        `Run ${runId} (${request.operation}) of ${timeText(startedAt)} is under way on the same groups; two on one node fail on each other. Nothing was started.\n` +
        `Wait for its end, or stop it: ${command} stop ${runId} --stack ${stack}`,
    )
    .join("\n");
}
