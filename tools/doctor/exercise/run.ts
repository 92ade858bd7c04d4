import { basename, dirname } from "node:path";
import { nodeArn } from "#shared/contract/nodeArn.js";
import { prepareFolder, writeFiles } from "#shared/terminal/output.js";
import { CannotRun, given } from "#shared/terminal/terminal.js";
import type { Facts } from "../facts.js";
import { partitionOf } from "../needs.js";
import { type Exercised, exercise, type Surroundings, type Trial, trialTagKey } from "./exercise.js";
import type { ExercisePorts } from "./ports.js";

/** What is to be tried, by what stands. @throws CannotRun when it cannot be */
export function trialOf(facts: Facts, nodeId: string): Trial {
  const { homeRegion, prefix, stack } = facts;
  const home = facts.regions.find(({ name }) => name === homeRegion);
  const nodes = home?.nodes.ok === true ? home.nodes.value : [];
  const node = nodes.find(({ id }) => id === nodeId);
  const problems: string[] = [];
  if (node === undefined)
    problems.push(
      `--exercise: got ${given(nodeId)}; allowed is a node of ${homeRegion} that is under patching${nodes.length === 0 ? "" : `, such as ${nodes[0]?.id}`}.`,
    );
  else if (node.ping !== "Online") problems.push(`--exercise: SSM does not reach ${nodeId} now.`);
  const scan = facts.windows.find(({ expected }) => expected.part === "scan")?.found;
  const task = scan?.ok === true ? scan.value?.tasks.find(({ type }) => type === "RUN_COMMAND") : undefined;
  if (task?.roleArn === undefined)
    problems.push(`--exercise: stack ${stack} has no window that scans, whose role it could try.`);
  if (task?.roleArn === undefined || problems.length > 0) throw new CannotRun(problems.join("\n"));
  const { roleArn, bucket } = task;
  const topics = facts.topics.map(({ arn }) => arn);
  return { windowName: `${prefix}-doctor`, nodeId, roleArn, bucket, topics, stack };
}

/** What will be done, for a person who is asked. */
export function planLines({ windowName, nodeId, roleArn, topics }: Trial): string[] {
  return [
    "The exercise",
    `  makes a maintenance window ${windowName}, which scans ${nodeId} as ${roleArn}, waits for its end, and deletes it;`,
    ...topics.map((topic) => `  sends a test message to everybody who subscribes to ${topic};`),
    `  writes the tag ${trialTagKey} to ${nodeId}, sees after how long it is read, and takes it away.`,
    "It installs nothing, and reboots nothing. What an earlier one has left is deleted first.",
  ];
}

/** The ports of a home Region, by which its nodes have ARNs. */
export type PortsOf = (region: string, arnOf: (nodeId: string) => string) => Promise<ExercisePorts>;

/** Does it, and writes what it has settled into a file, where there is to be one. @returns lines for a person, and whether all went well */
export async function runExercise(
  facts: Facts,
  trial: Trial,
  {
    portsOf,
    out,
    ...surroundings
  }: Surroundings & { readonly portsOf: PortsOf; readonly out: string | undefined },
): Promise<{ readonly lines: readonly string[]; readonly isWell: boolean }> {
  const { account, homeRegion: region, stack } = facts;
  const arnOf = (id: string) => nodeArn({ partition: partitionOf(region), region, accountId: account }, id);
  if (out !== undefined) prepareFolder(dirname(out));
  const done = await exercise(await portsOf(region, arnOf), trial, surroundings);
  const settled = settledBy(done);
  if (out !== undefined) {
    const date = new Date(surroundings.clock()).toISOString();
    const record = { version: 1, account, region, date, stack, node: trial.nodeId, ...done, settled };
    writeFiles(dirname(out), { [basename(out)]: `${JSON.stringify(record, undefined, 1)}\n` });
  }
  return {
    lines: [
      ...done.outcomes.map(({ what, ok, detail }) => `${ok ? "works" : "does not work"}: ${what}: ${detail}`),
      ...Object.entries(settled).map(([name, answer]) => `settled: ${name}=${answer} (docs/unknowns.md)`),
      ...(out === undefined ? [] : [`Written into ${out}.`]),
    ],
    isWell: done.outcomes.every(({ ok }) => ok),
  };
}

/** Seconds within which a tag counts as seen at once: it is looked for every five. */
const atOnce = 5;

/**
 * The rows of docs/unknowns.md that it answers. That a view is late settles the row; that none was does not, since the node
 * itself and IAM's conditions tell nobody what they go by.
 */
function settledBy({ tagSeconds }: Exercised): Readonly<Record<string, string>> {
  const isLate = Object.values(tagSeconds).some((seconds) => seconds !== undefined && seconds > atOnce);
  return isLate ? { tagsSeen: "late" } : {};
}
