import type { LabNode } from "#lab/aws/ssm/nodes/labNode.js";
import type { Random } from "#lab/random.js";
import { baseGroupTagKey, keys, statusKey } from "#shared/contract/exclusionNames.js";
import { nodesInForce, parseStatus } from "#shared/contract/manifestStatus.js";
import { memoryKey } from "#shared/contract/regionMemory.js";
import { versionsOn } from "../support.js";
import type { FanoutLab } from "./fanoutSupport.js";

const key = `${keys.manifests}a.yaml`;
const entry = (id: string, what: string, app: string) => `  - id: ${id}
    ${what}
    tags: { App: ${app} }
    reason: quarter end
    owner: ledger@example.com
    expires: 2026-06-30
`;
const manifest = `version: 1
exclusions:
${entry("freeze", "hold: true", "frozen")}${entry("payments", 'patches: ["openssl*"]', "payments")}`;

/** Tags of nodes that an entry is about. */
export const promisedTags = [{ App: "frozen" }, { App: "payments" }] as const;

/** A node that an entry is about. */
interface Asked {
  readonly region: string;
  readonly node: LabNode;
}

/** What somebody does against a promise before a window opens. */
export interface Undoing {
  /** Before the opening: by then every view of the tags has changed, and no hourly run comes in between for certain. */
  readonly minutes: number;
  readonly asked: Asked;
  readonly keepsMark: boolean;
  /** Whether what the processor keeps of the node's Region is deleted too. */
  readonly forgets: boolean;
}

/** Nodes of the own account on which exclusions are in force, and what becomes of these promises. */
export class Promises {
  private readonly bucket: string;
  private readonly asked: readonly Asked[];
  /** Packages that must stay as they are, by node, from the moment on at which people were told that they do. */
  private readonly kept = new Map<Asked, Readonly<Record<string, number>>>();

  constructor(
    private readonly lab: FanoutLab,
    regions: readonly string[],
  ) {
    const { Environment } = lab.home.lambda.find("SSM-patchplane-dev-exclusions").input;
    this.bucket = Environment?.Variables?.BUCKET ?? "";
    this.asked = regions.flatMap((region) =>
      lab.nodes(region).flatMap((node) => ("App" in node.tags ? [{ region, node }] : [])),
    );
    lab.put(this.bucket, key, manifest);
  }

  isHeld(id: string): boolean {
    return this.asked.some(({ node }) => node.id === id && node.tags.App === "frozen");
  }

  /** @param share of the openings before which somebody does something */
  draw(random: Random, share: number): Undoing | undefined {
    if (random.next() >= share) return undefined;
    return {
      ...{ minutes: random.integer(11, 25), asked: random.pick(this.asked) },
      ...{ keepsMark: random.next() < 0.5, forgets: random.next() < 0.2 },
    };
  }

  /** Somebody puts a node back. */
  undo({ asked: { region, node }, keepsMark, forgets }: Undoing): void {
    const { tags } = this.lab.region(region);
    const arn = this.lab.region(region).nodeArn(node.id);
    tags.merge(arn, { PatchGroup: "dev-servers" });
    if (!keepsMark) tags.remove(arn, [baseGroupTagKey]);
    if (forgets) this.lab.remove(this.bucket, memoryKey(region));
  }

  /** Notes what has been promised by now. */
  note(): void {
    const status = parseStatus(this.lab.text(this.bucket, statusKey(key)));
    const promised = new Set(
      (status?.entries ?? []).flatMap((one) => nodesInForce(one).map(({ region, id }) => `${region} ${id}`)),
    );
    for (const asked of this.asked) {
      const { region, node } = asked;
      if (this.kept.has(asked) || !promised.has(`${region} ${node.id}`)) continue;
      const versions = versionsOn(node);
      const isHeld = node.tags.App === "frozen";
      this.kept.set(asked, isHeld ? versions : { openssl: versions.openssl ?? 0 });
    }
  }

  /** The promises that are broken, each in words. */
  get broken(): string[] {
    return [...this.kept].flatMap(([{ region, node }, kept]) =>
      Object.entries(kept).flatMap(([name, version]) => {
        const now = versionsOn(node)[name];
        return now === version ? [] : [`${node.id} in ${region}: ${name} ${version} -> ${now}`];
      }),
    );
  }

  get count(): number {
    return this.kept.size;
  }
}
