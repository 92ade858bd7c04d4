import { type ForeignNode, foreignLine } from "#shared/contract/foreignTags.js";
import { dayMs } from "#shared/text/time.js";
import { compare, counted } from "#shared/text/words.js";
import type { Notice } from "../../shared/message.js";
import { isDue } from "./daily.js";
import { foreignNodes } from "./fleet.js";
import { placeOf } from "./place.js";
import type { RegionRun } from "./regionRun.js";

/** How long a node is kept after its tags were last found changed. */
const kept = dayMs;
const maxLines = 20;

/**
 * What is to be kept of the nodes whose tags somebody else writes. A Region that could not be read keeps its own.
 *
 * @param now the run's time, epoch milliseconds
 */
export function rememberForeign(
  before: readonly ForeignNode[],
  runs: readonly RegionRun[],
  now: number,
): ForeignNode[] {
  const last = new Date(now).toISOString();
  const known = new Map(before.map((node) => [placeOf(node), node]));
  const found = runs.flatMap(({ region, ledger }) => {
    const nodes = ledger === undefined ? [] : foreignNodes(ledger.fleet);
    return nodes.map(({ id, why }): ForeignNode => {
      const node = known.get(placeOf({ region, id }));
      return { since: last, ...node, region, id, why, last, times: (node?.times ?? 0) + 1 };
    });
  });
  const seen = new Set(found.map(placeOf));
  const others = before.filter((node) => !seen.has(placeOf(node)) && now - Date.parse(node.last) < kept);
  return [...found, ...others].sort((a, b) => compare(placeOf(a), placeOf(b)));
}

/** The nodes that people are to be told of in this run: each at once, and again when a day has passed. */
export function untold(nodes: readonly ForeignNode[], now: number): ForeignNode[] {
  return nodes.filter(({ last, told }) => Date.parse(last) === now && isDue(told, now));
}

/** Tells people whose tags are written by somebody else too. */
export function foreignNotice(nodes: readonly ForeignNode[]): Notice {
  const shown = nodes.slice(0, maxLines).map((node) => `- ${foreignLine(node)}`);
  const left = nodes.length - shown.length;
  return {
    ...{ kind: "exclusions-tags", about: "tags" },
    subject: `patchplane: exclusions: somebody else writes the tags of ${counted(nodes.length, "node")}`,
    text: [
      "The tags of these nodes were not as exclusions had left them. They were put right, and whoever writes them, a",
      'template or a tag policy perhaps, may do so again. docs/exclusions.md, "Tags that other tools own", says what to set there.',
      "",
      ...shown,
      ...(left > 0 ? [`- and ${left} more`] : []),
      "",
    ].join("\n"),
  };
}
