import type { Report } from "#functions/exclusion-processor/core/evidence.js";
import { isInForce, nodesInForce, parseStatus } from "#shared/contract/manifestStatus.js";
import { targetsOf } from "#test/memory/exclusionProcessor/safe.js";
import { appliesTo, east } from "../support.js";
import { settleTime } from "./hands.js";
import type { Execution } from "./invocation.js";
import { theirs } from "./plot.js";
import type { Stage } from "./stage.js";

const minute = 60_000;
const hour = 60 * minute;

/** What an entry keeps off a node; all, without names. */
interface Kept {
  readonly patches?: readonly string[];
}

/** A run that has, or may have, installed against a promise, and that nobody could keep from it. */
interface Breach {
  readonly id: string;
  readonly at: number;
  readonly why: string;
  isTold: boolean;
  /** Whether another run came before anybody had asked the node. */
  isOver: boolean;
}

/** What installs on nodes: windows, and people by hand. Each run is held to what people were told as it began. */
export class Runs {
  private readonly breaches: Breach[] = [];

  constructor(private readonly stage: Stage) {}

  get excused(): number {
    return this.breaches.length;
  }

  /** The commands of a window that goes on: targets are resolved now, nodes begin in turn. */
  begin(opened: number, execution: Execution): void {
    const { stage } = this;
    const region = stage.region(east);
    for (const { id, operatingSystem } of region.nodes.values()) {
      const tags = region.seen("targets", id) ?? {};
      const { base, installExcluded } = targetsOf(tags, stage.record);
      const runs = Number(base) + Number(installExcluded);
      if (runs === 2 && !stage.hands.isMeddled(id)) stage.say(`${id} was in both targets`);
      if (operatingSystem === undefined) continue;
      for (let run = 0; run < runs; run++) {
        const turn = stage.chance("turn", opened, id, run) * 8 * minute;
        stage.clock.at(stage.clock.now + turn, () => this.install(id, { execution }));
      }
      const isOut = tags.PatchGroup === theirs || tags.PatchGroup?.endsWith(".hold") === true;
      if (runs === 0 && !isOut && !this.isTouched(id))
        stage.say(`${id} was in no target: ${JSON.stringify(tags)}`);
    }
  }

  /** Somebody patches a node by hand: by its baseline, or from a list of his own. */
  byHand(id: string, list: boolean): void {
    this.install(id, list ? { overrideList: "s3://b/list.yaml" } : {});
  }

  /** People hear of breaches. */
  told(text: string): void {
    for (const breach of this.breaches) if (text.includes(`- ${breach.id} (`)) breach.isTold = true;
  }

  /** What nobody has heard of. */
  untold(): string[] {
    const isThere = ({ id }: Breach) => this.stage.regionOf(id).nodes.has(id);
    return this.breaches
      .filter((breach) => !breach.isTold && !breach.isOver && isThere(breach))
      .map(({ id, at, why }) => `${id} ${why} at ${new Date(at).toISOString()}, and nobody was told`);
  }

  /** Whether somebody else has a hand in a node so lately that a window may miss it. */
  private isTouched(id: string): boolean {
    const { stage } = this;
    return stage.hands.isMeddled(id) || (stage.hands.last(id) ?? 0) > stage.clock.now - 2 * hour;
  }

  private install(id: string, by: { readonly execution?: Execution; readonly overrideList?: string }): void {
    const { stage } = this;
    const region = stage.regionOf(id);
    const node = region.nodes.get(id);
    const { now } = stage.clock;
    if (node === undefined || node.operatingSystem === undefined || (by.execution?.isCancelled ?? false))
      return;
    const system = node.operatingSystem;
    const group = region.seen("node", id)?.PatchGroup ?? "";
    const found = region.groups.find((one) => one.group === group && one.operatingSystem === system);
    const baselineId = found?.baselineId ?? "pb-default";
    const content = region.baselines.get(baselineId)?.content;
    for (const breach of this.breaches) if (breach.id === id && !breach.isTold) breach.isOver = true;
    const { overrideList } = by;
    const report: Report = {
      ...{ id, operation: "Install", startedAt: now, endedAt: now + 2 * minute, baselineId },
      ...{ snapshotId: `snapshot ${now}` },
      ...(overrideList === undefined ? {} : { overrideList }),
    };
    region.reports = [...region.reports.filter((one) => one.id !== id), report];
    const { execution } = by;
    const installsNothing = content !== undefined && JSON.stringify(content.rules) === "{}";
    const rejects = (name: string) =>
      !appliesTo(name, system) || content?.rejectedPatches.includes(name) === true;
    const broken = this.promisesOn(id, region.name).find(
      ({ patches }) => overrideList !== undefined || !(installsNothing || patches?.every(rejects) === true),
    );
    if (broken !== undefined) {
      const why = `was installed with ${baselineId} of ${group} against ${broken.patches?.join(" ") ?? "its hold"}`;
      if (overrideList !== undefined || this.isExcused(id, execution))
        this.breaches.push({ id, at: now, why, isTold: false, isOver: false });
      else
        stage.say(
          `${id} ${why} ${execution === undefined ? "by hand" : "in a window"}: ${JSON.stringify(node.tags)}`,
        );
    }
    if (baselineId === "pb-default" && execution !== undefined && stage.hands.hasMade(group))
      stage.say(`${id} of ${group} was installed with the account's default baseline`);
  }

  /**
   * Whether nobody could have kept a node from a run: somebody wrote its tags so late that who vouched for it could not see that,
   * or nobody was there to vouch, or to be asked, before that was put right.
   */
  private isExcused(id: string, execution: Execution | undefined): boolean {
    const { stage } = this;
    const lookedAt = execution?.vouchedFrom;
    if (lookedAt === undefined) return stage.hands.isMeddled(id);
    return stage.hands.isSince(id, lookedAt - settleTime);
  }

  /** What people were told is in force on a node, and that its author has not taken back. */
  private promisesOn(id: string, region: string): Kept[] {
    const { bucket } = this.stage.world;
    const { now } = this.stage.clock;
    const statuses = bucket.keys().filter((key) => key.startsWith("status/exclusions/"));
    return statuses.flatMap((key) => {
      const status = parseStatus(bucket.text(key) ?? "");
      if (status === undefined || bucket.text(status.key) === undefined) return [];
      return status.entries.flatMap((entry) => {
        const isOn = nodesInForce(entry).some((node) => node.id === id && node.region === region);
        if (!isInForce(entry) || !isOn || now >= Date.parse(entry.expires)) return [];
        return [entry.patches === undefined ? {} : { patches: entry.patches }];
      });
    });
  }
}
