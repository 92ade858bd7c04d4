import { CannotRun } from "#shared/terminal/terminal.js";
import { configMessage, readConfig, type StackConfig } from "#stacks/config/config.js";
import { prefixOf } from "#stacks/config/configWindows.js";
import { homeRegionOf, type StackSettings } from "#stacks/stackFiles.js";

/**
 * A stack's configuration as it is in the files. What is deployed has that of the last deployment.
 *
 * @throws CannotRun when it is wrong, or names no Region
 */
export function configOf(
  settings: StackSettings,
  now: number,
): StackConfig & { readonly homeRegion: string } {
  const homeRegion = homeRegionOf(settings);
  const result = readConfig(settings.values, settings.project, now, settings.secretKeys);
  if (!result.ok) throw new CannotRun(configMessage(settings.stack, result.problems));
  return { ...result.config, homeRegion };
}

/**
 * Where a stack is and how its names begin. Nothing else is looked at: a schedule that is out of date today keeps nobody
 * from looking at what is deployed, or from stopping it.
 *
 * @throws CannotRun when the files do not tell
 */
export function placeOf(settings: StackSettings): { readonly homeRegion: string; readonly prefix: string } {
  const { project, stack, values } = settings;
  const homeRegion = homeRegionOf(settings);
  const environment = values[`${project}:environment`];
  if (environment !== undefined) return { homeRegion, prefix: prefixOf({ environment }) };
  throw new CannotRun(
    `Pulumi.${stack}.yaml names no environment; mend it: pulumi config set environment dev --stack ${stack}`,
  );
}
