import { compareText, iso } from "#shared/text/format.js";
import { type Outlook, outlookOf } from "../../aws/patching/outlook.js";
import { isMissing } from "../../aws/patching/patchState.js";
import type { Snapshot } from "../../aws/patching/snapshot.js";
import type { LabNode } from "../../aws/ssm/nodes/labNode.js";
import { absent, none, type Patch } from "../../fleet/model.js";
import { outlooks, type Summary } from "../summary/summary.js";

type AvailableUpdates = Summary["availableUpdates"][number];

/** An update that is offered and not approved, and what becomes of it. */
interface Offer {
  readonly patch: Patch;
  readonly outlook: Outlook;
}

/** What was offered to nodes at their last reports, and not approved then. */
export class Offers {
  /** Nodes of one run share a snapshot. */
  private readonly known = new Map<Snapshot, (Offer | undefined)[]>();

  /** Per package of a node the newest version, where no rule has approved it. */
  of(node: LabNode): Offer[] {
    if (node.state === undefined) return [];
    const { snapshot } = node.state;
    const newest = this.known.get(snapshot) ?? newestUnapproved(snapshot);
    this.known.set(snapshot, newest);
    return newest.filter((offer, index): offer is Offer => {
      const installed = node.installed[index] ?? absent;
      const isNewer = installed !== absent && offer !== undefined && offer.patch.versionIndex > installed;
      return isNewer && !isMissing(node, snapshot, index);
    });
  }

  /** All of it, by operating system and by what becomes of it. */
  summary(nodes: Iterable<LabNode>): AvailableUpdates[] {
    const found = new Map<string, { group: AvailableUpdates; updates: Map<Patch, Offer> }>();
    for (const node of nodes) {
      const seen = new Set<string>();
      for (const offer of this.of(node)) {
        const { operatingSystem } = node.spec.catalog;
        const outlook = offer.outlook.kind;
        const key = `${operatingSystem}|${outlook}`;
        const group = { operatingSystem, outlook, nodes: 0, updates: [] };
        const entry = found.get(key) ?? { group, updates: new Map() };
        found.set(key, entry);
        entry.updates.set(offer.patch, offer);
        if (!seen.has(key)) entry.group.nodes++;
        seen.add(key);
      }
    }
    return [...found.values()]
      .map(({ group, updates }) => ({ ...group, updates: [...updates.values()].map(told).sort(byName) }))
      .sort(
        (a, b) =>
          outlooks.indexOf(a.outlook) - outlooks.indexOf(b.outlook) ||
          compareText(a.operatingSystem, b.operatingSystem),
      );
  }
}

function newestUnapproved(snapshot: Snapshot): (Offer | undefined)[] {
  const { baseline, catalog } = snapshot;
  return catalog.packages.map((_, index) => {
    const version = snapshot.newest[index] ?? none;
    const patch = snapshot.patch(index, version);
    if (patch === undefined || snapshot.decision(index, version)?.verdict !== "not approved")
      return undefined;
    return { patch, outlook: outlookOf(baseline, catalog, patch) };
  });
}

function told({ patch, outlook }: Offer): AvailableUpdates["updates"][number] {
  const approvedFrom = outlook.kind === "never approved" ? null : iso(outlook.from);
  return { name: patch.id, releasedAt: iso(patch.released), approvedFrom };
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return compareText(a.name, b.name);
}
