import { ConflictException, CreateScheduleCommand, type SchedulerClient } from "@aws-sdk/client-scheduler";

/** A call of a function at one time. */
interface OneOff {
  readonly name: string;
  /** `at(yyyy-mm-ddThh:mm:ss)`, in UTC. */
  readonly expression: string;
  /** What the function is called with, as JSON. */
  readonly input: string;
}

/** Where one-off schedules are made. */
interface SchedulePlace {
  /** Name of the schedule group. */
  readonly group: string;
  /** ARN of the role that Scheduler calls the function as. */
  readonly roleArn: string;
  readonly functionArn: string;
  /** ARN of the queue for a call that could not be made. */
  readonly deadLetterQueueArn: string;
}

/** Makes a schedule that is called once and then deletes itself; one that is there already stays. */
export async function scheduleOnce(
  client: SchedulerClient,
  { group, roleArn, functionArn, deadLetterQueueArn }: SchedulePlace,
  { name, expression, input }: OneOff,
  abortSignal: AbortSignal,
): Promise<void> {
  const command = new CreateScheduleCommand({
    Name: name,
    GroupName: group,
    ScheduleExpression: expression,
    FlexibleTimeWindow: { Mode: "OFF" },
    ActionAfterCompletion: "DELETE",
    Target: {
      Arn: functionArn,
      RoleArn: roleArn,
      Input: input,
      DeadLetterConfig: { Arn: deadLetterQueueArn },
    },
  });
  try {
    await client.send(command, { abortSignal });
  } catch (error) {
    if (!(error instanceof ConflictException)) throw error;
  }
}
