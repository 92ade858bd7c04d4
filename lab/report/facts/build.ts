import type { RingRule } from "#shared/contract/rings.js";
import { iso } from "#shared/text/format.js";
import { dayMs } from "#shared/text/time.js";
import type { Window, WindowExecution } from "../../aws/ssm/windows/windowTypes.js";
import { type FleetNode, isHybrid } from "../../fleet/model.js";
import { exclusionBucket } from "../../observe/bucketChanges.js";
import type { LabRun } from "../../run.js";
import { inOrder } from "../summary/ringFacts.js";
import type { ExecutionSummary, Summary, WindowSummary } from "../summary/summary.js";
import { summarizeBadPatches } from "./badPatches.js";
import { closingRecords } from "./closingRecords.js";
import { summarizeTask } from "./commands.js";
import { deploymentProblems, summarizeDeployments } from "./deployments.js";
import { type ExclusionHistory, exclusionLives, foreignNodes } from "./exclusionLife.js";
import { tasksOf } from "./fanoutRecords.js";
import { Fanouts } from "./fanouts.js";
import { apiProblems, summarizeApi, summarizeFunctions } from "./functions.js";
import { causesOf, summarizeNodes, uncoveredNodes } from "./nodes.js";
import { Offers } from "./offers.js";
import { brokenProblem, denialProblems, windowProblems } from "./verdict.js";

/** Turns what a run has left behind into the summary, with everything in a fixed order. */
export function buildSummary(run: LabRun): Summary {
  const { account, request, observations } = run;
  const { settings } = request;
  const regions = account.regions();
  const fanouts = new Fanouts(run);
  const windows = inOrder(
    regions.flatMap((region) =>
      region.windows.ever.map((window) => summarizeWindow(window, region.name, fanouts)),
    ),
  );
  const badPatches = summarizeBadPatches(run);
  const history = exclusionHistory(run);
  const objects = exclusionLives(history);
  const names = new Map(request.fleet.nodes.map(({ id, name }) => [id, name]));
  const offers = new Offers();
  const nodes = summarizeNodes(run, fanouts, windows, objects, offers);
  const functions = summarizeFunctions(account);
  const api = summarizeApi(run.api);
  const managed = account.everywhere().flatMap(({ nodes: all }) => [...all.all]);
  const broken = brokenProblem(managed);
  const problems = [
    ...deploymentProblems(run.deployments),
    ...windowProblems(windows),
    ...(broken === undefined ? [] : [broken]),
    ...denialProblems(account.accounts.flatMap(({ iam }) => iam.denials)),
    ...apiProblems({ api, functions }),
  ];
  const messages = regions
    .flatMap(({ sns }) => sns.delivered)
    .sort((a, b) => a.at - b.at)
    .map((message) => ({
      at: iso(message.at),
      topic: message.topicArn.split(":").at(-1) ?? "",
      subject: message.subject ?? null,
      text: message.text,
      recipients: [...message.recipients],
    }));
  return {
    version: 1,
    run: {
      project: settings.project,
      stack: settings.stack,
      fleet: request.fleet.source.split("/").at(-1) ?? "",
      seed: request.seed,
      from: iso(request.from),
      to: iso(request.from + Math.round(request.days * dayMs)),
      days: Math.ceil(request.days),
      accountId: account.id,
      homeRegion: settings.homeRegion,
    },
    verdict: { windowsDidTheirJob: problems.length === 0, problems },
    fleet: {
      nodes: request.fleet.nodes.length,
      hybrid: request.fleet.nodes.filter(({ id }) => isHybrid(id)).length,
      byRegion: countBy(request.fleet.nodes, ({ region }) => region),
      byOperatingSystem: countBy(request.fleet.nodes, ({ catalog }) => catalog.operatingSystem),
    },
    deployments: summarizeDeployments(run.deployments),
    windows,
    ...(badPatches === undefined ? {} : { badPatches }),
    closingRecords: closingRecords(account, (id) => names.get(id) ?? id),
    compliance: observations.compliance.map((sample) => ({ ...sample, at: iso(sample.at) })),
    causes: causesOf(nodes),
    uncovered: uncoveredNodes(nodes),
    availableUpdates: offers.summary(managed),
    messages,
    exclusions: {
      objects,
      foreign: foreignNodes(history),
      skipped: run.skipped.map(({ at, key, why }) => ({ at: iso(at), key, why })),
    },
    functions,
    api,
    nodes: nodes.map(({ summary }) => summary),
  };
}

function exclusionHistory({ account, exclusions, request }: LabRun): ExclusionHistory {
  const versions = exclusionBucket(account)?.bucket.allVersions().reverse() ?? [];
  const patchGroupOf = (node: FleetNode) => account.regionOf(node).nodes.node(node.id)?.patchGroup;
  return {
    versions: versions.map(({ key, id, lastModified, content }) => ({
      key,
      versionId: id,
      at: lastModified.getTime(),
      text: content === undefined ? undefined : Buffer.from(content.body).toString(),
    })),
    runs: exclusions.runs,
    nodes: new Map(
      request.fleet.nodes.map((node) => [node.id, { name: node.name, patchGroup: patchGroupOf(node) }]),
    ),
  };
}

function countBy<T>(items: readonly T[], key: (item: T) => string): Record<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function summarizeWindow(window: Window, region: string, fanouts: Fanouts): WindowSummary {
  const reach = fanouts.reach(window);
  const operations = tasksOf(window).flatMap((task) => task.invocation.Parameters?.Operation ?? []);
  return {
    windowId: window.id,
    name: window.name,
    region,
    operation: [...new Set([...operations, ...(reach === undefined ? [] : [reach.operation])])].join(", "),
    schedule: window.expression,
    timezone: window.occurrences.timezone,
    durationHours: window.durationHours,
    cutoffHours: window.cutoffHours,
    fanoutRegions: [...(reach?.regions ?? [])],
    ...(reach?.ring === undefined ? {} : { ring: summarizeRing(reach.ring) }),
    executions: window.executions.map((execution) => summarizeExecution(execution, fanouts)),
    nextOpening: window.opensAt === undefined ? null : iso(window.opensAt),
    missed: window.missed.map(({ at, reason }) => ({ at: iso(at), reason })),
  };
}

function summarizeRing({
  Name,
  After,
  MaxFailedTotal,
  Alarms,
}: RingRule): NonNullable<WindowSummary["ring"]> {
  const after =
    After === undefined
      ? null
      : {
          ...{ name: After.Name, soakHours: After.SoakHours, minSuccess: After.MinSuccess },
          maxFailed: After.MaxFailed ?? null,
        };
  return { name: Name, after, maxFailedTotal: MaxFailedTotal ?? null, alarms: [...Alarms] };
}

function summarizeExecution(execution: WindowExecution, fanouts: Fanouts): ExecutionSummary {
  const { fanout, commands: ofRegions } = fanouts.execution(execution);
  const commands = execution.tasks.filter(({ task }) => task.type === "RUN_COMMAND").flatMap(summarizeTask);
  const needed = execution.tasks.flatMap(({ invocations }) =>
    invocations.flatMap(({ command }) => command.neededUntil ?? []),
  );
  return {
    executionId: execution.id,
    status: execution.status,
    statusDetails: execution.statusDetails,
    startedAt: iso(execution.startedAt),
    endedAt: execution.endedAt === undefined ? null : iso(execution.endedAt),
    cutoffAt: iso(execution.cutoffAt),
    closesAt: iso(execution.closesAt),
    neededUntil: needed.length === 0 ? null : iso(Math.max(...needed)),
    commands: [...commands, ...ofRegions],
    fanout,
  };
}
