import type { Region } from "#lab/aws/region.js";
import type { WindowExecution } from "#lab/aws/ssm/windows/windowTypes.js";
import { type Faults, noFaults } from "#lab/faults/faults.js";
import type { FaultsInput } from "#lab/faults/schema.js";
import { seededFaults } from "#lab/faults/seeded.js";
import { hash32, hashUnit, Random } from "#lab/random.js";
import type { ClosedRun } from "#shared/contract/closedRun.js";
import { catalog, hour, minute } from "../support.js";
import { without } from "./accessSupport.js";
import { Promises, promisedTags, type Undoing } from "./fanoutRandomPromises.js";
import { base, east, FanoutLab, ireland, ohio, server } from "./fanoutSupport.js";

/** Another account, which the stack names. */
const member = "210987654321";
/** Hours from one opening to the next; the window is two hours long and begins nothing in the second. */
const period = 4;
const versions = Array.from({ length: 160 }, (_, index) => ({
  released: new Date(Date.parse("2026-05-20T00:00:00Z") + index * period * hour).toISOString(),
  installSeconds: 60,
}));
/** Each opening has something new to install. */
const packages = {
  ...catalog({ openssl: versions, nginx: versions }),
  platformName: "Amazon Linux",
  platformVersion: "2023",
};

/** What goes wrong while a window is open. */
interface Trouble {
  readonly name: string;
  readonly file?: FaultsInput;
  /** Share of the functions' invocations that die, after any number of calls. */
  readonly kills?: number;
  /** Region that has lost its group. */
  readonly lost?: string;
}

/** Of a Region that is not the stack's own: whether it goes before the run looks, after it has begun or before its cutoff. */
function regionDown(random: Random, regions: readonly string[], opensAt: number): FaultsInput {
  const from = opensAt + random.pick([-5, 5, 45]) * minute;
  const [, region = ireland] = regions;
  const [begin, end] = [from, from + 30 * minute].map((time) =>
    new Date(time).toISOString().replace(".000", ""),
  );
  return { version: 1, regionsDown: [{ region, from: begin ?? "", to: end ?? "" }] };
}

/** The processor cannot put a node back that somebody has moved. */
const noTag = "no tag written";
const calls = (share: number, kind: "throttle" | "serverError" | "timeout", ...operations: string[]) => ({
  version: 1 as const,
  calls: [{ operations, share, kind }],
});
const lateEvents = { duplicateShare: 0.5, delaySeconds: [1, 60] as [number, number] };

function drawTrouble(random: Random, regions: readonly string[], opensAt: number): Trouble {
  return random.weighted<() => Trouble>([
    [() => ({ name: "none" }), 2],
    [() => ({ name: "throttling", file: calls(0.3, "throttle", "*") }), 2],
    [() => ({ name: "errors", file: calls(0.1, "serverError", "*") }), 1],
    [
      () => ({
        name: "lost answers",
        file: calls(0.3, "timeout", "ssm:StartAutomationExecution", "ssm:CancelCommand", "s3:Put*"),
      }),
      2,
    ],
    [() => ({ name: "no schedule", file: calls(1, "throttle", "scheduler:CreateSchedule") }), 1],
    [() => ({ name: "a Region down", file: regionDown(random, regions, opensAt) }), 1],
    [() => ({ name: "no start", file: calls(1, "throttle", "ssm:StartAutomationExecution") }), 1],
    [() => ({ name: noTag, file: calls(1, "throttle", "tag:TagResources") }), 2],
    [() => ({ name: "late events", file: { version: 1, events: lateEvents } }), 1],
    [() => ({ name: "kills", kills: 0.5 }), 2],
    [() => ({ name: "a lost group", lost: random.pick(regions) }), 2],
  ])();
}

/** Faults that change from one opening to the next. */
class OpeningFaults implements Faults {
  private current: Faults = noFaults;
  private kills = 0;
  private seed = 0;
  private runs = 0;

  begin({ file, kills = 0 }: Trouble, seed: number): void {
    this.current = file === undefined ? noFaults : seededFaults(file, seed);
    this.kills = kills;
    this.seed = seed;
  }

  onCall: Faults["onCall"] = (call) => this.current.onCall(call);
  onDelivery: Faults["onDelivery"] = (event) => this.current.onDelivery(event);
  killAfter: Faults["killAfter"] = () => {
    const run = this.runs++;
    if (hashUnit(this.seed, "is killed", run) >= this.kills) return undefined;
    return Math.floor(hashUnit(this.seed, "after", run) * 25);
  };
}

/** What one opening of the central window has come to. */
export interface Opening {
  readonly trouble: Trouble;
  readonly undoing: Undoing | undefined;
  readonly execution: WindowExecution;
  readonly runId: string;
  readonly record: ClosedRun | undefined;
  /** When nothing was to begin any more. */
  readonly cutoff: number;
  /** Texts of all messages since it opened. */
  readonly told: readonly string[];
}

/** A Region of an account; of the own one undefined. */
interface Place {
  readonly region: string;
  readonly account: string | undefined;
  readonly in: Region;
}

/** A fleet of any kind in three Regions, and window after window over it. */
export class RandomFanout {
  private readonly random: Random;
  private opensAt = Date.parse("2026-06-01T12:00:00Z");

  private constructor(
    readonly lab: FanoutLab,
    private readonly faults: OpeningFaults,
    private readonly seed: number,
    private readonly regions: readonly string[],
    readonly promises: Promises,
  ) {
    this.random = new Random(hash32(seed, "openings"));
  }

  static async open(seed: number): Promise<RandomFanout> {
    const random = new Random(hash32(seed, "fleet"));
    const faults = new OpeningFaults();
    const regions = [east, ohio, ireland].slice(
      0,
      random.weighted([
        [1, 1],
        [2, 3],
        [3, 3],
      ]),
    );
    // The first of the groups, whose turn comes before the cutoff.
    const promised = Array.from({ length: 4 }, () =>
      server(random.pick(regions), { tags: random.pick(promisedTags), catalog: packages }),
    );
    // Of the nodes that are in the other account.
    const share = random.pick([0, 0.2, 0.5, 0.8]);
    const fleet = Array.from({ length: regions.length * random.integer(3, 10) }, (_, index) => {
      const changes = random.weighted([
        [{}, 12],
        [{ fails: ["openssl"] }, 1],
        [{ state: "stopped" as const }, 1],
        [{ connectionLost: true }, 1],
        [{ id: `mi-${String(index).padStart(17, "0")}` }, 1],
      ]);
      return server(random.pick(regions), {
        speed: random.integer(4, 12),
        ...(random.next() < share ? { account: member } : {}),
        ...changes,
        catalog: packages,
      });
    });
    const mayNotArrange = random.next() < 0.04;
    const lab = await FanoutLab.open({
      records: true,
      fleet: [...promised, ...fleet],
      ...{ regions, faults, members: true },
      ...(mayNotArrange ? { change: without("central-start-role-policy", "ArrangeTheEnd") } : {}),
      values: {
        stacks: '["central"]',
        maxHeldPercent: "100",
        fanoutAccounts: JSON.stringify([member]),
        fanoutSchedule: `cron(0 0/${period} ? * * *)`,
        fanoutDurationHours: "2",
        fanoutCutoffHours: "1",
        fanoutExecutionMode: random.weighted([
          ["per-region", 4],
          ["per-instance", 1],
        ]),
        fanoutMaxConcurrency: random.pick(["1", "2", "20%"]),
        fanoutMaxErrors: random.pick(["1", "100%"]),
      },
    });
    return new RandomFanout(lab, faults, seed, regions, new Promises(lab, regions));
  }

  /** The Regions of both accounts. */
  get places(): readonly Place[] {
    const other = this.lab.lab.account.account(member);
    return this.regions.flatMap((region): Place[] => [
      { region, account: undefined, in: this.lab.region(region) },
      ...(other === undefined ? [] : [{ region, account: member, in: other.region(region) }]),
    ]);
  }

  /** Lets the window open once more, and its run be closed. */
  async next(): Promise<Opening> {
    const { lab, random, opensAt, promises } = this;
    const trouble = drawTrouble(random, this.regions, opensAt);
    const undoing = promises.draw(random, trouble.name === noTag ? 1 : 0.5);
    await this.to(opensAt - 26 * minute);
    promises.note();
    if (undoing !== undefined) {
      await this.to(opensAt - undoing.minutes * minute);
      promises.note();
      promises.undo(undoing);
      // The hourly run would put it back before the window opens.
      if (trouble.name === noTag) this.faults.begin(trouble, 0);
    }
    await this.to(opensAt - 5 * minute);
    promises.note();
    const before = lab.home.sns.delivered.length;
    const restore = trouble.lost === undefined ? () => undefined : this.lose(trouble.lost);
    this.faults.begin(trouble, random.integer(0, 2 ** 31) + this.seed);
    // All tries of its ends are over; the closing function has one hourly look left.
    await this.to(opensAt + 2.5 * hour);
    this.faults.begin({ name: "none" }, 0);
    restore();
    await this.to(opensAt + period * hour - 31 * minute);
    this.opensAt += period * hour;
    const { execution } = lab;
    const task = execution.tasks.find(({ task: { arn } }) => arn.endsWith("-fanout"));
    const runId = task?.id.toLowerCase() ?? "no task";
    return {
      ...{ trouble, undoing, execution, runId },
      record: lab.closed.find((run) => run.runId === runId),
      cutoff: opensAt + hour,
      told: lab.home.sns.delivered.slice(before).map(({ subject = "", text }) => `${subject}\n${text}`),
    };
  }

  private to(time: number): Promise<void> {
    return this.lab.lab.account.clock.advanceTo(time);
  }

  /** Takes a Region's group away. @returns what puts it back */
  private lose(region: string): () => void {
    const { resourceGroups } = this.lab.region(region);
    const { GroupQuery } = resourceGroups.getGroupQuery({ GroupName: base });
    resourceGroups.deleteGroup({ GroupName: base });
    return () => {
      resourceGroups.createGroup({ Name: base, ResourceQuery: GroupQuery.ResourceQuery });
    };
  }
}
