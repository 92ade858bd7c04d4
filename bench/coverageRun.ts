import { Rates } from "#lab/endpoint/rates.js";
import { Endpoint } from "#lab/endpoint/server.js";
import { readClosedRecord } from "#shared/contract/closedRecords.js";
import { regionsOf } from "#shared/contract/regions.js";
import { hourMs } from "#shared/text/time.js";
import { account, at, catalog, node, register, send } from "#test/lab/support.js";
import { nodes as audited, auditRecords, days, dayText } from "#test/tools/coverage/auditHistory.js";
import { awsPorts } from "#tools/coverage/aws.js";
import { Archive } from "#tools/coverage/core/archive.js";
import { cover } from "#tools/coverage/core/cover.js";
import { evidenceOf } from "#tools/coverage/core/evidence.js";
import { evidenceFiles } from "#tools/coverage/evidenceFiles.js";
import { evidencePage } from "#tools/coverage/evidencePage.js";
import { readAccount } from "#tools/coverage/read.js";
import { callsPerSecond } from "./closing.js";

export interface QuestionFigures {
  readonly nodes: number;
  readonly days: number;
  /** CPU from the records' texts to every answer and the files of the evidence. */
  readonly seconds: number;
}

export interface AccountFigures {
  readonly nodes: number;
  /** Whose missing patches are named. */
  readonly named: number;
  readonly calls: number;
  /** Seconds of the slowest Region, were each of its calls to wait for the one before. */
  readonly waiting: number;
  /** CPU of the command and of the lab that answers it. */
  readonly seconds: number;
  /** By which the reading has made the process grow, at most; the lab's own work for the answers is in it. */
  readonly megabytes: number;
}

const cpuSince = (before: NodeJS.CpuUsage) => {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
};

function questions(): QuestionFigures {
  const { texts } = auditRecords();
  const before = process.cpuUsage();
  const records = texts.map(([key, text]) => ({ key, record: readClosedRecord(key, text) }));
  const archive = new Archive(records, "central");
  const nothing = { ok: true as const, value: [] };
  const span = { from: dayText(0), to: dayText(days - 1), isOver: true };
  for (let day = 0; day < days; day++) {
    const on = dayText(day);
    archive.members("w", on);
    archive.covered("w", on);
    archive.missingOn("kernel", on);
    archive.overdue(14, "critical", on);
    archive.unscanned(7, on);
    archive.pendingReboot(on);
    archive.failures(on);
    // Of one node at a time.
    const { id } = audited[(day * 11) % audited.length] ?? { id: "" };
    archive.why(id, on);
    archive.missingSince("kernel", id, on);
    archive.exceptions(id, on);
  }
  archive.manifests();
  archive.ends();
  const input = { stack: "prod", ...span, archive, unread: [], exclusions: nothing, uploads: nothing };
  const found = evidenceOf(input);
  evidenceFiles(input, found);
  evidencePage(found);
  return { nodes: audited.length, days, seconds: cpuSince(before) };
}

/** Counts calls by Region and operation, and lets all go on. */
class Counted extends Rates {
  readonly byRegion = new Map<string, number>();
  override take(operation: string, place: string, now: number): boolean {
    this.byRegion.set(place, (this.byRegion.get(place) ?? 0) + 1);
    return super.take(operation, place, now);
  }
}

async function reading(count: number, places: number): Promise<AccountFigures> {
  const regions = regionsOf("aws").slice(0, places);
  const offered = catalog({ openssl: [{ released: "2026-01-01" }, { released: "2026-02-01" }] });
  const tags = { PatchGroup: "servers", Environment: "prod" };
  const world = account(
    Array.from({ length: count }, (_, index) =>
      // One of two lacks something.
      node({
        ...{ tags, catalog: offered, versions: { openssl: index % 68 < 34 ? 0 : 1 } },
        region: regions[index % places] ?? "",
      }),
    ),
    { from: at("2026-10-05T00:00:00Z") },
  );
  const { account: made, clock } = world;
  for (const name of regions) {
    const there = { ...world, region: made.region(name) };
    register(there, "servers");
    send(there, "Scan", { MaxConcurrency: "100%" });
  }
  await clock.advanceTo(clock.now + hourMs);
  const rates = new Counted();
  const endpoint = await Endpoint.start(made, { rates });
  process.env.AWS_ENDPOINT_URL = endpoint.url;
  process.env.AWS_ACCESS_KEY_ID = made.credentials.owner.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = made.credentials.owner.secretAccessKey;
  const size = process.resourceUsage().maxRSS;
  const before = process.cpuUsage();
  const unread = { ok: false as const, error: "not read here" };
  const stack = { deployed: unread, central: unread, records: unread, exclusions: unread, regions };
  const [homeRegion = ""] = regions;
  const place = { stack: "prod", prefix: "patchplane-prod", homeRegion, owner: "patchplane/prod" };
  const progress = { start: () => undefined, regionDone: () => undefined, stop: () => undefined };
  const options = { ...place, now: clock.now, regions, ownerTags: ["Owner"] };
  const read = await readAccount(awsPorts(), stack, options, progress);
  const { nodes, unseen } = cover(read);
  const seconds = cpuSince(before);
  const dark = unseen.filter(({ region }) => region !== null);
  if (dark.length > 0) throw new Error(JSON.stringify(dark[0]));
  await endpoint.close();
  return {
    nodes: nodes.length,
    named: nodes.filter(({ missing, patches }) => missing > 0 && patches !== null).length,
    calls: [...rates.byRegion.values()].reduce((sum, calls) => sum + calls, 0),
    waiting: Math.max(...rates.byRegion.values()) / callsPerSecond,
    seconds,
    megabytes: (process.resourceUsage().maxRSS - size) / 1024,
  };
}

const [what, ...sizes] = process.argv.slice(2);
const [nodes = 0, regions = 0] = sizes.map(Number);
process.stdout.write(JSON.stringify(what === "questions" ? questions() : await reading(nodes, regions)));
