/** The names by which the parts of a deployed fan-out find each other, and by which people's tools find them. */

/** The function that the window calls. */
export function startFunctionName(namePrefix: string): string {
  return `SSM-${namePrefix}-fanout`;
}

/** The function that closes the records of runs. */
export function closingFunctionName(namePrefix: string): string {
  return `${namePrefix}-fanout-closing`;
}

/** The function that lets a run begin nothing more. */
export function stoppingFunctionName(namePrefix: string): string {
  return `${namePrefix}-fanout-stopping`;
}

export function fanoutWindowName(namePrefix: string): string {
  return `${namePrefix}-fanout`;
}

/** What the fan-out's functions are told by their environments. */
export const fanoutVariables = {
  bucket: "RUNS_BUCKET",
  executionRoleName: "EXECUTION_ROLE_NAME",
  operation: "OPERATION",
  perInstanceNodes: "PER_INSTANCE_NODES",
  ownGroups: "OWN_GROUPS",
  stopFunctionArn: "STOP_FUNCTION_ARN",
  scheduleGroup: "SCHEDULE_GROUP",
  scheduleRoleArn: "SCHEDULE_ROLE_ARN",
  deadLetterQueueArn: "DEAD_LETTER_QUEUE_ARN",
  topicArn: "FAILURES_TOPIC_ARN",
  exclusionFunctionArn: "EXCLUSION_FUNCTION_ARN",
  exclusionBucket: "EXCLUSION_BUCKET",
} as const;
