import type { LabNode } from "#lab/aws/ssm/nodes/labNode.js";
import type { WindowExecution } from "#lab/aws/ssm/windows/windowTypes.js";
import { isInForce, nodesInForce, parseStatus } from "#shared/contract/manifestStatus.js";
import { settleTime } from "#test/functions/exclusion-processor/core/hostile/hands.js";
import { hour } from "../support.js";
import type { HostileLab } from "./hostileLab.js";

const processor = "SSM-patchplane-dev-exclusions";

/** What people were told at a moment is kept off each node. */
interface ToldAt {
  readonly at: number;
  readonly nodes: ReadonlyMap<string, readonly Promised[]>;
}

/** What is told in force on a node, of a version of a manifest. */
interface Promised {
  readonly key: string;
  readonly version: string;
  readonly patches?: readonly string[];
  readonly expires: string;
}

function isSame(one: Promised, other: Promised): boolean {
  return one.key === other.key && one.expires === other.expires && `${one.patches}` === `${other.patches}`;
}

/** A run that has installed against a promise, and that nobody could keep from it. */
interface Breach {
  readonly id: string;
  readonly at: number;
  readonly why: string;
  /** Whether another run came before anybody had asked the node. */
  isOver: boolean;
}

/** Somebody else's hand in a node's tags. */
interface Meddled {
  readonly at: number;
  readonly tags: LabNode["tags"];
  /** When the function has read them as they were then. */
  readonly readAt: number[];
}

/** What nodes have really installed, held to what people were told as each run began. */
export class HostileRuns {
  readonly breaches: Breach[] = [];
  private readonly told: ToldAt[] = [];
  private readonly seen = new Map<string, number>();
  private readonly checked = new Set<string>();
  private readonly meddled = new Map<string, Meddled[]>();
  /** When the function has read the tags of all nodes. */
  private readonly reads: number[] = [];
  private versions = "";

  constructor(private readonly stage: HostileLab) {}

  /** Somebody else has written a node's tags. */
  noteMeddled({ id, tags }: LabNode): void {
    const meddled = { at: this.stage.now, tags, readAt: [] };
    this.meddled.set(id, [...(this.meddled.get(id) ?? []), meddled]);
  }

  /** The function reads all tags, as they are shown to it now. */
  noteRead(): void {
    const { lab, now, nodes } = this.stage;
    this.reads.push(now);
    for (const one of nodes) {
      const shown = lab.home.tagViews.seen(one, "tagging");
      for (const { tags, readAt } of this.meddled.get(one.id) ?? []) if (tags === shown) readAt.push(now);
    }
  }

  look(): void {
    this.noteTold();
    this.checkSight();
    for (const one of this.stage.nodes) {
      const { state } = one;
      if (state === undefined || state.operation !== "Install" || this.seen.get(one.id) === state.endedAt)
        continue;
      this.seen.set(one.id, state.endedAt);
      this.judge(one, state);
    }
    for (const execution of this.executions()) {
      const isOver = execution.endedAt !== undefined && !this.checked.has(execution.id);
      if (!isOver) continue;
      this.checked.add(execution.id);
      if (execution.status !== "CANCELLED") this.checkFree(execution);
    }
  }

  executions(): readonly WindowExecution[] {
    return this.stage.lab.window("install").executions;
  }

  /** What nobody has heard of. */
  untold(): string[] {
    return this.breaches
      .filter((breach) => !breach.isOver && !this.isTold(breach) && this.isThere(breach))
      .map(({ why }) => `${why}, and nobody was told`);
  }

  private isThere({ id }: Breach): boolean {
    return this.stage.nodes.some((one) => one.id === id);
  }

  private isTold({ id, at }: Breach): boolean {
    return this.stage.lab.home.sns.delivered.some(
      ({ subject = "", text, at: time }) =>
        time > at && subject.includes("installed against them") && text.includes(`- ${id} (`),
    );
  }

  private noteTold(): void {
    const { lab, now } = this.stage;
    const listed = lab.objects("");
    const statuses = listed.filter(({ key }) => key.startsWith("status/exclusions/"));
    const versions = JSON.stringify(statuses);
    if (versions === this.versions) return;
    this.versions = versions;
    const nodes = new Map<string, Promised[]>();
    for (const { key } of statuses) {
      const status = parseStatus(lab.text(key));
      if (status === undefined || !listed.some((one) => one.key === status.key)) continue;
      for (const entry of status.entries.filter(isInForce)) {
        const promised: Promised = {
          ...{ key: status.key, version: status.versionId ?? "" },
          ...(entry.patches === undefined ? {} : { patches: entry.patches }),
          expires: entry.expires,
        };
        for (const { id } of nodesInForce(entry)) nodes.set(id, [...(nodes.get(id) ?? []), promised]);
      }
    }
    this.told.push({ at: now, nodes });
  }

  /** What was told of a node before a moment and still is after it, and nobody has taken back. */
  private promised(one: LabNode, at: number): Promised[] {
    const before = this.told.findLast((told) => told.at < at)?.nodes.get(one.id) ?? [];
    const after = (this.told.find((told) => told.at >= at) ?? this.told.at(-1))?.nodes.get(one.id) ?? [];
    const both = before.filter((promise) => after.some((other) => isSame(promise, other)));
    return both.filter((promise) => at < Date.parse(promise.expires) && this.isWanted(one, promise));
  }

  private isWanted(one: LabNode, { key, version, patches }: Promised): boolean {
    const name = key.replace(/^exclusions\/(.*)\.yaml$/, "$1");
    return this.stage.asked.isSince(name, version, one, patches);
  }

  private judge(
    one: LabNode,
    { startedAt, snapshotId, patchGroup, snapshot }: NonNullable<LabNode["state"]>,
  ) {
    const { stage } = this;
    for (const breach of this.breaches)
      if (breach.id === one.id && !this.isTold(breach)) breach.isOver = true;
    const got = one.catalog.packages.flatMap(({ name, patches, index }) =>
      one.installed[index] === patches.length - 1 ? [name] : [],
    );
    const isHit = (pattern: string) =>
      got.some((name) => (pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern));
    const broken = this.promised(one, startedAt).find(({ patches }) =>
      patches === undefined ? got.length > 0 : patches.some(isHit),
    );
    const execution = this.executions().find(({ id }) => id === snapshotId);
    const { isDefault } = stage.lab.home.baselines.forGroup(one.catalog.operatingSystem, patchGroup);
    if (
      execution !== undefined &&
      isDefault &&
      stage.isStackGroup(patchGroup) &&
      stage.hands.hasMade(patchGroup)
    )
      stage.say(`${one.id} of ${patchGroup} was installed with the account's default baseline`);
    if (broken === undefined) return;
    const when = new Date(startedAt).toISOString();
    const why = `${one.id} got ${got} with ${snapshot.baseline.id} of ${patchGroup} at ${when} against ${broken.patches ?? "its hold"}`;
    if (this.isExcused(one.id, startedAt, execution))
      this.breaches.push({ id: one.id, at: startedAt, why, isOver: false });
    else stage.say(`${why}, ${execution === undefined ? "by hand" : "in a window"}`);
  }

  /** Whatever were to patch a node now would keep to what people are told of it. */
  private checkSight(): void {
    const { stage } = this;
    const { home } = stage.lab;
    for (const one of stage.nodes) {
      const told = this.promised(one, stage.now);
      if (told.length === 0 || stage.hands.isMeddled(one.id)) continue;
      const group = one.patchGroupIn(home.tagViews.seen(one, "node"));
      const { operatingSystem } = one.catalog;
      const { baseline } = home.baselines.forGroup(operatingSystem, group);
      const { rejectedPatches } = baseline;
      for (const { patches } of told) {
        const own = patches?.filter((name) => name.startsWith("KB") === (operatingSystem === "WINDOWS"));
        const isKept = own?.every((name) => rejectedPatches.includes(name)) === true;
        if (isKept || baseline.approvalRules.length === 0) continue;
        stage.say(`${one.id} is seen in ${group}, which rejects ${rejectedPatches}, and not ${patches}`);
      }
    }
  }

  /**
   * Whether nobody could have kept a node from a run: somebody wrote its tags so late that who vouched for it could not see that,
   * or nobody was there to vouch, or to be asked, before that was put right. What was read, and what was put right so lately that
   * not everybody knows it, nobody may vouch for; nor may who has read nothing.
   */
  private isExcused(id: string, startedAt: number, execution: WindowExecution | undefined): boolean {
    const { hands, lab, faults } = this.stage;
    const call = lab.home.lambda.invocations.find(
      (one) =>
        execution !== undefined &&
        one.functionName === processor &&
        one.startedAt >= execution.startedAt &&
        one.startedAt <= startedAt &&
        one.source.includes(execution.id),
    );
    const end = call?.endedAt ?? startedAt;
    const hasAnswered = call?.status === "success" || call?.status === "error";
    if (call === undefined || !hasAnswered || faults.downUntil > call.startedAt)
      return hands.isMeddled(id) || hands.isSince(id, startedAt - hour);
    const isDuring = (at: number) => call.startedAt <= at && at <= end;
    const readAt = this.reads.findLast(isDuring);
    if (readAt === undefined) return false;
    return (this.meddled.get(id) ?? []).some(
      (one) =>
        one.at > readAt - settleTime &&
        one.at <= startedAt &&
        !one.readAt.some(isDuring) &&
        !hands.hasWritten(id, one.at, end),
    );
  }

  /** Whom no entry has ever named, and nobody has touched, gets everything. */
  private checkFree({ startedAt }: WindowExecution): void {
    const { stage } = this;
    for (const one of stage.nodes) {
      const { App = "" } = one.tags;
      const isAsked = stage.asked.ever.some(({ ids, apps }) => ids.includes(one.id) || apps.includes(App));
      if (isAsked || stage.hands.last(one.id) !== undefined) continue;
      const missing = one.catalog.packages.filter(
        ({ patches, index }) => one.installed[index] !== patches.length - 1,
      );
      if (missing.length > 0)
        stage.say(
          `${one.id} lacks ${missing.map(({ name }) => name)} after the window of ${new Date(startedAt).toISOString()}`,
        );
    }
  }
}
