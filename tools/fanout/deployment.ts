import { type StartEnvironment, startEnvironment } from "#functions/regional-fanout/environment.js";
import { stableText } from "#functions/shared/errors.js";
import { fanoutWindowName, startFunctionName } from "#shared/contract/fanoutNames.js";
import { CannotRun } from "#shared/terminal/terminal.js";
import { reasonOf } from "#shared/text/words.js";
import { readStackFiles } from "#stacks/stackFiles.js";
import { placeOf } from "../configuration.js";
import type { FanoutPorts, Surroundings } from "./ports.js";

/** The central window of a stack as it is deployed. */
export interface Deployment extends StartEnvironment {
  readonly stack: string;
  readonly functionName: string;
  readonly windowName: string;
  /** Names of the rings that have a window each; none where there is one central window. */
  readonly rings: readonly string[];
  readonly ports: FanoutPorts;
}

/**
 * Finds a stack's function by its name, and what it works with in the function's own environment: what is deployed says
 * which bucket it is.
 *
 * @throws CannotRun when it is not there, or cannot be read
 */
export async function findDeployment({ root, portsOf }: Surroundings, stack: string): Promise<Deployment> {
  const { prefix, homeRegion } = placeOf(readStackFiles(root, stack));
  const functionName = startFunctionName(prefix);
  const ports = await portsOf(homeRegion);
  const found = await orCannotRun(
    `Function ${functionName} in ${homeRegion}`,
    ports.deployedFunction(functionName),
  );
  if (found === undefined) {
    throw new CannotRun(
      `There is no function ${functionName} in ${homeRegion}: stack ${stack} has no central window there.\n` +
        `Mend it: name another stack; or add central to patchplane:stacks in Pulumi.${stack}.yaml, and pulumi up --stack ${stack}; or use the account's credentials.`,
    );
  }
  try {
    const environment = startEnvironment({ ...found.variables, AWS_REGION: homeRegion });
    const rings = ringsOf(environment.ownGroups, prefix);
    return { ...environment, stack, functionName, windowName: fanoutWindowName(prefix), rings, ports };
  } catch (error) {
    throw new CannotRun(`Function ${functionName} is none of a central window: ${reasonOf(error)}`);
  }
}

/** Rings as the function's own groups name them: each has a base group of its own. */
export function ringsOf(ownGroups: readonly string[], prefix: string): string[] {
  const [start, end] = [`${prefix}-`, "-base"];
  return ownGroups.flatMap((group) =>
    group.startsWith(start) && group.endsWith(end) && group.length > start.length + end.length
      ? [group.slice(start.length, -end.length)]
      : [],
  );
}

/** What a port reads. @throws CannotRun when it cannot */
export async function orCannotRun<T>(what: string, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    throw new CannotRun(
      `${what} cannot be read: ${stableText(error)}.\nThe stack's aws:region says where; AWS_ENDPOINT_URL and AWS's usual credentials say in what account and as whom.`,
    );
  }
}
