import { resolve } from "node:path";
import type { ResourceChange } from "#lab/deploy/deploy.js";
import type { FaultsDescription } from "#lab/faults/schema.js";
import { seededFaults } from "#lab/faults/seeded.js";
import { buildSummary } from "#lab/report/facts/build.js";
import { fanoutOutcome } from "#lab/report/summary/fanoutFacts.js";
import type { FanoutRun } from "#lab/report/summary/fanoutShape.js";
import type { Summary } from "#lab/report/summary/summary.js";
import { runLab } from "#lab/run.js";
import { stackSettings } from "#stacks/stackFiles.js";
import { account, at, catalog, node } from "../support.js";

const root = resolve(import.meta.dirname, "../../..");
const updates = [{ released: "2026-01-01" }, { released: "2026-02-01" }];
const linux = { ...catalog({ openssl: updates }), platformName: "Amazon Linux", platformVersion: "2023" };

export const server = (region: string, changes: Parameters<typeof node>[0] = {}) =>
  node({
    tags: { PatchGroup: "dev-servers", Environment: "dev" },
    catalog: linux,
    region,
    speed: 0.2,
    ...changes,
  });

/** What is out of the ordinary; without it nothing. */
interface Wishes {
  readonly change?: ResourceChange;
  readonly faults?: FaultsDescription;
  readonly values?: Readonly<Record<string, string>>;
}

/**
 * Stack dev with nothing but a central window over three Regions, which opens at noon and is 5 hours long; from half an hour
 * before it until a bit more than an hour after it, which is how long its record may take.
 */
export async function noon(fleet: ReturnType<typeof server>[], wishes: Wishes = {}): Promise<Summary> {
  const settings = stackSettings(root, "dev");
  const values = {
    ...settings.values,
    "patchplane:stacks": '["central"]',
    "patchplane:fanoutRegions": '["us-west-2","us-east-2","eu-west-1"]',
    "patchplane:fanoutSchedule": "cron(0 12 ? * * *)",
    "patchplane:fanoutTimezone": "UTC",
    ...wishes.values,
  };
  const run = await runLab({
    settings: { ...settings, values },
    fleet: account(fleet).account.fleet,
    from: at("2026-06-01T11:30:00Z"),
    days: 6.6 / 24,
    seed: 1,
    ...(wishes.change === undefined ? {} : { change: wishes.change }),
    ...(wishes.faults === undefined ? {} : { faults: seededFaults(wishes.faults, 1) }),
  });
  return buildSummary(run);
}

/** The central window's only execution. */
export function onlyFanoutRun({ windows }: Summary): { readonly run: FanoutRun; readonly outcome: string } {
  const fanouts = windows.filter(({ fanoutRegions }) => fanoutRegions.length > 0);
  const [execution, ...others] = fanouts.flatMap(({ executions }) => executions);
  if (execution?.fanout == null || others.length > 0) throw new RangeError("there is not one run");
  return { run: execution.fanout, outcome: fanoutOutcome(execution, execution.fanout) };
}

/** A Region in few words: how it started, how many nodes were patched, and who was not. */
export function told({ regions }: FanoutRun): (string | null)[][] {
  return regions.map(({ region, state, members, counts, notPatched, skipped, failures }) => [
    region,
    state,
    counts === null ? null : `${counts.patched}+${counts.failed}+${counts.notCovered}=${members}`,
    ...notPatched.map(({ reason, nodes }) => `${reason}: ${nodes.map(({ name }) => name).join()}`),
    // A Region has two groups, one of which may be empty.
    ...new Set(state === "skipped" ? skipped.map(({ reason }) => reason) : []),
    ...new Set(failures.map(({ error }) => error)),
  ]);
}
