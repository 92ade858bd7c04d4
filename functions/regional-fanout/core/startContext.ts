/** What an invocation is told by its surroundings. */
export interface StartContext {
  readonly homeRegion: string;
  /** ARN of the function itself. */
  readonly functionArn: string;
  readonly accountId: string;
  /** Role of the automations of other accounts, unless the payload names one. */
  readonly executionRoleName: string;
  /** Groups that the stack makes in each of its Regions: one that is gone is a loss, and not an answer. */
  readonly ownGroups: readonly string[];
  /** Most nodes of a run that has an automation for each. */
  readonly perInstanceNodes: number;
  /** Until when the exclusion processor is waited for, epoch milliseconds. */
  readonly vouchUntil: number;
  /** Each ends a part of the work well before the function's own time is up. */
  readonly deadlines: {
    readonly filter: AbortSignal;
    readonly starts: AbortSignal;
    readonly counts: AbortSignal;
    /** Of what may have to wait for the exclusion processor first. */
    readonly vouching: AbortSignal;
  };
}
