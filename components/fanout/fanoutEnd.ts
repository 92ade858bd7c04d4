import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { fanoutVariables } from "#shared/contract/fanoutNames.js";
import { endCalls, endSchedules } from "../common/endSchedules.js";
import { stoppingFunction } from "./fanoutFunctions.js";
import type { EndArrangement, Surroundings } from "./fanoutStatements.js";
import { vouchingOf } from "./fanoutVouching.js";

/** By what the end of each run is arranged, and what must be there before a run. */
interface FanoutEnd extends EndArrangement {
  readonly resources: readonly pulumi.Resource[];
  /** The function that lets a run begin nothing more. */
  readonly stopping: aws.lambda.Function;
}

/**
 * The function that lets a run begin nothing more, the group of the one-off schedules that call it, one for each run, or the starting
 * function once more, and the role that they call them as.
 */
export function fanoutEnd(
  parent: pulumi.ComponentResource,
  name: string,
  surroundings: Omit<Surroundings, "roleArns">,
): FanoutEnd {
  const { args, context } = surroundings;
  const tags = args.tags === undefined ? {} : { tags: args.tags };
  const { deadLetterQueueArn } = args.notifications;
  const vouching = vouchingOf(args, context);
  const stopping = stoppingFunction(parent, name, surroundings);
  const schedules = endSchedules(
    parent,
    name,
    {
      region: args.region,
      groupName: `${args.namePrefix}-fanout`,
      description: `patchplane: calls the function that ends runs of ${args.namePrefix}-fanout`,
      ...tags,
    },
    context,
  );
  const policy = endCalls(parent, name, schedules.role, {
    functionArns: vouching === undefined ? [stopping.arn] : [stopping.arn, vouching.againArn],
    deadLetterQueueArn,
  });
  return {
    environment: {
      [fanoutVariables.stopFunctionArn]: stopping.arn,
      [fanoutVariables.scheduleGroup]: schedules.group.name,
      [fanoutVariables.scheduleRoleArn]: schedules.role.arn,
      [fanoutVariables.deadLetterQueueArn]: deadLetterQueueArn,
    },
    statements: schedules.statements,
    resources: [schedules.group, policy, stopping],
    stopping,
  };
}
