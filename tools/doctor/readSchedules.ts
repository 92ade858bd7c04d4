import { fanoutVariables } from "#shared/contract/fanoutNames.js";
import { windowEndVariables } from "#shared/contract/windowEnd.js";
import type { AskedRole, DeployedFunction, ScheduleGroupFacts } from "./facts.js";
import { look } from "./look.js";
import type { DoctorPorts } from "./ports.js";

/** Functions that are there. */
interface Named {
  readonly name: string;
  readonly value: DeployedFunction;
}

/** The roles that schedules call functions as, by the environments of the functions that make the schedules. */
export function scheduleRoles(functions: readonly Named[], region: string): AskedRole[] {
  return functions.flatMap(({ name, value: { arn, environment } }) => {
    const { [windowEndVariables.scheduleRoleArn]: role, [windowEndVariables.scheduleGroup]: group } =
      environment;
    if (role === undefined || group === undefined) return [];
    const resource = environment[fanoutVariables.stopFunctionArn] ?? arn;
    const why =
      "what is not begun by the cutoff is begun all the same, and nobody is told what goes on after the end";
    const context = { "aws:RequestedRegion": region };
    return [
      {
        ...{ arn: role, usedBy: `schedules of ${name}`, service: "scheduler.amazonaws.com" },
        needs: [{ action: "lambda:InvokeFunction", resource, why, context }],
      },
    ];
  });
}

/** The groups of those schedules, with what is there. */
export function readScheduleGroups(
  ports: DoctorPorts,
  functions: readonly Named[],
): Promise<ScheduleGroupFacts[]> {
  const groups = functions.flatMap(({ name, value: { environment } }) => {
    const { [windowEndVariables.scheduleGroup]: group } = environment;
    return group === undefined ? [] : [{ name: group, madeBy: name }];
  });
  return Promise.all(groups.map(async (one) => ({ ...one, found: await look(ports.schedules(one.name)) })));
}
