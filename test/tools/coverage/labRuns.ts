import { parseGroup } from "#shared/contract/exclusionNames.js";
import { hourMs } from "#shared/text/time.js";
import { linux, tags } from "./fleets.js";
import type { LabReport } from "./labReports.js";
import type { CoverageLab } from "./support.js";

/** What became of a node in a run, by what the lab did. */
interface TrueNode {
  readonly state: string;
  /** What it reported in the run; undefined where nothing came back. */
  readonly report: LabReport | undefined;
}

/** A run as it was. */
export interface TrueRun {
  readonly window: string;
  readonly operation: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly hasSent: boolean;
  readonly nodes: ReadonlyMap<string, TrueNode>;
}

const regionsOf: Readonly<Record<string, readonly string[]>> = {
  "patchplane-dev-fanout": ["us-west-2", "eu-central-1"],
};

/**
 * Every run of stack dev that has been over for long enough for its record, from what the lab's windows, commands and nodes did.
 *
 * @param isRecorded whether one that may not be has a record all the same
 */
export function trueRuns(
  { run, summary }: CoverageLab,
  reports: readonly LabReport[],
  isRecorded: (window: string, startedAt: number) => boolean,
): TrueRun[] {
  const { account, request } = run;
  const home = account.region("us-east-1");
  const entries = summary.exclusions.objects.flatMap((one) => one.entries);
  const held = new Set(
    entries.flatMap(({ effect, nodes }) => (effect === "hold" ? nodes.map(({ id }) => id) : [])),
  );
  const last = account.clock.now - 6 * hourMs;
  return summary.windows
    .flatMap(({ name, operation, executions }) =>
      executions.flatMap(({ startedAt: text, endedAt: end, closesAt }): TrueRun[] => {
        const startedAt = Date.parse(text);
        const regions = regionsOf[name] ?? [home.name];
        // The central window ends before its Regions do.
        const endedAt = name in regionsOf ? startedAt + 4 * hourMs : Date.parse(end ?? closesAt);
        if (end === null || (endedAt > last && !isRecorded(name, startedAt))) return [];
        // One that selects nobody has been sent all the same.
        const commands = regions.flatMap((region) =>
          commandsIn(account.region(region), startedAt, endedAt, operation),
        );
        const statuses = new Map(commands.flatMap(invocationsOf));
        const members = request.fleet.nodes.filter(
          (node) =>
            regions.includes(node.region) &&
            node.tags.PatchGroup === tags.PatchGroup &&
            node.tags.Environment === tags.Environment,
        );
        const nodes = members.map((node): [string, TrueNode] => {
          const report = reports.find(({ id, at }) => id === node.id && at >= startedAt && at <= endedAt);
          // Who is held is told as that, wherever it is: nothing was to be installed on it.
          const isHeld = operation === "Install" && held.has(node.id);
          const found = stateOf(node, operation, statuses.get(node.id), report);
          const state = isHeld && !statuses.has(node.id) && !(name in regionsOf) ? "held" : found;
          return [node.id, { report, state }];
        });
        return [
          {
            window: name,
            operation,
            startedAt,
            endedAt,
            hasSent: commands.length > 0,
            nodes: new Map(nodes),
          },
        ];
      }),
    )
    .sort((a, b) => a.startedAt - b.startedAt);
}

type Region = ReturnType<CoverageLab["run"]["account"]["region"]>;
type Command = NonNullable<ReturnType<Region["runCommand"]["history"]["listCommands"]>["Commands"]>[number];

/** Commands of an operation of some time, newest first, with the Region's history. */
function commandsIn({ runCommand: { history } }: Region, from: number, to: number, operation: string) {
  const { Commands = [] } = history.listCommands({ MaxResults: 50 });
  return Commands.filter(({ RequestedDateTime, Parameters }) => {
    const at = RequestedDateTime?.getTime() ?? 0;
    return at >= from && at <= to && Parameters?.Operation?.[0] === operation;
  }).map((command) => ({ command, history }));
}

function invocationsOf({
  command: { CommandId },
  history,
}: {
  readonly command: Command;
  readonly history: Region["runCommand"]["history"];
}) {
  const found: [string, { readonly status: string; readonly hasBegun: boolean }][] = [];
  for (let NextToken: string | undefined; ; ) {
    const page = history.listCommandInvocations({ CommandId, Details: true, NextToken });
    for (const {
      InstanceId = "",
      StatusDetails: status = "",
      CommandPlugins = [],
    } of page.CommandInvocations ?? [])
      found.push([InstanceId, { status, hasBegun: CommandPlugins[0]?.ResponseStartDateTime !== undefined }]);
    NextToken = page.NextToken;
    if (NextToken === undefined) return found;
  }
}

function stateOf(
  node: CoverageLab["run"]["request"]["fleet"]["nodes"][number],
  operation: string,
  invocation: { readonly status: string; readonly hasBegun: boolean } | undefined,
  report: LabReport | undefined,
): string {
  if (!node.agent) return "no agent";
  if (node.state === "stopped") return "stopped";
  if (node.ping === "ConnectionLost") return "not connected";
  if (invocation === undefined) return operation === "Install" ? "held" : "not started";
  const { status, hasBegun } = invocation;
  if (status === "Terminated") return "stopped by the error limit";
  if (status === "Cancelled") return hasBegun ? "failed" : "not reached before cutoff";
  if (status !== "Success") return "failed";
  // Stack dev has baselines for Amazon Linux and Ubuntu alone.
  if (node.catalog.operatingSystem !== linux.operatingSystem) return "default baseline";
  if (report === undefined) return "unknown";
  if (operation === "Scan") return "covered";
  if (report.failed > 0) return "failed";
  return parseGroup(report.patchGroup)?.word === "hold" ? "held" : "covered";
}
