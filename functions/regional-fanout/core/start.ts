import { closedKeys, openKey } from "#shared/contract/runKeys.js";
import {
  type FilterResult,
  memberRegions,
  parseRunRecord,
  type RunRecord,
  type RunRequest,
  recordText,
  type Start,
  type StartOutcome,
  undecided,
  waitingIn,
  withDecisions,
  withStart,
  withUnvouched,
} from "#shared/contract/runRecord.js";
import { canonicalJson } from "#shared/text/words.js";
import { stableText } from "../../shared/errors.js";
import { untilAborted } from "../../shared/untilAborted.js";
import { startMargin } from "../../shared/windows/ends.js";
import type { StartPorts } from "../ports.js";
import { arrangedEnd } from "./arrangeEnd.js";
import { calendarOf } from "./calendar.js";
import { lookClosely } from "./counting.js";
import { automationOf } from "./evidence.js";
import { manyInstancesText } from "./instances.js";
import { explained, lostGroup, membershipOf } from "./membership.js";
import { readPayload } from "./payload.js";
import { Recorder } from "./recorder.js";
import { closedBefore, resultOf, type StartResult } from "./result.js";
import { noteRing, standOf } from "./ringLook.js";
import type { StartContext } from "./startContext.js";
import { startsOf } from "./starts.js";
import { tryAgain, type Vouching, vouchingFor } from "./vouching.js";

/** Milliseconds between two starts in a Region, of which AWS takes one in a second (StartAutomationExecution). */
const startPause = 1_000;
/** Milliseconds from a run's beginning in which a retry may still start something. */
const startSpan = 60 * 60_000;

/** A record as it stands in the bucket. */
interface Held {
  readonly record: RunRecord;
  readonly etag: string;
}

/**
 * Starts the automations of a run. It may be called again with the same payload at any time, also at once: what has
 * been decided is read from the record, and what has been started is not started again.
 *
 * @throws PayloadError; Error when the calendars, or the record, cannot be read or written: nothing was started then
 */
export async function startRun(
  event: unknown,
  context: StartContext,
  ports: StartPorts,
): Promise<StartResult> {
  const request = readPayload(event, context.executionRoleName);
  return new FanoutStart(event, request, context, ports).run();
}

class FanoutStart {
  private readonly key: string;
  private readonly vouching: Vouching | undefined;

  constructor(
    private readonly event: unknown,
    private readonly request: RunRequest,
    private readonly context: StartContext,
    private readonly ports: StartPorts,
  ) {
    this.key = openKey(request.runId);
    const { vouching: signal } = context.deadlines;
    this.vouching = vouchingFor(request, context, ports, (...place) => this.members(...place, signal, "all"));
  }

  async run(): Promise<StartResult> {
    const known = await this.read();
    const closed = known === undefined ? await this.closedKey() : undefined;
    if (closed !== undefined) return closedBefore(this.request.runId, closed);
    const held = known ?? (await this.begin());
    this.refuseOther(held.record);
    if (isDone(held.record)) return resultOf(held.record);
    // The run may have been closed while this invocation looked around. The open record is then the closing function's.
    const since = await this.closedKey();
    if (since !== undefined) return closedBefore(this.request.runId, since);
    const recorder = new Recorder(this.ports.runs, this.key, held);
    // Each Region goes its own way: none waits for one that is slow, and the failure of one is no other's.
    const regions = await Promise.allSettled(
      this.request.regions.map((region) => this.region(recorder, region)),
    );
    for (const one of regions) if (one.status === "rejected") throw one.reason;
    await lookClosely(recorder, {
      ports: this.ports,
      members: (region, group) => this.members(region, group, this.context.deadlines.counts, "all"),
      signal: this.context.deadlines.counts,
    });
    const { event, context } = this;
    const call = { event, functionArn: context.functionArn };
    await tryAgain(recorder.record, call, this.ports, context.deadlines.counts);
    return resultOf(recorder.record);
  }

  private async begin(): Promise<Held> {
    await this.refuseManyInstances();
    const record = await this.emptyRecord();
    const etag = await this.ports.runs.create(this.key, recordText(record));
    if (etag !== undefined) return { record, etag };
    // Another invocation was faster: its decisions count.
    const held = await this.read();
    if (held === undefined) throw new Error(`${this.key} was there and is gone; nothing was started`);
    return held;
  }

  /** Each automation of a node is billed: above a number, somebody has to have said that it is meant. */
  private async refuseManyInstances(): Promise<void> {
    const { executionMode, groups, regions } = this.request;
    if (executionMode !== "per-instance") return;
    const { filter } = this.context.deadlines;
    const found = await Promise.all(
      regions.flatMap((region) => groups.map((group) => this.members(region, group, filter, "all"))),
    );
    const nodes = new Set(found.flatMap((one) => (one.outcome === "members" ? one.ids : []))).size;
    const refusal = manyInstancesText(nodes, this.context.perInstanceNodes);
    if (refusal !== undefined) throw new Error(refusal);
  }

  private async read(): Promise<Held | undefined> {
    const found = await this.ports.runs.read(this.key);
    return found === undefined
      ? undefined
      : { record: parseRunRecord(this.key, found.text), etag: found.etag };
  }

  private async closedKey(): Promise<string | undefined> {
    const keys = closedKeys(this.request.runId, this.ports.now());
    const found = await Promise.all(keys.map((key) => this.ports.runs.list(key)));
    return keys.find((key, index) => found[index]?.includes(key) === true);
  }

  /** A second payload with the id of the first would be taken for a retry, and never be done. */
  private refuseOther(record: RunRecord): void {
    if (canonicalJson(record.request) === canonicalJson(this.request)) return;
    throw new Error(
      `TaskExecutionId ${this.request.runId} belongs to a run with another payload, see ${this.key}; nothing was started. Write a new UUID.`,
    );
  }

  private async emptyRecord(): Promise<RunRecord> {
    const { request, context } = this;
    const startedAt = this.ports.now();
    const calendar = await calendarOf(request.calendars, this.ports, context.deadlines.filter);
    const { filter: signal } = context.deadlines;
    const ring = await this.atTheGate(startedAt, signal);
    const isOpen = (calendar === undefined || calendar.state === "OPEN") && ring?.verdict !== "held";
    const ends = isOpen ? await arrangedEnd(request, this.ports, startedAt, signal) : undefined;
    const latest = startedAt + startSpan;
    // What has to wait for the exclusion processor may begin as long as anything may.
    const last = ends === undefined ? latest : Date.parse(ends.stopAt) - startMargin;
    const startUntil = this.vouching === undefined ? Math.min(latest, last) : last;
    return {
      version: 2,
      runId: request.runId,
      windowId: request.windowId,
      startedAt: new Date(startedAt).toISOString(),
      startUntil: new Date(startUntil).toISOString(),
      ...(ends === undefined ? {} : { ends }),
      homeRegion: context.homeRegion,
      accountId: context.accountId,
      request,
      ...(calendar === undefined ? {} : { calendar }),
      ...(ring === undefined ? {} : { ring }),
      filter: [],
      before: [],
      starts: [],
    };
  }

  /** What becomes of the run at the gate of its ring, which is asked once: a hold is for the cycle. A scan passes. */
  private async atTheGate(startedAt: number, signal: AbortSignal): Promise<RunRecord["ring"]> {
    const { ring, operation, runId } = this.request;
    if (ring === undefined || operation === "Scan") return undefined;
    const stand = await standOf({ runId, rule: ring }, startedAt, this.ports, signal);
    await noteRing(this.request, stand, startedAt, this.ports);
    return stand;
  }

  /** Decides what is to be started in a Region, writes it down, and starts it. */
  private async region(recorder: Recorder, region: string): Promise<void> {
    const isUndecided = undecided(recorder.record).some((one) => one.region === region);
    if (!isUndecided && waitingIn(recorder.record, region).length === 0) return;
    // Also what was decided before: since then more may have been promised, or a node put back.
    if (!(await this.isVouched(recorder, region))) return;
    if (isUndecided) {
      const filter = await Promise.all(this.request.groups.map((group) => this.look(region, group)));
      const starts = startsOf(this.request, this.context.accountId, region, filter);
      await recorder.apply((record) => withDecisions(record, { filter, starts }));
    } else await recorder.refresh();
    for (const [index, start] of waitingIn(recorder.record, region).entries()) {
      if (index > 0) await this.ports.pause(startPause);
      const outcome = await this.start(start, recorder.record);
      await recorder.apply((record) => withStart(record, start.request.ClientToken, outcome));
    }
  }

  /** Whether somebody vouches for the exclusions of a Region; if nobody does, that is written down, and it is tried again later. */
  private async isVouched(recorder: Recorder, region: string): Promise<boolean> {
    const { record } = recorder;
    // Somebody has stopped the run, or its time is over: nothing is started any more, and nobody is waited for.
    if (this.ports.now() >= Date.parse(record.startUntil))
      return record.unvouched?.some((one) => one.region === region) !== true;
    const why = await this.vouching?.doubt(region);
    if (why === undefined) return true;
    this.ports.log.error("not vouched for", { region, error: why });
    await recorder.apply((current) => withUnvouched(current, region, why));
    return false;
  }

  /** One member is enough to start. */
  private async look(region: string, group: string): Promise<FilterResult> {
    const { filter, vouching } = this.context.deadlines;
    const signal = this.vouching === undefined ? filter : vouching;
    const found = await this.members(region, group, signal, "any");
    return found.outcome === "members"
      ? { region, group, ...found, ids: [...found.ids] }
      : { region, group, ...found };
  }

  private async members(region: string, group: string, signal: AbortSignal, wanted: "any" | "all") {
    const queries = this.ports.region(region);
    const found = await membershipOf((token) => queries.groupPage(group, token, signal), signal, wanted);
    return lostGroup(found, group, this.context.ownGroups);
  }

  private async start(start: Start, { startedAt, startUntil }: RunRecord): Promise<StartOutcome> {
    const { region, group, request } = start;
    const signal = this.context.deadlines.starts;
    if (this.ports.now() >= Date.parse(startUntil)) {
      return { error: `the run was to be started by ${startUntil}, and it is later than that` };
    }
    const ports = this.ports.region(region);
    try {
      const executionId = await untilAborted(signal, () => ports.startAutomation(request, signal));
      this.ports.log.info("started", { region, group, executionId });
      return { executionId };
    } catch (error) {
      this.ports.log.error("not started", { region, group, error: stableText(error) });
      const isRepeated = error instanceof Error && error.name === "IdempotentParameterMismatch";
      const known = isRepeated ? await this.startedBefore(start, startedAt) : undefined;
      return known === undefined ? { error: explained(error) } : { executionId: known };
    }
  }

  /** The id of what was started with the same token, by a call whose answer was lost. */
  private async startedBefore(start: Start, startedAt: string): Promise<string | undefined> {
    const signal = this.context.deadlines.starts;
    const { runId, document } = this.request;
    const sought = { runId, runbook: document.name, since: Date.parse(startedAt) };
    try {
      const ports = this.ports.region(start.region);
      return automationOf(start, await untilAborted(signal, () => ports.automationsOf(sought, signal)))?.id;
    } catch (error) {
      this.ports.log.error("not found", { region: start.region, error: stableText(error) });
      return undefined;
    }
  }
}

/** Whether a retry has nothing to do. */
function isDone(record: RunRecord): boolean {
  return (
    undecided(record).length === 0 &&
    record.starts.every(({ executionId }) => executionId !== undefined) &&
    record.filter.every((one) => one.outcome !== "members" || one.isPartial !== true) &&
    memberRegions(record).every((region) => record.before.some((one) => one.region === region))
  );
}
