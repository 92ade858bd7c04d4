import { baseGroupTagKey, holdGroup } from "#shared/contract/exclusionNames.js";
import { compare } from "#shared/text/words.js";
import type { StackConfig } from "#stacks/config/config.js";
import { isHybrid } from "../account/ids.js";
import type { GroupBaseline } from "../account/model.js";
import { type Expected, expectedOf } from "./expected.js";
import type { Facts, FunctionFacts, NodeFacts, RegionFacts, Seen, WindowFacts } from "./facts.js";
import { look } from "./look.js";
import { administrationNeeds, functionNeeds, partitionOf } from "./needs.js";
import type { DoctorPorts } from "./ports.js";
import { readRoles } from "./readRoles.js";
import { readScheduleGroups, scheduleRoles } from "./readSchedules.js";

type Config = StackConfig & { readonly homeRegion: string };

/** Reads all that the checks ask of. What cannot be read is told as that, whatever else is there. */
export async function readFacts(
  ports: DoctorPorts,
  config: Config,
  stack: string,
  account: string,
): Promise<Facts> {
  const expected = expectedOf(config);
  const { homeRegion, prefix, ownsBaselines } = config;
  const states = await look(ports.regionStates());
  const regions = await Promise.all(
    expected.regions.map((name) => readRegion(ports, config, expected, name, states)),
  );
  const [home] = regions;
  const all: Seen<readonly WindowFacts[]> = home?.windows ?? { ok: true, value: [] };
  const windows = expected.windows.map((one) => ({
    expected: one,
    found: all.ok ? { ok: true as const, value: all.value.find(({ name }) => name === one.name) } : all,
  }));
  const own = windows.flatMap(({ found }) => (found.ok && found.value !== undefined ? [found.value] : []));
  const { patchGroupTagKey } = config.targets;
  const place = { partition: partitionOf(homeRegion), region: homeRegion, account, patchGroupTagKey };
  const [rules, functions] = await Promise.all([
    look(ports.rules()),
    readFunctions(ports, expected.functions),
  ]);
  const ofFunctions = functions.flatMap(({ name, found }) =>
    found.ok && found.value !== undefined && found.value.role !== ""
      ? [
          {
            ...{ arn: found.value.role, usedBy: `function ${name}`, service: "lambda.amazonaws.com" },
            needs: functionNeeds(found.value, expected.works.get(name), place),
          },
        ]
      : [],
  );
  const there = functions.flatMap(({ name, found }) =>
    found.ok && found.value !== undefined ? [{ name, value: found.value }] : [],
  );
  const further = [
    ...scheduleRoles(there, homeRegion),
    ...administrationNeeds(config, expected.accounts, place),
  ];
  const roles = await readRoles(ports, own, regions, [...ofFunctions, ...further], place);
  const stackRules = rules.ok
    ? { ok: true as const, value: rules.value.filter((rule) => isOurs(rule, own, expected.functions)) }
    : rules;
  const topics = await readTopics(ports, own, stackRules);
  const failures = topics.find(({ role }) => role === "failures")?.arn;
  const alarms: Facts["alarms"] =
    failures === undefined
      ? { ok: false, error: "no task of a window names the topic of failures" }
      : await look(ports.alarms(failures));
  const queueNames = queuesOf(alarms, stackRules, functions);
  const bucket = own.flatMap(({ tasks }) => tasks.flatMap((task) => task.bucket ?? []))[0];
  return {
    ...{ stack, account, homeRegion, prefix, ownsBaselines, windows, regions, functions, topics, alarms },
    ...roles,
    scheduleGroups: await readScheduleGroups(ports, there),
    accounts: expected.accounts,
    sharing: await Promise.all(
      expected.centralRegions.map(async (region) => ({
        region,
        accounts: await look(ports.region(region).sharedWith(expected.runbook)),
      })),
    ),
    rules: stackRules,
    hourly: expected.hourly,
    queues: await Promise.all(
      queueNames.map(async (name) => ({ name, waiting: await look(ports.waiting(name)) })),
    ),
    bucket:
      bucket === undefined ? undefined : { name: bucket, policy: await look(ports.bucketPolicy(bucket)) },
  };
}

/** Names of the queues for what could not be delivered, by all that sends there. */
function queuesOf(
  alarms: Facts["alarms"],
  rules: Facts["rules"],
  functions: Facts["functions"],
): readonly string[] {
  const watched = alarms.ok ? alarms.value.flatMap(({ dimensions: { QueueName } }) => QueueName ?? []) : [];
  const targets = rules.ok ? rules.value.flatMap((rule) => rule.targets) : [];
  const arns = [
    ...targets.flatMap(({ deadLetterArn }) => deadLetterArn ?? []),
    ...functions.flatMap(({ failures }) => (failures.ok ? (failures.value ?? []) : [])),
  ];
  const names = arns.filter((arn) => arn.split(":")[2] === "sqs").map((arn) => arn.replace(/^.*:/, ""));
  return [...new Set([...watched, ...names])].sort(compare);
}

/** A rule that listens to one of the windows, or calls one of the functions. */
function isOurs(
  { pattern, targets }: Extract<Facts["rules"], { ok: true }>["value"][number],
  windows: readonly WindowFacts[],
  functions: readonly string[],
): boolean {
  return (
    windows.some(({ id }) => pattern?.includes(`"${id}"`) === true) ||
    targets.some(({ arn }) => functions.some((name) => arn.endsWith(`:function:${name}`)))
  );
}

async function readRegion(
  ports: DoctorPorts,
  config: Config,
  expected: Expected,
  name: string,
  states: Seen<Readonly<Record<string, string>>>,
): Promise<RegionFacts> {
  const optIn = states.ok ? { ok: true as const, value: states.value[name] } : states;
  const isCentral = expected.centralRegions.includes(name);
  const region = ports.region(name);
  const hasNodes = isCentral || config.regions.home;
  const nodes = hasNodes ? await look(readNodes(ports, config, name)) : { ok: true as const, value: [] };
  const [windows, associations, baselines, all] = await Promise.all([
    look(region.windows()),
    look(region.associations()),
    look(region.baselines()),
    look(region.groups()),
  ]);
  const groupCounts = all.ok ? { ok: true as const, value: countsOf(all.value) } : all;
  const groups = groupsOf(config, nodes.ok ? nodes.value : []);
  const registered = hasNodes
    ? await Promise.all(
        Object.keys(config.baselines).flatMap((operatingSystem) =>
          groups.map(async (group) => ({
            group,
            operatingSystem,
            wanted: expected.baselineFor(group, operatingSystem),
            baselineId: await look(region.baselineOf(group, operatingSystem)),
          })),
        ),
      )
    : [];
  const central = isCentral
    ? await Promise.all(
        expected
          .groupsIn(name)
          .map(async (one) => ({ name: one, members: await look(region.groupMembers(one)) })),
      )
    : [];
  const runbook = isCentral
    ? { name: expected.runbook, status: await look(region.document(expected.runbook)) }
    : undefined;
  const baselinesOf = { baselines, registered, groupCounts };
  return { name, optIn, nodes, windows, associations, ...baselinesOf, groups: central, runbook };
}

function countsOf(groups: readonly GroupBaseline[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { baselineId } of groups) counts.set(baselineId, (counts.get(baselineId) ?? 0) + 1);
  return counts;
}

/** The base groups, and those of nodes that exclusions have moved. */
function groupsOf({ targets }: Config, nodes: readonly NodeFacts[]): string[] {
  const moved = nodes.flatMap(({ tags }) => tags[targets.patchGroupTagKey] ?? []);
  return [...new Set([...targets.patchGroups, ...moved])].sort(compare);
}

/** Nodes that are under patching by their tags, whatever windows say. */
async function readNodes(ports: DoctorPorts, config: Config, name: string): Promise<NodeFacts[]> {
  const region = ports.region(name);
  const { targets } = config;
  const further = Object.entries(targets.tags).map(([key, values]) => ({ key, values }));
  const marks = targets.patchGroups.flatMap((group) => [group, holdGroup(group)]);
  const ways = [
    { key: targets.patchGroupTagKey, values: targets.patchGroups },
    { key: baseGroupTagKey, values: marks },
  ];
  const tagged = await Promise.all(ways.map((way) => region.tagged([way, ...further])));
  const [managed, instances] = await Promise.all([region.managed(), region.instances()]);
  const known = new Map(managed.map((one) => [one.id, one]));
  const servers = new Map(instances.map((one) => [one.id, one]));
  const byId = new Map(tagged.flat().map((one) => [one.id, one]));
  return (
    [...byId.values()]
      // Tags linger for an hour on what is terminated.
      .filter(({ id }) => isHybrid(id) || servers.has(id))
      .map(({ id, tags }) => ({
        ...{ id, tags },
        ping: known.get(id)?.ping,
        platform: known.has(id)
          ? `${known.get(id)?.platformName} ${known.get(id)?.platformVersion}`
          : undefined,
        state: servers.get(id)?.state,
        profile: servers.get(id)?.profile,
      }))
  );
}

async function readFunctions(ports: DoctorPorts, names: readonly string[]): Promise<FunctionFacts[]> {
  const [errors, throttles] = await Promise.all([
    look(ports.functionSums("Errors", names)),
    look(ports.functionSums("Throttles", names)),
  ]);
  const at = (sums: Seen<readonly number[]>, index: number): Seen<number> =>
    sums.ok ? { ok: true, value: sums.value[index] ?? 0 } : sums;
  return Promise.all(
    names.map(async (name, index) => ({
      name,
      found: await look(ports.lambda(name)),
      errors: at(errors, index),
      throttles: at(throttles, index),
      failures: await look(ports.lambdaFailures(name)),
      policy: await look(ports.lambdaPolicy(name)),
    })),
  );
}

async function readTopics(
  ports: DoctorPorts,
  windows: readonly WindowFacts[],
  rules: Facts["rules"],
): Promise<Facts["topics"]> {
  const named = windows.flatMap(({ tasks }) => tasks.flatMap(({ topicArn }) => topicArn ?? []));
  const targets = (rules.ok ? rules.value : []).flatMap((rule) =>
    rule.targets.flatMap(({ arn }) =>
      arn.split(":")[2] === "sns" ? [{ arn, isOfFailures: rule.pattern?.includes('"FAILED"') === true }] : [],
    ),
  );
  const failures = new Set([
    ...named,
    ...targets.flatMap(({ arn, isOfFailures }) => (isOfFailures ? [arn] : [])),
  ]);
  const others = new Set(targets.map(({ arn }) => arn).filter((arn) => !failures.has(arn)));
  const all = [
    ...[...failures].map((arn) => ({ arn, role: "failures" as const })),
    ...[...others].map((arn) => ({ arn, role: "completions" as const })),
  ];
  return Promise.all(
    all.map(async ({ arn, role }) => {
      const found = await look(ports.topic(arn));
      const keyArn = found.ok ? found.value?.keyArn : undefined;
      return {
        ...{ arn, role, found },
        subscriptions:
          found.ok && found.value === undefined
            ? { ok: true as const, value: [] }
            : await look(ports.subscriptions(arn)),
        keyPolicy:
          keyArn === undefined
            ? { ok: true as const, value: undefined }
            : await look(ports.keyPolicy(keyArn)),
      };
    }),
  );
}
