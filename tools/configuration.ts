import { CannotRun } from "#shared/terminal/terminal.js";
import { configMessage, readConfig, type StackConfig } from "#stacks/config/config.js";
import { prefixOf } from "#stacks/config/configWindows.js";
import type { StackFiles } from "#stacks/stackFiles.js";

/**
 * A stack's configuration as it is in the files. What is deployed has that of the last deployment.
 *
 * @throws CannotRun when it is wrong, or names no Region
 */
export function configOf(files: StackFiles, now: number): StackConfig & { readonly homeRegion: string } {
  const { stack, project } = files;
  const values = valuesOf(files);
  const homeRegion = homeRegionOf(stack, values);
  const result = readConfig(values, project.name, now);
  if (!result.ok) throw new CannotRun(configMessage(stack, result.problems));
  return { ...result.config, homeRegion };
}

/**
 * Where a stack is and how its names begin. Nothing else is looked at: a schedule that is out of date today keeps nobody
 * from looking at what is deployed, or from stopping it.
 *
 * @throws CannotRun when the files do not tell
 */
export function placeOf(files: StackFiles): { readonly homeRegion: string; readonly prefix: string } {
  const { stack, project } = files;
  const values = valuesOf(files);
  const homeRegion = homeRegionOf(stack, values);
  const environment = values[`${project.name}:environment`];
  if (environment !== undefined) return { homeRegion, prefix: prefixOf({ environment }) };
  throw new CannotRun(
    `Pulumi.${stack}.yaml names no environment; mend it: pulumi config set environment dev --stack ${stack}`,
  );
}

function homeRegionOf(stack: string, values: Readonly<Record<string, string>>): string {
  const homeRegion = values["aws:region"];
  if (homeRegion !== undefined) return homeRegion;
  throw new CannotRun(
    `Pulumi.${stack}.yaml names no Region; mend it: pulumi config set aws:region us-east-1 --stack ${stack}`,
  );
}

/** The configuration as Pulumi hands it to the program: a stack's value replaces a default as a whole. */
function valuesOf({ project, own }: StackFiles): Record<string, string> {
  const values: Record<string, string> = Object.create(null);
  const set = (key: string, value: unknown): void => {
    const qualified = key.includes(":") ? key : `${project.name}:${key}`;
    values[qualified] = typeof value === "string" ? value : JSON.stringify(value);
  };
  for (const [key, declared] of Object.entries(project.config)) {
    const value = defaultOf(declared);
    if (value !== undefined) set(key, value);
  }
  for (const [key, value] of Object.entries(own.config)) set(key, value);
  return values;
}

function defaultOf(declared: unknown): unknown {
  if (typeof declared !== "object" || declared === null || Array.isArray(declared)) return declared;
  if ("default" in declared) return declared.default;
  return "value" in declared ? declared.value : undefined;
}
