import { type Breach, evidenceKey, type RegionEvidence } from "#shared/contract/evidence.js";
import { compare, counted } from "#shared/text/words.js";
import { settle } from "../../shared/errors.js";
import type { Notice } from "../../shared/message.js";
import type { Ports } from "../ports.js";
import { isDue } from "./daily.js";
import type { After } from "./evidence.js";
import { orElse } from "./verdicts.js";

const maxLines = 20;

/** What people were told, and what is to be kept of that. */
interface Told {
  readonly regions: ReadonlyMap<string, RegionEvidence>;
  readonly messages: number;
  /** Whether people have heard that what was known is lost, where it is. */
  readonly isLossTold: boolean;
  /** Whole sentences. */
  readonly errors: readonly string[];
}

/**
 * Tells people of breaches, of each at once and again when a day has passed, and if what was known is lost, and keeps when.
 *
 * @param lost why what was known is lost; undefined when it is not
 */
export async function tell(
  { notifier }: Pick<Ports, "notifier">,
  after: ReadonlyMap<string, After>,
  lost: string | undefined,
  now: number,
): Promise<Told> {
  const regions = new Map([...after].map(([region, { evidence }]) => [region, evidence]));
  const errors: string[] = [];
  let messages = 0;
  const publish = async (notice: Notice, what: string) => {
    const sent = await settle(notifier.publish(notice));
    if (sent.ok) messages++;
    else errors.push(`Nobody could be told ${what} (${sent.error}).`);
    return sent.ok;
  };
  const isLossTold =
    lost === undefined || (await publish(lostNotice(lost, after), `that ${evidenceKey} ${lost}`));
  const lines = [...regions].flatMap(([region, { breaches }]) =>
    breaches
      .filter(({ told }) => isDue(told, now))
      .map((breach) => `- ${breach.id} (${region}): ${lineOf(breach)}`),
  );
  if (lines.length === 0 || !(await publish(breachNotice(lines), "of breaches")))
    return { regions, messages, isLossTold, errors };
  const told = new Date(now).toISOString();
  const toldRegions = [...regions].map(([region, evidence]): [string, RegionEvidence] => {
    const breaches = evidence.breaches.map((breach) =>
      isDue(breach.told, now) ? { ...breach, told } : breach,
    );
    return [region, { ...evidence, breaches }];
  });
  return { regions: new Map(toldRegions), messages, isLossTold, errors };
}

function lineOf({ why, at, snapshotId }: Breach): string {
  return `${why}, until ${at}${snapshotId === undefined ? "" : `, snapshot ${snapshotId}`}`;
}

function breachNotice(lines: readonly string[]): Notice {
  return {
    ...{ kind: "exclusions-breach", about: "breach", facts: { nodes: String(lines.length) } },
    subject: `patchplane: exclusions: ${counted(lines.length, "node")} installed against them`,
    text: [
      "On these nodes exclusions were in force, and by their own report they may have installed what was to be kept off:",
      "",
      ...firstOf(lines),
      "",
      'docs/exclusions.md, "What runs have shown", says how that comes about and what to do.',
      "",
    ].join("\n"),
  };
}

function lostNotice(why: string, after: ReadonlyMap<string, After>): Notice {
  const known = [...after].flatMap(([region, { evidence }]) => {
    const nodes = evidence.promised.reduce((sum, { ids }) => sum + ids.length, 0);
    const [since] = evidence.promised.map((list) => list.since).sort(compare);
    return since === undefined ? [] : [`- ${region}: ${counted(nodes, "node")}, from ${since} on`];
  });
  const doubtful = [...after].flatMap(([region, one]) => one.doubtful.map((id) => `- ${id} (${region})`));
  return {
    ...{ kind: "exclusions-lost", about: "evidence" },
    subject: "patchplane: exclusions: what the processor knew of nodes' runs was lost",
    text: [
      `${evidenceKey} ${why}. ${orElse} the run that was to write it was cut off.`,
      "",
      "It was made anew. The nodes on which entries are in force are held to what they install:",
      "",
      ...known,
      "",
      "Of what was installed before then, and of exclusions that had ended by now, nobody can tell any more.",
      ...(doubtful.length === 0
        ? []
        : [
            "By their last report these have installed with another baseline before then:",
            "",
            ...firstOf(doubtful),
          ]),
      "",
    ].join("\n"),
  };
}

function firstOf(lines: readonly string[]): string[] {
  const more = lines.length - maxLines;
  return [...lines.slice(0, maxLines), ...(more > 0 ? [`- and ${more} more`] : [])];
}
