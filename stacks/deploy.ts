import { type Deployed, deployPlane, Place } from "#components/index.js";
import type { StackConfig } from "./config/config.js";
import { deployFanout } from "./fanout.js";
import { bundleFunction } from "./functionBundle.js";

/** Deploys the parts of a stack, once the code of their functions is where the components look for it. */
export async function deployStack(config: StackConfig, owner: string): Promise<Deployed> {
  await bundleCode(config);
  return deployPlane(config, new Place(), owner, (foundation, exclusions) =>
    deployFanout(config, foundation, exclusions),
  );
}

async function bundleCode({ stacks, ownsBaselines, ...config }: StackConfig): Promise<void> {
  await Promise.all([
    ...(ownsBaselines ? [bundleFunction("exclusion-processor")] : []),
    ...(stacks.includes("install") ? [bundleFunction("window-end")] : []),
    ...(stacks.some((part) => part !== "central") ? [bundleFunction("window-end", "closing")] : []),
    ...([...config.scanCalendars, ...config.installCalendars].length > 0
      ? [bundleFunction("window-end", "calendars")]
      : []),
    ...(stacks.includes("central")
      ? ["handler", "closing", "stopping"].map((entry) => bundleFunction("regional-fanout", entry))
      : []),
  ]);
}
