import { readFileSync } from "node:fs";
import type { PatchFilter, PatchRule } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { applyOperation, planOperation } from "#lab/aws/patching/operation.js";
import { packageState } from "#lab/aws/patching/patchState.js";
import { Snapshot } from "#lab/aws/patching/snapshot.js";
import { baseline, catalog } from "../../support.js";

type Notice = readonly [string, string | null, string, string, readonly string[]];
type OraclePackage = readonly [string, number, string, string, readonly string[], Notice | null];
type Lists = Readonly<
  Record<"installed" | "installed_other" | "installed_rejected" | "missing" | "failed", readonly string[]>
>;

interface Case {
  readonly name: string;
  readonly rules: readonly {
    days: number;
    until?: string;
    cls?: string[];
    sev?: string[];
    level?: "HIGH";
    nonsec?: boolean;
  }[];
  readonly gf?: readonly { key: "SEVERITY"; values: string[] }[];
  readonly approved?: readonly string[];
  readonly rejected?: readonly string[];
  readonly action?: "ALLOW_AS_DEPENDENCY" | "BLOCK";
  readonly scan: Lists & { readonly rc: number };
  readonly install: Lists & { readonly rc: number };
}

const { packages, cases }: { packages: OraclePackage[]; cases: Case[] } = JSON.parse(
  readFileSync(new URL("oracles/dnf.json", import.meta.url), "utf8"),
);

/** When the program ran: after 58 days of the kernel of 1 October, before those of the expat of 4 October. */
const now = Date.parse("2026-11-29T12:00:00Z");

/** With this exit code AWS-RunPatchBaseline reboots the node. */
const rebootCode = 194;

/**
 * Where AWS's documents of today say otherwise, the lab follows them: with ALLOW_AS_DEPENDENCY a rejected package "is
 * considered compliant with the patch baseline, and its status is reported as INSTALLED_OTHER" (CreatePatchBaseline,
 * RejectedPatchesAction), and "the value of InstalledRejectedCount will always be 0 (zero)" (InstancePatchState).
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreatePatchBaseline.html
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_InstancePatchState.html
 */
const exceptedState = {
  action: "ALLOW_AS_DEPENDENCY",
  from: "INSTALLED_REJECTED",
  to: "INSTALLED_OTHER",
} as const;

function offered() {
  const byName = new Map<string, Parameters<typeof catalog>[0][string][number][]>();
  for (const [name, epoch, version, release, requires, notice] of packages) {
    const [type, severity, released = "2026-07-01", advisory, cves = []] = notice ?? [];
    const spec = {
      released,
      version,
      release,
      epoch: String(epoch),
      fullVersion: `${epoch}:${version}-${release}`,
      requires: requires.map((one) => one.replace(/^(\S+) = /, "$1=")),
      classification: type,
      severity: severity ?? undefined,
      advisory,
      cves: [...cves],
    };
    byName.set(name, [...(byName.get(name) ?? []), spec]);
  }
  return catalog(Object.fromEntries(byName));
}

function ruleOf({ days, until, cls = ["*"], sev = ["*"], level, nonsec }: Case["rules"][number]): PatchRule {
  const PatchFilters: PatchFilter[] = [
    { Key: "CLASSIFICATION", Values: cls },
    { Key: "SEVERITY", Values: sev },
  ];
  return {
    PatchFilterGroup: { PatchFilters },
    ...(until === undefined ? { ApproveAfterDays: days } : { ApproveUntilDate: until }),
    ...(level === undefined ? {} : { ComplianceLevel: level }),
    EnableNonSecurity: nonsec ?? false,
  };
}

/** What both say of a package: its state, and the version that this is about. */
function expected(lists: Lists, action: Case["action"]): string[] {
  const states = {
    INSTALLED: lists.installed,
    INSTALLED_OTHER: lists.installed_other,
    INSTALLED_REJECTED: lists.installed_rejected,
    MISSING: lists.missing,
    FAILED: lists.failed,
  };
  return Object.entries(states).flatMap(([state, names]) => {
    const told = action === exceptedState.action && state === exceptedState.from ? exceptedState.to : state;
    return names.map((name) => `${name} ${told}`);
  });
}

function played({ rules, gf = [], approved = [], rejected = [], action = "ALLOW_AS_DEPENDENCY" }: Case) {
  const all = offered();
  const made = baseline({
    approvalRules: rules.map(ruleOf),
    globalFilters: gf.map(({ key, values }) => ({ Key: key, Values: values })),
    approvedPatches: approved,
    rejectedPatches: rejected,
    rejectedPatchesAction: action,
  });
  const snapshot = new Snapshot(made, all, now);
  const node = {
    installed: new Int8Array(all.packages.length),
    flags: new Uint8Array(all.packages.length),
    fails: new Set<number>(),
    speed: 1,
  };
  const states = () =>
    all.packages.map(({ name }, index) => {
      const state = packageState(node, snapshot, index);
      const isOpen = state === "MISSING" || state === "FAILED";
      const patch = snapshot.patch(index, (isOpen ? snapshot.target : node.installed)[index] ?? 0);
      return `${name}-${patch?.version}-${patch?.release} ${state}`;
    });
  const scanned = states();
  const parameters = { operation: "Install", rebootOption: "RebootIfNeeded" } as const;
  const plan = planOperation(node, snapshot, parameters, 0);
  applyOperation(node, plan, parameters);
  return { scanned, installed: states(), reboots: plan.reboots };
}

describe("the states that nodes with dnf report, against AWS's own program with genuine dnf", () => {
  for (const one of cases) {
    it(`are the same: ${one.name}`, () => {
      const { scanned, installed, reboots } = played(one);
      expect(scanned, "scan").to.have.members(expected(one.scan, one.action));
      expect(installed, "install").to.have.members(expected(one.install, one.action));
      expect(reboots).to.equal(one.install.rc === rebootCode);
    });
  }

  it("differ in 25 of 728 states, all of them rejected packages with ALLOW_AS_DEPENDENCY", () => {
    const states = (lists: Lists) => expected(lists, undefined);
    const all = cases.flatMap(({ scan, install, action }) =>
      [scan, install].map((lists) => ({ lists, action })),
    );
    const excepted = all.filter(({ action }) => action === exceptedState.action);
    expect([
      all.flatMap(({ lists }) => states(lists)).length,
      excepted.flatMap(({ lists }) => lists.installed_rejected).length,
    ]).to.deep.equal([728, 25]);
  });
});
