import { hashUnit } from "#lab/random.js";
import type { Place } from "../place.js";

/** Tags of a resource. */
export type TagMap = Readonly<Record<string, string>>;

/**
 * Who reads tags, each from a copy of its own: IAM's conditions, the tagging API, resource groups, the targets and
 * filters of SSM, the node that asks for its patch group, and SSM's own list of a resource's tags.
 */
export type TagView = "iam" | "tagging" | "groups" | "targets" | "node" | "read";

/** Whoever keeps the tags of a resource, as they really are. */
interface TagHolder {
  readonly tags: TagMap;
}

/** The longest that a write takes to be seen everywhere, and what is given to a resource as it is made. */
const latest = 600_000;
const latestAtCreation = 10_000;

/** Before a write is seen, and once more between `goneAt` and `backAt`, a view still gives the answer before it. */
interface Sight {
  readonly seenAt: number;
  readonly goneAt: number;
  readonly backAt: number;
}

interface Write {
  readonly tags: TagMap;
  readonly sights: Readonly<Record<TagView, Sight>>;
}

/** What a resource's tags were, and the writes that not everybody has seen yet, in the order of time. */
interface Lately {
  readonly before: TagMap;
  readonly writes: readonly Write[];
  /** When all of them are seen everywhere. */
  readonly settledAt: number;
}

const views = ["iam", "tagging", "groups", "targets", "node", "read"] as const satisfies readonly TagView[];

/**
 * The tags of a Region as each reader sees them: a write comes to each view after a delay of its own, which seed,
 * resource and time decide. Only what was written lately is kept, so that a Region in which nobody writes tags costs nothing.
 */
export class TagViews {
  private readonly lately = new Map<TagHolder, Lately>();
  private settledAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly region: Place) {}

  /**
   * Told of a write before it is made.
   *
   * @param isNew whether the resource is made with these tags
   */
  written(arn: string, holder: TagHolder, tags: TagMap, isNew: boolean): void {
    const { clock, unknowns } = this.region.account;
    const isLate = isNew ? unknowns.justMade === "late" : unknowns.tagsSeen === "late";
    this.forgetSettled(clock.now);
    if (!isLate) {
      // What came before it is no answer any more either.
      this.lately.delete(holder);
      return;
    }
    const { before, writes, settledAt } = this.lately.get(holder) ?? {
      before: isNew ? {} : holder.tags,
      writes: [],
      settledAt: clock.now,
    };
    const most = isNew ? latestAtCreation : latest;
    const sights = Object.fromEntries(
      views.map((view) => [view, this.sight(most, arn, view, writes.length)]),
    ) as Write["sights"];
    const until = Math.max(settledAt, clock.now + most);
    // In the order of the last write, so that those that nobody waits for any more come first.
    this.lately.delete(holder);
    this.lately.set(holder, { before, writes: [...writes, { tags, sights }], settledAt: until });
    this.settledAt = Math.max(this.settledAt, until);
  }

  /** The tags of a resource as somebody sees them now. */
  seen(holder: TagHolder, view: TagView): TagMap {
    const { now } = this.region.account.clock;
    if (now >= this.settledAt) return holder.tags;
    const lately = this.lately.get(holder);
    if (lately === undefined) return holder.tags;
    const isSeen = ({ sights }: Write) => {
      const { seenAt, goneAt, backAt } = sights[view];
      return now >= seenAt && !(now >= goneAt && now < backAt);
    };
    return lately.writes.findLast(isSeen)?.tags ?? lately.before;
  }

  private sight(most: number, arn: string, view: TagView, nth: number): Sight {
    const { clock, seed } = this.region.account;
    const times = [0, 1, 2].map((part) => most * hashUnit(seed, "tags", arn, clock.now, nth, view, part));
    const [seenAt = most, goneAt = most, backAt = most] = times
      .sort((one, other) => one - other)
      .map((delay) => clock.now + Math.ceil(delay));
    return { seenAt, goneAt, backAt };
  }

  private forgetSettled(now: number): void {
    for (const [holder, { settledAt }] of this.lately) {
      if (settledAt > now) break;
      this.lately.delete(holder);
    }
  }
}
