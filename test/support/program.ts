import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { stackSettings } from "#stacks/stackFiles.js";
import { type MockOptions, type Recording, recordMocks, settle, shortType } from "./mocks.js";
import type { Declared } from "./rule.js";

/** Where the program is. */
export const root = resolve(import.meta.dirname, "../..");

/** A stack that the program has deployed into the mocks. */
interface DeployedStack {
  readonly recording: Recording;
  /** What the program exports. */
  readonly exports: Readonly<Record<string, unknown>>;
}

let runs = 0;

/**
 * Runs the program, its entry included, with the configuration of a stack's file.
 *
 * @param changes values in the place of the stack's own, by key, of our own without a namespace
 */
export async function deployStack(
  stack: string,
  changes: Readonly<Record<string, string>> = {},
  options: MockOptions = {},
): Promise<DeployedStack> {
  const settings = stackSettings(root, stack);
  const recording = await recordMocks({ ...options, project: settings.project, stack });
  const changed = Object.entries(changes).map(([key, value]) => [
    key.includes(":") ? key : `${settings.project}:${key}`,
    value,
  ]);
  pulumi.runtime.setAllConfig({ ...settings.values, ...Object.fromEntries(changed) }, []);
  // A module runs once for each address, and the entry must run for each stack.
  const exports = (await import(`../../index.js?run=${++runs}`)) as Readonly<Record<string, unknown>>;
  await settle();
  if (recording.refusals.length > 0) throw new Error(recording.refusals.join("\n"));
  return { recording, exports };
}

/** The custom resources of a recording, as rules see them. */
export function declared(recording: Recording): Declared[] {
  return recording.resources
    .filter(({ type }) => type.startsWith("aws:"))
    .map(({ type, name, props }) => ({ type: shortType(type), name, props }));
}
