import { createHash } from "node:crypto";
import { stateFolder } from "#shared/contract/believed.js";
import { keys, statusKey } from "#shared/contract/exclusionNames.js";
import { foreignTagsKey, foreignTagsText, parseForeignTags } from "#shared/contract/foreignTags.js";
import { type Status, statusText } from "#shared/contract/manifestStatus.js";
import type { PlanReport } from "#shared/contract/planReport.js";
import { compare } from "#shared/text/words.js";
import { settle } from "../../shared/errors.js";
import type { Notice } from "../../shared/message.js";
import type { ListedObject, Ports } from "../ports.js";
import type { Decision } from "./admission.js";
import { foreignNotice, rememberForeign, untold } from "./foreignTags.js";
import { type FoundStatus, type GatheredManifest, type Listing, readStatus, textOf } from "./gather.js";
import { messagesBetween } from "./messages.js";
import { misplacedNotice, misplacedObjects } from "./misplaced.js";
import type { RegionRun } from "./regionRun.js";
import { endedStatus, statusOf } from "./verdict.js";

/** Keys of objects that people have been told of, a line each. */
const toldOfKey = `${stateFolder}misplaced.txt`;

/** Writes what people read after a run: messages, then status objects, each only when there is something new. */
export class Reporter {
  readonly errors: string[] = [];
  messages = 0;
  /** The objects that were written, with their ETags. */
  readonly written = new Map<string, string>();

  constructor(
    private readonly ports: Ports,
    private readonly listing: Listing,
    private readonly runs: readonly RegionRun[],
    private readonly now: number,
  ) {}

  /** Reports on a listed manifest. */
  async manifest({ facts, status }: GatheredManifest, decision: Decision): Promise<void> {
    await this.tell(status, statusOf(facts, decision, this.runs, this.now));
  }

  /** Reports on manifests that are gone: the status objects that no listed one has. */
  async ended(present: ReadonlySet<string>): Promise<void> {
    const gone = [...this.listing.statuses]
      .filter(([key]) => key.startsWith(keys.manifests) && !present.has(key))
      .sort(([a], [b]) => compare(a, b));
    for (const [key, listed] of gone) {
      // Most have been reported long ago; their objects need not be read again.
      if (isContent(listed, statusText(endedStatus(key, undefined, [])))) continue;
      const found = await readStatus(this.ports, this.listing, key);
      const last = found.last.kind === "known" ? found.last.status : undefined;
      await this.tell(found, endedStatus(key, last, this.runs));
    }
  }

  /** Reports on a plan. */
  plan(key: string, report: PlanReport): Promise<void> {
    return this.replace(key, statusText(report));
  }

  /** Takes back the reports on plans that are gone, since nobody keeps them up. */
  async withdrawn(): Promise<void> {
    const present = new Set(this.listing.plans.map(({ key }) => key));
    for (const key of [...this.listing.statuses.keys()].sort(compare)) {
      if (!key.startsWith(keys.plans) || present.has(key)) continue;
      await this.replace(key, statusText({ version: 1, key, verdict: "withdrawn" }));
    }
  }

  /** Tells of nodes whose tags somebody else writes too, and keeps when. */
  async foreign(): Promise<void> {
    const { ports, now } = this;
    const isThere = this.listing.objects.some(({ key }) => key === foreignTagsKey);
    const read = isThere ? await settle(ports.store.read(foreignTagsKey)) : undefined;
    const text = read?.ok === true && read.value !== undefined ? textOf(read.value) : undefined;
    const before = text === undefined ? undefined : parseForeignTags(text);
    const nodes = rememberForeign(before?.nodes ?? [], this.runs, now);
    const untoldNodes = new Set(untold(nodes, now));
    const isTold =
      untoldNodes.size > 0 && (await this.publish(foreignTagsKey, foreignNotice([...untoldNodes])));
    const told = new Date(now).toISOString();
    const next = foreignTagsText(
      nodes.map((node) => (isTold && untoldNodes.has(node) ? { ...node, told } : node)),
    );
    if (next !== text && (isThere || nodes.length > 0)) await this.write(foreignTagsKey, next);
  }

  /** Tells of objects that nothing looks at, each once. */
  async misplaced(): Promise<void> {
    const { store } = this.ports;
    const objects = misplacedObjects(this.listing.objects);
    const isThere = this.listing.objects.some(({ key }) => key === toldOfKey);
    if (objects.length === 0 && !isThere) return;
    const read = isThere ? await settle(store.read(toldOfKey)) : undefined;
    const before = read?.ok === true && read.value !== undefined ? textOf(read.value) : undefined;
    const told = new Set(before?.split("\n"));
    const news = objects.filter(({ key }) => !told.has(key));
    if (news.length > 0 && !(await this.publish(toldOfKey, misplacedNotice(news)))) return;
    const next = objects.map(({ key }) => `${key}\n`).join("");
    if (next !== before) await this.write(toldOfKey, next);
  }

  private async replace(key: string, text: string): Promise<void> {
    const listed = this.listing.statuses.get(key);
    if (listed !== undefined) {
      if (isContent(listed, text)) return;
      const found = await settle(this.ports.store.read(statusKey(key)));
      if (found.ok && found.value !== undefined && textOf(found.value) === text) return;
    }
    await this.write(statusKey(key), text);
  }

  private async tell(found: FoundStatus, next: Status): Promise<void> {
    const text = statusText(next);
    if (found.text === text) return;
    const last = found.last.kind === "known" ? found.last.status : undefined;
    for (const message of messagesBetween(last, next)) {
      // Without the new status the next run finds the same transition, and tells it again.
      if (!(await this.publish(next.key, message))) return;
    }
    await this.write(statusKey(next.key), text);
  }

  /** @returns whether people could be told */
  private async publish(about: string, message: Notice): Promise<boolean> {
    const sent = await settle(this.ports.notifier.publish(message));
    if (sent.ok) this.messages++;
    else this.errors.push(`${about}: nobody could be told (${sent.error}).`);
    return sent.ok;
  }

  private async write(key: string, text: string): Promise<void> {
    const written = await settle(this.ports.store.write(key, text));
    if (written.ok) this.written.set(key, written.value);
    else this.errors.push(`${key} could not be written (${written.error}).`);
  }
}

function isContent({ etag }: ListedObject, text: string): boolean {
  return etag === createHash("md5").update(text).digest("hex");
}
