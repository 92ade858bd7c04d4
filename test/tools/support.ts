import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Writable } from "node:stream";
import { manifestRules, readingOf } from "#functions/exclusion-processor/core/reading.js";
import { reconcile } from "#functions/exclusion-processor/core/reconcile.js";
import type { RunSummary } from "#functions/exclusion-processor/core/runSummary.js";
import { readManifest } from "#functions/exclusion-processor/manifest/readManifest.js";
import type { Ports } from "#functions/exclusion-processor/ports.js";
import { appliesTo } from "#shared/contract/patchNames.js";
import { settleMs } from "#shared/contract/regionMemory.js";
import { readOnly } from "#tools/exclusions/access.js";
import { main } from "#tools/exclusions/main.js";
import { record, type World } from "../functions/exclusion-processor/core/support.js";
import { type MemoryPorts, memoryPorts } from "../memory/exclusionProcessor/ports.js";
import { Fuse } from "../memory/fuse.js";

export const root = resolve(import.meta.dirname, "../..");
/** When tests take place, the same as in a World. */
export const now = Date.parse("2026-09-01T10:00:00Z");
export const bucket = "exclusions-bucket";

/** What a command line came to. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly isTTY?: boolean;
  readonly now?: number;
  readonly root?: string;
  readonly ports?: Ports;
  /** Finds a function's bucket. @default every function has the one of these tests, where there are ports */
  readonly bucketOf?: (region: string, functionName: string) => Promise<string | undefined>;
  /** Whether it reaches whatever the environment says. */
  readonly isReal?: boolean;
}

/** Runs the command line in this process; without ports it reaches nothing. */
export async function run(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const stdout = Object.assign(collector(), { isTTY: options.isTTY ?? false });
  const stderr = collector();
  const portsOf = async (): Promise<Ports> => {
    if (options.ports === undefined) throw new Error("nothing is to be reached");
    return options.ports;
  };
  const bucketOf = options.bucketOf ?? (async () => (options.ports === undefined ? undefined : bucket));
  const surroundings = { root: options.root ?? root, portsOf, bucketOf };
  const terminal = { stdout, stderr };
  const more = options.isReal === true ? [] : [surroundings];
  const code = await main(args, terminal, options.now ?? now, ...more);
  return { code, out: stdout.text(), err: stderr.text() };
}

/** A stream that keeps everything. */
export function collector() {
  const parts: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write: (part: string, _, done) => {
      parts.push(part);
      done();
    },
  });
  return Object.assign(stream, { text: () => parts.join("") });
}

/** A folder for the files of tests. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), "patchplane-exclusions-"));

  write(name: string, content: string | Uint8Array): string {
    const path = join(this.path, name);
    writeFileSync(path, content);
    return path;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** The record of stack dev, whose names are those of the Pulumi files. */
export const devRecord: typeof record = (changes = {}) => record({ stack: "patchplane/dev", ...changes });

/** Ports on a world in memory, with the reader of manifests that is shipped. */
export function portsOf(world: World, fuse = new Fuse()): MemoryPorts {
  const rules = {
    appliesTo,
    readManifest: ({ key, bytes, uploadedAt, record: deployed }: Parameters<Ports["readManifest"]>[0]) =>
      readingOf(readManifest({ key, text: bytes, uploadedAt }, manifestRules(deployed))),
  };
  return memoryPorts(world, rules, world.now, fuse);
}

/** A run of the processor, and another one when what it has written is sure to be seen. @returns what the first has done */
export async function processOnce(world: World): Promise<RunSummary> {
  const first = await reconcile(portsOf(world), world.now);
  await reconcile(portsOf(world), world.now + settleMs);
  return first;
}

/** Runs the command line on a world, and tells how many writes there were. */
export async function runOn(
  world: World,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Ran & { readonly writes: number }> {
  const fuse = new Fuse();
  const ran = await run(args, { ports: readOnly(portsOf(world, fuse)), ...options });
  return { ...ran, writes: fuse.writes };
}

/** What a test says of an entry of a manifest. */
export type Members = Readonly<Record<string, unknown>>;

/** A manifest as people write it, from the members of its entries. */
export function manifestOf(...entries: readonly Members[]): string {
  const usual = { reason: "handshakes fail", owner: "payments@example.com", expires: "2026-11-01" };
  const complete = entries.map((entry) => ({ ...usual, ...entry }));
  return `${JSON.stringify({ version: 1, exclusions: complete }, undefined, 1)}\n`;
}
