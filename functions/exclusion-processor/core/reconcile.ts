import { type DeploymentRecord, parseRecord } from "#shared/contract/deploymentRecord.js";
import { keys } from "#shared/contract/exclusionNames.js";
import { mapLimited, type Outcome, outcomeOf } from "../../shared/errors.js";
import type { Ports, RegionAccess } from "../ports.js";
import { admit, type Decision } from "./admission.js";
import { desiredOf } from "./desired.js";
import { type Execution, execute } from "./execute.js";
import { Fleet, foreignNodes, regionProblem } from "./fleet.js";
import {
  type GatheredManifest,
  gatherManifests,
  type Listing,
  listAll,
  readVersion,
  textOf,
} from "./gather.js";
import { Ledger } from "./ledger.js";
import type { RegionState } from "./model.js";
import { manifestOfPlan, planReport } from "./planReport.js";
import type { RegionRun } from "./regionRun.js";
import { type KnownSystems, knownSystems, withSystems } from "./remember.js";
import { Reporter } from "./report.js";
import { asksForNodes, hasTraces } from "./scope.js";

/** Status objects written, and plans read, at a time. */
const parallelReports = 8;

/** What one run has done in a Region. */
export interface RegionSummary {
  readonly region: string;
  /** Writes, by the kind of step. */
  readonly done: Readonly<Record<string, number>>;
  readonly error?: string;
  readonly failedNodes: number;
  /** Nodes that are left alone because somebody else has a hand in their tags. */
  readonly foreign: readonly { readonly id: string; readonly why: string }[];
}

/** What one run has done. The handler throws when it is not ok, so that the run is retried and the alarm goes off. */
export interface RunSummary {
  readonly ok: boolean;
  /** Why the run is not ok: whole sentences. */
  readonly errors: readonly string[];
  /** How many manifests have each verdict. */
  readonly verdicts: Readonly<Record<string, number>>;
  readonly regions: readonly RegionSummary[];
  readonly messages: number;
  /** Objects written below `status/`. */
  readonly statusWrites: number;
}

/**
 * One run: reads everything, decides what should be, and writes the difference. It may be called for any reason, at any
 * time and again; an unchanged state costs no write. There must be one run at a time.
 *
 * @param now the run's time, epoch milliseconds
 * @returns what was done. It does not throw for anything that a port throws: without a deployment record or a complete
 *   listing nothing is done at all, and a Region that fails does not stop the others
 */
export async function reconcile(ports: Ports, now: number): Promise<RunSummary> {
  const [recorded, listed] = await Promise.all([readRecord(ports), outcomeOf(listAll(ports))]);
  if (!recorded.ok) return nothingDone(ports, recorded.error);
  if (!listed.ok) return nothingDone(ports, `The bucket cannot be listed (${listed.error}).`);
  return new Run(ports, recorded.value, listed.value, now).go();
}

async function readRecord({ store }: Ports): Promise<Outcome<DeploymentRecord>> {
  const read = await outcomeOf(store.read(keys.record));
  if (!read.ok)
    return { ok: false, error: `The deployment record ${keys.record} cannot be read (${read.error}).` };
  if (read.value === undefined) return { ok: false, error: `There is no deployment record ${keys.record}.` };
  const parsed = parseRecord(textOf(read.value) ?? "");
  if (parsed.ok) return { ok: true, value: parsed.record };
  return {
    ok: false,
    error: `The deployment record ${keys.record} is not valid: ${parsed.problems.join("; ")}.`,
  };
}

function nothingDone(ports: Ports, error: string): RunSummary {
  ports.log.error("nothing was done", { error });
  return { ok: false, errors: [error], verdicts: {}, regions: [], messages: 0, statusWrites: 0 };
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

class Run {
  constructor(
    private readonly ports: Ports,
    private readonly record: DeploymentRecord,
    private readonly listing: Listing,
    private readonly now: number,
  ) {}

  async go(): Promise<RunSummary> {
    const manifests = await gatherManifests(this.ports, this.listing, this.record);
    const facts = manifests.map((manifest) => manifest.facts);
    const isAsked = this.listing.plans.length > 0 || asksForNodes(facts, this.now);
    const read = await Promise.all(this.record.regions.map(({ name }) => this.readRegion(name, isAsked)));
    const known = knownSystems(manifests.map(({ status }) => status.last));
    const regions = read.map((one) => this.openRegion(one, known));
    const ledgers = regions.flatMap((one) => ("ledger" in one ? [one.ledger] : []));
    const decisions = admit(facts, ledgers, this.record);
    const executions = await Promise.all(regions.map((one) => this.execute(one)));
    const runs = regions.map((one, index): RegionRun => {
      const { error, failedNodes = new Map() } = executions[index] ?? {};
      const ledger = "ledger" in one ? { ledger: one.ledger } : {};
      return { region: one.region, ...ledger, ...(error === undefined ? {} : { error }), failedNodes };
    });
    return this.report(manifests, decisions, runs, executions);
  }

  private async readRegion(region: string, isAsked: boolean): Promise<ReadRegion> {
    const read = await outcomeOf(this.readState(region, isAsked));
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
    const fleet = new Fleet(withSystems(state, known), this.record);
    return { region, access, ledger: new Ledger(fleet, this.ports.appliesTo, this.now) };
  }

  private async execute(open: OpenRegion): Promise<Execution> {
    if ("error" in open) return { done: {}, error: open.error, failedNodes: new Map() };
    const { ledger, access, region } = open;
    return execute(access, desiredOf(ledger), ledger.fleet.state, this.record, (step) => {
      this.ports.log.info(step.kind, { region, why: step.why });
    });
  }

  private async report(
    manifests: readonly GatheredManifest[],
    decisions: ReadonlyMap<string, Decision>,
    runs: readonly RegionRun[],
    executions: readonly Execution[],
  ): Promise<RunSummary> {
    const reporter = new Reporter(this.ports, this.listing, runs, this.now);
    const verdicts: Record<string, number> = {};
    await mapLimited(manifests, parallelReports, async (manifest) => {
      const decision = decisions.get(manifest.facts.key);
      if (decision === undefined) return;
      verdicts[decision.verdict] = (verdicts[decision.verdict] ?? 0) + 1;
      await reporter.manifest(manifest, decision);
    });
    await reporter.ended(new Set(manifests.map(({ facts }) => facts.key)));
    await this.reportPlans(reporter, decisions, runs);
    await reporter.withdrawn();
    const regions = runs.map(
      ({ region, ledger, error, failedNodes }, index): RegionSummary => ({
        region,
        done: executions[index]?.done ?? {},
        ...(error === undefined ? {} : { error }),
        failedNodes: failedNodes.size,
        foreign: ledger === undefined ? [] : foreignNodes(ledger.fleet),
      }),
    );
    const failures = runs.flatMap(({ region, error, failedNodes }) => {
      if (error !== undefined) return [`${region}: ${error}.`];
      return failedNodes.size === 0
        ? []
        : [`${region}: the tags of ${failedNodes.size} node(s) could not be written.`];
    });
    const errors = [...failures, ...reporter.errors];
    const { messages, writes: statusWrites } = reporter;
    const summary = { ok: errors.length === 0, errors, verdicts, regions, messages, statusWrites };
    this.ports.log.info("run", { ...summary });
    return summary;
  }

  private async reportPlans(
    reporter: Reporter,
    decisions: ReadonlyMap<string, Decision>,
    runs: readonly RegionRun[],
  ): Promise<void> {
    const ledgers = runs.flatMap(({ ledger }) => ledger ?? []);
    const versions = await mapLimited(this.listing.plans, parallelReports, (plan) =>
      readVersion(this.ports, this.record, plan),
    );
    for (const [index, version] of versions.entries()) {
      const key = this.listing.plans[index]?.key;
      if (key === undefined) continue;
      const present = decisions.get(manifestOfPlan(key))?.inForce;
      await reporter.plan(key, planReport(key, version, present, ledgers, this.record));
    }
  }
}
