import { believedKey } from "#shared/contract/believed.js";
import { type DeploymentRecord, parseDeploymentRecord } from "#shared/contract/deploymentRecord.js";
import { keys } from "#shared/contract/exclusionNames.js";
import { manifestOfPlan } from "#shared/contract/planReport.js";
import { mapLimited, type Result, settle } from "../../shared/errors.js";
import type { ListedObject, Ports, RegionAccess } from "../ports.js";
import { admit, type Decision } from "./admission.js";
import { believe, disbelieve, type EndedRun, isSettled } from "./belief.js";
import { failureOf } from "./callerFailure.js";
import { desiredOf } from "./desired.js";
import { execute, type Written } from "./execute.js";
import { foreignNodes, RegionFleet, regionProblem } from "./fleet.js";
import { gatherManifests, type Listing, listingOf, readVersion, textOf } from "./gather.js";
import { type Look, lookAround } from "./idle.js";
import { Ledger } from "./ledger.js";
import { type Limits, limitsOf } from "./limits.js";
import type { ManifestFacts, Version } from "./manifests.js";
import type { RegionState } from "./model.js";
import { planReport } from "./planReport.js";
import type { RegionRun } from "./regionRun.js";
import { type KnownSystems, knownSystems, withSystems } from "./remember.js";
import { Reporter } from "./report.js";
import type { Occasion, RegionSummary, RunSummary } from "./runSummary.js";
import { asksForNodes, hasTraces } from "./scope.js";
import type { Step } from "./steps.js";
import { lastOf, readVerdicts, recentlyMoved, unreadSince, type Verdicts } from "./verdicts.js";

/** Status objects written, and plans read, at a time. */
const parallelReports = 8;

/**
 * One run: reads everything, decides what should be, and writes the difference. It may be called for any reason, at any
 * time and again; an unchanged state costs no write but those of what is believed. If it is called because an hour has
 * passed, it first looks whether anything has changed since the last run that ended well. One that writes must be the
 * only one (core/oneWriter.ts).
 *
 * @param now the run's time, epoch milliseconds
 * @returns what was done. It does not throw for anything that a port throws: without a deployment record or a complete
 *   listing nothing is done at all, and a Region that fails does not stop the others
 */
export async function reconcile(
  ports: Ports,
  now: number,
  occasion: Occasion = "other",
): Promise<RunSummary> {
  const [listed, stored] = await Promise.all([
    settle(ports.store.list("")),
    occasion === "hour" ? settle(ports.store.read(believedKey)) : undefined,
  ]);
  const watched = ports.watchWindows(listed.ok ? listed.value : undefined, now);
  const look: Look =
    listed.ok && stored !== undefined
      ? await lookAround(ports, listed.value, stored, now)
      : { why: "something may have changed" };
  const checked = "why" in look ? await checkAll(ports, listed, look.why, now) : look.summary;
  const summary = { ...checked, ...(await watched) };
  ports.log.info("run", { ...summary });
  return summary;
}

async function checkAll(
  ports: Ports,
  listed: Result<readonly ListedObject[]>,
  why: string,
  now: number,
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
  return new Reconciliation(ports, recorded.value, listing, verdicts.value, failures, now).run(why);
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

/** A Region as it was read. */
type ReadRegion = { readonly region: string } & (
  | { readonly access: RegionAccess; readonly state: RegionState; readonly isIdle: boolean }
  | { readonly error: string }
);
/** A Region that can be decided about. */
type OpenRegion = { readonly region: string } & (
  | { readonly access: RegionAccess; readonly ledger: Ledger }
  | { readonly error: string }
);

class Reconciliation {
  private readonly record: DeploymentRecord;

  constructor(
    private readonly ports: Ports,
    private readonly recorded: Recorded,
    private readonly listing: Listing,
    private readonly verdicts: Verdicts,
    /** What has gone wrong before. */
    private readonly failures: readonly string[],
    private readonly now: number,
  ) {
    this.record = recorded.record;
  }

  async run(why: string): Promise<RunSummary> {
    const facts = await gatherManifests(this.ports, this.listing, this.record, (key) =>
      lastOf(this.verdicts, key),
    );
    const isAsked = this.listing.plans.length > 0 || asksForNodes(facts, this.now);
    const read = await Promise.all(this.record.regions.map(({ name }) => this.readRegion(name, isAsked)));
    const known = knownSystems(facts.map(({ last }) => last));
    const regions = read.map((one) => this.openRegion(one, known));
    const ledgers = regions.flatMap((one) => ("ledger" in one ? [one.ledger] : []));
    const limits = limitsOf(this.record, ledgers, recentlyMoved(this.verdicts, this.now));
    const decisions = admit(facts, ledgers, this.record, limits);
    const executions = await Promise.all(regions.map((one) => this.execute(one)));
    const runs = regions.map((one, index): RegionRun => {
      const { error, failedNodes = new Map() } = executions[index] ?? {};
      const ledger = "ledger" in one ? { ledger: one.ledger } : { since: this.unreadSince(one.region) };
      return { region: one.region, ...ledger, ...(error === undefined ? {} : { error }), failedNodes };
    });
    const { reporter, plans } = await this.report(facts, decisions, runs, limits);
    const failures = [...this.failures, ...runs.flatMap(failuresOf), ...reporter.errors];
    if (failures.length === 0) {
      const opened = regions.flatMap((one, index) => {
        const execution = executions[index];
        return "ledger" in one && execution !== undefined ? [{ ledger: one.ledger, execution }] : [];
      });
      const { objects: listed } = this.listing;
      const { text: recordText } = this.recorded;
      const ended = { listed, recordText, record: this.record, manifests: facts, decisions, plans };
      const written = new Map([...reporter.written, ...reporter.kept]);
      failures.push(...(await this.believe({ ...ended, regions: opened, written, now: this.now })));
    }
    return {
      ...this.summary(decisions, runs, executions, reporter),
      ok: failures.length === 0,
      errors: failures,
      why,
    };
  }

  private unreadSince(region: string): string {
    return unreadSince(this.verdicts, region) ?? new Date(this.now).toISOString();
  }

  /** @returns what went wrong */
  private async believe(run: EndedRun): Promise<string[]> {
    const failure = isSettled(run) ? await believe(this.ports.store, run) : undefined;
    return failure === undefined ? [] : [failure];
  }

  private async readRegion(region: string, isAsked: boolean): Promise<ReadRegion> {
    const read = await settle(this.readState(region, isAsked));
    return read.ok ? { region, ...read.value } : { region, error: `cannot be read (${read.error})` };
  }

  /** Reads the fleet only when an entry or a plan asks for nodes, or something is left to clean up. */
  private async readState(region: string, isAsked: boolean) {
    const access = this.ports.region(region, this.record);
    if (!isAsked) {
      const traces = await access.readTraces();
      if (!hasTraces(traces, this.record)) {
        const { baselines } = traces;
        return { access, state: { region, nodes: [], baselines, groups: [] }, isIdle: true };
      }
    }
    return { access, state: await access.read(), isIdle: false };
  }

  private openRegion(read: ReadRegion, known: KnownSystems): OpenRegion {
    if ("error" in read) return read;
    const { region, access, state, isIdle } = read;
    const error = regionProblem(state, this.record, !isIdle);
    if (error !== undefined) return { region, error };
    const fleet = new RegionFleet(withSystems(state, known), this.record);
    return { region, access, ledger: new Ledger(fleet, this.ports.appliesTo, this.now) };
  }

  private async execute(open: OpenRegion): Promise<Written> {
    if ("error" in open) return { done: {}, steps: [], error: open.error, failedNodes: new Map() };
    const { ledger, access, region } = open;
    const { log, isLate } = this.ports;
    const onStep = (step: Step) => log.info(step.kind, { region, why: step.why });
    return execute(access, desiredOf(ledger), ledger.fleet.state, this.record, onStep, isLate);
  }

  private async report(
    manifests: readonly ManifestFacts[],
    decisions: ReadonlyMap<string, Decision>,
    runs: readonly RegionRun[],
    limits: Limits,
  ) {
    const reporter = new Reporter(this.ports, this.listing, this.verdicts, runs, this.now);
    await mapLimited(manifests, parallelReports, async (facts) => {
      const decision = decisions.get(facts.key);
      if (decision !== undefined) await reporter.manifest(facts, decision);
    });
    await reporter.ended();
    await reporter.keep([...decisions.values()].flatMap(({ moved = [] }) => moved));
    await reporter.foreign();
    await reporter.misplaced();
    const plans = await this.reportPlans(reporter, decisions, runs, limits);
    await reporter.withdrawn();
    return { reporter, plans };
  }

  private summary(
    decisions: ReadonlyMap<string, Decision>,
    runs: readonly RegionRun[],
    executions: readonly Written[],
    { messages, written }: Reporter,
  ) {
    const verdicts: Record<string, number> = {};
    for (const { verdict } of decisions.values()) verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
    const regions = runs.map(
      ({ region, ledger, error, failedNodes }, index): RegionSummary => ({
        region,
        done: executions[index]?.done ?? {},
        ...(error === undefined ? {} : { error }),
        failedNodes: failedNodes.size,
        foreign: ledger === undefined ? [] : foreignNodes(ledger.fleet),
      }),
    );
    return { verdicts, regions, messages, statusWrites: written.size };
  }

  private async reportPlans(
    reporter: Reporter,
    decisions: ReadonlyMap<string, Decision>,
    runs: readonly RegionRun[],
    limits: Limits,
  ): Promise<readonly Version[]> {
    const ledgers = runs.flatMap(({ ledger }) => ledger ?? []);
    const versions = await mapLimited(this.listing.plans, parallelReports, (plan) =>
      readVersion(this.ports, this.record, plan),
    );
    for (const [index, version] of versions.entries()) {
      const key = this.listing.plans[index]?.key;
      if (key === undefined) continue;
      const present = decisions.get(manifestOfPlan(key))?.inForce;
      await reporter.plan(key, planReport(key, version, present, ledgers, this.record, limits));
    }
    return versions;
  }
}

/** A node whose tags cannot be written is its manifest's trouble; the run has done what can be done. */
function failuresOf({ region, error }: RegionRun): string[] {
  return error === undefined ? [] : [failureOf(region, error)];
}
