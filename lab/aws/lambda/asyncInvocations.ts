import { AwsError } from "../base/errors.js";
import type { Sns } from "../messages/sns.js";
import type { Sqs } from "../messages/sqs.js";
import type { Place } from "../place.js";
import type { FunctionEvent, InvocationResult } from "./execution.js";
import type { LambdaFunction } from "./function.js";
import { othersTurn } from "./waiting.js";

/** Where events wait, who tries them, and who may be told of their end. */
type Needs = Place & { readonly lambda: Invoker; readonly sns: Sns; readonly sqs: Sqs };

/** Lambda, as its queue knows it. */
interface Invoker {
  execute(fn: LambdaFunction, event: FunctionEvent): Promise<InvocationResult>;
  invokeAsync(request: Pick<FunctionEvent, "payload" | "source"> & { readonly functionArn: string }): unknown;
  count(metric: string, fn: LambdaFunction): void;
  has(fn: LambdaFunction): boolean;
}

const second = 1000;
const minute = 60 * second;
/** How long a throttled event waits: as long as this at first, then twice as long each time, up to the second. */
const backoff = [second, 5 * minute] as const;

/** An event in Lambda's queue. */
interface QueuedEvent {
  readonly requestId: string;
  readonly payload: string;
  readonly source: string;
  readonly receivedAt: number;
  /** Tries, whether the function has run or not. */
  tries: number;
  /** Tries that the function has failed. */
  failures: number;
  /** How long it waits when it is throttled next. */
  wait: number;
  last?: InvocationResult;
}

type Condition = "Success" | "RetriesExhausted" | "EventAgeExceeded";

/** Lambda's queue of events: how often each is tried, and who is told of its end. */
export class AsyncInvocations {
  constructor(private readonly region: Needs) {}

  accept(fn: LambdaFunction, event: Pick<QueuedEvent, "requestId" | "payload" | "source">): void {
    this.region.lambda.count("AsyncEventsReceived", fn);
    this.plan(this.now, fn, { ...event, receivedAt: this.now, tries: 0, failures: 0, wait: backoff[0] });
  }

  private get now(): number {
    return this.region.account.clock.now;
  }

  private plan(time: number, fn: LambdaFunction, event: QueuedEvent): void {
    this.region.account.clock.at(time, () => {
      // Nobody is told of what waited for a function that has been deleted but by the metric.
      if (!this.region.lambda.has(fn)) {
        this.region.lambda.count("AsyncEventsDropped", fn);
        return;
      }
      this.try(fn, event);
      return othersTurn();
    });
  }

  private try(fn: LambdaFunction, event: QueuedEvent): void {
    const { clock } = this.region.account;
    event.tries++;
    this.region.lambda
      .execute(fn, { ...event, attempt: event.tries })
      .then(
        (result) => this.tried(fn, event, result),
        (error: unknown) => this.refused(fn, event, error),
      )
      // Nobody waits for this promise, so whoever lets time pass is told.
      .catch((error: unknown) =>
        clock.at(clock.now, () => {
          throw error;
        }),
      );
  }

  private tried(fn: LambdaFunction, event: QueuedEvent, result: InvocationResult): void {
    event.last = result;
    if (result.functionError === undefined) {
      this.tell(fn, fn.events.onSuccess, event, "Success");
      return;
    }
    this.retry(fn, event);
  }

  /** The function has not run: Lambda had no room for it, or could not take on its role. */
  private refused(fn: LambdaFunction, event: QueuedEvent, error: unknown): void {
    if (!(error instanceof AwsError)) throw error;
    if (error.code !== "TooManyRequestsException") {
      this.retry(fn, event);
      return;
    }
    this.later(fn, event, event.wait);
    event.wait = Math.min(2 * event.wait, backoff[1]);
  }

  private retry(fn: LambdaFunction, event: QueuedEvent): void {
    event.failures++;
    if (event.failures > fn.events.retries) this.drop(fn, event, "RetriesExhausted");
    else this.later(fn, event, event.failures * minute);
  }

  private later(fn: LambdaFunction, event: QueuedEvent, wait: number): void {
    const { clock } = this.region.account;
    const oldest = event.receivedAt + fn.events.maximumAge;
    if (this.now + wait <= oldest) this.plan(this.now + wait, fn, event);
    else clock.at(Math.max(this.now, oldest), () => this.drop(fn, event, "EventAgeExceeded"));
  }

  private drop(fn: LambdaFunction, event: QueuedEvent, condition: Condition): void {
    this.region.lambda.count("AsyncEventsDropped", fn);
    this.tell(fn, fn.events.onFailure, event, condition);
  }

  /** Sends Lambda's record of an event's end to a destination, if there is one, as the function's role. */
  private tell(fn: LambdaFunction, destination: string, event: QueuedEvent, condition: Condition): void {
    if (destination === "") return;
    const record = JSON.stringify(this.record(fn, event, condition));
    try {
      this.send(fn, destination, record);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      this.region.lambda.count("DestinationDeliveryFailures", fn);
    }
  }

  private send(fn: LambdaFunction, destination: string, record: string): void {
    const { lambda, sns, sqs, account, name } = this.region;
    const caller = account.iam.assume(fn.input.Role, "lambda.amazonaws.com", fn.arn);
    switch (destination.split(":")[2]) {
      case "sqs":
        sqs.sendMessage({ QueueUrl: destination, MessageBody: record }, { caller });
        break;
      case "sns":
        sns.publish({ TopicArn: destination, Message: record }, { caller, source: fn.arn });
        break;
      default: {
        const context = { "aws:RequestedRegion": name };
        account.iam.authorize({ caller, action: "lambda:InvokeFunction", resource: destination, context });
        lambda.invokeAsync({
          functionArn: destination,
          payload: record,
          source: `destination of ${fn.name}`,
        });
      }
    }
  }

  private record(fn: LambdaFunction, event: QueuedEvent, condition: Condition): object {
    const { last } = event;
    return {
      version: "1.0",
      timestamp: new Date(this.now).toISOString(),
      requestContext: {
        requestId: event.requestId,
        functionArn: `${fn.arn}:$LATEST`,
        condition,
        approximateInvokeCount: event.tries,
      },
      requestPayload: JSON.parse(event.payload),
      // Lambda documents no response of a function that has never run.
      ...(last === undefined
        ? {}
        : {
            responseContext: {
              statusCode: 200,
              executedVersion: "$LATEST",
              ...(last.functionError === undefined ? {} : { functionError: last.functionError }),
            },
            responsePayload: JSON.parse(last.payload),
          }),
    };
  }
}
