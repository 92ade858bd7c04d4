import { AwsError } from "../base/errors.js";
import { Environment } from "./environment.js";
import type { InvocationRecord } from "./execution.js";
import type { LambdaFunction } from "./function.js";

/** Milliseconds of simulated time after which Lambda gives up an environment that nobody has called. */
const reclaimAfter = 2 * 3_600_000;

/** The environments that functions run in, of all functions of a Region. */
export class Environments {
  private readonly all = new Set<Environment>();

  constructor(private readonly region: ConstructorParameters<typeof Environment>[0]) {}

  /**
   * The environment of a function that was used last, or a new one.
   *
   * @param watchdog milliseconds of the processor that a process may take without a rest
   * @throws AwsError AccessDeniedException when Lambda may not take on the function's role
   */
  take(fn: LambdaFunction, record: InvocationRecord, watchdog: number): Environment {
    for (let warm = fn.warm.pop(); warm !== undefined; warm = fn.warm.pop()) {
      if (warm.isAlive) return warm;
      this.discard(warm);
    }
    const { iam } = this.region.account;
    const caller = () => iam.assume(fn.input.Role, "lambda.amazonaws.com", fn.arn);
    try {
      caller();
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const message = "The role defined for the function cannot be assumed by Lambda.";
      Object.assign(record, { status: "refused", error: message, endedAt: this.now });
      throw new AwsError("AccessDeniedException", message, 403);
    }
    const environment = new Environment(this.region, fn, caller, watchdog);
    this.all.add(environment);
    record.coldStart = true;
    return environment;
  }

  /** Ends those that wait for a function's next invocation; one that is at work ends with what it does. */
  end(fn: LambdaFunction): void {
    const { clock } = this.region.account;
    for (const environment of fn.warm.splice(0)) clock.at(clock.now, () => this.kill(environment));
  }

  /** Keeps an environment for its function's next invocation, unless the function has been changed since. */
  putAside(fn: LambdaFunction, environment: Environment): void {
    const { clock } = this.region.account;
    if (!environment.isAlive) {
      this.discard(environment);
      return;
    }
    if (environment.revision !== fn.revision) {
      clock.at(clock.now, () => this.kill(environment));
      return;
    }
    const since = this.now;
    environment.idleSince = since;
    fn.warm.push(environment);
    clock.at(since + reclaimAfter, async () => {
      const place = fn.warm.indexOf(environment);
      if (place < 0 || environment.idleSince !== since) return;
      fn.warm.splice(place, 1);
      await this.kill(environment);
    });
  }

  /** Ends the processes of all. */
  async close(): Promise<void> {
    await Promise.all([...this.all].map((environment) => this.kill(environment)));
  }

  private get now(): number {
    return this.region.account.clock.now;
  }

  private async kill(environment: Environment): Promise<void> {
    await environment.kill();
    this.discard(environment);
  }

  private discard(environment: Environment): void {
    if (this.all.delete(environment)) environment.discard();
  }
}
