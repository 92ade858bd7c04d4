import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConfigResult, readConfig } from "#stacks/config/config.js";
import { project } from "./configuration.js";
import { readProject } from "./engine/index.js";
import { root } from "./program.js";

export type Values = Record<string, unknown>;

/** A line that sets the configuration, as pages have it. */
export const settingLine =
  /(?:npx )?pulumi config set (?<path>--path )?'?(?<key>[^' ]+)'? (?:"(?<quoted>[^"]*)"|'(?<single>[^']*)'|(?<plain>\S+))/;

/**
 * Sets what a line says, as the CLI does: with `--path` a list is begun or goes on where it ends, and an index beyond that
 * is refused. The CLI writes the stack's own file and knows nothing of a default list.
 */
function play(values: Values, command: string): void {
  const { path, key = "", quoted, single, plain } = settingLine.exec(command)?.groups ?? {};
  const value = quoted ?? single ?? plain;
  const steps = path === undefined ? [key] : key.split(/[.[\]]+/).filter((step) => step !== "");
  const [first = "", ...rest] = steps;
  const last = rest.pop();
  const name = first.includes(":") ? first : `${project}:${first}`;
  if (last === undefined) {
    values[name] = value;
    return;
  }
  if (rest.length > 0) throw new RangeError(`${command}: goes more than one step deep`);
  const isIndex = /^\d+$/.test(last);
  const inner = values[name] ?? (isIndex ? [] : {});
  if (Array.isArray(inner) && Number(last) > inner.length) throw new RangeError(`${command}: out of range`);
  Reflect.set(inner as object, last, value);
  values[name] = inner;
}

/** What the loader makes of a stack's file after these lines. */
export function accepted(values: Values, lines: readonly string[], now: number): ConfigResult {
  const folder = mkdtempSync(join(tmpdir(), "readme-"));
  try {
    for (const one of lines) play(values, one);
    writeFileSync(join(folder, "Pulumi.yaml"), readFileSync(join(root, "Pulumi.yaml")));
    writeFileSync(join(folder, "Pulumi.dev.yaml"), JSON.stringify({ config: values }));
    return readConfig(readProject(folder, "dev").config, project, now);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
