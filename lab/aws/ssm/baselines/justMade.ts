import { hashUnit } from "#lab/random.js";
import type { Place } from "../../place.js";

/** The longest for which lists miss what was just made. */
const latest = 10_000;

/** What was made so lately that lists may still miss it, each for seconds that the seed decides. */
export class JustMade {
  private readonly listedFrom = new Map<string, number>();

  constructor(private readonly region: Place) {}

  made(name: string): void {
    const { clock, seed, unknowns } = this.region.account;
    if (unknowns.justMade !== "late") return;
    const delay = Math.ceil(latest * hashUnit(seed, "just made", this.region.name, name, clock.now));
    this.listedFrom.set(name, clock.now + delay);
  }

  isListed(name: string): boolean {
    const from = this.listedFrom.get(name);
    if (from === undefined) return true;
    if (this.region.account.clock.now < from) return false;
    this.listedFrom.delete(name);
    return true;
  }
}
