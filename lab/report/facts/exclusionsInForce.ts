import type { Cause } from "#shared/contract/causes.js";
import { instantText, toMs } from "#shared/text/format.js";
import type { ExclusionEntry, ExclusionObject } from "../summary/exclusionShape.js";

/** The exclusions that a run has seen, by the nodes that they had moved. */
export class ExclusionsOfNodes {
  private readonly byNode = new Map<string, ExclusionEntry[]>();

  constructor(objects: readonly ExclusionObject[]) {
    for (const entry of objects.flatMap(({ entries }) => entries))
      for (const { id } of entry.nodes) this.byNode.set(id, [...(this.byNode.get(id) ?? []), entry]);
  }

  /** The one that holds a node at the end of the run. */
  holding(nodeId: string): ExclusionEntry | undefined {
    return this.inForce(nodeId).find(({ effect }) => effect === "hold");
  }

  /** The one that keeps a patch off a node at the end of the run. */
  rejecting(nodeId: string, rejectedBy: readonly string[]): ExclusionEntry | undefined {
    return this.inForce(nodeId).find(({ patches }) => patches.some((name) => rejectedBy.includes(name)));
  }

  /** The one that was in force on a node at a time, and has ended since. */
  ended(nodeId: string, at: number): string | undefined {
    const entries = this.byNode.get(nodeId) ?? [];
    return entries.find(({ inForce }) =>
      inForce.some(({ from, until }) => until !== null && toMs(from) <= at && toMs(until) >= at),
    )?.id;
  }

  private inForce(nodeId: string): ExclusionEntry[] {
    return (this.byNode.get(nodeId) ?? []).filter(({ inForce }) => inForce.at(-1)?.until === null);
  }
}

/** A cause of its own for each exclusion, with its owner and its end. */
export function exclusionCause({ id, owner, reason, expires }: ExclusionEntry, why: string): Cause {
  return {
    cause: `exclusion ${id}`,
    act: "exclusion",
    who: `${owner}, until ${instantText(toMs(expires))}`,
    remedy: reason,
    why,
  };
}
