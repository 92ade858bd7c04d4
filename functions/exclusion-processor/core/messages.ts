import { lateEndText } from "#shared/contract/entryEnds.js";
import { statusKey } from "#shared/contract/exclusionNames.js";
import { isInForce, type Status, type StatusEntry } from "#shared/contract/manifestStatus.js";
import type { Notice } from "#shared/contract/topicMessage.js";
import { several } from "#shared/text/words.js";

const maxLines = 20;

/**
 * What people are to be told now that a status has become another: refused, held, expiring, expired, and applied with
 * trouble, each once per transition. Publishing comes before writing the status, so that a crash repeats a message
 * rather than losing it.
 *
 * @param last undefined when the manifest is new, or its last status cannot be read
 */
export function messagesBetween(last: Status | undefined, next: Status): Notice[] {
  const messages: Notice[] = [];
  const say = (what: What, lines: readonly string[]) => messages.push(message(next, what, lines));
  const isNews = last?.verdict !== next.verdict || last.versionId !== next.versionId;
  if ((next.verdict === "refused" || next.verdict === "held") && isNews) {
    say(next.verdict, [...next.message, ...next.problems.map(problemLine)]);
  }
  for (const phase of ["expiring", "expired"] as const) {
    const entries = next.entries.filter((entry) => turnOf(entry) === phase && hasChanged(last, entry));
    if (entries.length > 0) say(phase, entries.map(phaseLine));
  }
  const known = new Set(last === undefined ? [] : troubles(last));
  const isSameVersion = last?.inForceVersionId === next.inForceVersionId;
  const regions = next.failedRegions.map(
    ({ region, error }) => `${region}: ${error}; the next run tries again.`,
  );
  // A Region that fails is told by the run's own alarm; its manifests are news only where they have just been applied.
  const trouble = [...troubles(next).filter((line) => !known.has(line)), ...(isSameVersion ? [] : regions)];
  // What is in force under a refused or held upload can lose its nodes just as well.
  const isOld = next.verdict === "refused" || next.verdict === "held";
  if (trouble.length > 0) say(isOld ? "in-trouble" : "applied-with-trouble", trouble);
  return messages;
}

/** An entry that is new has not come into its phase, it began in it. */
function hasChanged(last: Status | undefined, entry: StatusEntry): boolean {
  const before = last?.entries.find(({ id }) => id === entry.id);
  return before !== undefined && turnOf(before) !== turnOf(entry);
}

/** Its phase, but for whether it is in force on its nodes while its end is near. */
function turnOf({ phase, endsSoon }: StatusEntry): StatusEntry["phase"] {
  return endsSoon === true ? "expiring" : phase;
}

function phaseLine(entry: StatusEntry): string {
  const { id, phase, owner, reason, ticket, expires, nodes } = entry;
  const about = `(${owner}${ticket === undefined ? "" : `, ${ticket}`}: ${reason})`;
  const kept = keptText(entry);
  if (kept !== undefined) return `${id} has ended on ${expires}; ${kept} ${about}.`;
  return phase === "expired"
    ? `${id} has ended on ${expires}; its patches are installed again ${about}.`
    : `${id} ends on ${expires}; then its patches are installed on ${several(nodes.map((node) => node.id))} ${about}.`;
}

/** What an entry has kept over its end, as the end of a sentence; undefined when that is nothing. */
export function keptText({ effect, had = {} }: StatusEntry): string | undefined {
  const ids = Object.values(had).flatMap((one) => (one.isLate ? one.ids : []));
  if (ids.length === 0) return undefined;
  const still = effect === "hold" ? "nothing is installed there" : "its patches are kept off there";
  return `that was too late for ${several(ids)} to be back before a window opened: ${still} in that window either`;
}

function problemLine({ line, column, entry, message: text }: Status["problems"][number]): string {
  const where = line === undefined ? "" : `line ${line}${column === undefined ? "" : `:${column}`}: `;
  return `${where}${entry === undefined ? "" : `${entry}: `}${text}`;
}

/** Everything in a status that keeps an exclusion from doing what its author expects. */
export function troubles({ entries }: Pick<Status, "entries">): string[] {
  return entries.flatMap((entry) => {
    if (!isInForce(entry) && entry.phase !== "being applied") return [];
    const lines: string[] = [];
    const [first = ""] = Object.values(entry.takesEffect).sort();
    // Words in the place of an instant begin with a letter, and come last.
    const [late] = Object.values(entry.endsLate ?? {});
    if (late !== undefined)
      lines.push(
        `${entry.id}: ends on ${entry.expires}, just before the install window that opens at ${late.from}: ${lateEndText(entry.effect, Date.parse(late.back))}.`,
      );
    else if (/^\d/.test(first) && first >= entry.expires)
      lines.push(
        `${entry.id}: ends on ${entry.expires}, before a window opens at ${first}: it keeps nothing off.`,
      );
    const [within] = Object.values(entry.endsWithin ?? {});
    if (within !== undefined)
      lines.push(
        `${entry.id}: ends on ${entry.expires}, within the install window that is open from ${within.from} to ${within.to}: nodes that are begun after that get everything.`,
      );
    if (entry.unknownNodes.length > 0) {
      lines.push(`${entry.id}: no Region knows ${several(entry.unknownNodes)}.`);
    }
    const regions = new Set(entry.failedNodes.map(({ region }) => region));
    for (const region of regions) {
      const failed = entry.failedNodes.filter((node) => node.region === region);
      const why = failed[0]?.error ?? "";
      lines.push(
        `${entry.id}: could not move ${several(failed.map(({ id }) => id))} (${why}); the next run tries again.`,
      );
    }
    // That a name is not for some node of many is what people expect; that it is for none they do not.
    const left = entry.leftAlone.filter(({ cause }) => cause !== "noNameApplies" || entry.nodes.length === 0);
    for (const why of new Set(left.map((node) => node.why))) {
      const ids = left.filter((node) => node.why === why).map(({ id }) => id);
      lines.push(`${entry.id}: left alone ${several(ids)}: ${why}.`);
    }
    const doubtful = entry.nodes.filter(({ doubt }) => doubt !== undefined);
    for (const why of new Set(doubtful.map(({ doubt }) => doubt))) {
      const ids = doubtful.filter(({ doubt }) => doubt === why).map(({ id }) => id);
      lines.push(`${entry.id}: not sure on ${several(ids)}: ${why}.`);
    }
    if (entry.nodes.length === 0) lines.push(`${entry.id}: there is no node for it.`);
    return lines;
  });
}

/** What a message says of a manifest. */
type What = "refused" | "held" | "expiring" | "expired" | "applied-with-trouble" | "in-trouble";

function message(status: Status, kind: What, lines: readonly string[]): Notice {
  const what = kind.replaceAll("-", " ");
  const shown =
    lines.length <= maxLines ? lines : [...lines.slice(0, maxLines), `and ${lines.length - maxLines} more`];
  const text = [
    `${status.key}: ${what}${status.versionId === undefined ? "" : ` (version ${status.versionId})`}`,
    "",
    ...shown.map((line) => `- ${line}`),
    "",
    `All of it is in ${statusKey(status.key)}.`,
    "",
  ].join("\n");
  return {
    subject: subject(what, status.key),
    text,
    kind: `exclusions-${kind}`,
    about: status.key,
    resources: [statusKey(status.key)],
    facts: { versionId: status.versionId ?? "" },
  };
}

function subject(what: string, key: string): string {
  return `patchplane: exclusions ${what}: ${key}`.replace(/[^\x20-\x7e]/g, "?");
}
