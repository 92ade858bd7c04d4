import type { LabNode } from "#lab/aws/ssm/nodes/labNode.js";
import type { WindowExecution } from "#lab/aws/ssm/windows/windowTypes.js";
import { isInForce, nodesInForce, parseStatus } from "#shared/contract/manifestStatus.js";
import { settleTime } from "#test/functions/exclusion-processor/core/hostile/hands.js";
import { hour } from "../support.js";
import type { HostileLab } from "./hostileLab.js";

const processor = "SSM-patchplane-dev-exclusions";

/** What people were told at a moment: of each node what is kept off it, a JSON text for each entry. */
interface ToldAt {
  readonly at: number;
  readonly nodes: ReadonlyMap<string, readonly string[]>;
}

interface Promised {
  readonly patches?: readonly string[];
  readonly expires: string;
}

/** A run that has installed against a promise, and that nobody could keep from it. */
interface Breach {
  readonly id: string;
  readonly at: number;
  readonly why: string;
  /** Whether another run came before anybody had asked the node. */
  isOver: boolean;
}

/** What nodes have really installed, held to what people were told as each run began. */
export class HostileRuns {
  readonly breaches: Breach[] = [];
  private readonly told: ToldAt[] = [];
  private readonly seen = new Map<string, number>();
  private readonly checked = new Set<string>();
  private versions = "";

  constructor(private readonly stage: HostileLab) {}

  look(): void {
    this.noteTold();
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
    const nodes = new Map<string, string[]>();
    for (const { key } of statuses) {
      const status = parseStatus(lab.text(key));
      if (status === undefined || !listed.some((one) => one.key === status.key)) continue;
      for (const entry of status.entries.filter(isInForce)) {
        const promised: Promised = {
          ...(entry.patches === undefined ? {} : { patches: entry.patches }),
          expires: entry.expires,
        };
        for (const { id } of nodesInForce(entry))
          nodes.set(id, [...(nodes.get(id) ?? []), JSON.stringify(promised)]);
      }
    }
    this.told.push({ at: now, nodes });
  }

  /** What was told of a node before a moment and still is after it. */
  private promised(id: string, at: number): Promised[] {
    const before = this.told.findLast((one) => one.at < at)?.nodes.get(id) ?? [];
    const after = this.told.find((one) => one.at >= at) ?? this.told.at(-1);
    const both = before.filter((text) => after?.nodes.get(id)?.includes(text) ?? false);
    return both.map((text) => JSON.parse(text) as Promised).filter(({ expires }) => at < Date.parse(expires));
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
    const broken = this.promised(one.id, startedAt).find(({ patches }) =>
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

  /**
   * Whether nobody could have kept a node from a run: somebody wrote its tags so late that who vouched for it could not see that,
   * or nobody was there to vouch, or to be asked, before that was put right.
   */
  private isExcused(id: string, startedAt: number, execution: WindowExecution | undefined): boolean {
    const { hands, lab } = this.stage;
    const call = lab.home.lambda.invocations.find(
      (one) =>
        execution !== undefined &&
        one.functionName === processor &&
        one.startedAt >= execution.startedAt &&
        one.startedAt <= startedAt &&
        one.source.includes("mw-"),
    );
    if (call?.status !== "success") return hands.isMeddled(id) || hands.isSince(id, startedAt - hour);
    return hands.isSince(id, call.startedAt - settleTime);
  }

  /** Whom no entry has ever named, and nobody has touched, gets everything. */
  private checkFree({ startedAt }: WindowExecution): void {
    const { stage } = this;
    for (const one of stage.nodes) {
      const { App = "" } = one.tags;
      const isAsked = stage.everAsked.some(({ ids, apps }) => ids.includes(one.id) || apps.includes(App));
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
