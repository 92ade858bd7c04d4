import { believedKey } from "#shared/contract/believed.js";
import { type DeploymentRecord, parseDeploymentRecord } from "#shared/contract/deploymentRecord.js";
import { keys } from "#shared/contract/exclusionNames.js";
import { manifestOfPlan } from "#shared/contract/planReport.js";
import { mapLimited, type Result, settle } from "../../shared/errors.js";
import type { Watched } from "../../shared/windows/watch.js";
import type { ListedObject, Ports } from "../ports.js";
import { admit, type Decision } from "./admission.js";
import { believe, disbelieve, type EndedRun, isSettled } from "./belief.js";
import { failureOf } from "./callerFailure.js";
import { gatherManifests, type Listing, listingOf, readVersion, textOf } from "./gather.js";
import { type Look, lookAround } from "./idle.js";
import { type Limits, limitsOf } from "./limits.js";
import { type Looked, lookAtRuns } from "./lookAtRuns.js";
import type { ManifestFacts, Version } from "./manifests.js";
import { executeRegion, type OpenRegion, openRegion, type ReadRegion, readRegion } from "./openRegion.js";
import { planReport } from "./planReport.js";
import { Refusals } from "./refusals.js";
import type { RegionRun } from "./regionRun.js";
import { knownSystems } from "./remember.js";
import { Reporter } from "./report.js";
import type { Occasion, RunSummary } from "./runSummary.js";
import { asksForNodes, countingTags } from "./scope.js";
import { shortened } from "./shortened.js";
import { summaryOf } from "./summarize.js";
import {
  lastOf,
  lastTold,
  readVerdicts,
  recentlyMoved,
  toldEntries,
  unreadSince,
  type Verdicts,
} from "./verdicts.js";
import { type WindowTimes, windowTimes } from "./windowTimes.js";

/** Status objects written, and plans read, at a time. */
const parallelReports = 8;

/**
 * One run: reads everything, decides what should be, and writes the difference. It may be called for any reason, at any
 * time and again; an unchanged state costs no write but those of what is believed. If it is called because an hour has
 * passed, it first looks whether anything has changed since the last run that ended well. One that writes must be the
 * only one (core/oneWriter.ts).
 *
 * @param now the run's time, epoch milliseconds
 * @param beforeAll comes before everything is read, if it is; what has been listed before is listed anew
 * @returns what was done. It does not throw for anything that a port throws: without a deployment record or a complete
 *   listing nothing is done at all, and a Region that fails does not stop the others
 */
export async function reconcile(
  ports: Ports,
  now: number,
  occasion: Occasion = "other",
  beforeAll?: () => Promise<unknown>,
): Promise<RunSummary> {
  const isHour = occasion === "hour";
  if (!isHour) await beforeAll?.();
  const [first, stored] = await Promise.all([
    settle(ports.store.list("")),
    isHour ? settle(ports.store.read(believedKey)) : undefined,
  ]);
  const watched = ports.watchWindows(first.ok ? first.value : undefined, now);
  const look: Look =
    first.ok && stored !== undefined
      ? await lookAround(ports, first.value, stored, now)
      : { why: "something may have changed" };
  const check = async ({ why }: { readonly why: string }) => {
    const isAnew = isHour && beforeAll !== undefined;
    if (isAnew) await beforeAll();
    const listed = isAnew ? await settle(ports.store.list("")) : first;
    return checkAll(ports, listed, { why, occasion }, now, watched);
  };
  const checked = "why" in look ? await check(look) : look.summary;
  const { openings: _, ...told } = await watched;
  const summary = { ...checked, ...told };
  ports.log.info("run", { ...shortened(summary) });
  return summary;
}

async function checkAll(
  ports: Ports,
  listed: Result<readonly ListedObject[]>,
  { why, occasion }: { readonly why: string; readonly occasion: Occasion },
  now: number,
  watched: Promise<Watched>,
): Promise<RunSummary> {
  const failure = await disbelieve(ports.store, listed.ok ? listed.value : undefined);
  const failures = failure === undefined ? [] : [failure];
  if (!listed.ok) {
    return nothingDone(ports, [`The bucket cannot be listed (${listed.error}).`, ...failures], why);
  }
  // Read after the listing, so that what is believed of it is never older than what was listed.
  const recorded = await readRecord(ports);
  if (!recorded.ok) return nothingDone(ports, [recorded.error, ...failures], why);
  const listing = listingOf(listed.value);
  const verdicts = await settle(readVerdicts(ports.store, listing));
  if (!verdicts.ok) {
    const error = `What the last run has found cannot be read (${verdicts.error}).`;
    return nothingDone(ports, [error, ...failures], why);
  }
  const times = windowTimes(await watched, recorded.value.record);
  const found = { listing, verdicts: verdicts.value, failures, ...times, occasion };
  return new Reconciliation(ports, recorded.value, found, now).run(why);
}

/** The deployment record, and its text. */
interface Recorded {
  readonly record: DeploymentRecord;
  readonly text: string;
}

async function readRecord({ store }: Ports): Promise<Result<Recorded>> {
  const read = await settle(store.read(keys.record));
  if (!read.ok)
    return { ok: false, error: `The deployment record ${keys.record} cannot be read (${read.error}).` };
  if (read.value === undefined) return { ok: false, error: `There is no deployment record ${keys.record}.` };
  const text = textOf(read.value) ?? "";
  const parsed = parseDeploymentRecord(text);
  if (parsed.ok) return { ok: true, value: { record: parsed.record, text } };
  return {
    ok: false,
    error: `The deployment record ${keys.record} is not valid: ${parsed.problems.join("; ")}.`,
  };
}

function nothingDone(ports: Ports, errors: readonly string[], why: string): RunSummary {
  ports.log.error("nothing was done", { error: errors.join(" ") });
  return { ok: false, errors, verdicts: {}, regions: [], messages: 0, statusWrites: 0, why };
}

/** What a run has found in the bucket, and what it knows of windows. */
interface Found extends WindowTimes {
  readonly occasion: Occasion;
  readonly listing: Listing;
  readonly verdicts: Verdicts;
  /** What has gone wrong before. */
  readonly failures: readonly string[];
}

/** The plans in the order of the listing, and what they are held to. */
interface Plans {
  readonly tried: readonly Version[];
  readonly limits: Limits;
}

class Reconciliation {
  private readonly record: DeploymentRecord;

  constructor(
    private readonly ports: Ports,
    private readonly recorded: Recorded,
    private readonly found: Found,
    private readonly now: number,
  ) {
    this.record = recorded.record;
  }

  async run(why: string): Promise<RunSummary> {
    const { ports, record, now } = this;
    const { listing, verdicts: last, openings, looks, occasion } = this.found;
    const refusals = await this.refusals();
    const facts = await gatherManifests(ports, listing, record, {
      lastOf: (key) => lastOf(last, key),
      refusedOf: (object) => refusals.versionOf(object),
    });
    const tried = await mapLimited(listing.plans, parallelReports, (plan) =>
      readVersion(ports, record, plan),
    );
    const isAsked = tried.length > 0 || asksForNodes(facts, now);
    const asked = { isAsked, counting: countingTags(record, facts, tried) };
    const told = lastTold(last);
    const time = { objects: listing.objects, openings, now, told };
    const read = await Promise.all(
      record.regions.map(({ name }) => readRegion(ports, record, name, asked, time)),
    );
    const regions = this.opened(read, facts);
    const ledgers = regions.flatMap((one) => ("ledger" in one ? [one.ledger] : []));
    const limits = limitsOf(record, ledgers, recentlyMoved(last, now));
    const decisions = admit(facts, ledgers, record, limits);
    const written = await Promise.all(
      regions.map(async (one): Promise<RegionRun> => {
        const made = await executeRegion(ports, record, one);
        const { region } = one;
        const ledger = "ledger" in one ? { ledger: one.ledger } : { since: this.unreadSince(region) };
        return { region, ...ledger, ...made };
      }),
    );
    const looked = await lookAtRuns(ports, record, written, {
      objects: listing.objects,
      looks,
      occasion,
      entries: toldEntries(last),
      now,
    });
    const runs = written.map((run) => withEvidence(run, looked));
    const reporter = await this.report(facts, decisions, runs, { tried, limits });
    await reporter.refused(refusals, facts);
    const failures = [
      ...this.found.failures,
      ...runs.flatMap(failuresOf),
      ...looked.errors,
      ...reporter.errors,
    ];
    if (failures.length === 0) {
      const opened = runs.flatMap((run) =>
        run.ledger === undefined ? [] : [{ ...run, ledger: run.ledger }],
      );
      const { objects: listed } = listing;
      const { text: recordText } = this.recorded;
      const lookAt = looked.due === undefined ? {} : { lookAt: looked.due };
      const ended = { listed, recordText, record, manifests: facts, decisions, plans: tried, ...lookAt };
      const regionsKept = runs.flatMap(({ kept }) => [...kept]);
      const objects = new Map([...reporter.written, ...reporter.kept, ...looked.kept, ...regionsKept]);
      const { verdicts } = reporter;
      const belief = { ...ended, regions: opened, written: objects, verdicts, now };
      failures.push(...(await this.believe(belief)));
    }
    return {
      ...summaryOf(runs, reporter, last, looked.messages),
      ok: failures.length === 0,
      errors: failures,
      why,
    };
  }

  /** What is known of nodes' operating systems is as large as the fleet, and nobody needs it afterwards. */
  private opened(read: readonly ReadRegion[], facts: readonly ManifestFacts[]): OpenRegion[] {
    const known = knownSystems(facts.map(({ last }) => last));
    return read.map((one) => openRegion(this.ports, this.record, one, known));
  }

  /** What cannot be read is of no account: manifests are read instead. */
  private async refusals(): Promise<Refusals> {
    const { record, now, ports } = this;
    const means = { record, version: ports.version, now };
    const read = await settle(Refusals.read(ports.store, this.found.listing, means));
    return read.ok ? read.value : Refusals.none(means);
  }

  private unreadSince(region: string): string {
    return unreadSince(this.found.verdicts, region) ?? new Date(this.now).toISOString();
  }

  /** @returns what went wrong */
  private async believe(run: EndedRun): Promise<string[]> {
    const failure = isSettled(run) ? await believe(this.ports.store, run) : undefined;
    return failure === undefined ? [] : [failure];
  }

  private async report(
    manifests: readonly ManifestFacts[],
    decisions: ReadonlyMap<string, Decision>,
    runs: readonly RegionRun[],
    plans: Plans,
  ): Promise<Reporter> {
    const reporter = new Reporter(this.ports, this.found.listing, this.found.verdicts, runs, this.now);
    await mapLimited(manifests, parallelReports, async (facts) => {
      const decision = decisions.get(facts.key);
      if (decision !== undefined) await reporter.manifest(facts, decision);
    });
    await reporter.ended();
    await reporter.keep([...decisions.values()].flatMap(({ moved = [] }) => moved));
    await reporter.lost();
    await reporter.foreign();
    await reporter.misplaced();
    await reporter.retired(this.record);
    await this.reportPlans(reporter, decisions, runs, plans);
    await reporter.withdrawn();
    return reporter;
  }

  private async reportPlans(
    reporter: Reporter,
    decisions: ReadonlyMap<string, Decision>,
    runs: readonly RegionRun[],
    { tried, limits }: Plans,
  ): Promise<void> {
    const ledgers = runs.flatMap(({ ledger }) => ledger ?? []);
    for (const [index, version] of tried.entries()) {
      const key = this.found.listing.plans[index]?.key;
      if (key === undefined) continue;
      const present = decisions.get(manifestOfPlan(key))?.inForce;
      await reporter.plan(key, planReport(key, version, present, ledgers, this.record, limits));
    }
  }
}

function withEvidence(run: RegionRun, { regions }: Looked): RegionRun {
  const evidence = regions.get(run.region);
  return evidence === undefined ? run : { ...run, evidence };
}

/** A node whose tags cannot be written is its manifest's trouble; the run has done what can be done. */
function failuresOf({ region, error }: RegionRun): string[] {
  return error === undefined ? [] : [failureOf(region, error)];
}
