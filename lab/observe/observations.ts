import type { Account } from "../aws/account.js";
import { isCompliant } from "../aws/patching/patchState.js";

/** How many nodes were in which state at a time. A node that was never scanned is unknown, not compliant. */
interface ComplianceSample {
  readonly at: number;
  readonly compliant: number;
  readonly nonCompliant: number;
  readonly unknown: number;
}

/** What is noted while simulated time passes, because no AWS API could tell it afterwards. */
export class Observations {
  /** In the order of time. */
  readonly compliance: ComplianceSample[] = [];

  constructor(private readonly account: Account) {
    for (const { windows, automation } of account.everywhere()) {
      windows.onEnd.push(() => this.sample());
      automation.onEnd.push(({ plan }) => {
        // A central window ends before its Regions are patched.
        if (plan.locations.length > 0) this.sample();
      });
    }
  }

  /** Notes how many nodes are in which state at a moment, which has come. */
  sample(at = this.account.clock.now): void {
    const { wholeFleet } = this.account;
    let compliant = 0;
    let nonCompliant = 0;
    for (const region of this.account.everywhere()) {
      for (const { state } of region.nodes.all) {
        if (state === undefined) continue;
        if (isCompliant(state)) compliant++;
        else nonCompliant++;
      }
    }
    const unknown = wholeFleet.nodes.length - compliant - nonCompliant;
    const sample = { at, compliant, nonCompliant, unknown };
    if (this.compliance.at(-1)?.at === at) this.compliance.pop();
    this.compliance.push(sample);
  }
}
