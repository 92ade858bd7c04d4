import { show, Words } from "#shared/text/quotes.js";
import { hash32, hashUnit, scramble32, weightedAt } from "../random.js";
import {
  type Catalogs,
  catalogKeys,
  checkRegion,
  checkTags,
  noFailures,
  type TagPool,
} from "./compileNodes.js";
import { CellPool, fillInstalled, keepOnly, withRequired } from "./installed.js";
import { absent, type Catalog, type FleetNode, type Interval } from "./model.js";
import type { Scope } from "./problems.js";
import type { GenerateSpec } from "./schema.js";

const noIntervals: readonly Interval[] = Object.freeze([]);
const twoTo32 = 0x1_0000_0000;
const fastest = 0.75;
const slowest = 1.75;

function checkWeights(weights: readonly number[], path: readonly string[], problems: Scope): void {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total <= 0)
    problems.add(path, new Words(`weights with a sum of ${total}`), "at least one weight above 0");
}

/** Reports what in a `generate` section fits neither itself nor the catalogs. */
export function checkGenerate(spec: GenerateSpec, catalogs: Catalogs, problems: Scope): void {
  checkWeights(Object.values(spec.regions), ["regions"], problems);
  for (const region of Object.keys(spec.regions)) checkRegion(region, ["regions", region], problems);
  checkWeights(Object.values(spec.catalogs), ["catalogs"], problems);
  checkWeights(
    spec.tags.map(({ weight }) => weight),
    ["tags"],
    problems,
  );
  for (const [at, { tags }] of spec.tags.entries()) {
    checkTags(tags, ["tags"], { add: (path, ...rest) => problems.add(["tags", at, ...path], ...rest) });
  }
  for (const key of Object.keys(spec.catalogs)) {
    if (!catalogs.has(key)) problems.add(["catalogs", key], key, catalogKeys(catalogs));
  }
  const { from, to } = spec.patchedUntil;
  if (Date.parse(to) < Date.parse(from)) problems.add(["patchedUntil", "to"], to, `${from} or later`);
  const states = spec.noAgentShare + spec.stoppedShare + spec.connectionLostShare;
  if (states > 1) {
    const allowed = "a sum of at most 1 for noAgentShare, stoppedShare and connectionLostShare";
    problems.add([], new Words(`shares with a sum of ${states}`), allowed);
  }
  const named = Object.keys(spec.catalogs).map((key) => catalogs.get(key));
  // Without all of the catalogs it cannot be told whether a package is unknown.
  if (named.includes(undefined)) return;
  for (const [at, name] of spec.basePackages.entries()) {
    if (!named.some((catalog) => catalog?.packageIndexes.has(name))) {
      problems.add(["basePackages", at], name, `a package of ${show(Object.keys(spec.catalogs).join(", "))}`);
    }
  }
}

/** `us-east-1` as people write it in host names: `use1`. */
function regionCode(region: string): string {
  const [area = "", ...rest] = region.split("-");
  return area + rest.map((part) => part.slice(0, 1)).join("");
}

function namePrefix(tags: Readonly<Record<string, string>>): string {
  const given = ["Role", "App", "PatchGroup", "Patch Group"].find((key) => Object.hasOwn(tags, key));
  const text = given === undefined ? "" : (tags[given] ?? "");
  return text.toLowerCase().replace(/[^a-z0-9]+/g, "-") || "node";
}

const hex32 = (value: number): string => value.toString(16).padStart(8, "0");

/** What all nodes of one catalog share. */
interface CatalogPlan {
  readonly catalog: Catalog;
  readonly base: ReadonlySet<number>;
  /** Hashes of the packages' names: a package added to the catalog leaves the choice of the others as it was. */
  readonly salts: readonly number[];
}

function planCatalog(catalog: Catalog, basePackages: readonly string[]): CatalogPlan {
  const base = basePackages.flatMap((name) => catalog.packageIndexes.get(name) ?? []);
  return {
    catalog,
    base: withRequired(catalog, base),
    salts: catalog.packages.map(({ name }) => hash32(name)),
  };
}

/** Makes nodes of which each depends on the seed and its own number alone, never on how many there are. */
class Generator {
  private readonly spec: GenerateSpec;
  private readonly seed: number;
  private readonly cells = new CellPool();
  private readonly failures = new Map<number, ReadonlySet<number>>();
  private readonly plans: readonly (readonly [CatalogPlan, number])[];
  private readonly regions: readonly (readonly [{ region: string; code: string }, number])[];
  private readonly tags: readonly (readonly [{ tags: FleetNode["tags"]; prefix: string }, number])[];
  private readonly from: number;
  private readonly span: number;

  constructor(spec: GenerateSpec, catalogs: ReadonlyMap<string, Catalog>, seed: number, pool: TagPool) {
    this.spec = spec;
    this.seed = seed;
    this.plans = Object.entries(spec.catalogs).flatMap(([key, weight]) => {
      const catalog = catalogs.get(key);
      return catalog === undefined ? [] : [[planCatalog(catalog, spec.basePackages), weight] as const];
    });
    this.regions = Object.entries(spec.regions).map(
      ([region, weight]) => [{ region, code: regionCode(region) }, weight] as const,
    );
    this.tags = spec.tags.map(
      ({ tags, weight }) => [{ tags: pool.share(tags), prefix: namePrefix(tags) }, weight] as const,
    );
    this.from = Date.parse(spec.patchedUntil.from);
    this.span = Date.parse(spec.patchedUntil.to) - this.from;
  }

  /** The node of this number, as number `index` of the fleet. */
  node(number: number, index: number, taken: ReadonlySet<string>): FleetNode {
    const plan = weightedAt(this.unit(number, "catalog"), this.plans);
    const { region, code } = weightedAt(this.unit(number, "region"), this.regions);
    const { tags, prefix } = weightedAt(this.unit(number, "tags"), this.tags);
    const hybrid = this.unit(number, "hybrid") < this.spec.hybridShare;
    const state = this.state(number, hybrid);
    const installed = this.installed(number, plan);
    return {
      index,
      id: this.id(number, hybrid, taken),
      name: `${prefix}-${code}-${String(number + 1).padStart(5, "0")}`,
      region,
      catalog: plan.catalog,
      tags,
      agent: state !== "agentless",
      state: state === "stopped" ? "stopped" : "running",
      ping: state === "stopped" || state === "lost" ? "ConnectionLost" : "Online",
      offline: noIntervals,
      installed,
      fails: this.fails(number, plan.catalog, installed),
      speed: Math.round(100 * (fastest + this.unit(number, "speed") * (slowest - fastest))) / 100,
    };
  }

  private unit(number: number, purpose: string): number {
    return hashUnit(this.seed, number, purpose);
  }

  private id(number: number, hybrid: boolean, taken: ReadonlySet<string>): string {
    const start = hybrid ? "mi-0" : "i-0";
    // Unique among the generated ones, so that only those of the file are left to avoid.
    const own = hex32(scramble32(number, this.seed));
    for (let attempt = 0; ; attempt++) {
      const id = `${start}${own}${hex32(hash32(this.seed, number, "id", attempt))}`;
      if (!taken.has(id)) return id;
    }
  }

  private state(number: number, hybrid: boolean): "agentless" | "stopped" | "lost" | "well" {
    const { noAgentShare, stoppedShare, connectionLostShare } = this.spec;
    const unit = this.unit(number, "state");
    if (unit < noAgentShare) return hybrid ? "well" : "agentless";
    if (unit < noAgentShare + stoppedShare) return hybrid ? "well" : "stopped";
    return unit < noAgentShare + stoppedShare + connectionLostShare ? "lost" : "well";
  }

  private installed(number: number, plan: CatalogPlan): Int8Array {
    const { catalog, base, salts } = plan;
    const cells = this.cells.take(catalog.packages.length);
    fillInstalled(cells, catalog, this.from + Math.floor(this.unit(number, "patchedUntil") * this.span));
    // On Windows every KB applies.
    if (catalog.operatingSystem === "WINDOWS") return cells;
    const own = hash32(this.seed, number, "packages");
    const bar = this.spec.packageShare * twoTo32;
    const chosen: number[] = [...base];
    for (const [index, salt] of salts.entries()) {
      if (hash32(own, salt) < bar) chosen.push(index);
    }
    keepOnly(cells, withRequired(catalog, chosen));
    return cells;
  }

  private fails(number: number, catalog: Catalog, installed: Int8Array): ReadonlySet<number> {
    if (this.unit(number, "fails") >= this.spec.failingShare) return noFailures;
    const present = catalog.packages.filter(({ index }) => installed[index] !== absent);
    // A failure of what is already up to date would never be seen.
    const due = present.filter(({ index, patches }) => (installed[index] ?? 0) < patches.length - 1);
    const candidates = due.length > 0 ? due : present;
    const chosen = candidates[Math.floor(this.unit(number, "failing") * candidates.length)];
    if (chosen === undefined) return noFailures;
    let shared = this.failures.get(chosen.index);
    if (shared === undefined) {
      shared = new Set([chosen.index]);
      this.failures.set(chosen.index, shared);
    }
    return shared;
  }
}

/** What stands before the generated nodes in the fleet. */
interface Before {
  /** Number of nodes. */
  readonly count: number;
  readonly ids: ReadonlySet<string>;
}

/**
 * The nodes of a `generate` section without problems.
 *
 * @param seed - Of the run; the section's own goes before it.
 */
export function generateNodes(
  spec: GenerateSpec,
  catalogs: ReadonlyMap<string, Catalog>,
  seed: number,
  pool: TagPool,
  before: Before,
): FleetNode[] {
  const generator = new Generator(spec, catalogs, spec.seed ?? seed, pool);
  return Array.from({ length: spec.count }, (_, number) =>
    generator.node(number, before.count + number, before.ids),
  );
}
