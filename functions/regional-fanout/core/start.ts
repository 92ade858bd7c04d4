import { closedKeys, openKey } from "#shared/contract/runKeys.js";
import {
  type Before,
  type FilterResult,
  memberRegions,
  membersOf,
  parseRunRecord,
  type RunRecord,
  type RunRequest,
  recordText,
  type Start,
  type StartOutcome,
  withStart,
} from "#shared/contract/runRecord.js";
import { canonicalJson } from "#shared/text/words.js";
import { mapLimited, stableText } from "../../shared/errors.js";
import type { StartPorts } from "../ports.js";
import { untilAborted } from "./deadline.js";
import { explained, membershipOf } from "./membership.js";
import { countsOf } from "./patchStates.js";
import { readPayload } from "./payload.js";
import { closedBefore, resultOf, type StartResult } from "./result.js";
import { startsOf } from "./starts.js";

/** Groups of Regions that are asked at a time; a page of members has 50 of them. */
const parallelQueries = 20;
/** Milliseconds between two starts, of which AWS takes one in a second (Service Quotas, StartAutomationExecution). */
const startPause = 1_000;
/** Milliseconds from a run's beginning in which a retry may still start something. */
const startSpan = 60 * 60_000;
/** Writes of the record that may find it changed by another invocation, one after the other. */
const maxRewrites = 10;

/** What an invocation is told by its surroundings. */
export interface StartContext {
  readonly homeRegion: string;
  readonly accountId: string;
  /** Role of the automations in Regions and accounts, unless the payload names one. */
  readonly executionRoleName: string;
  /** Each ends a part of the work well before the function's own time is up. */
  readonly deadlines: {
    readonly filter: AbortSignal;
    readonly counts: AbortSignal;
    readonly starts: AbortSignal;
  };
}

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
  return new FanoutStart(request, context, ports).run();
}

class FanoutStart {
  private readonly key: string;

  constructor(
    private readonly request: RunRequest,
    private readonly context: StartContext,
    private readonly ports: StartPorts,
  ) {
    this.key = openKey(request.runId);
  }

  async run(): Promise<StartResult> {
    const known = await this.read();
    const closed = known === undefined ? await this.closedKey() : undefined;
    if (closed !== undefined) return closedBefore(this.request.runId, closed);
    const held = known ?? (await this.begin());
    this.refuseOther(held.record);
    const isAllStarted = held.record.starts.every(({ executionId }) => executionId !== undefined);
    // The run may have been closed while this invocation looked around. The open record is then the closing function's.
    const since = isAllStarted ? undefined : await this.closedKey();
    if (since !== undefined) return closedBefore(this.request.runId, since);
    return resultOf((await this.startAll(held)).record);
  }

  private async begin(): Promise<Held> {
    const record = await this.decide();
    const etag = await this.ports.runs.create(this.key, recordText(record));
    if (etag !== undefined) return { record, etag };
    // Another invocation was faster: its decisions count.
    const held = await this.read();
    if (held === undefined) throw new Error(`${this.key} was there and is gone; nothing was started`);
    return held;
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

  private async decide(): Promise<RunRecord> {
    const { request, context } = this;
    const startedAt = this.ports.now();
    const calendar = await this.calendar();
    const isOpen = calendar === undefined || calendar.state === "OPEN";
    const filter = isOpen ? await this.filter() : [];
    return {
      version: 1,
      runId: request.runId,
      windowId: request.windowId,
      startedAt: new Date(startedAt).toISOString(),
      startUntil: new Date(startedAt + startSpan).toISOString(),
      homeRegion: context.homeRegion,
      accountId: context.accountId,
      request,
      ...(calendar === undefined ? {} : { calendar }),
      filter,
      before: await this.before(filter),
      starts: isOpen ? startsOf(request, context.accountId, filter) : [],
    };
  }

  private async calendar(): Promise<RunRecord["calendar"]> {
    const names = this.request.calendars;
    if (names.length === 0) return undefined;
    const signal = this.context.deadlines.filter;
    try {
      const { state, nextTransition } = await untilAborted(signal, () =>
        this.ports.calendarState(names, signal),
      );
      return nextTransition === undefined ? { state } : { state, nextTransition };
    } catch (cause) {
      const why = stableText(cause);
      throw new Error(`Nothing was started, since the state of ${names.join(", ")} is not known: ${why}`, {
        cause,
      });
    }
  }

  private filter(): Promise<FilterResult[]> {
    const signal = this.context.deadlines.filter;
    const pairs = this.request.regions.flatMap((region) =>
      this.request.groups.map((group) => ({ region, group })),
    );
    return mapLimited(pairs, parallelQueries, async ({ region, group }): Promise<FilterResult> => {
      const queries = this.ports.region(region);
      const found = await membershipOf((token) => queries.groupPage(group, token, signal), signal);
      return found.outcome === "members"
        ? { region, group, ...found, ids: [...found.ids] }
        : { region, group, ...found };
    });
  }

  /** What is not known of the nodes' patches never keeps them from being patched. */
  private before(filter: FilterResult[]): Promise<Before[]> {
    const signal = this.context.deadlines.counts;
    const { request } = this;
    return mapLimited(
      memberRegions({ filter, request }),
      parallelQueries,
      async (region): Promise<Before> => {
        const ids = membersOf({ filter }, region);
        try {
          const states = await untilAborted(signal, () => this.ports.region(region).patchStates(ids, signal));
          return { region, counts: countsOf(ids, states) };
        } catch (error) {
          return { region, unknown: explained(error) };
        }
      },
    );
  }

  private async startAll(held: Held): Promise<Held> {
    let current = held;
    const waiting = held.record.starts.filter(({ executionId }) => executionId === undefined);
    for (const [index, start] of waiting.entries()) {
      if (index > 0) await this.ports.pause(startPause);
      current = await this.note(current, start.group, await this.start(start, current.record));
    }
    return current;
  }

  private async start({ group, request }: Start, { startUntil }: RunRecord): Promise<StartOutcome> {
    const signal = this.context.deadlines.starts;
    if (this.ports.now() >= Date.parse(startUntil)) {
      return { error: `the run was to be started by ${startUntil}, and it is later than that` };
    }
    try {
      const executionId = await untilAborted(signal, () => this.ports.startAutomation(request, signal));
      this.ports.log.info("started", { group, executionId });
      return { executionId };
    } catch (error) {
      this.ports.log.error("not started", { group, error: stableText(error) });
      return { error: explained(error) };
    }
  }

  /** Writes what an attempt came to, whoever else writes at the same time. */
  private async note(held: Held, group: string, outcome: StartOutcome): Promise<Held> {
    let current = held;
    for (let writes = 0; writes < maxRewrites; writes++) {
      const record = withStart(current.record, group, outcome);
      if (canonicalJson(record.starts) === canonicalJson(current.record.starts)) return current;
      const etag = await this.ports.runs.replace(this.key, recordText(record), current.etag);
      if (etag !== undefined) return { record, etag };
      const newer = await this.read();
      if (newer === undefined) throw new Error(`${this.key} is gone; ${group}: ${JSON.stringify(outcome)}`);
      current = newer;
    }
    throw new Error(
      `${this.key} was changed by others ${maxRewrites} times; ${group}: ${JSON.stringify(outcome)}`,
    );
  }
}
