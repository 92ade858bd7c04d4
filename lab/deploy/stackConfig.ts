import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { CannotRun } from "#shared/terminal/terminal.js";
import { reasonOf } from "#shared/text/words.js";

/** A stack's configuration as Pulumi hands it to a program. */
export interface StackSettings {
  readonly project: string;
  readonly stack: string;
  /** Fully qualified key to text; everything but strings as JSON. */
  readonly values: Readonly<Record<string, string>>;
  readonly homeRegion: string;
}

const projectFile = z.object({
  name: z.string(),
  config: z.record(z.string(), z.unknown()).default({}),
});
const stackFile = z.object({ config: z.record(z.string(), z.unknown()).default({}) });

/**
 * Merges `Pulumi.yaml` and `Pulumi.<stack>.yaml` as the CLI does: a stack's value replaces a default as a whole.
 *
 * @throws CannotRun when a file cannot be read, a key is missing, or there is no Region
 */
export function stackSettings(root: string, stack: string): StackSettings {
  if (!/^[A-Za-z0-9._-]{1,100}$/.test(stack)) {
    throw new CannotRun(
      `--stack ${JSON.stringify(stack.slice(0, 80))} cannot be the name of a stack; allowed are letters, digits and . _ -`,
    );
  }
  const project = read(join(root, "Pulumi.yaml"), projectFile, "the project's file");
  refuseUnknown(root, stack);
  const own = read(join(root, `Pulumi.${stack}.yaml`), stackFile, `the file of stack ${stack}`);
  const values: Record<string, string> = {};
  const qualified = (key: string) => (key.includes(":") ? key : `${project.name}:${key}`);
  for (const [key, declared] of Object.entries(project.config)) {
    const value = defaultOf(declared);
    if (value !== undefined) values[qualified(key)] = text(value);
  }
  for (const [key, value] of Object.entries(own.config)) values[qualified(key)] = text(value);
  const homeRegion = values["aws:region"];
  if (homeRegion === undefined) {
    throw new CannotRun(
      `Pulumi.${stack}.yaml names no Region; mend it: pulumi config set aws:region us-east-1 --stack ${stack}`,
    );
  }
  return { project: project.name, stack, values, homeRegion };
}

function refuseUnknown(root: string, stack: string): void {
  if (existsSync(join(root, `Pulumi.${stack}.yaml`))) return;
  const stacks = readdirSync(root).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
  throw new CannotRun(
    `--stack ${stack}: there is no Pulumi.${stack}.yaml; there is one for ${stacks.sort().join(", ")}.`,
  );
}

function defaultOf(declared: unknown): unknown {
  if (typeof declared !== "object" || declared === null || Array.isArray(declared)) return declared;
  if ("default" in declared) return declared.default;
  return "value" in declared ? declared.value : undefined;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function read<T>(path: string, shape: z.ZodType<T>, what: string): T {
  let content: string;
  try {
    content = readFileSync(path, "utf8");
  } catch (error) {
    throw new CannotRun(`cannot read ${path}, ${what}: ${message(error)}`);
  }
  let document: unknown;
  try {
    document = parse(content);
  } catch (error) {
    throw new CannotRun(`${path} is not YAML: ${message(error)}`);
  }
  const parsed = shape.safeParse(document ?? {});
  if (!parsed.success) throw new CannotRun(`${path} is not ${what}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

function message(error: unknown): string {
  return reasonOf(error);
}
