import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { CannotRun, given } from "#shared/terminal/terminal.js";
import { reasonOf } from "#shared/text/words.js";
import { type PulumiValue, pulumiJson, readPulumiYaml } from "./pulumiYaml.js";

/** A stack's configuration as Pulumi hands it to the program. */
export interface StackSettings {
  readonly project: string;
  readonly stack: string;
  /** Fully qualified key to text; everything but strings as JSON. */
  readonly values: Readonly<Record<string, string>>;
  /** Keys whose values Pulumi keeps encrypted: nothing here can read them. */
  readonly secretKeys: readonly string[];
}

/** The same of a stack that names its Region, as each has to that is deployed. */
export interface PlacedSettings extends StackSettings {
  readonly homeRegion: string;
}

const config = z
  .record(z.string(), z.custom<PulumiValue>())
  .nullish()
  .transform((values) => values ?? {});
const projectFile = z.object({ name: z.string(), config });
const stackFile = z.object({ config });

/**
 * Merges `Pulumi.yaml` and `Pulumi.<stack>.yaml` as the CLI does: a stack's value replaces a default as a whole.
 *
 * @throws CannotRun when there is no such stack, or a file cannot be read
 */
export function readStackFiles(root: string, stack: string): StackSettings {
  if (!/^[A-Za-z0-9._-]{1,100}$/.test(stack)) {
    throw new CannotRun(
      `--stack: got ${given(stack)}; allowed are letters, digits and . _ - in the name of a stack.`,
    );
  }
  const file = join(root, `Pulumi.${stack}.yaml`);
  if (!existsSync(file)) {
    const stacks = readdirSync(root).flatMap((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? []);
    throw new CannotRun(
      `--stack: there is no Pulumi.${stack}.yaml; there is one for ${stacks.sort().join(", ")}.`,
    );
  }
  return merged(root, stack, file);
}

/**
 * The same of a stack whose configuration is in another file.
 *
 * @throws CannotRun when a file cannot be read, or it names no Region
 */
export function settingsIn(root: string, stack: string, file: string): PlacedSettings {
  const settings = merged(root, stack, file);
  return { ...settings, homeRegion: homeRegionOf(settings, file) };
}

function merged(root: string, stack: string, file: string): StackSettings {
  const project = read(join(root, "Pulumi.yaml"), projectFile);
  const own = read(file, stackFile);
  const values: Record<string, string> = Object.create(null);
  const secretKeys: string[] = [];
  const set = (key: string, value: PulumiValue): void => {
    const qualified = qualifiedKey(key, project.name, file);
    values[qualified] = textOf(value, key, file);
    if (holdsSecret(value)) secretKeys.push(qualified);
  };
  for (const [key, declared] of Object.entries(project.config)) {
    const value = defaultOf(declared);
    if (value !== undefined && value !== null) set(key, value);
  }
  for (const [key, value] of Object.entries(own.config)) set(key, value);
  return { project: project.name, stack, values, secretKeys };
}

/** `namespace:key`, its old form `namespace:config:key`, or a key of the project. */
function qualifiedKey(key: string, project: string, file: string): string {
  const parts = key.split(":");
  if (parts.length === 1) return `${project}:${key}`;
  if (parts.length === 2) return key;
  if (parts.length === 3 && parts[1] === "config") return `${parts[0]}:${parts[2]}`;
  throw new CannotRun(`${file}: ${given(key)} is no key; write it as namespace:key.`);
}

function textOf(value: PulumiValue, key: string, file: string): string {
  if (typeof value === "string") return value;
  try {
    return pulumiJson(value);
  } catch (error) {
    throw new CannotRun(`${file}: ${given(key)}: ${reasonOf(error)}. Put it in quotes.`);
  }
}

/** `{ secure: ciphertext }`, at any depth. */
function holdsSecret(value: PulumiValue): boolean {
  if (typeof value !== "object" || value === null) return false;
  const members = Object.entries(value);
  const [first] = members;
  if (members.length === 1 && first?.[0] === "secure" && typeof first[1] === "string") return true;
  return members.some(([, member]) => holdsSecret(member));
}

/**
 * The same with the Region that it names.
 *
 * @throws CannotRun also when it names none
 */
export function stackSettings(root: string, stack: string): PlacedSettings {
  const settings = readStackFiles(root, stack);
  return { ...settings, homeRegion: homeRegionOf(settings) };
}

/** @throws CannotRun when the configuration names no Region */
export function homeRegionOf({ stack, values }: StackSettings, file = `Pulumi.${stack}.yaml`): string {
  const homeRegion = values["aws:region"];
  if (homeRegion !== undefined) return homeRegion;
  throw new CannotRun(
    `${file} names no Region; mend it: pulumi config set aws:region us-east-1 --stack ${stack}`,
  );
}

/** Who owns what the stack's processor makes: `<project>/<stack>`. */
export function ownerOf({ stack, project }: StackSettings): string {
  return `${project}/${stack}`;
}

function defaultOf(declared: PulumiValue): PulumiValue | undefined {
  if (typeof declared !== "object" || declared === null || Array.isArray(declared)) return declared;
  const { default: fallback, value } = declared as Readonly<Record<string, PulumiValue>>;
  return fallback ?? value;
}

function read<T>(path: string, shape: z.ZodType<T>): T {
  let content: unknown;
  try {
    content = readPulumiYaml(readFileSync(path, "utf8"));
  } catch (error) {
    throw new CannotRun(`${path} cannot be read: ${reasonOf(error)}`);
  }
  const parsed = shape.safeParse(content ?? {});
  if (!parsed.success) throw new CannotRun(`${path}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
