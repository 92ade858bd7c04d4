import type { Account } from "../../aws/account.js";
import type { Region } from "../../aws/region.js";
import type { Bucket } from "../../aws/s3/bucket.js";
import type { Command } from "../../aws/ssm/commands/command.js";
import type { Window, WindowExecution } from "../../aws/ssm/windows/windowTypes.js";
import type { LabRun } from "../../run.js";
import type { FanoutRun } from "../summary/fanoutShape.js";
import type { CommandSummary } from "../summary/summary.js";
import { summarizeCommand } from "./commands.js";
import { type FanoutWindow, fanoutOf, fanoutWindow, type StoredRun, storedRuns } from "./fanoutRecords.js";
import { closedFanoutRun, openFanoutRun } from "./fanoutRun.js";

/** The closing function looks once an hour, whatever events it has missed. */
const closingSpan = 3_600_000;

/** What central windows have started, and the records of their runs. */
export class Fanouts {
  private readonly windows: ReadonlyMap<Window, { readonly region: Region; readonly reach: FanoutWindow }>;
  private readonly records = new Map<Bucket, ReadonlyMap<string, StoredRun>>();
  private readonly names: ReadonlyMap<string, string>;
  private readonly commands: ReadonlyMap<string, readonly SentCommand[]>;
  private readonly until: number;

  constructor({ account, request }: LabRun) {
    this.windows = new Map(
      account.regions().flatMap((region) =>
        region.windows.ever.flatMap((window) => {
          const reach = fanoutWindow(window, region);
          return reach === undefined ? [] : [[window, { region, reach }] as const];
        }),
      ),
    );
    this.names = new Map(request.fleet.nodes.map(({ id, name }) => [id, name]));
    this.commands = this.windows.size === 0 ? new Map() : commandsByRun(account);
    this.until = account.clock.now;
  }

  /** undefined for a window that is not central. */
  reach(window: Window): FanoutWindow | undefined {
    return this.windows.get(window)?.reach;
  }

  /** What an execution of a central window has come to: the record of its run, and the commands of all Regions. */
  execution({ window, tasks, closesAt }: WindowExecution): {
    readonly fanout: FanoutRun | null;
    readonly commands: CommandSummary[];
  } {
    const central = this.windows.get(window);
    if (central === undefined) return { fanout: null, commands: [] };
    // As its tasks were when it opened.
    const [begun] = tasks.flatMap(({ id, task }) => {
      const reach = fanoutOf(task, central.region);
      return reach === undefined ? [] : [{ runId: id.toLowerCase(), reach }];
    });
    if (begun === undefined) return { fanout: null, commands: [] };
    const { runId, reach } = begun;
    const stored = this.recordsIn(reach.bucket).get(runId);
    const nameOf = (id: string) => this.names.get(id) || id;
    const surroundings = { nameOf, closeBy: closesAt + closingSpan, until: this.until };
    return {
      fanout:
        stored === undefined
          ? null
          : "closed" in stored
            ? closedFanoutRun(stored.closed, surroundings)
            : openFanoutRun(stored.open, surroundings),
      commands: (this.commands.get(runId) ?? []).map(summarizeSent),
    };
  }

  private recordsIn(bucket: Bucket): ReadonlyMap<string, StoredRun> {
    const records = this.records.get(bucket) ?? storedRuns(bucket);
    this.records.set(bucket, records);
    return records;
  }
}

interface SentCommand {
  /** Region and resource group, before them the account where it is another one. */
  readonly name: string;
  readonly parts: readonly Command[];
}

/** The commands of all Regions by the ids of their runs; those for single nodes of a Region as one. */
function commandsByRun(account: Account): ReadonlyMap<string, readonly SentCommand[]> {
  const runs = new Map<string, Map<string, Command[]>>();
  for (const region of account.everywhere()) {
    const where = region.account.id === account.id ? region.name : `${region.account.id} ${region.name}`;
    for (const command of region.runCommand.commands) {
      const runId = command.parameters.SnapshotId?.[0] ?? "";
      if (runId === "") continue;
      const { Commands = [] } = region.runCommand.history.listCommands({ CommandId: command.id });
      const group = Commands[0]?.Targets?.[0]?.Values?.join(", ");
      const name = group === undefined ? where : `${where} ${group}`;
      const run = runs.get(runId) ?? new Map<string, Command[]>();
      run.set(name, [...(run.get(name) ?? []), command]);
      runs.set(runId, run);
    }
  }
  return new Map(
    [...runs].map(([runId, byName]) => [runId, [...byName].map(([name, parts]) => ({ name, parts }))]),
  );
}

function summarizeSent({ name, parts }: SentCommand): CommandSummary {
  const all = parts.map((command) => summarizeCommand(name, command));
  const [first, ...others] = all;
  if (first === undefined) throw new RangeError(`${name} has no command`);
  return others.reduce(both, first);
}

function both(one: CommandSummary, other: CommandSummary): CommandSummary {
  const worse = one.status === "Success" && one.statusDetails === "Success" ? other : one;
  const invocations = { ...one.invocations };
  for (const [kind, nodes] of Object.entries(other.invocations))
    invocations[kind] = (invocations[kind] ?? 0) + nodes;
  const times = [one.endedAt, other.endedAt];
  return {
    ...worse,
    targeted: one.targeted + other.targeted,
    invocations,
    startedAt: one.startedAt,
    endedAt: times.includes(null) ? null : (times.toSorted().at(-1) ?? null),
    patchesInstalled: one.patchesInstalled + other.patchesInstalled,
    nodesRebooted: one.nodesRebooted + other.nodesRebooted,
    stoppedByErrorLimit: one.stoppedByErrorLimit || other.stoppedByErrorLimit,
  };
}
