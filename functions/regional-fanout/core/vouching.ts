import { nodeArn } from "#shared/contract/nodeArn.js";
import type { RunRecord, RunRequest } from "#shared/contract/runRecord.js";
import { counted } from "#shared/text/words.js";
import { mapLimited, type Result, settle } from "../../shared/errors.js";
import { untilAborted } from "../../shared/untilAborted.js";
import type { ProcessorState, StartPorts } from "../ports.js";
import { doubtsOf, isAsWritten } from "./doubts.js";
import type { Membership } from "./membership.js";
import { promisedIn } from "./promises.js";
import type { StartContext } from "./startContext.js";

/** Milliseconds between two looks whether the processor has put right what was found. */
const every = 30_000;
/** Milliseconds from one time at which Regions are tried again that nobody could vouch for to the next. */
const againEvery = 15 * 60_000;
/** Milliseconds that such a time is ahead at least, since it is arranged for up to three minutes before. */
const againAhead = 5 * 60_000;
/** Nodes that are named. */
const maxNamed = 20;

/** What vouching for a Region takes. */
interface VouchMeans {
  readonly state: ProcessorState;
  readonly ports: Pick<StartPorts, "region" | "pause" | "now">;
  /** The run's groups. */
  readonly groups: readonly string[];
  /** Name of the group of nodes that no exclusion has moved; undefined where the stack does not make its groups. */
  readonly base: string | undefined;
  /** Where nodes are, beside their Region. */
  readonly place: { readonly partition: string; readonly accountId: string };
  /** Every member of a group. */
  readonly members: (region: string, group: string) => Promise<Membership>;
  /** Until when it is tried, epoch milliseconds. */
  readonly until: number;
  readonly signal: AbortSignal;
}

/**
 * Looks before an installation whether the exclusions that people were told as in force are kept where it is to be started. Where
 * they are not, it asks the exclusion processor, once for all Regions, and looks again until they are.
 */
export class Vouching {
  private asked: Promise<Result<void>> | undefined;

  constructor(private readonly means: VouchMeans) {}

  /** @returns why nobody can vouch for a Region, with the names of nodes; undefined when somebody can */
  async doubt(region: string): Promise<string | undefined> {
    const { ports, state, until } = this.means;
    for (;;) {
      const found = await settle(this.look(region));
      const why = found.ok ? found.value : `what is promised there cannot be told (${found.error})`;
      if (why === undefined) return undefined;
      this.asked ??= settle(state.ask());
      const asked = await this.asked;
      if (!asked.ok) return `${why}; the exclusion processor could not be asked (${asked.error})`;
      if (ports.now() + every > until) return why;
      await ports.pause(every);
    }
  }

  private async look(region: string): Promise<string | undefined> {
    const { state, ports, base, place, signal } = this.means;
    const promised = await untilAborted(signal, () => promisedIn(state, region, ports.now()));
    if (promised.groups.size === 0) return undefined;
    const arns = [...promised.groups.keys()].map((id) => nodeArn({ ...place, region }, id));
    const tags = await untilAborted(signal, () => ports.region(region).ownTags(arns, signal));
    if (isAsWritten(promised, tags)) return undefined;
    const doubts = doubtsOf(promised, { groups: await this.groupsOf(region), tags }, base);
    if (doubts.length === 0) return undefined;
    const named = doubts.slice(0, maxNamed).map(({ id, why }) => `${id}: ${why}`);
    const more = doubts.length - named.length;
    return [...named, ...(more > 0 ? [`and ${counted(more, "further node")}`] : [])].join("; ");
  }

  private async groupsOf(region: string): Promise<Map<string, readonly string[]>> {
    const groups = new Map<string, readonly string[]>();
    await mapLimited(this.means.groups, this.means.groups.length, async (group) => {
      const found = await this.means.members(region, group);
      if (found.outcome === "failed")
        throw new Error(`the members of ${group} are not known: ${found.error}`);
      if (found.outcome === "skipped") return;
      for (const id of found.ids) groups.set(id, [...(groups.get(id) ?? []), group]);
    });
    return groups;
  }
}

/** The group of nodes that no exclusion has moved, of a run's ring or of the stack: its own come in pairs of it and the excluded one. */
function baseOf(ownGroups: readonly string[], groups: readonly string[]): string | undefined {
  const place = ownGroups.findIndex((group) => groups.includes(group));
  return ownGroups[place < 0 ? 0 : place - (place % 2)];
}

/** Who vouches for a run; undefined for a scan, which installs nothing, and in a stack without exclusions. */
export function vouchingFor(
  { operation, groups, assumeRole }: RunRequest,
  { ownGroups, accountId, vouchUntil: until, deadlines }: StartContext,
  ports: StartPorts,
  members: VouchMeans["members"],
): Vouching | undefined {
  if (operation === "Scan" || ports.vouching === undefined) return undefined;
  const [, partition = "aws"] = assumeRole.split(":");
  const place = { partition, accountId };
  const { vouching: signal } = deadlines;
  const { state } = ports.vouching;
  const base = baseOf(ownGroups, groups);
  return new Vouching({ state, ports, groups, base, place, members, until, signal });
}

/**
 * Arranges the next try of Regions that nobody vouches for, as long as anything may begin. All invocations of a run arrange the same
 * times, each of which is arranged once: they do not multiply.
 */
export async function tryAgain(
  { runId, startedAt, startUntil, unvouched = [] }: RunRecord,
  { event, functionArn }: { readonly event: unknown; readonly functionArn: string },
  { vouching, now }: Pick<StartPorts, "vouching" | "now">,
  signal: AbortSignal,
): Promise<void> {
  const begun = Date.parse(startedAt);
  const next = begun + Math.ceil((now() + againAhead - begun) / againEvery) * againEvery;
  if (vouching === undefined || unvouched.length === 0 || next >= Date.parse(startUntil)) return;
  const call = { functionArn, runId, event, time: new Date(next).toISOString() };
  await untilAborted(signal, () => vouching.again(call, signal));
}
