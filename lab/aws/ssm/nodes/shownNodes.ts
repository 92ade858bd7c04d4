import type { LabNode } from "./labNode.js";

/** The nodes that SSM shows: none that is stopped or terminated. Kept until the next of them goes, since each page asks for them. */
export class ShownNodes {
  private kept:
    | { readonly nodes: readonly LabNode[]; readonly from: number; readonly until: number }
    | undefined;

  constructor(private readonly all: readonly LabNode[]) {}

  /** In the order of the fleet. */
  at(time: number): readonly LabNode[] {
    if (this.kept !== undefined && time >= this.kept.from && time < this.kept.until) return this.kept.nodes;
    const nodes = this.all.filter((node) => node.spec.state !== "stopped" && node.isThere(time));
    const until = nodes.reduce((next, { spec }) => Math.min(next, spec.terminatedAt ?? next), Infinity);
    this.kept = { nodes, from: time, until };
    return nodes;
  }
}
