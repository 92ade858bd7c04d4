import { none } from "#lab/fleet/model.js";
import { Random } from "#lab/random.js";
import { size } from "#test/support/size.js";
import { hour, minute, node, refused, second } from "../support.js";
import { ExclusionLab } from "./exclusionSupport.js";
import { ChangingFaults, isFaultless } from "./randomFaults.js";
import {
  addForeign,
  away,
  type CaseNode,
  pools,
  type Setting,
  systems,
  turn,
  values,
} from "./randomFleet.js";
import { drawCase, type Edit, type RandomCase, seedOf } from "./randomHistory.js";
import { installedUnder } from "./randomOracle.js";
import { Watch } from "./randomWatch.js";

const processor = "SSM-patchplane-dev-exclusions";
/** From a case's start, on an odd hour, until its first edit: the first windows find no manifest. */
const before = 105 * minute;
/** From the last edit until a run by the hour has cleaned up. */
const settling = 65 * minute;

/** Which packages a window has put on each node. */
type Installed = ReadonlyMap<CaseNode, string>;

export interface Played {
  readonly played: RandomCase;
  /** Everything that was not as it should be. */
  readonly problems: readonly string[];
  /** How often a window has kept something off a node. */
  readonly kept: number;
}

/** Plays random cases one after the other in one account; what one leaves behind, the next one finds. */
export class Player {
  private watch: Watch | undefined;

  private constructor(
    private readonly lab: ExclusionLab,
    private readonly faults: ChangingFaults,
    private readonly setting: Setting,
    private readonly seed: number,
  ) {}

  static async open(setting: Setting, seed: number): Promise<Player> {
    let player: Player | undefined;
    const faults = new ChangingFaults(processor, (operation) => player?.watch?.called(operation));
    const pool = pools[setting];
    const fleet = pool.map(({ id, region, system, connectionLost = false }) =>
      node({ id, region, connectionLost, catalog: systems[system] }),
    );
    const lab = await ExclusionLab.open({ fleet, faults, values: values[setting] });
    for (const region of new Set(pool.map((one) => one.region))) addForeign(lab.lab.account.region(region));
    await lab.advance(minute);
    player = new Player(lab, faults, setting, seed);
    return player;
  }

  close(): Promise<void> {
    return this.lab.close();
  }

  async play(number: number): Promise<Played> {
    const { lab, faults } = this;
    const start = Math.ceil((lab.now - hour) / turn) * turn + hour;
    await this.advanceTo(start);
    const begins = start + before;
    const played = drawCase(new Random(seedOf(this.seed, number)), number, pools[this.setting], begins);
    const ends = begins + played.windows * turn;
    const folder = `case-${number}`;
    for (const { key } of lab.objects("status/")) lab.removeObject(key);
    for (const one of played.fleet) {
      const region = lab.lab.account.region(one.region);
      region.tags.set(region.nodeArn(one.id), one.written ?? one.tags);
    }
    const watch = new Watch(lab, processor, played, folder, this.setting);
    const { denials } = lab.lab.account.iam;
    const denied = denials.length;
    this.watch = watch;

    const usual = await this.window(watch, begins);
    this.checkUsual(watch, usual);
    faults.begin(played.faults);
    let kept = 0;
    for (let opens = begins + 75 * minute; opens < ends; opens += turn) {
      const until = opens + 45 * minute;
      const edits = played.edits.filter(
        ({ after }) => until - turn <= begins + after && begins + after < until,
      );
      const found = await this.window(watch, until, () => this.make(edits, watch, begins, folder));
      this.checkWindow(watch, opens, usual, found);
      kept += [...found].filter(([one, names]) => names !== usual.get(one)).length;
    }
    faults.end();
    await this.end(watch, folder, ends, usual);
    // IAM cannot tell whose a baseline was that is gone, so that the second try of a deletion is refused.
    const isLost = played.faults.file.calls?.some(({ kind }) => kind !== "throttle") === true;
    const wrongly = refused(denials.slice(denied)).filter(
      ({ caller, action }) => /exclusion/.test(caller) && !(isLost && /:De.*PatchBaseline/.test(action)),
    );
    if (wrongly.length > 0) watch.say(`IAM has refused ${JSON.stringify(wrongly)}`);
    this.watch = undefined;
    return { played, problems: watch.problems, kept };
  }

  private advanceTo(time: number): Promise<void> {
    return this.lab.lab.account.clock.advanceTo(time);
  }

  private async make(edits: readonly Edit[], watch: Watch, begins: number, folder: string): Promise<void> {
    for (const edit of edits) {
      await this.advanceTo(begins + edit.after);
      watch.look();
      const name = `${folder}/${edit.name}`;
      const versionId = edit.text === undefined ? undefined : this.lab.put(name, edit.text);
      if (edit.text === undefined) this.lab.remove(name);
      watch.edited(edit, versionId);
    }
  }

  /** Takes every update off every node, and lets time pass. @returns what has come in */
  private async window(watch: Watch, until: number, work = async () => {}): Promise<Installed> {
    for (const one of watch.played.fleet) {
      const { installed, flags } = watch.node(one);
      installed.fill(one.system === "WINDOWS" ? none : 0);
      flags.fill(0);
    }
    await work();
    await this.advanceTo(until);
    watch.look();
    return new Map(
      watch.played.fleet.map((one) => {
        const { catalog: offered, installed } = watch.node(one);
        const names = offered.packages.flatMap(({ name, patches, index }) =>
          installed[index] === patches.length - 1 ? [name] : [],
        );
        return [one, names.join(" ")];
      }),
    );
  }

  private checkUsual(watch: Watch, usual: Installed): void {
    for (const [one, found] of usual) {
      const isLost = pools[this.setting].find(({ id }) => id === one.id)?.connectionLost === true;
      if (one.region === away && this.setting === "two Regions") continue;
      const all = systems[one.system].packages.map(({ name }) => name).join(" ");
      if (one.kind === "patched" && found !== (isLost ? "" : all))
        watch.say(`${one.id} gets ${found} at first`);
    }
  }

  /** What came in on each node is what comes in without manifests, but for what was excluded when its run began. */
  private checkWindow(watch: Watch, opens: number, usual: Installed, found: Installed): void {
    const { home } = this.lab;
    for (const [one, names] of found) {
      const most = usual.get(one) ?? "";
      if (one.kind !== "patched" || most === "") {
        if (names !== most) watch.say(`${one.id} has got ${names}, and ${most} without manifests`);
        continue;
      }
      const runs = watch
        .region(one.region)
        .runCommand.commands.filter(({ requestedAt, nodes, parameters }) => {
          const isInstall = parameters.Operation?.[0] === "Install";
          return isInstall && requestedAt >= opens && nodes.includes(watch.node(one));
        });
      const [run, ...others] = runs;
      if (others.length > 0) watch.say(`${one.id} was installed ${runs.length} times`);
      // The central window is reached by faults as well, and may start nothing.
      if (run === undefined && one.region !== home.name && !isFaultless(watch.played.faults)) continue;
      const [from, to] =
        run === undefined ? [opens, opens + 45 * minute] : [run.requestedAt, run.requestedAt + second];
      const effects = watch.effects(one, from, to);
      const right =
        run === undefined
          ? effects.has("hold")
            ? [""]
            : ["its updates"]
          : [...effects].map((effect) => installedUnder(effect, most.split(" ")).join(" "));
      if (!right.includes(names)) {
        watch.say(
          `${one.id} has got ${names} in the window; right is ${right.join(" or ")} (${[...effects].join(" or ")})`,
        );
      }
    }
    if (isFaultless(watch.played.faults)) this.checkFirst(watch, opens);
  }

  /** Nothing is installed before the window's own run of the processor has ended. */
  private checkFirst(watch: Watch, opens: number): void {
    const { home } = this.lab;
    const { invocations } = home.lambda;
    const call = invocations.findLast(
      ({ source, startedAt }) => startedAt >= opens && source.endsWith("window patchplane-dev-install"),
    );
    const first = home.runCommand.commands.find(
      ({ requestedAt, parameters }) => requestedAt >= opens && parameters.Operation?.[0] === "Install",
    );
    if (call?.status !== "success") watch.say(`the window's call of the processor was ${call?.status}`);
    if (first !== undefined && !(first.requestedAt >= (call?.endedAt ?? Number.POSITIVE_INFINITY))) {
      watch.say("nodes were patched before the processor was done");
    }
  }

  /** Everything ends; then nothing is left, and a further run writes nothing. */
  private async end(watch: Watch, folder: string, ends: number, usual: Installed): Promise<void> {
    const { lab } = this;
    const { fleet, endsBy } = watch.played;
    const prefix = `exclusions/${folder}/`;
    const remove = (after: number) => {
      const names = lab.objects(prefix).map(({ key }) => key.slice(prefix.length));
      for (const { key } of lab.objects(prefix)) lab.removeObject(key);
      for (const name of names) watch.edited({ after, name }, undefined);
    };
    if (endsBy === "deletion") remove(ends);
    await this.advanceTo(ends + settling);
    watch.look();
    for (const one of fleet) {
      const { tags } = watch.node(one);
      const told = (all: object) => JSON.stringify(Object.entries(all).sort());
      if (told(tags) !== told(one.tags)) watch.say(`${one.id} is left with ${told(tags)}`);
    }
    const written = this.written();
    const last = await this.window(watch, ends + turn);
    if (this.written() !== written) watch.say(`${this.written()} was written, ${written} was enough`);
    for (const [one, names] of usual) {
      if (last.get(one) !== names) watch.say(`${one.id} gets ${last.get(one)} at last, and ${names} before`);
    }
    remove(ends + turn);
    // What nobody uses is there for a day, and what a case has left is what the next one finds; by default exclusionHardship.test.ts looks.
    if (size(0, 1) === 0) return;
    await this.advanceTo(ends + turn + 26 * hour);
    for (const text of watch.leftovers()) watch.say(`${text} is left`);
  }

  /** All that the processor writes: how often tags and baselines, and which objects. */
  private written(): string {
    const writes = Object.entries(this.lab.writes).filter(([name]) =>
      /PatchBaseline|TagResources/.test(name),
    );
    return JSON.stringify([writes, this.lab.objects("status/"), this.lab.told.length]);
  }
}
