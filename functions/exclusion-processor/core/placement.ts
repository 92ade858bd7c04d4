import { type Cohort, groupOf } from "#shared/contract/exclusionNames.js";
import { canonicalJson, digest, sortedUnion } from "#shared/text/words.js";
import type { RegionFleet } from "./fleet.js";
import type { AppliesTo, BaselineContent, Entry, NodeState, RejectedAction } from "./model.js";
import type { Patched } from "./standing.js";

/** An entry that is in force, and the key of its manifest. */
export interface Ask {
  readonly key: string;
  readonly entry: Entry;
}

/** What the nodes of a cohort have in common. A hold rejects nothing: its baselines, the deployment's, approve nothing. */
export interface Rule {
  readonly word: Cohort;
  /** In order, each once. */
  readonly patches: readonly string[];
  readonly action: RejectedAction;
  /** The ring from whose base baselines its own are derived, where those are others than the stack's. */
  readonly ring?: string;
}

/** Why a node is not moved although an entry names it. */
export type Cause = "noNameApplies" | "noBaseline" | "groupTaken" | "pinned" | "foreign" | "notUnderPatching";

/** Where a node under patching belongs. */
export type Placement =
  | { readonly kind: "base"; readonly cause?: Cause; readonly why?: string }
  | {
      readonly kind: "moved";
      readonly rule: Rule;
      /** The operating systems for which its group needs a derived baseline on its account. */
      readonly systems: readonly string[];
    }
  /** It stays wherever it is, or where an entry is in force on it: what has moved it there is its word then. */
  | { readonly kind: "stay"; readonly cause: Cause; readonly why: string; readonly word?: Cohort };

export const hold: Rule = { word: "hold", patches: [], action: "ALLOW_AS_DEPENDENCY" };

/** The rule that rejects some patches. Equal sets give the same word in every Region and every run. */
export function rejecting(patches: readonly string[], action: RejectedAction, ring?: string): Rule {
  const names = sortedUnion(patches);
  const of = ring === undefined ? {} : { ring };
  return {
    word: `x-${digest(canonicalJson({ action, patches: names, ...of }), 10)}`,
    patches: names,
    action,
    ...of,
  };
}

/** Decides for single nodes of a Region. Remembers what it has computed, and nothing else. */
export class Placer {
  private readonly applies = new Map<string, boolean>();
  private readonly rules = new Map<string, Rule>();
  private readonly contents = new Map<string, BaselineContent>();
  /** By patch group and operating system: most nodes of a large fleet share theirs. */
  private readonly moves = new Map<string, Placement>();

  constructor(
    private readonly fleet: RegionFleet,
    private readonly appliesTo: AppliesTo,
  ) {}

  /** Where a node belongs that some entries ask for. Total; the order of the entries is of no account. */
  place(node: NodeState, standing: Patched, asks: readonly Ask[]): Placement {
    if (asks.length === 0) return { kind: "base" };
    if (this.isLeaving(node)) {
      const why = `${node.operatingSystem} has left the stack`;
      return { kind: "base", cause: "noBaseline", why };
    }
    if (asks.some(({ entry }) => entry.effect.kind === "hold")) return this.moved(node, standing, hold);
    const { operatingSystem } = node;
    const ring = this.fleet.ringOf(standing.base);
    const hasBaseline =
      operatingSystem === undefined
        ? this.fleet.systems.length > 0
        : this.fleet.base(operatingSystem) !== undefined;
    if (!hasBaseline) {
      const why = `the stack has no patch baseline here for ${operatingSystem ?? "any operating system"}`;
      return { kind: "base", cause: "noBaseline", why };
    }
    if (operatingSystem !== undefined) {
      const rule = this.ruleFor(asks, [operatingSystem], ring);
      return rule === undefined ? noName(operatingSystem) : this.moved(node, standing, rule);
    }
    const rule = this.ruleFor(asks, undefined, ring);
    return rule === undefined ? noName(this.fleet.systems.join(" or ")) : this.moved(node, standing, rule);
  }

  private isLeaving({ operatingSystem }: NodeState): boolean {
    const { operatingSystems = [] } = this.fleet.record.retired ?? {};
    return operatingSystem !== undefined && operatingSystems.includes(operatingSystem);
  }

  /** Whether any patch name of an entry counts on a node. */
  contributes(entry: Entry, node: NodeState): boolean {
    if (entry.effect.kind === "hold") return true;
    const { operatingSystem } = node;
    const systems = operatingSystem === undefined ? this.fleet.systems : [operatingSystem];
    return entry.effect.patches.some((name) => systems.some((system) => this.isFor(name, system)));
  }

  /** What a rule's baseline for an operating system says; undefined without a base baseline to start from. */
  content(rule: Rule, operatingSystem: string): BaselineContent | undefined {
    const base = this.fleet.base(operatingSystem, rule.ring);
    if (base === undefined) return undefined;
    const key = `${rule.word}|${operatingSystem}`;
    const known = this.contents.get(key);
    if (known !== undefined) return known;
    const names = rule.patches.filter((name) => this.isFor(name, operatingSystem));
    const blocks = base.rejectedPatchesAction === "BLOCK" || rule.action === "BLOCK";
    const content: BaselineContent = {
      rules: base.rules,
      rejectedPatches: sortedUnion(base.rejectedPatches, names),
      rejectedPatchesAction: blocks ? "BLOCK" : "ALLOW_AS_DEPENDENCY",
    };
    this.contents.set(key, content);
    return content;
  }

  /**
   * The names that apply to one of some operating systems, with BLOCK if any entry they are from asks for it. Without
   * operating systems all names are kept, unless none applies to any that the stack has.
   */
  private ruleFor(
    asks: readonly Ask[],
    systems: readonly string[] | undefined,
    ring: string | undefined,
  ): Rule | undefined {
    const among = systems ?? this.fleet.systems;
    const names: string[] = [];
    let found = false;
    let blocks = false;
    for (const { entry } of asks) {
      if (entry.effect.kind !== "reject") continue;
      const applying = entry.effect.patches.filter((name) =>
        among.some((system) => this.isFor(name, system)),
      );
      names.push(...(systems === undefined ? entry.effect.patches : applying));
      if (applying.length === 0) continue;
      found = true;
      if (entry.effect.action === "BLOCK") blocks = true;
    }
    return found ? this.rule(names, blocks ? "BLOCK" : "ALLOW_AS_DEPENDENCY", ring) : undefined;
  }

  private rule(names: readonly string[], action: RejectedAction, ring: string | undefined): Rule {
    const sorted = sortedUnion(names);
    const text = canonicalJson([ring ?? null, action, ...sorted]);
    const known = this.rules.get(text);
    if (known !== undefined) return known;
    const rule = rejecting(sorted, action, ring);
    this.rules.set(text, rule);
    return rule;
  }

  private moved(node: NodeState, standing: Patched, rule: Rule): Placement {
    const group = groupOf(standing.base, rule.word);
    const key = `${node.operatingSystem}|${group}`;
    const placement = this.moves.get(key) ?? this.movedTo(group, this.systemsOf(node), rule);
    this.moves.set(key, placement);
    return placement;
  }

  private movedTo(group: string, systems: readonly string[], rule: Rule): Placement {
    for (const system of systems) {
      const id = this.fleet.registered(group, system);
      if (id === undefined || this.fleet.isOurs(id)) continue;
      const why = `its patch group ${group} is registered to ${id}, a baseline that is not this stack's`;
      return { kind: "stay", cause: "groupTaken", why };
    }
    // The baselines of held nodes are there whether or not there are any.
    return { kind: "moved", rule, systems: rule.word === hold.word ? [] : systems };
  }

  /**
   * The operating systems for which a node's group needs a baseline. One that nobody knows may turn out to be any of
   * the stack's when the node starts, and without a baseline AWS would patch it by the account's default.
   */
  private systemsOf({ operatingSystem }: NodeState): readonly string[] {
    if (operatingSystem === undefined) return this.fleet.systems;
    return this.fleet.base(operatingSystem) === undefined ? [] : [operatingSystem];
  }

  private isFor(name: string, operatingSystem: string): boolean {
    const key = `${operatingSystem}|${name}`;
    let applies = this.applies.get(key);
    if (applies === undefined) {
      applies = this.appliesTo(name, operatingSystem);
      this.applies.set(key, applies);
    }
    return applies;
  }
}

function noName(operatingSystem: string): Placement {
  return { kind: "base", cause: "noNameApplies", why: `no patch name is one of ${operatingSystem}` };
}
