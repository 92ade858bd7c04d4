import { type Cohort, groupOf, parseGroup } from "#shared/contract/exclusionNames.js";
import type { RegionFleet, StandingNode } from "./fleet.js";
import { isReachable } from "./fleet.js";
import { blankMemory, type Memory } from "./memory.js";
import type { AppliesTo, Entry } from "./model.js";
import { type Ask, type Placement, Placer, type Rule } from "./placement.js";

/** A node that a change of a manifest sends elsewhere. */
export interface Move {
  readonly region: string;
  readonly id: string;
  readonly from: Placement;
  readonly to: Placement;
  /** Whether its tags already say so. */
  readonly isThere: boolean;
}

/** A manifest's entries in force, and what their selectors have found here: in a Region of many most find nothing. */
interface Selected {
  readonly entries: readonly Entry[];
  readonly found: ReadonlyMap<Entry, readonly StandingNode[]>;
}

/** Where nodes belong whom nobody asks for. */
const atBase: Placement = { kind: "base" };

/**
 * What the entries of all manifests ask for in one Region. Manifests can be put in and taken out one by one, and only
 * the nodes concerned are looked at again, so that many candidates can be tried in turn.
 */
export class Ledger {
  readonly placer: Placer;
  /** Derived baselines that are needed, by word and operating system, with the number of nodes that need them. */
  readonly needs = new Map<string, { readonly rule: Rule; readonly system: string; nodes: number }>();
  /** Nodes that are to be held. */
  held = 0;
  private readonly selected = new Map<string, Selected>();
  private readonly asks = new Map<string, Ask[]>();
  private readonly places = new Map<string, Placement>();
  private systemsByGroup: ReadonlyMap<string, ReadonlySet<string>> | undefined;
  private readonly pins = new Map<string, { readonly ids: ReadonlySet<string>; readonly why: string }>();

  constructor(
    readonly fleet: RegionFleet,
    appliesTo: AppliesTo,
    /** Entries that end at this moment or before are not in force. */
    readonly now: number,
    /** What was kept of the Region. */
    readonly memory: Memory = blankMemory(now),
  ) {
    this.placer = new Placer(fleet, appliesTo);
  }

  get region(): string {
    return this.fleet.state.region;
  }

  /**
   * Puts a manifest's entries in the place of those that it had, and tells which nodes that moves.
   *
   * @param only nodes that they may reach; all without it
   */
  set(key: string, entries: readonly Entry[], only?: ReadonlySet<string>): Move[] {
    const concerned = new Set<string>();
    for (const nodes of this.selected.get(key)?.found.values() ?? []) {
      for (const { node } of nodes) if (this.forget(node.id, key)) concerned.add(node.id);
    }
    const live = entries.filter((entry) => this.now < entry.expiresAt && entry.regions.includes(this.region));
    // In a Region that has left the stack nobody asks for anything any more.
    const asking = this.fleet.isRetired ? [] : live.length === entries.length ? entries : live;
    const found = new Map<Entry, readonly StandingNode[]>();
    for (const entry of asking) {
      // One for all that it finds, which may be a whole fleet.
      const ask = { key, entry };
      const nodes = among(this.fleet.select(entry.selector), only);
      if (nodes.length > 0) found.set(entry, nodes);
      for (const { node, standing } of nodes) {
        if (!isReachable(standing)) continue;
        this.ask(node.id, ask);
        concerned.add(node.id);
      }
    }
    this.selected.set(key, { entries: asking, found });
    return this.replace(concerned);
  }

  /**
   * Leaves nodes that have been moved where they are, on behalf of a manifest, whatever else entries ask for; those on which
   * entries are in force belong where these have them.
   */
  pin(key: string, ids: Iterable<string>, why: string): void {
    const pinned = new Set(ids);
    this.pins.set(key, { ids: pinned, why });
    this.replace(pinned);
  }

  /** Takes a manifest's pins away. */
  unpin(key: string): Move[] {
    const pin = this.pins.get(key);
    this.pins.delete(key);
    return pin === undefined ? [] : this.replace(pin.ids);
  }

  /** Nodes that an exclusion has moved, by their tags. */
  movedNodes(): string[] {
    return [...this.fleet.nodes.values()].flatMap(({ node, standing }) =>
      standing.kind === "patched" && standing.word !== undefined ? [node.id] : [],
    );
  }

  /** Where a node under patching belongs. */
  placement(id: string): Placement {
    return this.places.get(id) ?? atBase;
  }

  /** Every node that does not simply belong to its base group. */
  placements(): ReadonlyMap<string, Placement> {
    return this.places;
  }

  /** The patch groups that nodes belong to, with the operating systems for which each needs a baseline. */
  groups(): ReadonlyMap<string, ReadonlySet<string>> {
    if (this.systemsByGroup !== undefined) return this.systemsByGroup;
    const groups = new Map<string, Set<string>>();
    for (const [id, placement] of this.places) {
      const standing = this.fleet.nodes.get(id)?.standing;
      if (placement.kind !== "moved" || standing?.kind !== "patched") continue;
      const group = groupOf(standing.base, placement.rule.word);
      const systems = groups.get(group) ?? new Set();
      for (const system of placement.systems) systems.add(system);
      groups.set(group, systems);
    }
    this.systemsByGroup = groups;
    return groups;
  }

  /** The entries of a manifest that are in force here, with what they found. */
  selections(key: string): { readonly entry: Entry; readonly nodes: readonly StandingNode[] }[] {
    const { entries = [], found } = this.selected.get(key) ?? {};
    return entries.map((entry) => ({ entry, nodes: found?.get(entry) ?? [] }));
  }

  /** Everything that is asked for a node, whatever manifest it is from. */
  asksFor(id: string): readonly Ask[] {
    return this.asks.get(id) ?? [];
  }

  private ask(id: string, ask: Ask): void {
    const asks = this.asks.get(id);
    if (asks === undefined) this.asks.set(id, [ask]);
    else asks.push(ask);
  }

  /** @returns whether a manifest had asked for the node */
  private forget(id: string, key: string): boolean {
    const asks = this.asksFor(id);
    const left = asks.filter((ask) => ask.key !== key);
    if (left.length === 0) this.asks.delete(id);
    else this.asks.set(id, left);
    return left.length < asks.length;
  }

  private replace(ids: Iterable<string>): Move[] {
    const moves: Move[] = [];
    this.systemsByGroup = undefined;
    for (const id of ids) {
      const found = this.fleet.nodes.get(id);
      if (found === undefined || found.standing.kind !== "patched") continue;
      const from = this.placement(id);
      const to = this.decide(id);
      this.count(from, -1);
      this.count(to, 1);
      if (to === atBase) this.places.delete(id);
      else this.places.set(id, to);
      const { word } = found.standing;
      const target = wordIn(to, word);
      if (wordIn(from, word) === target) continue;
      moves.push({ region: this.region, id, from, to, isThere: word === target });
    }
    return moves;
  }

  private decide(id: string): Placement {
    const found = this.fleet.nodes.get(id);
    if (found === undefined || !isReachable(found.standing)) return atBase;
    const { node, standing } = found;
    const asks = this.asksFor(id);
    const placement = asks.length === 0 ? atBase : this.placer.place(node, standing, asks);
    // A node in its base group that nothing is promised of has nothing that a pin could keep for it.
    const isPinnable = standing.word !== undefined || this.memory.promised.has(id);
    const pin = isPinnable ? this.pinOf(id) : undefined;
    const word = promisedWord(id, standing.base, this);
    const kept = word ?? standing.word;
    if (pin === undefined || (kept !== undefined && wordIn(placement, standing.word) === kept))
      return placement;
    return { kind: "stay", cause: "pinned", why: pin, ...(word === undefined ? {} : { word }) };
  }

  /**
   * The nodes on which entries are in force still, although these cannot have them where they should be: in a group of two minds,
   * or where it is not known what is asked for them. One that no target selects any more is not promised, once AWS is sure to
   * know that.
   */
  owed(): ReadonlyMap<string, string> {
    const { promised } = this.memory;
    const owed = [...promised].filter(([id]) => this.isOwed(id));
    return new Map(owed);
  }

  private isOwed(id: string): boolean {
    const found = this.fleet.nodes.get(id);
    if (found === undefined) return false;
    const { standing } = found;
    if (isReachable(standing)) return this.placement(id).kind === "stay";
    if (this.pinOf(id) !== undefined) return true;
    const isInDanger = standing.kind === "foreign" || this.memory.written.has(id);
    return isInDanger && this.isSelected(id);
  }

  /** Whether an entry looks for a node, whether it can reach it or not. */
  private isSelected(id: string): boolean {
    return [...this.selected.values()].some(({ found }) =>
      [...found.values()].some((nodes) => nodes.some(({ node }) => node.id === id)),
    );
  }

  /** Why a node is pinned. */
  private pinOf(id: string): string | undefined {
    for (const { ids, why } of this.pins.values()) if (ids.has(id)) return why;
    return undefined;
  }

  private count(placement: Placement, by: 1 | -1): void {
    if (placement.kind !== "moved") return;
    if (placement.rule.word === "hold") this.held += by;
    for (const system of placement.systems) {
      const key = `${placement.rule.word}|${system}`;
      const need = this.needs.get(key);
      const nodes = (need?.nodes ?? 0) + by;
      if (nodes === 0) this.needs.delete(key);
      else if (need === undefined) this.needs.set(key, { rule: placement.rule, system, nodes });
      else need.nodes = nodes;
    }
  }
}

function among(nodes: StandingNode[], only: ReadonlySet<string> | undefined): StandingNode[] {
  return only === undefined ? nodes : nodes.filter(({ node }) => only.has(node.id));
}

/** What has moved a node of a base group on which an entry is in force; undefined where none is, or its group keeps nothing off. */
export function promisedWord(
  id: string,
  base: string,
  { memory, fleet }: { readonly memory: Memory; readonly fleet: RegionFleet },
): Cohort | undefined {
  const promised = parseGroup(memory.promised.get(id) ?? "");
  if (promised?.base !== base) return undefined;
  // Without its baseline the group keeps nothing off the node any more.
  const isKept = promised.word === "hold" || fleet.registeredSystems(groupOf(base, promised.word)).length > 0;
  return isKept ? promised.word : undefined;
}

/** What a node is moved by in a placement, for one that is moved by another word, or the same, at present. */
export function wordIn(placement: Placement, present: Cohort | undefined): Cohort | undefined {
  if (placement.kind === "stay") return placement.word ?? present;
  return placement.kind === "moved" ? placement.rule.word : undefined;
}
