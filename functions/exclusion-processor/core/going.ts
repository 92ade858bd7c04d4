import { type DeploymentRecord, parseDeploymentRecord } from "#shared/contract/deploymentRecord.js";
import { keys } from "#shared/contract/exclusionNames.js";
import { compare, several } from "#shared/text/words.js";
import { settle } from "../../shared/errors.js";
import type { Ports } from "../ports.js";
import { RegionFleet } from "./fleet.js";
import { type Listing, listingOf, textOf } from "./gather.js";
import { lostWithAll } from "./leaving.js";
import { isTaken } from "./left.js";
import { readMemory } from "./openRegion.js";
import { tagsThatCount } from "./sight.js";

type Reached = Pick<Ports, "store" | "region">;

/**
 * Why the processor, and all that is its, may not go; undefined when it may. Its rights are all there yet, so the Regions themselves
 * are asked: a node that is moved then stays so, and nobody patches it or brings it back. What nobody can tell is refused.
 *
 * @param now epoch milliseconds
 * @throws whatever the store throws: in doubt nothing goes
 */
export async function goingRefusal(ports: Reached, now: number): Promise<string | undefined> {
  const listing = listingOf(await ports.store.list(""));
  const stored = await ports.store.read(keys.record);
  const parsed = stored === undefined ? undefined : parseDeploymentRecord(textOf(stored) ?? "");
  if (parsed?.ok !== true)
    return refusal([`${keys.record} is gone or not valid; pulumi up --refresh writes it anew`]);
  const lost = lostWithAll(listing);
  if (lost !== undefined) return refusal([`${lost}; the next run makes it anew, within the hour`]);
  const { record } = parsed;
  const looks = await Promise.all(
    record.regions.map(async ({ name }) => {
      const look = await settle(lookInto(ports, record, name, listing, now));
      return look.ok ? look.value : { region: name, unknown: `could not be read (${look.error})` };
    }),
  );
  const left = looks.filter(({ nodes = [] }) => nodes.length > 0);
  const unknown = looks.flatMap(({ region, unknown: why }) =>
    why === undefined ? [] : [`${region} ${why}`],
  );
  const reasons = [
    ...(left.length === 0
      ? []
      : [
          `exclusions have nodes: ${left.map(({ region, nodes = [] }) => `${region}: ${several(nodes)}`).join("; ")}`,
        ]),
    ...unknown,
  ];
  return reasons.length === 0 ? undefined : refusal(reasons);
}

/** What exclusions have in a Region. */
interface Look {
  readonly region: string;
  /** Ids of nodes, in order. */
  readonly nodes?: readonly string[];
  /** Why nobody can tell. */
  readonly unknown?: string;
}

async function lookInto(
  ports: Reached,
  record: DeploymentRecord,
  region: string,
  { objects }: Listing,
  now: number,
): Promise<Look> {
  const { memory, sealed } = await readMemory(ports, region, { objects, openings: [], now });
  const fleet = new RegionFleet(await ports.region(region, record).read(tagsThatCount(record, [])), record);
  const nodes = [...fleet.nodes.values()].flatMap(({ node, standing }) =>
    isTaken(standing) ? [node.id] : [],
  );
  const { isSpoiled, text } = sealed;
  // Nothing is kept where exclusions have never had anything.
  const unknown =
    isSpoiled || (memory.kept === undefined && text !== undefined)
      ? "is not known: what was kept of it is not as a run has left it, and the next run makes it anew, within the hour"
      : memory.kept !== undefined && !memory.isSettled
        ? "is not settled: tags were written just now, and AWS may not show them everywhere for ten minutes"
        : undefined;
  return { region, nodes: nodes.sort(compare), ...(unknown === undefined ? {} : { unknown }) };
}

function refusal(reasons: readonly string[]): string {
  return `The exclusion processor cannot go yet: ${reasons.join(". ")}. Without it nobody brings these nodes back. Put back what you took out and deploy; delete every manifest, wait until npm run exclusions -- status says ended of each, and then try again. docs/changes.md, "Remove it", says what to do when nobody can wait.`;
}
