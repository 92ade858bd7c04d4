import { type Faults, noFaults } from "#lab/faults/faults.js";
import { hashUnit } from "#lab/random.js";
import { minute } from "../support.js";

const processor = "SSM-patchplane-dev-exclusions";

/** What goes wrong at the moment. */
export class HostileFaults implements Faults {
  readonly fuses: number[] = [];
  downUntil = 0;
  throttledUntil = 0;
  /** Until when tags cannot be read. */
  blindUntil = 0;
  private calls = 0;

  constructor(private readonly seed: number) {}

  onCall: Faults["onCall"] = ({ service, caller, time }) => {
    if (!caller.includes(processor)) return undefined;
    if (time < this.downUntil && /^(ssm|tag)$/.test(service)) return { kind: "regionDown" };
    if (time < this.blindUntil && service === "tag") return { kind: "throttle" };
    const isThrottled = time < this.throttledUntil && hashUnit(this.seed, "throttled", this.calls++) < 0.2;
    return isThrottled ? { kind: "throttle" } : undefined;
  };

  /** S3 tells the function late, and now and then twice. */
  onDelivery: Faults["onDelivery"] = ({ time }) => {
    const late = Math.floor(hashUnit(this.seed, "event", time) * minute);
    return hashUnit(this.seed, "twice", time) < 0.3 ? [late, 2 * late] : [late];
  };

  killAfter: Faults["killAfter"] = ({ functionName }) =>
    functionName === processor ? this.fuses.shift() : noFaults.killAfter({ functionName, number: 1 });
}
