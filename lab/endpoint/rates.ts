/** Calls per second that an account may make in a Region, where AWS documents it (endpoints and quotas of SSM). */
const documented: Readonly<Record<string, number>> = {
  "ssm:StartAutomationExecution": 1,
  "ssm:StopAutomationExecution": 1,
  "ssm:GetAutomationExecution": 3,
  "ssm:DescribeAutomationExecutions": 3,
  "ssm:DescribeAutomationStepExecutions": 3,
};

/** A bucket holds the tokens of a second, and at least one; counted in thousandths, which time adds by the millisecond. */
interface Bucket {
  tokens: number;
  at: number;
}
const token = 1000;

/** How often operations may be called, each in each Region of an account: a bucket of tokens that simulated time fills again. */
export class Rates {
  private readonly perSecond: ReadonlyMap<string, number>;
  private readonly buckets = new Map<string, Bucket>();

  /**
   * @param perSecond further operations, such as `ssm:SendCommand`, and how often a second each may be called; what is
   *   neither documented nor given here has no limit
   * @throws RangeError for a rate that is not above 0
   */
  constructor(perSecond: Readonly<Record<string, number>> = {}) {
    this.perSecond = new Map(Object.entries({ ...documented, ...perSecond }));
    for (const [operation, rate] of this.perSecond) {
      if (!(rate > 0)) throw new RangeError(`${operation} cannot be called ${rate} times a second`);
    }
  }

  /**
   * Whether a call may go on; one that may not takes nothing from those after it.
   *
   * @param operation as in IAM: `ssm:SendCommand`
   * @param place a Region of an account
   * @param now milliseconds since the epoch
   */
  take(operation: string, place: string, now: number): boolean {
    const rate = this.perSecond.get(operation);
    if (rate === undefined) return true;
    const capacity = Math.max(rate * token, token);
    const key = `${place}|${operation}`;
    const bucket = this.buckets.get(key) ?? { tokens: capacity, at: now };
    this.buckets.set(key, bucket);
    bucket.tokens = Math.min(capacity, bucket.tokens + (now - bucket.at) * rate);
    bucket.at = now;
    if (bucket.tokens < token) return false;
    bucket.tokens -= token;
    return true;
  }
}
