import { createHash } from "node:crypto";
import { stateFolder } from "#shared/contract/believed.js";
import type { DeploymentRecord } from "#shared/contract/deploymentRecord.js";
import { keys, statusKey } from "#shared/contract/exclusionNames.js";
import { foreignTagsKey, foreignTagsText, parseForeignTags } from "#shared/contract/foreignTags.js";
import { type PackedStatus, pack, verdictsKey } from "#shared/contract/keptVerdicts.js";
import { type Status, statusText } from "#shared/contract/manifestStatus.js";
import type { PlanReport } from "#shared/contract/planReport.js";
import { memoryFolder, memoryKey } from "#shared/contract/regionMemory.js";
import { parseRetired, retiredKey, retiredText } from "#shared/contract/retired.js";
import { compare, counted } from "#shared/text/words.js";
import { settle } from "../../shared/errors.js";
import type { Notice } from "../../shared/message.js";
import type { ListedObject, Ports } from "../ports.js";
import type { Decision } from "./admission.js";
import { foreignNotice, rememberForeign, untold } from "./foreignTags.js";
import { type Listing, textOf } from "./gather.js";
import type { ManifestFacts } from "./manifests.js";
import { messagesBetween } from "./messages.js";
import { misplacedNotice, misplacedObjects } from "./misplaced.js";
import type { Refusals } from "./refusals.js";
import type { RegionRun } from "./regionRun.js";
import { retiredAfter } from "./retirement.js";
import { Sealed } from "./sealed.js";
import { endedStatus, statusOf } from "./verdict.js";
import {
  keepVerdicts,
  lastOf,
  lostNotice,
  lostRegionsNotice,
  spoiledNotice,
  type Verdicts,
} from "./verdicts.js";

/** Keys of objects that people have been told of, a line each. */
const toldOfKey = `${stateFolder}misplaced.txt`;

/** Writes what people read after a run: messages, then status objects, each only when there is something new. */
export class Reporter {
  readonly errors: string[] = [];
  messages = 0;
  /** The objects that were written, with their ETags. */
  readonly written = new Map<string, string>();
  /** What was kept for the next run, with its ETags. */
  readonly kept = new Map<string, string>();
  /** What is said of each listed manifest. */
  readonly verdicts = new Map<string, Status["verdict"]>();
  /** What the next run is to know of each manifest. */
  private readonly known = new Map<string, PackedStatus>();

  constructor(
    private readonly ports: Ports,
    private readonly listing: Listing,
    private readonly last: Verdicts,
    private readonly runs: readonly RegionRun[],
    private readonly now: number,
  ) {}

  /** Reports on a listed manifest. */
  async manifest(facts: ManifestFacts, decision: Decision): Promise<void> {
    const next = statusOf(facts, decision, this.runs, this.now);
    this.verdicts.set(facts.key, next.verdict);
    await this.tell(next);
  }

  /** Reports on manifests that are gone: those that are known, or told of, and that are not listed. */
  async ended(): Promise<void> {
    const { last, listing } = this;
    const present = new Set(listing.manifests.map(({ key }) => key));
    const known = last.kind === "known" ? [...last.statuses.keys()] : [];
    const gone = new Set(
      [...listing.statuses.keys(), ...known].filter(
        (key) => key.startsWith(keys.manifests) && !present.has(key),
      ),
    );
    for (const key of [...gone].sort(compare)) {
      const before = lastOf(last, key);
      await this.tell(endedStatus(key, before.kind === "known" ? before.status : undefined, this.runs));
    }
  }

  /**
   * Keeps what the next run is to know, and tells if what this one was to know was lost.
   *
   * @param moved nodes that were moved without an approval
   */
  async keep(moved: readonly string[]): Promise<void> {
    const { last, ports } = this;
    // Who is not told now is told by the next run, which finds it lost as well.
    if (last.kind === "lost" && !(await this.publish(verdictsKey, lostNotice(last)))) return;
    const kept = await settle(
      keepVerdicts(ports.store, last, { statuses: this.known, moved, now: this.now }),
    );
    if (kept.ok) for (const [key, etag] of kept.value) this.kept.set(key, etag);
    else this.errors.push(`${verdictsKey} could not be written (${kept.error}).`);
  }

  /** Keeps which versions are refused, and tells if somebody else had a hand in what was kept of them. */
  async refused(refusals: Refusals, manifests: readonly ManifestFacts[]): Promise<void> {
    const { sealed } = refusals;
    const text = refusals.next(manifests, this.listing);
    if (sealed.isSpoiled && !(await this.publish(sealed.key, spoiledNotice(sealed.key)))) return;
    const { store } = this.ports;
    const keep = async () => {
      if (text !== undefined) await sealed.write(store, text);
      await sealed.rest(store);
    };
    const kept = await settle(keep());
    for (const [key, etag] of sealed.written) this.kept.set(key, etag);
    if (!kept.ok) this.errors.push(`${sealed.key} could not be written (${kept.error}).`);
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

  /** Tells of Regions of which nothing was kept although something is promised there. */
  async lost(): Promise<void> {
    const lost = this.runs.flatMap(({ region, ledger }) => {
      const { isKnown = true, promised } = ledger?.memory ?? {};
      return isKnown || !promised?.size ? [] : [`- ${memoryKey(region)}: ${counted(promised.size, "node")}`];
    });
    if (lost.length > 0) await this.publish(memoryFolder, lostRegionsNotice(lost));
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

  /** Keeps what is left of what has left the stack. */
  async retired(record: DeploymentRecord): Promise<void> {
    const { objects } = this.listing;
    const isThere = objects.some(({ key }) => key === retiredKey);
    if (!isThere && record.retired === undefined) return;
    const { store, log } = this.ports;
    const read = await settle(Sealed.read(store, retiredKey, objects));
    if (!read.ok) {
      this.errors.push(`${retiredKey} cannot be read (${read.error}).`);
      return;
    }
    const sealed = read.value;
    const { text, isSpoiled } = sealed;
    if (isSpoiled) log.error("made anew", { error: `${retiredKey} is not as a run has left it` });
    const next = retiredText(retiredAfter(record, this.runs, parseRetired(text ?? "") ?? []));
    const keep = async () => {
      if (next !== text) await sealed.write(store, next);
      await sealed.rest(store);
    };
    const kept = await settle(keep());
    for (const [key, etag] of sealed.written) this.kept.set(key, etag);
    if (!kept.ok) this.errors.push(`${retiredKey} could not be written (${kept.error}).`);
  }

  /** Writes a letter to people, unless it is there: by its ETag alone, since what lies there is never read. */
  private async replace(key: string, text: string): Promise<void> {
    const listed = this.listing.statuses.get(key);
    if (listed === undefined || !isContent(listed, text)) await this.write(statusKey(key), text);
  }

  private async tell(next: Status): Promise<void> {
    const { key } = next;
    const before = lastOf(this.last, key);
    const last = before.kind === "known" ? before.status : undefined;
    for (const message of messagesBetween(last, next)) {
      if (await this.publish(key, message)) continue;
      // As long as the old one is kept, the next run finds the same transition, and tells it again.
      if (last !== undefined) this.known.set(key, pack(last));
      return;
    }
    // Of one that is gone and has ended everywhere there is nothing left to know.
    const isGone = next.versionId === undefined;
    if (!isGone || next.failedRegions.length > 0) this.known.set(key, pack(next));
    await this.replace(key, statusText(next));
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
