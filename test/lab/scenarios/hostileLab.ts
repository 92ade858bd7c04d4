import type { LabNode } from "#lab/aws/ssm/nodes/labNode.js";
import { none } from "#lab/fleet/model.js";
import { approvalKey } from "#shared/contract/exclusionNames.js";
import { Hands } from "#test/functions/exclusion-processor/core/hostile/hands.js";
import type { Plot } from "#test/functions/exclusion-processor/core/hostile/plot.js";
import { hour, minute, node } from "../support.js";
import { ExclusionLab } from "./exclusionSupport.js";
import { HostileCalls } from "./hostileCalls.js";
import { AskedFor, askedBy, idOf, manifestOf, text } from "./hostileEntries.js";
import { HostileFaults } from "./hostileFaults.js";
import { checkEnd, checkTargets } from "./hostileOrder.js";
import { HostileRuns } from "./hostileRuns.js";
import { type LabDeed, withTraps } from "./hostileTraps.js";
import { systems } from "./randomFleet.js";

const processor = "SSM-patchplane-dev-exclusions";
const markKey = "patchplane:base-group";
const bases: Readonly<Record<string, string>> = { web: "dev-servers", app: "dev-databases" };

/** When plots begin: what they do about an opening goes by the clock. The deployment comes before that. */
const begins = Date.parse("2026-06-01T03:00:00Z");

type Tags = Readonly<Record<string, string | undefined>>;

export interface HostileOutcome {
  readonly problems: readonly string[];
  readonly cancelled: number;
  /** Why nobody could vouch for the promises of a window. */
  readonly doubts: readonly string[];
  readonly windows: number;
  readonly breaches: number;
}

/** Plays a plot with the shipped stack in the lab, and holds what comes of it to what nodes have really installed. */
export class HostileLab {
  readonly problems: string[] = [];
  readonly hands = new Hands(this, Object.values(bases));
  readonly begins = begins;
  readonly asked = new AskedFor();
  private readonly runs: HostileRuns;
  private readonly known = new Map<string, LabNode["tags"]>();
  private readonly history = new Map<string, { readonly at: number; readonly tags: LabNode["tags"] }[]>();
  /** Until when everybody else's trouble lasts. */
  troubled = 0;

  private constructor(
    readonly lab: ExclusionLab,
    readonly plot: Plot,
    readonly faults: HostileFaults,
  ) {
    this.runs = new HostileRuns(this);
    for (const one of this.nodes) this.known.set(one.id, one.tags);
    const watched = {
      written: () => this.noteTags(),
      read: () => this.runs.noteRead(),
      say: (problem: string) => this.say(problem),
    };
    new HostileCalls(lab, watched, plot.seed, plot.isHostile ? 0.03 : 0);
  }

  static async open(plot: Plot): Promise<HostileLab> {
    const faults = new HostileFaults(plot.seed);
    const fleet = plot.fleet.map(({ state: { id, tags, operatingSystem } }) => {
      const { PatchGroup = "web", App } = tags;
      const gone = plot.deeds.find((deed) => deed.kind === "terminate" && deed.id === id);
      return node({
        id: idOf(id),
        catalog: systems[operatingSystem === "WINDOWS" ? "WINDOWS" : "AMAZON_LINUX_2023"],
        tags: {
          ...{ PatchGroup: bases[PatchGroup] ?? "", Environment: "dev" },
          ...(App === undefined ? {} : { App }),
        },
        ...(gone === undefined ? {} : { terminatedAt: begins + gone.at }),
      });
    });
    const lab = await ExclusionLab.open({
      ...{ fleet, faults, from: begins - 10 * minute },
      values: {
        "patchplane:patchGroups": JSON.stringify(Object.values(bases)),
        "patchplane:operatingSystems": '["AMAZON_LINUX_2023","WINDOWS"]',
        "patchplane:maxErrors": "100%",
        "patchplane:maxConcurrency": "100%",
        "patchplane:maxChangedNodes": String(plot.most),
        "patchplane:installSchedule": "cron(0 5,8,11 ? * * *)",
        // A scan would hide what was installed before it.
        "patchplane:scanSchedule": "cron(0 23 ? * * *)",
      },
    });
    await lab.lab.account.clock.advanceTo(begins);
    return new HostileLab(lab, plot, faults);
  }

  get nodes(): readonly LabNode[] {
    return this.lab.nodes.filter((one) => one.isThere(this.lab.now));
  }

  get now(): number {
    return this.lab.now;
  }

  say(problem: string): void {
    this.problems.push(`${text(this.now)} ${problem}`);
  }

  isStackGroup(group: string): boolean {
    return Object.values(bases).some((base) => group === base || group.startsWith(`${base}.`));
  }

  async play(): Promise<HostileOutcome> {
    const { plot, begins } = this;
    const openings = plot.openings.map((at) => begins + at);
    const deeds = withTraps(plot).map((deed) => ({ ...deed, at: begins + deed.at }));
    const resets = openings.map((at) => at - minute);
    const last = begins + plot.lasts;
    for (let time = this.now; time <= last + 150 * minute; time += minute) {
      if (resets.some((at) => at >= time && at < time + minute)) this.reset(this.nodes);
      for (const deed of deeds.filter(({ at }) => time <= at && at < time + minute)) {
        await this.until(deed.at);
        this.look();
        this.do(deed);
      }
      if (plot.most < 100 && time > last && (time - last) % (15 * minute) === 0) this.approve();
      await this.until(time + minute);
      this.look();
    }
    checkEnd(this);
    // Nodes are asked once a day after the last window.
    if (this.runs.untold().length > 0) await this.until(last + 27 * hour);
    for (const problem of this.runs.untold()) this.say(problem);
    const windows = this.runs.executions().filter(({ startedAt }) => startedAt < last);
    const opened = windows.map(({ startedAt }) => startedAt);
    if (`${opened}` !== `${openings}`) this.say(`windows have opened at ${opened.map(text)}, not as drawn`);
    const cancelled = windows.filter(({ status }) => status === "CANCELLED").length;
    if (!plot.isHostile && cancelled > 0) this.say("a window was cancelled in a quiet history");
    return {
      problems: this.problems,
      cancelled,
      doubts: this.doubts(),
      windows: windows.length,
      breaches: this.runs.breaches.length,
    };
  }

  private until(time: number): Promise<void> {
    return this.lab.lab.account.clock.advanceTo(time);
  }

  /** Notes what others than this test have made of tags. */
  private noteTags(): void {
    for (const one of this.nodes) {
      if (this.known.get(one.id) === one.tags) continue;
      this.hands.tagged([one.id], one.tags.PatchGroup);
      this.note(one);
    }
  }

  /** Notes what nodes have installed, and whether everything is as people were told. */
  private look(): void {
    this.noteTags();
    this.runs.look();
    for (const one of this.nodes) checkTargets(this, one);
  }

  private note(one: LabNode): void {
    this.known.set(one.id, one.tags);
    const before = this.history.get(one.id) ?? [];
    this.history.set(one.id, [...before, { at: this.now, tags: one.tags }]);
  }

  /** Takes every update off nodes, so that the next run has something to install. */
  private reset(nodes: readonly LabNode[]): void {
    for (const { installed, flags, catalog } of nodes) {
      installed.fill(catalog.operatingSystem === "WINDOWS" ? none : 0);
      flags.fill(0);
    }
  }

  private find(id: string): LabNode | undefined {
    return this.nodes.find((one) => one.id === idOf(id));
  }

  private retag(one: LabNode, changes: Tags): void {
    const { home } = this.lab;
    const tags = Object.fromEntries(
      Object.entries({ ...one.tags, ...changes }).flatMap(([key, value]) =>
        value === undefined ? [] : [[key, value] as const],
      ),
    );
    home.tags.set(home.nodeArn(one.id), tags);
    this.note(one);
    this.hands.meddle(one.id);
    this.runs.noteMeddled(one);
  }

  private do(deed: LabDeed): void {
    const { lab } = this;
    switch (deed.kind) {
      case "upload": {
        const entries = deed.entries.map((entry) => askedBy(entry, this.begins));
        this.asked.note(deed.name, lab.put(`${deed.name}.yaml`, manifestOf(entries)), entries);
        return;
      }
      case "garbage":
        this.asked.note(deed.name, lab.put(`${deed.name}.yaml`, "garbage"));
        return;
      case "delete":
        lab.remove(`${deed.name}.yaml`);
        this.asked.note(deed.name, "", []);
        return;
      case "approve":
        this.approve();
        return;
      case "wake": {
        const call = { functionArn: processor, payload: "{}", source: "a deployment" };
        lab.home.lambda.invoke(call).catch((error: unknown) => this.say(String(error)));
        return;
      }
      case "meddle": {
        const one = this.find(deed.id);
        if (one === undefined) return;
        const base = this.baseOf(one);
        const before = (this.history.get(one.id) ?? []).map(({ tags }) => tags);
        const changes = deed.tags(base, before);
        const mark = changes[markKey];
        this.retag(one, mark === "app" ? { ...changes, [markKey]: bases.app } : changes);
        return;
      }
      case "stuck": {
        const one = this.find(deed.id);
        if (one === undefined) return;
        // AWS takes no more than fifty tags.
        const missing = 50 - Object.keys(one.tags).length;
        const fill = Object.fromEntries(
          Array.from({ length: missing }, (_, index) => [`fill-${index}`, "x"]),
        );
        this.retag(one, fill);
        lab.lab.account.clock.at(this.now + deed.lasts, () => {
          this.retag(one, Object.fromEntries(Object.keys(fill).map((key) => [key, undefined])));
        });
        return;
      }
      case "terminate":
        return;
      case "crash":
        this.faults.fuses.push(deed.after);
        this.trouble(2 * hour);
        return;
      case "down":
        this.faults.downUntil = this.now + deed.lasts;
        this.trouble(deed.lasts);
        return;
      case "blind":
        this.faults.blindUntil = this.now + deed.lasts;
        this.trouble(deed.lasts);
        return;
      case "throttle":
        this.faults.throttledUntil = this.now + deed.lasts;
        this.trouble(deed.lasts);
        return;
      case "patch now": {
        const one = this.find(deed.id);
        if (one === undefined) return;
        this.reset([one]);
        const Parameters = { Operation: ["Install"] };
        lab.home.runCommand.sendCommand({
          DocumentName: "AWS-RunPatchBaseline",
          InstanceIds: [one.id],
          Parameters,
        });
      }
    }
  }

  private doubts(): string[] {
    const told = this.lab.home.sns.delivered.filter(({ subject }) => subject?.includes("nobody can vouch"));
    return told.flatMap(({ text: all }) => all.split("\n").filter((line) => line.startsWith("- ")));
  }

  private trouble(lasts: number): void {
    this.troubled = Math.max(this.troubled, this.now + lasts);
  }

  private approve(): void {
    for (const name of this.asked.names) {
      const key = `exclusions/${name}.yaml`;
      if (this.lab.objects(`status/${key}.json`).length === 0) continue;
      const { verdict, versionId = "" } = this.lab.status(`${name}.yaml`);
      if (verdict === "held") this.lab.putObject(approvalKey(key), versionId);
    }
  }

  baseOf({ id }: LabNode): string {
    const found = this.plot.fleet.find(({ state }) => idOf(state.id) === id);
    return bases[found?.state.tags.PatchGroup ?? "web"] ?? "";
  }
}
