import { dayMs } from "#shared/text/time.js";
import { awsPorts } from "#tools/coverage/aws.js";
import { Archive } from "#tools/coverage/core/archive.js";
import { evidenceOf } from "#tools/coverage/core/evidence.js";
import { stackPlace } from "#tools/coverage/files.js";
import { root } from "../support.js";
import type { LabReport } from "./labReports.js";
import { type TrueRun, trueRuns } from "./labRuns.js";
import type { CoverageLab } from "./support.js";

interface Asked {
  readonly lab: CoverageLab;
  readonly archive: Archive;
  readonly evidence: ReturnType<typeof evidenceOf>;
  readonly runs: readonly TrueRun[];
  readonly reports: readonly LabReport[];
  /** Whether some records are of an older version, which has not told all: what is answered is not wrong. */
  readonly isOlder: boolean;
  /** What is not as it was: the question, where, what it was and what is answered. */
  readonly wrong: unknown[];
}

/** Asks the twelve questions of docs/audit.md of what a lab's records say, and gives each answer that is not what the lab did. */
export async function wrongAnswers(
  lab: CoverageLab,
  reports: readonly LabReport[],
  isOlder: boolean,
): Promise<unknown[]> {
  const { from, days } = lab.run.request;
  const place = stackPlace(root, "dev");
  const ports = await awsPorts();
  const { records, exclusions } = await ports.stack(place, from, from + days * dayMs);
  if (!records.ok) throw new Error(records.error);
  const archive = new Archive(records.value.records, `${place.prefix}-fanout`);
  const evidence = evidenceOf({
    ...{ stack: "dev", from: dayOf(from), to: dayOf(from + days * dayMs), archive, exclusions, isOver: true },
    unread: records.value.unread.map(({ key, why }) => ({ key, why })),
    uploads: { ok: true, value: await ports.uploads(place, archive.manifests()) },
  });
  const isRecorded = (window: string, at: number) =>
    archive.runs.some((one) => one.window === window && one.startedAt.startsWith(dayOf(at)));
  const asked = {
    lab,
    archive,
    evidence,
    reports,
    isOlder,
    runs: trueRuns(lab, reports, isRecorded),
    wrong: [],
  };
  for (const run of asked.runs) askOfRun(asked, run);
  for (const day of new Set(asked.runs.map(({ startedAt }) => dayOf(startedAt)))) askOfDay(asked, day);
  askOfExceptions(asked);
  return asked.wrong;
}

const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10);

function compare({ wrong }: Asked, what: string, truth: unknown, told: unknown): void {
  if (JSON.stringify(truth) !== JSON.stringify(told)) wrong.push({ what, truth, told });
}

/** 1 to 3, 6 and 10 to 12, of one run: a window of stack dev opens once a day at most. */
function askOfRun(asked: Asked, { window, startedAt, nodes, hasSent }: TrueRun): void {
  const { archive, lab } = asked;
  const day = dayOf(startedAt);
  const where = `${window} on ${day}`;
  const of = (test: (state: string) => boolean) =>
    [...nodes].flatMap(([id, { state }]) => (test(state) ? [id] : [])).sort();
  const told = archive.ends().filter((one) => one.window === window && one.startedAt.startsWith(day));
  compare(
    asked,
    `12: end of ${where}`,
    [hasSent],
    told.map(({ end }) => end === "ended"),
  );
  const isCovered = (state: string) => state === "covered";
  const areNamed = archive.runs.every((one) => one.unnamed === 0 || one.key !== told[0]?.key);
  // A Region of the central window has failed as soon as one of its nodes has, or nobody could be reached there.
  const isTrue = (one: string) =>
    (of((state) => !isCovered(state)).length > 0 && one.includes(": its automation is ")) ||
    (!areNamed && one.startsWith("The names of all missing patches could not be read"));
  const unread = told.flatMap((one) => one.unread).filter((one) => !isTrue(one));
  compare(asked, `12: unread in ${where}`, [], unread);
  compare(asked, `1: ${where}`, [...nodes.keys()].sort(), archive.members(window, day));
  const { covered: yes, not } = archive.covered(window, day);
  compare(asked, `2: ${where}`, [of(isCovered), of((state) => !isCovered(state))], [yes, not]);
  const failures = archive.failures(day).flatMap((one) => (one.window === window ? [one.id] : []));
  compare(
    asked,
    `11: ${where}`,
    of((state) => state === "failed"),
    failures,
  );
  const closedAt = Date.parse(told[0]?.closedAt ?? "");
  const entries = lab.summary.exclusions.objects.flatMap((one) => one.entries);
  for (const [id, { state }] of nodes) {
    const why = archive.why(id, day).flatMap((one) => (one.window === window ? [one.state] : []));
    compare(asked, `3: ${id} in ${where}`, isCovered(state) ? [] : [state], why);
    const inForce = entries.filter(
      (one) =>
        one.nodes.some((node) => node.id === id) &&
        one.inForce.some(({ from, until }) => {
          const end = until === null ? Number.POSITIVE_INFINITY : Date.parse(until);
          return Date.parse(from) <= closedAt && closedAt < end;
        }),
    );
    const met = archive.exceptions(id, day).map(({ entry, owner, effect }) => [entry, owner, effect]);
    compare(
      asked,
      `6: ${id} in ${where}`,
      inForce.map((one) => [one.id, one.owner, one.effect]),
      met,
    );
  }
}

/** 4, 5, and 8 to 10, at the end of a day. */
function askOfDay(asked: Asked, day: string): void {
  const { archive, runs, reports } = asked;
  const end = Date.parse(`${day}T00:00:00Z`) + dayMs;
  const until = runs.filter(({ startedAt }) => startedAt < end);
  const members = [...new Set(until.flatMap(({ nodes }) => [...nodes.keys()]))].sort();
  const last = new Map(members.map((id) => [id, lastNames(asked, id, until)]));
  const patches = new Set(reports.flatMap(({ open }) => [...open.keys()]));
  for (const patch of patches) {
    const told = new Set(archive.missingOn(patch, day));
    for (const [id, one] of last) {
      const truth = one?.report.open.get(patch)?.isMissing === true;
      compare(asked, `4: ${patch} on ${id} on ${day}`, truth, told.has(id));
      if (!truth || !told.has(id)) continue;
      compare(
        asked,
        `5: ${patch} on ${id} on ${day}`,
        one?.since(patch),
        archive.missingSince(patch, id, day),
      );
    }
  }
  const late = [...last].flatMap(([id, one]) =>
    [...(one?.report.open ?? [])].flatMap(([patch, { severity }]) =>
      severity === "Critical" && Date.parse(one?.since(patch) ?? "") + dayMs < end ? [`${id} ${patch}`] : [],
    ),
  );
  const overdue = archive.overdue(1, "critical", day).map(({ id, patch }) => `${id} ${patch}`);
  compare(asked, `8: on ${day}`, late.sort(), overdue);
  for (const days of [1, 2]) {
    const within = until.filter(({ startedAt }) => startedAt >= end - days * dayMs);
    const all = new Set(within.flatMap(({ nodes }) => [...nodes.keys()]));
    const back = new Set(
      within.flatMap(({ nodes }) =>
        [...nodes].flatMap(([id, { report }]) => (report === undefined ? [] : [id])),
      ),
    );
    const silent = [...all].filter((id) => !back.has(id)).sort();
    // Older versions kept no numbers of a node that has failed.
    const isLost = (id: string) =>
      asked.isOlder && within.some(({ nodes }) => nodes.get(id)?.state === "failed");
    const told = archive.unscanned(days, day).filter((id) => silent.includes(id) || !isLost(id));
    compare(asked, `9: ${days} days until ${day}`, silent, told);
  }
  const waiting = until
    .filter(({ startedAt }) => dayOf(startedAt) === day)
    .flatMap(({ nodes }) => [...nodes].flatMap(([id, { report }]) => (report?.pendingReboot ? [id] : [])));
  compare(asked, `10: on ${day}`, [...new Set(waiting)].sort(), archive.pendingReboot(day));
}

/**
 * What a node had reported when the last record of some runs that names its patches was written, and the beginning of the first run in a
 * row that saw a patch open.
 */
function lastNames({ archive, reports }: Asked, id: string, runs: readonly TrueRun[]) {
  const own = runs
    .filter(({ nodes }) => nodes.has(id))
    .flatMap((run) => {
      const record = archive.runs.find(
        ({ window, startedAt }) => window === run.window && startedAt.startsWith(dayOf(run.startedAt)),
      );
      if (record === undefined) return [];
      const report = reports.findLast((one) => one.id === id && one.at <= Date.parse(record.closedAt));
      return [{ record, report }];
    });
  const naming = own.findLast(({ record }) => record.patches !== undefined && record.unnamed === 0);
  const report = naming?.report;
  if (naming === undefined || report === undefined) return undefined;
  return {
    report,
    since: (patch: string) => {
      let first: string | undefined;
      for (const one of own.slice(0, own.indexOf(naming) + 1).reverse()) {
        if (one.report?.open.has(patch) !== true) break;
        // Which patches were open there nobody has read.
        if (one.record.unnamed === 0) first = one.record.startedAt;
      }
      return first;
    },
  };
}

/** 7: the owner of the account has uploaded every manifest, and none needed an approval. */
function askOfExceptions(asked: Asked): void {
  for (const { manifest, uploadedBy, approvedBy } of asked.evidence.exceptions)
    compare(
      asked,
      `7: ${manifest}: ${uploadedBy}, ${approvedBy}`,
      true,
      (/^AWS:\w+$/.test(uploadedBy) && approvedBy === "none") ||
        (asked.isOlder && /^(AWS:\w+; )?unknown$/.test(uploadedBy)),
    );
}
