import type { NodeState, NodeTags, RegionState } from "#functions/exclusion-processor/core/model.js";
import type { ReadyStep } from "#functions/exclusion-processor/core/steps.js";
import type { StepResult } from "#functions/exclusion-processor/ports.js";
import { hashUnit } from "#lab/random.js";
import { baseGroupTagKey, parseGroup } from "#shared/contract/exclusionNames.js";
import { MemoryRegion } from "#test/memory/exclusionProcessor/region.js";

const minute = 60_000;
/** Longest time until everybody has seen a tag, a list what was made, and an index that a node is gone. */
const latest = 10 * minute;
const latestMade = 8_000;
const lingers = 60 * minute;

type Tags = NodeState["tags"];
/** Who looks at tags, each with a delay of its own: the tagging index, the targets of windows, and the node that asks for its baseline. */
export type Viewer = "index" | "targets" | "node";

interface Write {
  readonly at: number;
  readonly tags: Tags;
  readonly order: number;
}

/** A Region whose tags and lists are seen late, as the seed has it. What there is, is what the memory has. */
export class LateRegion extends MemoryRegion {
  /** Nodes that are no more, and since when. */
  readonly gone = new Map<string, { readonly node: NodeState; readonly at: number }>();
  private readonly writes = new Map<string, Write[]>();
  private readonly madeAt = new Map<string, number>();
  private order = 0;

  constructor(
    state: RegionState,
    private readonly seed: number,
    private readonly clock: { readonly now: number },
  ) {
    super(state);
  }

  override write(step: ReadyStep): StepResult {
    const before = new Map(this.nodes);
    const result = super.write(step);
    if (result.baselineId !== undefined) this.madeAt.set(result.baselineId, this.clock.now);
    if (step.kind === "registerGroup")
      this.madeAt.set(`${step.group}|${step.operatingSystem}`, this.clock.now);
    if (step.kind === "tagNodes" || step.kind === "untagNodes")
      for (const { id } of step.nodes) this.note(id, before.get(id)?.tags);
    return result;
  }

  /** Somebody writes tags of a node; undefined takes one away. */
  retagBy(id: string, changes: Readonly<Record<string, string | undefined>>): void {
    const found = this.nodes.get(id);
    if (found === undefined) return;
    const tags: Record<string, string> = {};
    for (const [key, value] of Object.entries({ ...found.tags, ...changes }))
      if (value !== undefined) tags[key] = value;
    this.nodes.set(id, { ...found, tags });
    this.note(id, found.tags);
  }

  terminate(id: string): void {
    const node = this.nodes.get(id);
    if (node === undefined) return;
    this.gone.set(id, { node, at: this.clock.now });
    this.nodes.delete(id);
  }

  /** All tags that a node has had since a time, the newest last. */
  historyOf(id: string, since: number): Tags[] {
    return (this.writes.get(id) ?? []).filter(({ at }) => at >= since).map(({ tags }) => tags);
  }

  /** The tags of a node as somebody sees them now. */
  seen(viewer: Viewer, id: string): Tags | undefined {
    const { now } = this.clock;
    const node = this.nodes.get(id);
    if (node === undefined) return undefined;
    const writes = this.writes.get(id) ?? [];
    let shown = writes.findLastIndex(
      ({ at, order }, index) => index === 0 || at + this.delay(viewer, id, order) <= now,
    );
    const newest = writes[shown];
    // An index may go back to what it has shown before, as long as what was written is not settled.
    const goesBack = viewer === "index" && hashUnit(this.seed, "back", id, now) < 0.1;
    if (goesBack && shown > 0 && newest !== undefined && now < newest.at + latest) shown--;
    return writes[shown]?.tags ?? node.tags;
  }

  /** The Region as lists and the index show it now. */
  get shown(): RegionState {
    const { now } = this.clock;
    const nodes = [...this.nodes.values()].map((node) => ({
      ...node,
      tags: this.seen("index", node.id) ?? node.tags,
    }));
    const lingering = [...this.gone.values()].filter(
      ({ node, at }) => now < at + hashUnit(this.seed, "lingers", node.id) * lingers,
    );
    const isShown = (key: string) => {
      const made = this.madeAt.get(key);
      return made === undefined || now >= made + hashUnit(this.seed, "made", key) * latestMade;
    };
    return {
      ...this.state,
      nodes: [...nodes, ...lingering.map(({ node }) => ({ ...node, operatingSystem: undefined }))],
      baselines: this.state.baselines.filter(({ id }) => isShown(id)),
      groups: this.groups.filter(({ group, operatingSystem }) => isShown(`${group}|${operatingSystem}`)),
    };
  }

  /** What the index shows of the nodes in some groups, or with a mark where none is named. */
  tagged(groups: readonly string[], key: string): NodeTags[] {
    const isListed = ({ tags }: NodeState) =>
      groups.length === 0 ? tags[baseGroupTagKey] !== undefined : groups.includes(tags[key] ?? "");
    return this.shown.nodes.filter(isListed);
  }

  traces(key: string) {
    const { baselines, nodes } = this.shown;
    const isMoved = ({ tags }: NodeState) =>
      tags[baseGroupTagKey] !== undefined || parseGroup(tags[key] ?? "") !== undefined;
    return { baselines: baselines.map(({ content: _, ...one }) => one), nodes: nodes.filter(isMoved) };
  }

  private note(id: string, before: Tags | undefined): void {
    const tags = this.nodes.get(id)?.tags;
    if (tags === undefined || tags === before) return;
    const known = this.writes.get(id) ?? [{ at: 0, tags: before ?? {}, order: 0 }];
    this.writes.set(id, [...known, { at: this.clock.now, tags, order: ++this.order }]);
  }

  private delay(viewer: Viewer, id: string, order: number): number {
    const unit = hashUnit(this.seed, viewer, id, order);
    return unit < 0.25 ? 0 : unit ** 2 * (latest - 1);
  }
}
