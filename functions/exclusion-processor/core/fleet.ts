import {
  allBaseBaselines,
  baseBaselines,
  type DeploymentRecord,
  holdBaselines,
  ringBaselines,
} from "#shared/contract/deploymentRecord.js";
import {
  baseGroupTagKey,
  type Cohort,
  cohortOfBaseline,
  holdGroup,
  parseGroup,
} from "#shared/contract/exclusionNames.js";
import { compare } from "#shared/text/words.js";
import type { BaselineContent, BaselineState, NodeState, RegionState, Selector } from "./model.js";
import { type Patched, type Standing, standingsOf } from "./standing.js";

/** A baseline that the processor made: it carries the owner tag, has such a name, and is no base baseline. */
export interface DerivedBaseline {
  readonly baseline: BaselineState;
  readonly word: Cohort;
}

/** A node with what its tags say of it. */
export interface StandingNode {
  readonly node: NodeState;
  readonly standing: Standing;
}

/**
 * Why nothing can be decided about a Region; undefined when all that is needed is there.
 *
 * @param needsContents false when nothing is to be derived from the base baselines, so that nobody has read them
 */
export function regionProblem(
  { region, baselines }: Pick<RegionState, "region" | "baselines">,
  record: DeploymentRecord,
  needsContents = true,
): string | undefined {
  for (const [operatingSystem, id] of allBaseBaselines(record, region)) {
    const base = baselines.find((baseline) => baseline.id === id);
    const isThere = base !== undefined && (base.content !== undefined || !needsContents);
    if (!isThere || base.operatingSystem !== operatingSystem) {
      return `the base baseline ${id} of ${operatingSystem} is not there; run the deployment again`;
    }
  }
  return undefined;
}

/** The baselines that the processor has made, in order. */
export function derivedOf(
  baselines: readonly BaselineState[],
  record: DeploymentRecord,
): readonly DerivedBaseline[] {
  const baseIds = new Set(
    record.regions.flatMap(({ name }) => allBaseBaselines(record, name).map(([, id]) => id)),
  );
  return baselines
    .flatMap((baseline): DerivedBaseline[] => {
      const word = cohortOfBaseline(baseline.name, baseline.operatingSystem);
      return word === undefined || !baseline.isOwned || baseIds.has(baseline.id) ? [] : [{ baseline, word }];
    })
    .sort((a, b) => compare(a.baseline.name, b.baseline.name) || compare(a.baseline.id, b.baseline.id));
}

/** The state of one Region, read through the deployment record and indexed. */
export class RegionFleet {
  readonly nodes: ReadonlyMap<string, StandingNode>;
  /** Whether the stack patches nothing here any more. */
  readonly isRetired: boolean;
  readonly derived: readonly DerivedBaseline[];
  /** Operating systems that have a base baseline here and are to keep it, in order. */
  readonly systems: readonly string[];
  /** Ids of derived baselines that a node's group is registered to at this moment. */
  readonly inUse: ReadonlySet<string>;
  private readonly bases: ReadonlyMap<string, BaselineContent>;
  /** Of rings that have their own, by the ring's name. */
  private readonly ringBases: ReadonlyMap<string, ReadonlyMap<string, BaselineContent>>;
  private readonly rings: ReadonlyMap<string, string>;
  private readonly derivedIds: ReadonlySet<string>;
  private readonly holdIds: ReadonlySet<string>;
  private readonly registrations = new Map<string, string>();
  private readonly systemsByGroup = new Map<string, string[]>();
  private readonly byTag = new Map<string, Map<string, StandingNode[]>>();

  constructor(
    readonly state: RegionState,
    readonly record: DeploymentRecord,
  ) {
    const { regions = [], patchGroups = [], operatingSystems = [] } = record.retired ?? {};
    this.isRetired = regions.includes(state.region);
    const contents = (ids: Readonly<Record<string, string>>) =>
      new Map(
        Object.entries(ids).flatMap(([system, id]): [string, BaselineContent][] => {
          if (operatingSystems.includes(system)) return [];
          const content = state.baselines.find((baseline) => baseline.id === id)?.content;
          return content === undefined ? [] : [[system, content]];
        }),
      );
    this.bases = contents(baseBaselines(record, state.region));
    const rings = ringBaselines(record, state.region);
    this.ringBases = new Map(rings.map(({ name, baselines }) => [name, contents(baselines)]));
    this.rings = new Map(rings.flatMap(({ name, patchGroups: own }) => own.map((group) => [group, name])));
    this.systems = [...this.bases.keys()].sort(compare);
    this.derived = derivedOf(state.baselines, record);
    this.derivedIds = new Set(this.derived.map(({ baseline }) => baseline.id));

    const holds = Object.values(holdBaselines(record, state.region));
    this.holdIds = new Set(holds);

    const bases = [...record.patchGroups, ...patchGroups];
    const made = new Set(holds.length === 0 ? [] : bases.map(holdGroup));
    for (const { group, operatingSystem, baselineId } of state.groups) {
      this.registrations.set(`${operatingSystem}|${group}`, baselineId);
      if (!this.derivedIds.has(baselineId)) continue;
      this.systemsByGroup.set(group, [...(this.systemsByGroup.get(group) ?? []), operatingSystem]);
      if (parseGroup(group) !== undefined) made.add(group);
    }
    const standing = standingsOf(record, made);
    const sorted = [...state.nodes].sort((a, b) => compare(a.id, b.id));
    this.nodes = new Map(sorted.map((node) => [node.id, { node, standing: standing(node.tags) }]));
    this.inUse = this.baselinesInUse();
  }

  /**
   * What the base baseline of an operating system says; undefined when the stack has none for it here.
   *
   * @param ring whose own it is; undefined for that of the groups of no such ring
   */
  base(operatingSystem: string, ring?: string): BaselineContent | undefined {
    return (ring === undefined ? this.bases : this.ringBases.get(ring))?.get(operatingSystem);
  }

  /** The ring of a base group that has base baselines of its own. */
  ringOf(base: string): string | undefined {
    return this.rings.get(base);
  }

  /** The baseline that a group is registered to for an operating system. */
  registered(group: string, operatingSystem: string): string | undefined {
    return this.registrations.get(`${operatingSystem}|${group}`);
  }

  /** The operating systems for which a group is registered to derived baselines. */
  registeredSystems(group: string): readonly string[] {
    return this.systemsByGroup.get(group) ?? [];
  }

  /** Whether a baseline is one that the processor made. */
  isDerived(baselineId: string): boolean {
    return this.derivedIds.has(baselineId);
  }

  /** Whether a baseline is one that the processor made, or one of the stack's for held nodes. */
  isOurs(baselineId: string): boolean {
    return this.isDerived(baselineId) || this.holdIds.has(baselineId);
  }

  /** How many nodes are under patching by the stack. */
  get patchedCount(): number {
    let count = 0;
    for (const { standing } of this.nodes.values()) if (isReachable(standing)) count++;
    return count;
  }

  /** Ids that a selector names and that the Region does not know, in order. */
  unknown(selector: Selector): string[] {
    return selector.kind === "nodes" ? inOrder(selector.ids.filter((id) => !this.nodes.has(id))) : [];
  }

  /** The nodes that a selector names, whatever their standing, in order of their ids. */
  select(selector: Selector): StandingNode[] {
    if (selector.kind === "nodes") {
      const known = inOrder(selector.ids.filter((id) => this.nodes.has(id)));
      return known.flatMap((id) => this.nodes.get(id) ?? []);
    }
    const wanted = Object.entries(selector.tags);
    const lists = wanted.map(([key, values]) =>
      [...new Set(values)].flatMap((value) => this.having(key, value)),
    );
    const [fewest = []] = [...lists].sort((a, b) => a.length - b.length);
    const nodes = fewest.filter((found) =>
      wanted.every(([key, values]) => {
        const tag = this.tagOf(found, key);
        return tag !== undefined && values.includes(tag);
      }),
    );
    return nodes.sort((a, b) => compare(a.node.id, b.node.id));
  }

  private having(key: string, value: string): readonly StandingNode[] {
    let values = this.byTag.get(key);
    if (values === undefined) {
      values = new Map();
      for (const found of this.nodes.values()) {
        const tag = this.tagOf(found, key);
        if (tag === undefined) continue;
        const list = values.get(tag);
        if (list === undefined) values.set(tag, [found]);
        else list.push(found);
      }
      this.byTag.set(key, values);
    }
    return values.get(value) ?? [];
  }

  /** A tag as selectors see it: as it was before an exclusion moved the node, or moving it would end its selection. */
  private tagOf({ node, standing }: StandingNode, key: string): string | undefined {
    if (standing.kind !== "patched") return node.tags[key];
    if (key === this.record.patchGroupTagKey) return standing.base;
    return key === baseGroupTagKey ? undefined : node.tags[key];
  }

  private baselinesInUse(): Set<string> {
    const used = new Set<string>();
    for (const { node } of this.nodes.values()) {
      const group = node.tags[this.record.patchGroupTagKey];
      if (group === undefined) continue;
      for (const system of this.registeredSystems(group)) {
        const id = this.registered(group, system);
        if (id !== undefined && (node.operatingSystem ?? system) === system) used.add(id);
      }
    }
    return used;
  }
}

/** Each once; of ten thousand entries in many Regions most have none or one. */
function inOrder(ids: string[]): string[] {
  return ids.length < 2 ? ids : [...new Set(ids)].sort(compare);
}

/** Whether entries can reach a node. */
export function isReachable(standing: Standing): standing is Patched {
  return standing.kind === "patched" && standing.leaves === undefined;
}

/** The nodes whose two tags somebody else writes too, in order, with what was found. */
export function foreignNodes(fleet: RegionFleet): { id: string; why: string }[] {
  return [...fleet.nodes.values()].flatMap(({ node, standing }) => {
    const why =
      standing.kind === "foreign" ? standing.why : standing.kind === "patched" ? standing.drift : undefined;
    return why === undefined ? [] : [{ id: node.id, why }];
  });
}
