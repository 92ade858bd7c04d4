import { isDeepStrictEqual } from "node:util";
import type { InvocationRecord } from "#lab/aws/lambda/lambda.js";
import type { Region } from "#lab/aws/region.js";
import type { LabNode } from "#lab/aws/ssm/nodes/labNode.js";
import { criteria } from "#lab/aws/ssm/nodes/managedNodes.js";
import type { Status } from "#shared/contract/manifestStatus.js";
import type { ExclusionLab } from "./exclusionSupport.js";
import { bases, type CaseNode, openingsOf, type Setting } from "./randomFleet.js";
import type { RandomCase } from "./randomHistory.js";
import { Belief, type Effect, effectText } from "./randomOracle.js";

/** What a node has had in force, from when on. */
interface Seen {
  readonly from: number;
  readonly effect: Effect;
}

/**
 * Looks on while a case is played: after each write of anybody, and whenever it is asked to, every node must be where it
 * may be, and what is not ours must be as it was.
 */
export class Watch {
  readonly problems: string[] = [];
  private readonly beliefs: ReadonlyMap<string, Belief>;
  private readonly seen = new Map<string, Seen[]>();
  private readonly untouched: string;
  private next: number;
  private hasWritten = false;
  private isBusy = false;

  constructor(
    private readonly lab: ExclusionLab,
    private readonly processor: string,
    readonly played: RandomCase,
    private readonly folder: string,
    setting: Setting,
  ) {
    const regions = [...new Set(played.fleet.map(({ region }) => region))];
    const openings = (after: number, until: number) => openingsOf(setting, after, until);
    this.beliefs = new Map(regions.map((name) => [name, new Belief(openings, lab.now)]));
    this.untouched = JSON.stringify(this.all(false));
    this.next = lab.home.lambda.invocations.length;
  }

  /** A call is about to have its effect; what came before has had its own. */
  called(operation: string): void {
    if (this.isBusy) return;
    if (this.hasWritten || this.hasEndedRun()) this.look();
    this.hasWritten = !/^(Get|List|Describe)/.test(operation);
  }

  edited(edit: RandomCase["edits"][number], versionId: string | undefined): void {
    this.look();
    for (const belief of this.beliefs.values()) belief.edited(edit, this.lab.now, versionId);
  }

  /** Notes which runs have ended, and looks at every node. */
  look(): void {
    this.isBusy = true;
    for (let run = this.ended(); run !== undefined; run = this.ended()) this.ran(run);
    for (const node of this.played.fleet) this.lookAt(node);
    if (JSON.stringify(this.all(false)) !== this.untouched)
      this.say("baselines or groups of others have changed");
    this.isBusy = false;
  }

  /** The effects that a node has had from one time to another. */
  effects({ id }: CaseNode, from: number, to: number): Set<Effect> {
    const seen = this.seen.get(id) ?? [];
    return new Set(
      seen
        .filter((one, index) => one.from <= to && (seen[index + 1]?.from ?? Number.POSITIVE_INFINITY) >= from)
        .map(({ effect }) => effect),
    );
  }

  /** When the last run began that has gone through in a Region. */
  since(region: string): number {
    return this.belief(region).since;
  }

  say(problem: string): void {
    this.problems.push(`${new Date(this.lab.now).toISOString()} ${problem}`);
  }

  region(name: string): Region {
    return this.lab.lab.account.region(name);
  }

  node({ region, id }: CaseNode): LabNode {
    const found = this.region(region).nodes.node(id);
    if (found === undefined) throw new RangeError(`there is no node ${id}`);
    return found;
  }

  private belief(region: string): Belief {
    const found = this.beliefs.get(region);
    if (found === undefined) throw new RangeError(`the case has nothing in ${region}`);
    return found;
  }

  private hasEndedRun(): boolean {
    return this.lab.home.lambda.invocations[this.next]?.endedAt !== undefined;
  }

  /** The next run in turn, once it has ended. Those that found no room have begun and ended at once. */
  private ended(): InvocationRecord | undefined {
    const run = this.lab.home.lambda.invocations[this.next];
    if (run?.endedAt === undefined) return undefined;
    this.next++;
    return run;
  }

  private ran(run: InvocationRecord): void {
    const { functionName, status, startedAt, endedAt = startedAt } = run;
    if (functionName !== this.processor || this.hasLeft(run)) return;
    for (const [name, belief] of this.beliefs) {
      if (!this.isWhole(name, status)) continue;
      const problems = belief.ran({
        startedAt,
        endedAt,
        inForce: (key) => this.status(key)?.inForceVersionId,
        problems: (key) => JSON.stringify(this.status(key)?.problems),
      });
      const run = `${name}: after the run of ${new Date(startedAt).toISOString()}`;
      for (const problem of problems) this.say(`${run} ${problem}`);
    }
  }

  /** Whether a run may have left its work to another one, which was still at work when it ended. */
  private hasLeft({ functionName, requestId, endedAt = 0 }: InvocationRecord): boolean {
    return this.lab.home.lambda.invocations.some(
      (other) =>
        other.functionName === functionName &&
        other.requestId !== requestId &&
        other.startedAt <= endedAt &&
        (other.endedAt ?? Number.POSITIVE_INFINITY) > endedAt,
    );
  }

  /** Whether a run has done all that it should in a Region: another one that is out of reach fails the run as a whole. */
  private isWhole(region: string, status: InvocationRecord["status"]): boolean {
    if (status === "success") return true;
    const { regionsDown = [] } = this.played.faults.file;
    const isHomeUp = regionsDown.every((down) => down.region !== this.lab.home.name);
    return status === "error" && regionsDown.length > 0 && isHomeUp && region === this.lab.home.name;
  }

  private status(name: string): Status | undefined {
    const isThere = this.lab.objects(`status/exclusions/${this.folder}/${name}.json`).length > 0;
    return isThere ? this.lab.status(`${this.folder}/${name}`) : undefined;
  }

  private lookAt(node: CaseNode): void {
    const { now } = this.lab;
    const { tags } = this.node(node);
    // No run has come to it yet.
    if (isDeepStrictEqual(tags, node.written)) return;
    if (node.kind !== "patched") {
      if (!isDeepStrictEqual(tags, node.tags))
        this.say(`${node.id} is not ours and has now ${JSON.stringify(tags)}`);
      return;
    }
    const { "patchplane:base-group": _, ...rest } = tags;
    if (!isDeepStrictEqual({ ...rest, PatchGroup: node.tags.PatchGroup }, node.tags))
      this.say(`${node.id} has lost tags: ${JSON.stringify(tags)}`);
    const effect = this.actual(node);
    const seen = this.seen.get(node.id) ?? [];
    if (seen.at(-1)?.effect !== effect) this.seen.set(node.id, [...seen, { from: now, effect }]);
    const allowed = this.belief(node.region).allowed(node, now);
    if (!allowed.has(effect)) this.say(`${node.id} has ${effect}; right is ${[...allowed].join(" or ")}`);
  }

  /** What windows and baselines make of a node once everybody has seen its tags, whatever the processor thinks of it. */
  private actual(node: CaseNode): Effect {
    const { baselines } = this.region(node.region);
    const found = this.node(node);
    const isHome = node.region === this.lab.home.name;
    const inWindow = (name: "scan" | "install") =>
      [...this.lab.window(name).targets.values()].filter(({ targets }) =>
        criteria(targets).every((test) => test(found, found.tags)),
      ).length;
    const scans = isHome ? inWindow("scan") : 1;
    const installs = isHome ? inWindow("install") : inGroups(found);
    const { baseline, isDefault } = baselines.forGroup(node.system, found.patchGroup);
    const base = baselines.forGroup(node.system, node.tags.PatchGroup).baseline;
    const isHeld = installs === 0 && found.patchGroup === `${node.tags.PatchGroup}.hold`;
    const rules = isHeld ? [] : base.approvalRules;
    const isBase = isDeepStrictEqual(baseline.approvalRules, rules);
    if (scans !== 1 || (installs !== 1 && !isHeld) || isDefault || !isBase) {
      return `${scans} scans, ${installs} installs, baseline ${baseline.name} (${JSON.stringify(found.tags)})`;
    }
    if (isHeld) return "hold";
    if (baseline.id === base.id) return "base";
    return effectText(baseline.rejectedPatches, baseline.rejectedPatchesAction);
  }

  /** Names of the baselines that the processor has made and that are still there. */
  leftovers(): string[] {
    return this.all(true).flatMap(({ baselines, groups }) => [
      ...baselines.map(({ BaselineName = "" }) => BaselineName),
      ...groups.map(({ PatchGroup = "" }) => PatchGroup),
    ]);
  }

  /** Baselines and registrations in each Region: those of the stack's processor, or all others with their contents. */
  private all(isOurs: boolean) {
    return [...this.beliefs.keys()].map((name) => {
      const region = this.region(name);
      const { baselines, tags } = region;
      const selfOwned = [{ Key: "OWNER", Values: ["Self"] }];
      const isMeant = (id = "") => {
        const { "patchplane:owner": owner } = tags.of(region.arn("ssm", `patchbaseline/${id}`));
        return (owner === "patchplane/dev") === isOurs;
      };
      const { BaselineIdentities = [] } = baselines.describePatchBaselines({
        Filters: selfOwned,
        MaxResults: 100,
      });
      const { Mappings = [] } = baselines.describePatchGroups({ MaxResults: 100 });
      return {
        baselines: BaselineIdentities.flatMap((one) =>
          isMeant(one.BaselineId)
            ? [{ ...one, ...baselines.getPatchBaseline({ BaselineId: one.BaselineId }), PatchGroups: [] }]
            : [],
        ),
        groups: Mappings.filter(({ BaselineIdentity }) => isMeant(BaselineIdentity?.BaselineId)),
      };
    });
  }
}

/** How many of the central window's groups a node is in, of the base groups and of those that were moved. */
function inGroups({ tags }: LabNode): number {
  const isOne = (group: string | undefined) => bases.some((base) => base === group);
  if (tags.Environment !== "dev") return 0;
  return Number(isOne(tags.PatchGroup)) + Number(isOne(tags["patchplane:base-group"]));
}
