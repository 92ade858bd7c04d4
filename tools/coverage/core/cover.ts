import { type Cause, inOrder } from "#shared/contract/causes.js";
import { iso } from "#shared/text/format.js";
import type { RegionReading } from "../../account/model.js";
import { bySeverity, dated, oldestCritical, severityOf } from "./ages.js";
import { Context } from "./context.js";
import { exceptionFor } from "./exceptions.js";
import { type Told, uncoveredSince } from "./history.js";
import type { AccountReading, CauseCount, Coverage, DatedPatch, NodeCoverage } from "./model.js";
import { type SeenNode, seenNodes } from "./nodes.js";
import { organizationOf, otherPrograms, regionsWithoutWindow, windowsOf } from "./programs.js";
import { isUnseen, unreadIn, unseenIn } from "./unseen.js";
import { causesOf, isOnDefault, type Placed } from "./why.js";

/** The coverage of an account, from all that was read of it. Total: each node once, and sums that are the number of nodes. */
export function cover(reading: AccountReading): Coverage {
  const context = new Context(reading);
  const seen = reading.regions.map((region) => ({ region, nodes: seenNodes(region) }));
  const others = otherPrograms(context, seen);
  const nodes = seen.flatMap(({ region, nodes: here }) =>
    here.map((node) => nodeCoverage(context, region, node, others.of(node))),
  );
  return {
    version: 1,
    stack: reading.stack,
    at: iso(reading.now),
    regions: reading.regions.map(({ region }) => region),
    nodes,
    causes: causeCounts(nodes),
    totals: totalsOf(nodes),
    windows: windowsOf(context, seen),
    others: others.all,
    withoutWindow: regionsWithoutWindow(context, seen),
    unseen: unseenIn(reading),
    unread: unreadIn(reading),
    unnamed: reading.unnamed,
    organization: organizationOf(reading.organization),
  };
}

function nodeCoverage(
  context: Context,
  region: RegionReading,
  node: SeenNode,
  others: readonly string[],
): NodeCoverage {
  const { state, managed } = node;
  const windows = context.windowsIn(node.region).filter((one) => one.selects(node));
  const read = region.patches.get(node.id);
  const told = context.history.of(node.region, node.id);
  const patches =
    read?.ok === true
      ? dated(read.value, context.history.firstSeen(node.region, node.id), region.releases)
      : null;
  const placed: Placed = {
    node,
    windows,
    patchGroup: patchGroupOf(node, context.deployed?.patchGroupTagKey),
    groups: region.groups.ok ? region.groups.value : undefined,
    names:
      read?.ok === true
        ? (of) => read.value.flatMap(({ state: is, name }) => (is === of ? [name] : []))
        : undefined,
    told,
  };
  const isHidden = isUnseen(context, region, placed);
  const [first, ...more] = isHidden ? [] : causesOf(context, placed);
  const since = uncoveredSince(told);
  return {
    id: node.id,
    region: node.region,
    name: managed?.name ?? node.tags.Name ?? node.id,
    platform: `${managed?.platformName ?? ""} ${managed?.platformVersion ?? ""}`.trim(),
    patchGroup: placed.patchGroup ?? null,
    owner: ownerOf(node, context.reading.ownerTags),
    windows: windows.map(({ name }) => name),
    others,
    state: isHidden ? "unseen" : stateOf(node),
    since: first === undefined || since === undefined ? null : iso(since),
    missing: state?.missing ?? 0,
    failed: state?.failed ?? 0,
    pendingReboot: state?.pendingReboot ?? 0,
    installedRejected: state?.installedRejected ?? 0,
    bySeverity: patches === null ? null : bySeverity(patches),
    patches,
    keptOff: keptOff(context, node, patches ?? []),
    oldestCritical: patches === null ? null : oldestCritical(patches),
    lastScan: lastOf("Scan", node, told),
    lastInstall: lastOf("Install", node, told),
    baselineId: state?.baselineId ?? null,
    baseline: baselineOf(context, placed),
    exclusions: context.exceptionsOf(node),
    cause: first?.cause ?? null,
    act: first?.act ?? null,
    who: first === undefined ? null : whoOf(first, node, windows, context.reading.ownerTags),
    remedy: first?.remedy ?? null,
    reasons: first === undefined ? [] : [first, ...more].map(({ why }) => why),
  };
}

function stateOf({ state }: SeenNode): NodeCoverage["state"] {
  if (state === undefined) return "never scanned";
  const { missing, failed, pendingReboot, installedRejected } = state;
  return missing + failed + pendingReboot + installedRejected === 0 ? "compliant" : "non-compliant";
}

/**
 * What exclusions keep off a node: nobody reports of a rejected patch that is not installed (API CreatePatchBaseline,
 * RejectedPatchesAction), but of the older version that is, nor of anything that the baseline of a hold does not approve, so that
 * records tell what was missing before.
 */
function keptOff(context: Context, node: SeenNode, reported: readonly DatedPatch[]): DatedPatch[] {
  const known = new Set(
    reported.filter(({ state }) => state !== "InstalledRejected").map(({ name }) => name),
  );
  const all = context.exceptionsOf(node).flatMap((exception) =>
    context.history
      .openBefore(node.region, node.id, exception)
      .filter((one) => !known.has(one.name) && exceptionFor([exception], one) !== null)
      .map(({ name, severity, since }): [string, DatedPatch] => [
        name,
        { name, state: "Excluded", severity: severityOf(severity), since, from: "record" },
      ]),
  );
  return [...new Map(all).values()];
}

function patchGroupOf({ tags }: SeenNode, key = "PatchGroup"): string | undefined {
  return tags[key] ?? tags.PatchGroup ?? tags["Patch Group"];
}

function ownerOf({ tags }: SeenNode, keys: readonly string[]): string | null {
  const key = keys.find((one) => Object.hasOwn(tags, one) && tags[one] !== "");
  return key === undefined ? null : (tags[key] ?? null);
}

/** Who must act, by name where a tag or a window tells it. */
function whoOf(
  cause: Cause,
  node: SeenNode,
  windows: readonly { owner: string | undefined }[],
  keys: readonly string[],
): string {
  const name =
    cause.act === "node"
      ? ownerOf(node, keys)
      : cause.act === "stack"
        ? windows.find(({ owner }) => owner !== undefined)?.owner
        : undefined;
  return name === undefined || name === null ? cause.who : `${cause.who}: ${name}`;
}

/** When a node was last scanned or installed: by its own report, or by the last record that has it done. */
function lastOf(operation: "Scan" | "Install", { state }: SeenNode, told: readonly Told[]): string | null {
  const own = state?.operation === operation ? state.endedAt : 0;
  const kept =
    told.findLast((one) => one.operation === operation && one.missing !== undefined)?.startedAt ?? 0;
  const last = Math.max(own, kept);
  return last === 0 ? null : iso(last);
}

function baselineOf(context: Context, placed: Placed): NodeCoverage["baseline"] {
  const { region, state } = placed.node;
  const ours = context.ownBaselines(region);
  if (state === undefined || ours === undefined) return "unknown";
  if (ours.has(state.baselineId)) return "ours";
  return isOnDefault(placed) ? "default" : "another";
}

function causeCounts(nodes: readonly NodeCoverage[]): CauseCount[] {
  const groups = new Map<string, { first: Omit<CauseCount, "nodes" | "examples">; ids: string[] }>();
  for (const { cause, act, who, remedy, id } of nodes) {
    if (cause === null || act === null || who === null || remedy === null) continue;
    const key = JSON.stringify([cause, who]);
    const group = groups.get(key) ?? { first: { cause, act, who, remedy }, ids: [] };
    groups.set(key, group);
    group.ids.push(id);
  }
  const mostFirst = [...groups.values()].toSorted(
    (a, b) => b.ids.length - a.ids.length || (JSON.stringify(a.first) < JSON.stringify(b.first) ? -1 : 1),
  );
  return inOrder(
    mostFirst.map(({ first, ids }) => ({ ...first, nodes: ids.length, examples: ids.slice(0, 5) })),
  );
}

function totalsOf(nodes: readonly NodeCoverage[]): Coverage["totals"] {
  const count = (test: (node: NodeCoverage) => boolean) => nodes.filter(test).length;
  return {
    nodes: nodes.length,
    fine: count(({ cause, state }) => cause === null && state !== "unseen"),
    somebody: count(({ act }) => act === "node" || act === "stack"),
    exclusion: count(({ act }) => act === "exclusion"),
    nobody: count(({ act }) => act === "nobody"),
    compliant: count(({ state }) => state === "compliant"),
    nonCompliant: count(({ state }) => state === "non-compliant"),
    neverScanned: count(({ state }) => state === "never scanned"),
    unseen: count(({ state }) => state === "unseen"),
  };
}
