import { keys, statusKey } from "#shared/contract/exclusionNames.js";
import { foreignTagsKey, parseForeignTags } from "#shared/contract/foreignTags.js";
import { compareText, iso } from "#shared/text/format.js";
import type { InstallRun } from "../../observe/exclusionObservations.js";
import type { ExclusionObject, ForeignNode } from "../summary/exclusionShape.js";
import { type EntryNode, entryLives } from "./entryLife.js";
import { type Reading, readStatus } from "./statusReading.js";

/** A version of an object, or a delete marker. */
export interface StoredVersion {
  readonly key: string;
  readonly versionId: string;
  readonly at: number;
  /** undefined: a delete marker. */
  readonly text: string | undefined;
}

/** What a run has left behind of exclusions. */
export interface ExclusionHistory {
  /** Of each key the oldest first. */
  readonly versions: readonly StoredVersion[];
  /** In the order of time. */
  readonly runs: readonly InstallRun[];
  /** Nodes by id. */
  readonly nodes: ReadonlyMap<string, EntryNode>;
}

/** What became of each manifest, plan and approval, from what happened alone. */
export function exclusionLives({ versions, runs, nodes }: ExclusionHistory): ExclusionObject[] {
  const byKey = new Map<string, StoredVersion[]>();
  for (const version of versions) byKey.set(version.key, [...(byKey.get(version.key) ?? []), version]);
  const lives = [...byKey].flatMap(([key, own]) => {
    const kind = kindOf(key);
    const first = own[0];
    if (kind === undefined || first === undefined) return [];
    const readings = (byKey.get(statusKey(key)) ?? []).flatMap(({ at, text }) =>
      text === undefined ? [] : [readStatus(text, at, kind)],
    );
    const life: ExclusionObject = {
      key,
      kind,
      uploads: uploadsOf(own),
      verdicts: verdictsOf(key, readings),
      entries: kind === "manifest" ? entryLives(readings, runs, nodes) : [],
    };
    return [{ at: first.at, life }];
  });
  lives.sort((a, b) => a.at - b.at || compareText(a.life.key, b.life.key));
  return lives.map(({ life }) => life);
}

/** The nodes whose tags somebody else has written, each as it was last seen. */
export function foreignNodes({ versions }: ExclusionHistory): ForeignNode[] {
  const nodes = new Map<string, ForeignNode>();
  for (const { key, text } of versions) {
    if (key !== foreignTagsKey || text === undefined) continue;
    for (const { told: _, ...node } of parseForeignTags(text)?.nodes ?? []) {
      nodes.set(`${node.region}|${node.id}`, node);
    }
  }
  return [...nodes].sort(([a], [b]) => compareText(a, b)).map(([, node]) => node);
}

function kindOf(key: string): ExclusionObject["kind"] | undefined {
  if (key.startsWith(keys.manifests)) return "manifest";
  if (key.startsWith(keys.plans)) return "plan";
  return key.startsWith(keys.approvals) ? "approval" : undefined;
}

function uploadsOf(versions: readonly StoredVersion[]): ExclusionObject["uploads"] {
  return versions.map(({ at, versionId, text }, index) => ({
    at: iso(at),
    action: text === undefined ? "deleted" : "uploaded",
    versionId,
    sameAs:
      text === undefined
        ? null
        : (versions.slice(0, index).findLast((earlier) => earlier.text === text)?.versionId ?? null),
  }));
}

/** A status is written anew when there is something new to say; a verdict is told once. */
function verdictsOf(key: string, readings: readonly Reading[]): ExclusionObject["verdicts"] {
  const told = readings.map(({ versionId, verdict, message, problems }) =>
    JSON.stringify([
      versionId,
      verdict,
      problems,
      verdict === "in force" || verdict === "being applied" ? "" : message,
    ]),
  );
  return readings.flatMap(({ at, versionId = null, verdict, message, problems }, index) => {
    if (index > 0 && told[index] === told[index - 1]) return [];
    return [
      {
        at: iso(at),
        versionId,
        verdict,
        message: [...message],
        problems: problems.map(({ message: text, line, column, entry }) => ({
          place: [key, line, column].filter((part) => part !== undefined).join(":"),
          message: entry === undefined ? text : `${entry}: ${text}`,
        })),
      },
    ];
  });
}
