import { type Cause, inOrder, type KnownCause } from "#shared/contract/causes.js";
import { parseGroup } from "#shared/contract/exclusionNames.js";
import { countOfState } from "#shared/contract/nodeStates.js";
import type { WindowEntry } from "#shared/contract/windowRecord.js";
import { instantText, momentText, toMs } from "#shared/text/format.js";
import type { GroupBaseline } from "../../account/model.js";
import { type Context, exceptionCause, type OwnWindow } from "./context.js";
import type { Told } from "./history.js";
import type { SeenNode } from "./nodes.js";

/** A node, its windows, and its patch group. */
export interface Placed {
  readonly node: SeenNode;
  readonly windows: readonly OwnWindow[];
  readonly patchGroup: string | undefined;
  /** Registrations of its Region; undefined where they cannot be told. */
  readonly groups: readonly GroupBaseline[] | undefined;
  /** Names of its patches in each state; undefined where they were not read. */
  readonly names: ((state: string) => readonly string[]) | undefined;
  readonly told: readonly Told[];
}

/** Why patching does not reach a node, or what is not clean on it: that which somebody must act on first, first. */
export function causesOf(context: Context, placed: Placed): Cause[] {
  const uncovered = uncoveredBy(context, placed);
  return inOrder([...uncovered, ...reported(context, placed, uncovered)]);
}

function uncoveredBy(context: Context, placed: Placed): Cause[] {
  const { book } = context;
  const { node, windows } = placed;
  if (node.presence === "no agent")
    return [book.of("no SSM Agent", "no SSM Agent or no instance profile, so SSM does not know the node")];
  const reach = outOfReach(context, node);
  if (windows.length === 0) return [noWindow(context, placed), ...reach];
  const onDefault = isOnDefault(placed)
    ? [
        book.of(
          "on the default baseline",
          `patch group ${placed.patchGroup ?? "(none)"} has no baseline for ${node.operatingSystem}, so AWS silently uses the account's default`,
        ),
      ]
    : [];
  return [...reach, ...onDefault, ...(reach.length > 0 ? [] : lastRuns(context, placed))];
}

function outOfReach({ book }: Context, { presence, managed }: SeenNode): Cause[] {
  if (presence === "stopped") return [book.of("stopped", "stopped: commands cannot be delivered")];
  if (presence === "unlisted")
    return [book.of("stopped", "SSM does not list it: it is stopped or deregistered")];
  if (managed === undefined || managed.ping === "Online") return [];
  const since = managed.lastPing === undefined ? "" : `, last heard ${momentText(managed.lastPing)}`;
  return [book.of("connection lost", `connection lost${since}: commands wait and are given up`)];
}

/** Whether AWS falls back to the account's default baseline; not where nobody can tell. */
export function isOnDefault({ node, patchGroup, groups }: Placed): boolean {
  if (groups === undefined || node.operatingSystem === undefined) return false;
  return !groups.some(
    ({ group, operatingSystem }) => group === patchGroup && operatingSystem === node.operatingSystem,
  );
}

function noWindow(context: Context, { node, patchGroup }: Placed): Cause {
  const { book } = context;
  const criteria = context.criteriaIn(node.region);
  const { word } = parseGroup(patchGroup ?? "") ?? {};
  if (word === "hold" && criteria.length > 0)
    return held(context, node, `held by an exclusion: no window of ${node.region} selects it`);
  if (criteria.length === 0) {
    const remedy = "Deploy a stack there, or add the Region to fanoutRegions.";
    const cause = `in no window: ${node.region} has none`;
    return book.other({ cause, act: "stack", remedy }, `in no window: ${node.region} has no window`);
  }
  const lacks = criteria.flatMap(({ key, values }) => {
    const name = key.replace(/^tag:/, "");
    const value = Object.hasOwn(node.tags, name) ? node.tags[name] : undefined;
    if (value === undefined) return [{ kind: `no tag ${name}`, why: `it has no tag ${name}` }];
    if (values.includes(value)) return [];
    const why = `its tag ${name} is ${value}, not ${values.join(" or ")}`;
    return [{ kind: `another value of tag ${name}`, why }];
  });
  const cause = `in no window: ${lacks.map(({ kind }) => kind).join(", ")}`;
  const remedy = "Give it the tags that the windows select by; the next one takes it.";
  const why = `in no window: ${lacks.map((one) => one.why).join(", and ")}`;
  return book.other({ cause, act: "node", remedy }, why);
}

function held(context: Context, node: SeenNode, why: string): Cause {
  const entry = context.exceptionsOf(node).find(({ effect }) => effect === "hold");
  return entry === undefined ? context.book.of("held by an exclusion", why) : exceptionCause(entry, why);
}

/** Why the last run of each window did not do its work; what its own report or its tags tell is told of those. */
function lastRuns({ book }: Context, { told, windows }: Placed): Cause[] {
  return windows.flatMap(({ name }) => {
    const last = told.findLast(({ window }) => window === name);
    const ended = last?.state === "held" && last.why !== undefined ? last.exclusions : [];
    const hold = ended.find(({ effect }) => effect === "hold");
    if (hold !== undefined) return [endedHold(hold, name, last?.why ?? "")];
    const cause = last === undefined ? undefined : lastCause(last);
    if (last === undefined || cause === undefined) return [];
    const more = last.why === undefined ? "" : `: ${last.why}`;
    return [book.of(cause, `${cause} in the last run of ${name}${more}`)];
  });
}

function endedHold({ entry, owner, expires }: WindowEntry, window: string, why: string): Cause {
  return {
    ...{
      cause: `exclusion ${entry}`,
      act: "exclusion",
      who: `${owner}, until ${instantText(toMs(expires))}`,
    },
    remedy: "The next window installs it; an exclusion that ends well before one opens lets it in.",
    why: `held in the last run of ${window}: ${why}`,
  };
}

function lastCause(told: Told): KnownCause | undefined {
  const { state, why = "", missing } = told;
  if (countOfState(state) === "patched") return undefined;
  switch (state) {
    case "failed":
      // A patch that failed is in its report.
      if (missing !== undefined && /^\d+ patch(es)? failed$/.test(why)) return undefined;
      if (/timed out/i.test(why)) return "patch run timed out on the node";
      return /cancel/i.test(why) ? "cancelled at the window's cutoff" : "patch run failed on the node";
    case "stopped":
      return "stopped";
    case "not connected":
      return "connection lost";
    case "no agent":
      return "no SSM Agent";
    case "not reached before cutoff":
      return "cancelled at the window's cutoff";
    case "stopped by the error limit":
      return "left out by the error limit";
    case "not started":
      return "command not sent";
    default:
      return undefined;
  }
}

/** Why the last report of a node is not clean, or that there is none. */
function reported(context: Context, placed: Placed, uncovered: readonly Cause[]): Cause[] {
  const { book } = context;
  const { node, windows } = placed;
  const { state } = node;
  // What could not be asked is told as unseen, and is no cause.
  if (state === undefined)
    return uncovered.length > 0 || !isAsked(context, node) ? [] : [notScanned(context, windows)];
  const { failed, pendingReboot } = state;
  const failures =
    failed === 0
      ? []
      : [book.of("patches failed to install", `${failed} failed to install${named(placed, "Failed")}`)];
  const waiting =
    pendingReboot === 0
      ? []
      : [
          book.of(
            "waiting for a reboot",
            `${pendingReboot} waiting for a reboot${named(placed, "InstalledPendingReboot")}`,
          ),
        ];
  return [...failures, ...waiting, ...missingOn(context, placed, uncovered), ...rejected(context, placed)];
}

function isAsked({ reading }: Context, { region }: SeenNode): boolean {
  return reading.regions.find((one) => one.region === region)?.states.ok === true;
}

function notScanned({ book }: Context, windows: readonly OwnWindow[]): Cause {
  const remedy = "Nothing: the next window scans it.";
  const names = windows.map(({ name }) => name).join(", ");
  const why = `not scanned so far: none of its windows has run on it (${names})`;
  return book.other({ cause: "not scanned so far", act: "nobody", remedy }, why);
}

const mostNames = 3;

/** Names of patches in a state, the first few, in brackets. */
function named({ names }: Placed, state: string): string {
  const all = names?.(state) ?? [];
  if (all.length === 0) return "";
  return ` (${[...all.slice(0, mostNames), ...(all.length > mostNames ? ["..."] : [])].join(", ")})`;
}

function missingOn(context: Context, placed: Placed, uncovered: readonly Cause[]): Cause[] {
  const { node, patchGroup, windows } = placed;
  const { book } = context;
  const missing = node.state?.missing ?? 0;
  const { word } = parseGroup(patchGroup ?? "") ?? {};
  if (word === "hold" && windows.length > 0) return [held(context, node, heldWhy(placed))];
  if (missing === 0) return [];
  const what = `${missing} missing${named(placed, "Missing")}`;
  const known = uncovered.find(({ cause }) => cause !== "on the default baseline");
  if (known !== undefined) return [{ ...known, why: what }];
  const installs = windows.filter(({ operation }) => operation.includes("Install"));
  if (installs.length === 0)
    return [book.of("in no install window", `${what}, and no install window selects it`)];
  const runs = installs.flatMap(({ name }) => context.history.lastRunOf(name) ?? []);
  if (runs.length === 0) return [waits(context, installs, `${what}; no install window has run on it so far`)];
  const at = Math.max(...runs);
  const ended = context.endedSince(node, at);
  if (ended !== undefined)
    return [waits(context, installs, `${what}; exclusion ${ended.entry} has ended since the last run`)];
  const left = leftBy(placed, at, missing);
  const when = `the run of ${momentText(at)}`;
  return [
    ...(left === 0 ? [] : [book.of("left by the last install", `${left} of ${what} were left by ${when}`)]),
    ...(left === missing
      ? []
      : [waits(context, installs, `${missing - left} of ${what} are new since ${when}`)]),
  ];
}

/** How many of a node's missing patches its last installation has left: what its record counts, or its own last report. */
function leftBy({ node, told }: Placed, at: number, missing: number): number {
  const last = told.findLast(({ operation, startedAt }) => operation === "Install" && startedAt === at);
  if (last?.missing !== undefined) return Math.min(last.missing, missing);
  return node.state?.operation === "Install" && node.state.endedAt >= at ? missing : 0;
}

function waits({ book }: Context, installs: readonly OwnWindow[], why: string): Cause {
  const [next] = installs
    .flatMap(({ name, next: opens }) => (opens === undefined ? [] : [{ name, opens }]))
    .toSorted((a, b) => toMs(a.opens) - toMs(b.opens));
  if (next === undefined)
    return book.of("in no install window", `${why}; its install window does not open any more`);
  const opens = momentText(toMs(next.opens));
  const remedy = `Nothing: the window opens ${opens}.`;
  const cause = `waiting for ${next.name}`;
  return { ...book.other({ cause, act: "nobody", remedy }, why), who: `nobody: it opens ${opens}` };
}

function heldWhy({ node: { state }, patchGroup, told }: Placed): string {
  if (state !== undefined && state.patchGroup !== patchGroup) {
    const found = state.missing === 0 ? "nothing missing" : `${state.missing} missing`;
    return `held by an exclusion; the last scan before it found ${found}`;
  }
  const before = told.findLast(({ state: was, missing }) => was !== "held" && missing !== undefined);
  if (before === undefined) return "held by an exclusion, whose baseline approves nothing";
  const found = before.missing === 0 ? "nothing missing" : `${before.missing} missing`;
  return `held by an exclusion, whose baseline approves nothing; the last run before it found ${found}`;
}

/** Each exclusion by its name, the rest by the baseline. */
function rejected(context: Context, placed: Placed): Cause[] {
  const count = placed.node.state?.installedRejected ?? 0;
  if (count === 0) return [];
  const names = named(placed, "InstalledRejected");
  const entries = context.exceptionsOf(placed.node).filter(({ effect }) => effect === "reject");
  const what = `${count} installed although rejected`;
  if (entries.length > 0)
    return entries.map((entry) => exceptionCause(entry, `${what} by exclusion ${entry.entry}${names}`));
  if (isByAnother(context, placed))
    return [
      context.book.of(
        "waiting for the next scan",
        `${what} by the baseline before; it has another one since its last report${names}`,
      ),
    ];
  return [context.book.of("installed although rejected", `${what} by its baseline${names}`)];
}

/** Whether a node has another baseline by now than its last report was made by, as when an exclusion has ended since. */
function isByAnother(context: Context, { node, patchGroup, groups }: Placed): boolean {
  const by = node.state?.baselineId ?? "";
  const own = groups?.find(
    ({ group, operatingSystem }) => group === patchGroup && operatingSystem === node.operatingSystem,
  );
  if (own !== undefined) return own.baselineId !== by;
  return groups !== undefined && context.ownBaselines(node.region)?.has(by) === true;
}
