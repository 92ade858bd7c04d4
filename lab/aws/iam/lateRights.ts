import { hashUnit } from "#lab/random.js";
import type { Owner } from "../owner.js";
import type { Caller, RoleCaller } from "./evaluate.js";

/** The longest for which calls go by the rights that a role had before they were written. */
export const latestRights = 120_000;

/** What calls go by while IAM has not told everybody of a role's rights, each for seconds that the seed decides. */
export class LateRights {
  /** By ARNs of roles, and until when. */
  private readonly former = new Map<string, { readonly caller: Caller; readonly until: number }>();

  constructor(private readonly account: Owner) {}

  /** Told that the rights of a role are written: before it, or after it was made. */
  written(caller: RoleCaller): void {
    const { clock, seed, unknowns } = this.account;
    if (unknowns.roleRights !== "late") return;
    const delay = Math.ceil(latestRights * hashUnit(seed, "rights", caller.arn, clock.now));
    this.former.set(caller.arn, { caller: this.known(caller), until: clock.now + delay });
  }

  /** Somebody with the rights that calls go by. */
  known(caller: Caller): Caller {
    if (this.former.size === 0 || caller.kind !== "role") return caller;
    const former = this.former.get(caller.arn);
    if (former === undefined) return caller;
    if (this.account.clock.now < former.until) return former.caller;
    this.former.delete(caller.arn);
    return caller;
  }
}
