import type { MaintenanceWindowExecutionStatus } from "@aws-sdk/client-ssm";
import { AwsError } from "../../base/errors.js";
import type { Caller } from "../../iam/evaluate.js";
import { readPolicy } from "../../iam/policy.js";
import { othersTurn } from "../../lambda/waiting.js";
import { assumeServiceRole, pseudoParameters, type TaskStart } from "./taskStart.js";
import type { WindowPlace } from "./windowPlace.js";
import type { TaskRun, WindowTask } from "./windowTypes.js";

/** A function that a LAMBDA task has called. Nothing stops it: SSM waits for what it returns, beyond the cutoff too. */
export class FunctionTaskRun implements TaskRun {
  readonly id: string;
  readonly target = undefined;
  readonly executionId = undefined;
  readonly parameters: string;
  readonly startedAt: number;
  endedAt: number | undefined;
  status: MaintenanceWindowExecutionStatus = "IN_PROGRESS";
  statusDetails = "";

  /** @throws AwsError when the task's role may not call the function */
  constructor(private readonly start: TaskStart) {
    const { region, execution, task } = start;
    const { clock, iam, ids } = region.account;
    this.id = ids.uuid(`invocation|${task.id}`);
    this.startedAt = clock.now;
    const { Payload = new Uint8Array(), ClientContext: clientContext } = task.task.call;
    const payload = pseudoParameters(start, this.id)(new TextDecoder().decode(Payload));
    const functionArn = functionArnOf(region, task.task);
    const caller = assumeServiceRole(region, execution, task.task) ?? serviceLinkedRole(region);
    const context = { "aws:RequestedRegion": region.name };
    iam.authorize({ caller, action: "lambda:InvokeFunction", resource: functionArn, context });
    this.parameters = JSON.stringify({ functionArn, payload, clientContext });
    region.lambda
      .invoke({
        functionArn,
        payload,
        ...(clientContext === undefined ? {} : { clientContext }),
        source: `execution ${execution.id} of the maintenance window ${execution.window.name}`,
      })
      .then(
        (result) => this.end(result.functionError && `${result.functionError}: ${result.payload}`),
        (error: unknown) => {
          if (!(error instanceof AwsError)) throw error;
          this.end(`${error.code}: ${error.message}`);
        },
      )
      // Nobody waits for this promise, so whoever lets time pass is told.
      .catch((error: unknown) =>
        clock.at(clock.now, () => {
          throw error;
        }),
      );
    // Lambda may refuse at once, which must be known before time goes on.
    clock.at(clock.now, othersTurn);
  }

  private end(problem: string | undefined): void {
    this.endedAt = this.start.region.account.clock.now;
    this.status = problem === undefined ? "SUCCESS" : "FAILED";
    this.statusDetails = problem ?? "";
    this.start.onEnd();
  }
}

/** ARN of the function that a task calls, with its version or alias if it names one. */
function functionArnOf(region: WindowPlace, { arn, call: { Qualifier } }: WindowTask): string {
  const whole = arn.startsWith("arn:") ? arn : region.arn("lambda", `function:${arn}`);
  return Qualifier === undefined ? whole : `${whole}:${Qualifier}`;
}

/** SSM's own role, which may call functions whose name or alias begins with `SSM` (AmazonSSMServiceRolePolicy). */
function serviceLinkedRole({ account }: WindowPlace): Caller {
  const Resource = ["SSM*", "*:SSM*"].map((name) => `arn:${account.partition}:lambda:*:*:function:${name}`);
  const Statement = [{ Effect: "Allow", Action: "lambda:InvokeFunction", Resource }];
  const document = JSON.stringify({ Version: "2012-10-17", Statement });
  return {
    kind: "role",
    arn: `arn:${account.partition}:iam::${account.id}:role/aws-service-role/ssm.amazonaws.com/AWSServiceRoleForAmazonSSM`,
    accountId: account.id,
    policies: [readPolicy("AmazonSSMServiceRolePolicy", document)],
  };
}
