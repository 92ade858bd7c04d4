import { baselineName, groupOf } from "#shared/contract/exclusionNames.js";
import { compare, counted } from "#shared/text/words.js";
import type { StandingNode } from "./fleet.js";
import type { Ledger } from "./ledger.js";
import type { Entry, NodeState } from "./model.js";
import type { Cause, Placement, Rule } from "./placement.js";
import type { Patched } from "./standing.js";

/** A node on which an entry is in force. */
interface ReachedNode {
  readonly id: string;
  /** The base group that it came from and goes back to. */
  readonly from: string;
  readonly group: string;
  readonly operatingSystem?: string;
  /** Why nothing is promised of it. */
  readonly doubt?: string;
}

/** A node that an entry names and that is not moved for it. */
interface LeftNode {
  readonly id: string;
  readonly cause: Cause;
  readonly why: string;
  readonly operatingSystem?: string;
}

/** What becomes of an entry in one Region. */
export interface EntryOutcome {
  readonly entryId: string;
  readonly nodes: readonly ReachedNode[];
  readonly left: readonly LeftNode[];
  /** Ids that the Region does not know; they may be another Region's. */
  readonly unknown: readonly string[];
  /** Names of the derived baselines of its nodes. */
  readonly baselines: readonly string[];
  /** What other entries add to it, in whole sentences. */
  readonly notes: readonly string[];
}

/** What becomes of the entries of a manifest that are in force in a Region, in the manifest's order. */
export function outcomesOf(ledger: Ledger, key: string): EntryOutcome[] {
  return ledger.selections(key).map(({ entry, nodes }) => {
    const unknown = ledger.fleet.unknown(entry.selector);
    if (nodes.length === 0)
      return { entryId: entry.id, nodes: [], left: [], unknown, baselines: [], notes: [] };
    const outcome = new Outcome(ledger, key, entry);
    for (const found of nodes) outcome.add(found);
    return outcome.result(unknown);
  });
}

/** A placement that an entry has a part in. */
type Reached = Extract<Placement, { kind: "moved" }> & Pick<Patched, "base" | "doubt">;

interface Left {
  readonly kind: "left";
  readonly cause: Cause;
  readonly why: string;
}

function left(cause: Cause, why: string): Left {
  return { kind: "left", cause, why };
}

class Outcome {
  private readonly nodes: ReachedNode[] = [];
  private readonly left: LeftNode[] = [];
  private readonly baselines = new Set<string>();
  private readonly heldBy = new Map<string, number>();
  private readonly blockedBy = new Map<string, number>();

  constructor(
    private readonly ledger: Ledger,
    private readonly key: string,
    private readonly entry: Entry,
  ) {}

  add(found: StandingNode): void {
    const { id, operatingSystem } = found.node;
    const system = operatingSystem === undefined ? {} : { operatingSystem };
    const placement = this.placementOf(found);
    if (placement.kind === "left") {
      const { cause, why } = placement;
      const isOurs = cause !== "foreign" && cause !== "notUnderPatching";
      this.left.push({ id, cause, why, ...(isOurs ? system : {}) });
      return;
    }
    const { rule, base, systems, doubt } = placement;
    const group = groupOf(base, rule.word);
    // A hold keeps windows off, whatever baseline AWS chooses.
    const isSure = doubt === undefined || rule.word === "hold";
    this.nodes.push({ id, from: base, group, ...system, ...(isSure ? {} : { doubt }) });
    const { namePrefix } = this.ledger.fleet.record;
    for (const name of systems) this.baselines.add(baselineName(namePrefix, rule.word, name));
    this.note(found.node, rule);
  }

  private placementOf({ node, standing }: StandingNode): Reached | Left {
    if (standing.kind === "foreign") return left("foreign", standing.why);
    if (standing.kind === "outside") return left("notUnderPatching", standing.why);
    const { base, leaves, doubt } = standing;
    if (leaves !== undefined) return left("notUnderPatching", leaves);
    const placement = this.ledger.placement(node.id);
    const noName = `no patch name is one of ${node.operatingSystem ?? "the stack's operating systems"}`;
    const atBase = ({ cause, why }: Extract<Placement, { kind: "base" }>) =>
      left(cause ?? "noNameApplies", why ?? noName);
    switch (placement.kind) {
      case "stay":
        return left(placement.cause, placement.why);
      case "base":
        return atBase(placement);
      case "moved": {
        // What would leave the node alone by itself reaches it no more because another entry has moved it.
        const own = this.ledger.placer.place(node, standing, [{ key: this.key, entry: this.entry }]);
        const sure = doubt === undefined ? {} : { doubt };
        return own.kind === "base" ? atBase(own) : { ...placement, base, ...sure };
      }
    }
  }

  /** Notes what other entries make of this one on a node. */
  private note(node: NodeState, rule: Rule): void {
    if (this.entry.effect.kind === "hold") return;
    const isAllowing = this.entry.effect.action === "ALLOW_AS_DEPENDENCY";
    for (const { key, entry } of this.ledger.asksFor(node.id)) {
      const name = key === this.key ? entry.id : `${entry.id} of ${key}`;
      if (rule.word === "hold") {
        if (entry.effect.kind === "hold") add(this.heldBy, name);
      } else if (isAllowing && entry.effect.kind === "reject" && entry.effect.action === "BLOCK") {
        if (this.ledger.placer.contributes(entry, node)) add(this.blockedBy, name);
      }
    }
  }

  result(unknown: readonly string[]): EntryOutcome {
    const notes = [
      ...lines(this.heldBy, (count, name) => `${count} held as a whole, because entry ${name} asks for it.`),
      ...lines(
        this.blockedBy,
        (count, name) =>
          `BLOCK instead of ALLOW_AS_DEPENDENCY on ${count}, because entry ${name} asks for it.`,
      ),
    ];
    return {
      entryId: this.entry.id,
      nodes: this.nodes,
      left: this.left,
      unknown,
      baselines: [...this.baselines].sort(compare),
      notes,
    };
  }
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function lines(counts: ReadonlyMap<string, number>, line: (nodes: string, name: string) => string): string[] {
  return [...counts]
    .sort(([a], [b]) => compare(a, b))
    .map(([name, count]) => line(counted(count, "node"), name));
}
