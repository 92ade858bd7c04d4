import { resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { expect } from "chai";
import type { Region } from "#lab/aws/region.js";
import type { LabNode } from "#lab/aws/ssm/nodes/labNode.js";
import { criteria } from "#lab/aws/ssm/nodes/managedNodes.js";
import type { Window } from "#lab/aws/ssm/windows/windowTypes.js";
import type { ResourceChange } from "#lab/deploy/deploy.js";
import type { Rates } from "#lab/endpoint/rates.js";
import type { Faults } from "#lab/faults/faults.js";
import type { Fleet } from "#lab/fleet/model.js";
import { type Lab, openLab } from "#lab/run.js";
import { type Answers, defaultAnswers } from "#lab/unknowns.js";
import type { Status } from "#shared/contract/manifestStatus.js";
import { messageKinds } from "#shared/contract/topicMessage.js";
import { stackSettings } from "#stacks/stackFiles.js";
import { all, withoutRecords } from "../recordsSupport.js";
import { account, at, catalog, homeRegion, node } from "../support.js";

interface EntryText {
  readonly id: string;
  readonly nodes: readonly string[];
  /** Without it the nodes are held. */
  readonly patches?: readonly string[];
  readonly expires: string;
}

/** A manifest in YAML. */
export function manifest(...entries: readonly EntryText[]): string {
  const texts = entries.map(
    ({ id, nodes, patches, expires }) => `  - id: ${id}
    ${patches === undefined ? "hold: true" : `patches: [${patches.map((name) => `"${name}"`).join(", ")}]`}
    nodes: [${nodes.join(", ")}]
    reason: r
    owner: o
    expires: ${expires}
`,
  );
  return `version: 1\nexclusions:\n${texts.join("")}`;
}

export const group = "dev-servers";
const tags = { PatchGroup: group, Environment: "dev" };
/** A Monday, an hour before the first install window. */
const start = at("2026-06-01T03:00:00Z");
const processor = "SSM-patchplane-dev-exclusions";

const updates = [{ released: "2026-01-01" }, { released: "2026-02-01" }];
const packages = { openssl: updates, nginx: updates, curl: updates };

/** Nodes tell the processor their operating system by what the agent reports. */
const linux = {
  ...catalog(packages),
  platformName: "Amazon Linux",
  platformVersion: "2023",
};

/** A server of stack dev that misses an update of each of three packages. */
function server(): ReturnType<typeof node> {
  return node({ tags, catalog: linux });
}

export const idOf = (index: number) => `i-${String(index).padStart(17, "0")}`;

/** The hash of a cohort's rules says nothing to a reader. */
const derivedName = /-(x)-[0-9a-f]{10}-[A-Z0-9_]+$/;

function kindOf(patchGroup: string): string {
  return patchGroup.replace(/\.x-[0-9a-f]{10}$/, ".x");
}

interface Wishes {
  readonly fleet?: readonly ReturnType<typeof node>[];
  /** Of a fleet file, in the place of `fleet`. */
  readonly loaded?: Fleet;
  readonly faults?: Faults;
  readonly rates?: Rates;
  /** When the deployment begins. @default a Monday, an hour before the first install window */
  readonly from?: number;
  readonly change?: ResourceChange;
  /** Answers of the lab, in the place of its defaults. */
  readonly unknowns?: Partial<Answers>;
  /** Of the stack's configuration, in the place of what follows from the windows' turns. */
  readonly values?: Readonly<Record<string, string>>;
  /** Whether windows get their closing records. @default false */
  readonly records?: boolean;
}

/**
 * Stack dev over four servers, unless a test says otherwise. Its windows open by turns, on every even hour to install and
 * on every odd one to scan, so that an exclusion's whole life fits into a morning.
 */
export class ExclusionLab {
  readonly home: Region;
  readonly bucket: string;

  private constructor(readonly lab: Lab) {
    this.home = lab.account.region(homeRegion);
    const bucket = this.home.lambda.find(processor).input.Environment?.Variables?.BUCKET;
    if (bucket === undefined) throw new RangeError("the processor has no bucket");
    this.bucket = bucket;
  }

  static async open({
    fleet = Array.from({ length: 4 }, () => server()),
    loaded,
    values: own,
    unknowns = {},
    records = false,
    change,
    ...more
  }: Wishes = {}) {
    const settings = stackSettings(resolve(import.meta.dirname, "../../.."), "dev");
    const values = {
      ...settings.values,
      "patchplane:stacks": '["scan","install"]',
      "patchplane:installSchedule": "cron(0 0/2 ? * * *)",
      "patchplane:installDurationHours": "1",
      "patchplane:installCutoffHours": "0",
      "patchplane:scanSchedule": "cron(0 1/2 ? * * *)",
      "patchplane:scanDurationHours": "1",
      "patchplane:scanCutoffHours": "0",
      // Fleets are of a few servers, of which one alone could be held.
      "patchplane:maxHeldPercent": "100",
      ...own,
    };
    return new ExclusionLab(
      await openLab({
        settings: { ...settings, values },
        fleet: loaded ?? account([...fleet]).account.fleet,
        from: start,
        seed: 1,
        unknowns: { ...defaultAnswers, ...unknowns },
        ...more,
        change: all(...(records ? [] : [withoutRecords]), ...(change ? [change] : [])),
      }),
    );
  }

  /** Ends the lab; an error of its own is the test's. */
  async close(): Promise<void> {
    await this.lab.close();
    const [failure] = this.lab.endpoint.failures;
    if (failure !== undefined) throw failure;
  }

  get now(): number {
    return this.lab.account.clock.now;
  }

  get nodes(): readonly LabNode[] {
    return this.home.nodes.all;
  }

  /** Lets time pass until a time of the day that the lab begins on. */
  until(time: string): Promise<void> {
    return this.lab.account.clock.advanceTo(at(`2026-06-01T${time}Z`));
  }

  advance(milliseconds: number): Promise<void> {
    return this.lab.account.clock.advanceTo(this.now + milliseconds);
  }

  /** Uploads a manifest as the owner of the account; gives its version. */
  put(name: string, text: string): string {
    return this.putObject(`exclusions/${name}`, text);
  }

  putObject(Key: string, text: string): string {
    const input = { Bucket: this.bucket, Key, Body: Buffer.from(text) };
    const { VersionId = "" } = this.lab.account.s3.putObject(input, this.owner);
    return VersionId;
  }

  remove(name: string): void {
    this.removeObject(`exclusions/${name}`);
  }

  removeObject(Key: string): void {
    this.lab.account.s3.deleteObject({ Bucket: this.bucket, Key }, this.owner);
  }

  /** Keys of the bucket that begin with a text, with their versions. */
  objects(Prefix: string): { readonly key: string; readonly versionId: string }[] {
    const { Versions = [] } = this.lab.account.s3.listObjectVersions(
      { Bucket: this.bucket, Prefix },
      this.owner,
    );
    return Versions.flatMap(({ Key = "", VersionId = "", IsLatest }) =>
      IsLatest === true ? [{ key: Key, versionId: VersionId }] : [],
    );
  }

  status(name: string): Status {
    return JSON.parse(this.text(`status/exclusions/${name}.json`)) as Status;
  }

  text(key: string): string {
    const { Body } = this.lab.account.s3.getObject({ Bucket: this.bucket, Key: key }, this.owner);
    return Buffer.from(Body).toString();
  }

  window(name: "scan" | "install"): Window {
    const found = this.home.windows.all.find((window) => window.name === `patchplane-dev-${name}`);
    if (found === undefined) throw new RangeError(`there is no window ${name}`);
    return found;
  }

  /** Messages of the processor: subject and text. */
  get told(): readonly { readonly subject: string | undefined; readonly text: string }[] {
    return this.home.sns.delivered
      .filter(({ subject }) => subject?.startsWith("patchplane: exclusions"))
      .map(({ subject, text, json = "{}" }) => {
        expect(messageKinds).to.have.property(JSON.parse(json).metadata.eventType);
        return { subject, text };
      });
  }

  /** Packages of a node that have their update. */
  patched(index: number): string[] {
    const found = this.nodes[index];
    if (found === undefined) throw new RangeError(`there is no node ${index}`);
    return found.catalog.packages.flatMap(({ name, index: place }) =>
      found.installed[place] === 1 ? [name] : [],
    );
  }

  /** Names of the baselines that exclusions have made, with what each rejects. */
  get derived(): string[] {
    const request = { Filters: [{ Key: "OWNER", Values: ["Self"] }], MaxResults: 100 };
    const { BaselineIdentities = [] } = this.home.baselines.describePatchBaselines(request);
    return BaselineIdentities.flatMap(({ BaselineId, BaselineName = "" }) => {
      const found = this.home.baselines.getPatchBaseline({ BaselineId });
      const rejected = `${found.RejectedPatches?.join(" ")} ${found.RejectedPatchesAction}`;
      return derivedName.test(BaselineName)
        ? [`${BaselineName.replace(derivedName, "-$1")}: ${rejected}`]
        : [];
    }).sort();
  }

  /** Groups that are registered to a baseline, but for those of the stack. */
  get registered(): string[] {
    const { Mappings = [] } = this.home.baselines.describePatchGroups({ MaxResults: 100 });
    return Mappings.flatMap(({ PatchGroup = "" }) =>
      [group, `${group}.hold`].includes(PatchGroup) ? [] : [kindOf(PatchGroup)],
    ).sort();
  }

  /** Of each node its patch group and its mark. */
  get places(): string[] {
    return this.nodes.map(({ tags: { PatchGroup = "none", "patchplane:base-group": mark } }) =>
      mark === undefined ? PatchGroup : `${kindOf(PatchGroup)} marked ${mark}`,
    );
  }

  /**
   * Of each node how many targets of the scan window select it, how many of the install window do, and what its baseline
   * rejects: what the windows will do once everybody has seen its tags, whatever the processor thinks of it.
   */
  get effects(): string[] {
    const selecting = (name: "scan" | "install", node: LabNode) =>
      [...this.window(name).targets.values()].filter((one) =>
        criteria(one.targets).every((test) => test(node, node.tags)),
      );
    return this.nodes.map((node) => {
      const { baseline, isDefault } = this.home.baselines.forGroup("AMAZON_LINUX_2023", node.patchGroup);
      const base = this.home.baselines.forGroup("AMAZON_LINUX_2023", group).baseline;
      const isSame = isDeepStrictEqual(baseline.approvalRules, base.approvalRules);
      const isHold = baseline.approvalRules.length === 0;
      const rules = isDefault ? "default" : isSame ? "base" : isHold ? "hold" : "other";
      const rejects = baseline.rejectedPatches.join(" ") || "nothing";
      return `scan ${selecting("scan", node).length} install ${selecting("install", node).length} ${rules} rejects ${rejects}`;
    });
  }

  /** How often each write was asked for so far. */
  get writes(): Readonly<Record<string, number>> {
    const { calls } = this.lab.endpoint.api.counts;
    return Object.fromEntries([...calls].filter(([name]) => !/:(Get|List|Describe)/.test(name)).sort());
  }

  /** How many versions each object of the bucket has. */
  get versions(): Readonly<Record<string, number>> {
    const { Versions = [] } = this.lab.account.s3.listObjectVersions({ Bucket: this.bucket }, this.owner);
    const counts: Record<string, number> = {};
    for (const { Key = "" } of Versions) counts[Key] = (counts[Key] ?? 0) + 1;
    return counts;
  }

  private get owner() {
    return { region: this.home, caller: this.lab.account.iam.owner };
  }
}
