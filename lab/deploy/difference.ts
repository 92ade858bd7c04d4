import { createHash, type Hash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { runtime } from "@pulumi/pulumi";
import type { Inputs } from "./inputs.js";

/** By those inputs that hold files, what distinguishes their contents from others: like the engine, without their paths. */
export function fingerprint(raw: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const held = Object.entries(raw).filter(([, value]) => isAsset(value));
  return Object.fromEntries(
    held.map(([key, value]) => {
      const hash = createHash("sha256");
      add(hash, value);
      return [key, hash.digest("hex")];
    }),
  );
}

function isAsset(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || !(runtime.specialSigKey in value)) return false;
  const signature = value[runtime.specialSigKey];
  return signature === runtime.specialAssetSig || signature === runtime.specialArchiveSig;
}

function add(hash: Hash, asset: unknown): void {
  if (!isAsset(asset)) throw new Error("an archive of something that is no asset");
  const { path, text, assets } = asset;
  if (typeof path === "string") addPath(hash, path);
  else if (typeof text === "string") hash.update(text);
  else
    for (const [name, one] of Object.entries(assets as Readonly<Record<string, unknown>>).sort(byName)) {
      hash.update(`${name}\0`);
      add(hash, one);
    }
}

function addPath(hash: Hash, path: string): void {
  if (!statSync(path).isDirectory()) {
    hash.update(readFileSync(path));
    return;
  }
  for (const name of readdirSync(path).sort()) {
    hash.update(`${name}\0`);
    addPath(hash, join(path, name));
  }
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

/** What is compared of a resource. */
interface Compared {
  readonly inputs: Inputs;
  readonly files: Readonly<Record<string, string>>;
}

/** Names of the inputs in which two differ. */
export function changedInputs(before: Compared, after: Compared): string[] {
  const keys = new Set([...Object.keys(before.inputs), ...Object.keys(after.inputs)]);
  return [...keys].filter((key) => !isDeepStrictEqual(comparedAs(before, key), comparedAs(after, key)));
}

function comparedAs({ inputs, files }: Compared, key: string): unknown {
  return files[key] ?? inputs[key];
}
