import { iso } from "#shared/text/format.js";
import { countSteps } from "../../deploy/steps.js";
import type { LaterDeployment } from "../../run.js";
import type { Summary } from "../summary/summary.js";

/** What later configurations did to the stack. */
export function summarizeDeployments(deployments: readonly LaterDeployment[]): Summary["deployments"] {
  return deployments.map(({ at, source, steps, failure }) => ({
    at: iso(at),
    source,
    ...countSteps(steps),
    steps: steps.map(({ operation, type, name, region, changed }) => ({
      operation,
      type,
      name,
      region,
      changed: [...changed],
    })),
    failure:
      failure === undefined
        ? null
        : {
            operation: failure.operation,
            type: failure.type,
            name: failure.name,
            region: failure.region,
            reason: `${failure.cause.name}: ${failure.cause.message}`,
          },
  }));
}

/** Which of them stopped half-way, and at what. */
export function deploymentProblems(deployments: readonly LaterDeployment[]): string[] {
  return deployments.flatMap(({ at, source, failure }) =>
    failure === undefined
      ? []
      : [
          `The deployment of ${source} at ${iso(at)} stopped: ${failure.operation} of ${failure.type} ${failure.name} in ${failure.region}: ${failure.cause.message}`,
        ],
  );
}
