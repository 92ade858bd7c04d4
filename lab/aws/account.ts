import type { Clock } from "../clock.js";
import type { Fleet } from "../fleet/model.js";
import { Iam } from "./iam/iam.js";
import { Ids } from "./ids.js";
import { Region } from "./region.js";

/** The simulated AWS account. */
export class Account {
  readonly id = "123456789012";
  readonly partition = "aws";
  readonly ids: Ids;
  readonly iam: Iam;
  private readonly byName = new Map<string, Region>();

  constructor(
    readonly clock: Clock,
    readonly fleet: Fleet,
    /** Decides ids, and how long things take. */
    readonly seed: number,
  ) {
    this.ids = new Ids(seed);
    this.iam = new Iam(this);
  }

  /** A Region, in being from the first time it is asked for. */
  region(name: string): Region {
    const known = this.byName.get(name);
    if (known !== undefined) return known;
    const region = new Region(this, name);
    this.byName.set(name, region);
    return region;
  }

  /** The Regions that anything has used, in the order of their names. */
  regions(): Region[] {
    return [...this.byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}
