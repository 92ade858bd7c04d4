import { dueAt, elsewhereKey, elsewhereText, type NodeFilter } from "#shared/contract/elsewhere.js";
import { dayMs, hourMs } from "#shared/text/time.js";
import { counted, several } from "#shared/text/words.js";
import { mapLimited } from "../../shared/errors.js";
import type { Notice } from "../../shared/message.js";
import { untilAborted } from "../../shared/untilAborted.js";
import type { ClosingPorts } from "../ports.js";
import type { NamedNode } from "./evidence.js";
import { explained, isDisabled } from "./membership.js";

/** Regions that are read at a time. */
const parallelRegions = 8;
/** Milliseconds from one look to the next. */
const every = 7 * dayMs;
/** Milliseconds after which another invocation looks, when the one that has begun to does not come to an end. */
const patience = hourMs;
/** Milliseconds, a little more than a month's window: who has been scanned or patched since then is somebody's. */
const lately = 35 * dayMs;

/** Where nodes may be that nothing patches. */
export interface Elsewhere {
  /** Regions that no window and no fan-out of the stack reaches. */
  readonly regions: readonly string[];
  readonly nodes: readonly NodeFilter[];
}

/** What a look has found. */
interface Found {
  readonly nodes: number;
  /** Why Regions could not be looked at. */
  readonly unknown: readonly string[];
}

/**
 * Looks once a week for nodes that carry the stack's tags in Regions that nothing of the stack reaches, and tells of those
 * that nobody has scanned or patched lately: another stack may. Regions that cannot be looked at are told too, but for those that the
 * organization forbids: there is nobody.
 *
 * @param now epoch milliseconds
 * @returns undefined when it is not yet time, or another invocation looks
 * @throws Error when people cannot be told; the next hour looks again
 */
export async function lookElsewhere(
  ports: Pick<ClosingPorts, "runs" | "region" | "notifier">,
  { regions, nodes }: Elsewhere,
  now: number,
  signal: AbortSignal,
): Promise<Found | undefined> {
  if (regions.length === 0) return undefined;
  const { runs } = ports;
  const kept = await runs.read(elsewhereKey);
  if (kept !== undefined && now < dueAt(kept.text)) return undefined;
  const begun = elsewhereText(now + patience);
  const etag = await (kept === undefined
    ? runs.create(elsewhereKey, begun)
    : runs.replace(elsewhereKey, begun, kept.etag));
  if (etag === undefined) return undefined;
  const found = await mapLimited(regions, parallelRegions, (region) =>
    forgotten(ports.region(region), region, nodes, now, signal),
  );
  const unknown = found.flatMap(({ region, error }) => (error === undefined ? [] : [`${region}: ${error}`]));
  const some = found.filter((one) => one.nodes.length > 0);
  if (some.length + unknown.length > 0) await ports.notifier.publish(notice(some, unknown));
  await runs.replace(elsewhereKey, elsewhereText(now + every), etag);
  return { nodes: some.reduce((sum, one) => sum + one.nodes.length, 0), unknown };
}

interface Forgotten {
  readonly region: string;
  readonly nodes: readonly NamedNode[];
  readonly error?: string;
}

async function forgotten(
  ports: ReturnType<ClosingPorts["region"]>,
  region: string,
  filter: readonly NodeFilter[],
  now: number,
  signal: AbortSignal,
): Promise<Forgotten> {
  try {
    const nodes = await untilAborted(signal, () => ports.nodes(filter, signal));
    if (nodes.length === 0) return { region, nodes };
    const ids = nodes.map(({ id }) => id);
    const states = await untilAborted(signal, () => ports.patchStates(ids, signal));
    const known = new Set(states.flatMap(({ id, endedAt }) => (endedAt >= now - lately ? [id] : [])));
    return { region, nodes: nodes.filter(({ id }) => !known.has(id)) };
  } catch (error) {
    // In a Region that is not enabled, or that a service control policy denies, there are none.
    const none = { region, nodes: [] };
    return isDisabled(error) || isForbidden(error) ? none : { ...none, error: explained(error) };
  }
}

/** IAM user guide, "Troubleshoot access denied error messages": whose policy it is stands at the end of the message. */
function isForbidden(error: unknown): boolean {
  return error instanceof Error && error.message.includes("explicit deny in a service control policy");
}

function notice(found: readonly Forgotten[], unknown: readonly string[]): Notice {
  const nodes = found.reduce((sum, one) => sum + one.nodes.length, 0);
  const lines = found.map(
    ({ region, nodes: own }) =>
      `- ${region}: ${several(
        own.map(({ id, name }) => (name === "" ? id : `${id} (${name})`)),
        40,
      )}`,
  );
  return {
    ...{ kind: "nodes-elsewhere", about: "nodes elsewhere" },
    facts: { nodes: String(nodes), regions: found.map(({ region }) => region).join(",") },
    subject:
      nodes === 0
        ? `patchplane: ${counted(unknown.length, "Region")} not looked at for nodes that nothing patches`
        : `patchplane: ${counted(nodes, "node")} that nothing patches`,
    text: [
      ...(nodes === 0
        ? []
        : [
            "These nodes carry the stack's tags in Regions that none of its windows reaches, and SSM has no patch report of them from the last 35 days. Add the Region to fanoutRegions, or take the patch group tag off the nodes.",
            "",
            ...lines,
            "",
          ]),
      ...(unknown.length === 0
        ? []
        : [
            `These Regions could not be looked at: ${several(unknown, 40)}. Nodes with the stack's tags may be there that nothing patches.`,
            "",
          ]),
      "Told once a week.",
      "",
    ].join("\n"),
  };
}
