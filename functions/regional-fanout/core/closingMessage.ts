import { type ClosedRegion, type ClosedRun, placeText } from "#shared/contract/closedRun.js";
import { counted, several } from "#shared/text/words.js";
import type { Notice } from "../../shared/message.js";

const maxLines = 40;

/**
 * What people are to be told of a run that is closed; undefined when all went well. It is told again when a crash comes
 * between telling and noting, never less than once.
 *
 * @param key of the final record
 */
export function messageOf(run: ClosedRun, key: string): Notice | undefined {
  const { totals, failed, end, vanished = [], uncounted = [] } = run;
  const isFine =
    [failed, vanished, uncounted].every((list) => list.length === 0) &&
    totals.failed === 0 &&
    totals.notCovered === 0;
  if (isFine && (end === "ended" || end === "calendar closed")) return undefined;
  const { verb, title } = words(run);
  const lines = [
    ...failed.map(failureLine),
    ...vanished.map(vanishedLine),
    ...uncounted.map(uncountedLine),
    ...run.regions.flatMap(regionLines),
    ...skippedLines(run),
  ];
  const shown =
    lines.length <= maxLines ? lines : [...lines.slice(0, maxLines), `and ${lines.length - maxLines} more`];
  const text = [
    `Run ${run.runId} (${run.request.operation}) of window ${run.windowId}, ${run.startedAt} to ${run.closedAt}.`,
    ...(end === "given up"
      ? ["It had not ended a day after it began, or could not be read; nobody looks at it any more."]
      : []),
    ...(end === "hollow" ? ["No Region had a node in the groups: nothing was started."] : []),
    ...ringLines(run),
    "",
    `Started: ${startsText(run)}. Started is not ${verb}.`,
    `${title}: ${totals.patched} of ${counted(totals.members, "node")}; ${totals.failed} failed, ${totals.notCovered} not covered.`,
    ...(run.version > 1 || run.request.accounts.length === 0
      ? []
      : [`Nodes of ${several(run.request.accounts)} are not counted here.`]),
    "",
    ...shown.map((line) => `- ${line}`),
    "",
    `All of it is in ${key}.`,
    "",
  ].join("\n");
  return {
    ...{ subject: subjectOf(run), text, kind: "fanout-closed", about: run.runId, resources: [key] },
    facts: {
      end,
      failed: String(totals.failed),
      notCovered: String(totals.notCovered),
    },
  };
}

/** A scan patches nothing. */
function words({ request }: ClosedRun): { verb: string; title: string } {
  return request.operation === "Scan"
    ? { verb: "scanned", title: "Scanned" }
    : { verb: "patched", title: "Patched" };
}

/** What became of a run at the gate of its ring, where that is not plain. */
export function ringLines({ ring, end }: Pick<ClosedRun, "ring" | "end">): string[] {
  if (ring === undefined || ring.why.length === 0) return [];
  const why = ring.why.map((one) => `- ${one}`);
  if (end === "held") return [`Ring ${ring.name} is held in this cycle: nothing was started.`, ...why];
  return [`Ring ${ring.name} was promoted, and would have been held:`, ...why];
}

/** How many automations ended in which way, and where those did that did not succeed. */
function startsText({ starts }: ClosedRun): string {
  if (starts.length === 0) return "nothing";
  const places = new Map<string, string[]>();
  for (const { region = "all Regions", status } of starts)
    places.set(status, [...(places.get(status) ?? []), region]);
  return [...places]
    .map(([status, regions]) => {
      const where = status === "Success" ? "" : ` (${several([...new Set(regions)])})`;
      return `${counted(regions.length, "automation")} ${status}${where}`;
    })
    .join(", ");
}

function failureLine({ region, group, account, error }: ClosedRun["failed"][number]): string {
  return `${region}, ${group}${account === undefined ? "" : ` in account ${account}`}: ${error}`;
}

function vanishedLine({ region, members, startedAt }: NonNullable<ClosedRun["vanished"]>[number]): string {
  const had = `${counted(members, "node")} in the run of ${startedAt}`;
  return `${region}: no node is in the groups, which had ${had}. If they are still there, see that they carry the patch group tag and the target tags by the keys that the stack has`;
}

/** Of an account whose nodes could not be counted, for people. */
export function uncountedLine({
  account,
  regions,
  why,
}: NonNullable<ClosedRun["uncounted"]>[number]): string {
  return `nodes of ${account} in ${several(regions)} are not counted: ${why}`;
}

function regionLines({ findings, notCovered, ...place }: ClosedRegion): string[] {
  const region = placeText(place);
  const failed = findings.filter((one) => one.failed > 0);
  const reboot = findings.filter(({ pendingReboot }) => pendingReboot > 0);
  const ids = (nodes: readonly { readonly id: string }[]) => several(nodes.map(({ id }) => id));
  return [
    ...(failed.length === 0
      ? []
      : [`${region}: patches failed on ${counted(failed.length, "node")}: ${ids(failed)}`]),
    ...notCovered.map(
      ({ reason, why, nodes }) =>
        `${region}: ${reason}: ${counted(nodes.length, "node")} (${several(nodes)}): ${why}`,
    ),
    ...(reboot.length === 0
      ? []
      : [`${region}: a reboot is pending on ${counted(reboot.length, "node")}: ${ids(reboot)}`]),
  ];
}

/** One line for each group and reason: a group that is empty everywhere is nothing to dwell on. */
function skippedLines({ skipped }: ClosedRun): string[] {
  const regions = new Map<string, string[]>();
  for (const { region, group, reason } of skipped) {
    const what = `${group}: skipped, ${reason}`;
    regions.set(what, [...(regions.get(what) ?? []), region]);
  }
  return [...regions].map(([what, names]) => `${what} in ${several(names)}`);
}

function subjectOf(run: ClosedRun): string {
  const { request, end, ring, totals, failed, vanished = [], uncounted = [] } = run;
  const accounts = new Set(uncounted.map(({ account }) => account)).size;
  const regions = new Set(failed.map(({ region }) => region)).size;
  const parts = [
    ...(end === "hollow" ? ["nothing to patch anywhere"] : []),
    ...(end === "held" ? [`ring ${ring?.name} is held`] : []),
    ...(end === "given up" ? ["given up"] : []),
    ...(regions > 0 ? [`${counted(regions, "Region")} failed`] : []),
    ...(vanished.length > 0 ? [`${counted(vanished.length, "Region")} lost all nodes`] : []),
    ...(accounts > 0 ? [`${counted(accounts, "account")} not counted`] : []),
    ...(totals.failed > 0 ? [`${counted(totals.failed, "node")} failed`] : []),
    ...(totals.notCovered > 0
      ? [`${totals.notCovered} of ${counted(totals.members, "node")} not covered`]
      : []),
  ];
  return `patchplane: fan-out ${request.operation}: ${parts.join(", ")}`;
}
