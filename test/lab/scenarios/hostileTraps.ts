import { Random } from "#lab/random.js";
import type { Deed, Plot } from "#test/functions/exclusion-processor/core/hostile/plot.js";
import { entry, now as plotBegins } from "#test/functions/exclusion-processor/core/support.js";
import { hour, minute } from "../support.js";

/** What happens in the lab: tags cannot be read for a while, too. */
export type LabDeed = Deed | { readonly at: number; readonly kind: "blind"; readonly lasts: number };

const second = 1_000;
/** The manifest that is there all the time, and the nodes that it is about. */
const name = "always";
const kept = ["i-1", "i-2"];

/**
 * The deeds of a plot, and about each opening something that comes out badly where a single care is missing: nodes are put back so
 * late that nobody sees it, or so that it is seen and cannot be settled in time; nobody can read; whoever looks dies; nodes are
 * patched just after they were moved; many write at once.
 */
export function withTraps({ seed, deeds, openings, isHostile }: Plot): readonly LabDeed[] {
  if (!isHostile) return deeds;
  const random = new Random(seed + 1_000_000);
  const traps = openings.flatMap((at) => [...early(random, at), ...late(random, at)]);
  // Who looks before everybody has seen the first tags may not tell that they are in force.
  const looks = [12, 14, 16, 18].map((at): Deed => ({ kind: "wake", at: at * minute }));
  return [...deeds, upload(10 * minute), ...looks, ...traps].sort((a, b) => a.at - b.at);
}

/** Nodes are put back so late before an opening that nobody sees it, or so that it cannot be settled in time. */
function late(random: Random, opening: number): LabDeed[] {
  const about = (from: number, to: number) => opening + random.integer(from, to) * second;
  switch (random.pick(["unseen", "seen twice", "blind", "dies"] as const)) {
    case "unseen":
      return undone(about(-200, -60));
    case "seen twice":
      return [...undone(about(-540, -240)), ...undone(about(200, 540))];
    case "blind":
      return [...undone(about(-240, -90)), { kind: "blind", at: opening - minute, lasts: 14 * minute }];
    case "dies":
      return [...undone(about(-300, -90)), { kind: "crash", after: random.integer(1, 25), at: opening - 1 }];
  }
}

/** Nodes are moved, looked at and patched before everybody knows it; or many write at once, and one of them dies. */
function early(random: Random, opening: number): LabDeed[] {
  const at = opening - random.integer(800, 3000) * second;
  const soon = (from: number, to: number) => at + random.integer(from, to) * second;
  const patches = ["curl*", "nginx*"];
  if (random.next() < 0.5) {
    const wakes = [40, 100, 160].map((from): Deed => ({ kind: "wake", at: soon(from, from + 50) }));
    const byHand = kept.map((id): Deed => ({ kind: "patch now", id, list: false, at: soon(120, 500) }));
    return [upload(at, random.pick(patches)), ...wakes, ...byHand];
  }
  const uploads = Array.from({ length: 6 }, () => upload(soon(0, 20), random.pick(patches)));
  return [...uploads, { kind: "crash", after: random.integer(15, 60), at: at - 1 }];
}

/** A template writes the tags of nodes as they were before any exclusion. */
function undone(at: number): Deed[] {
  return kept.map((id) => ({
    ...{ kind: "meddle", id, at },
    tags: (base) => ({ PatchGroup: base, "patchplane:base-group": undefined }),
  }));
}

function upload(at: number, ...patches: readonly string[]): Deed {
  const own = entry({
    ...{ id: "e0", selector: { kind: "nodes", ids: kept }, expiresAt: plotBegins + 720 * hour },
    effect: { kind: "reject", patches: ["openssl*", ...patches], action: "BLOCK" },
  });
  return { kind: "upload", name, at, entries: [own] };
}
