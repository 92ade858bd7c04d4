import type { Entry } from "#functions/exclusion-processor/core/model.js";
import { Random } from "#lab/random.js";
import { groupOf } from "#shared/contract/exclusionNames.js";
import type { FleetNode } from "../generate.js";
import { now as begins, east, entry, node, west } from "../support.js";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

type Tags = Readonly<Record<string, string | undefined>>;

/** Something that happens, so many milliseconds after the beginning. */
export type Deed = { readonly at: number } & (
  | { readonly kind: "upload"; readonly name: string; readonly entries: readonly Entry[] }
  | { readonly kind: "garbage" | "delete"; readonly name: string }
  | { readonly kind: "approve" | "wake" }
  | {
      readonly kind: "meddle";
      readonly id: string;
      /** What somebody writes of a node, who knows its base group and the tags that it has had within a day. */
      readonly tags: (base: string, before: readonly Tags[]) => Tags;
      /** Whether that takes the node to a group that is none of the stack's. */
      readonly takes?: true;
    }
  | { readonly kind: "stuck"; readonly id: string; readonly lasts: number }
  | { readonly kind: "terminate"; readonly id: string }
  | { readonly kind: "crash"; readonly after: number }
  | { readonly kind: "down"; readonly region: string; readonly lasts: number }
  | { readonly kind: "throttle"; readonly lasts: number }
  | { readonly kind: "patch now"; readonly id: string; readonly list: boolean }
);

/** What is played. */
export interface Plot {
  readonly seed: number;
  readonly fleet: readonly FleetNode[];
  readonly deeds: readonly Deed[];
  /** When windows open that install in the first Region, after the beginning. */
  readonly openings: readonly number[];
  /** `maxChangedNodes` of the stack. */
  readonly most: number;
  /** How long it goes on. */
  readonly lasts: number;
  /** Whether anybody does anything but write manifests. */
  readonly isHostile: boolean;
}

/** A patch group that is none of the stack's. */
export const theirs = "theirs";
const mark = "patchplane:base-group";
const systems = ["AMAZON_LINUX_2023", "AMAZON_LINUX_2023", "UBUNTU", "WINDOWS"] as const;
const names = ["openssl*", "kernel*", "deb-nginx", "KB5034439"] as const;

/** Draws what is played. */
export function drawPlot(seed: number): Plot {
  return new Author(seed).plot();
}

/** A template that has seen a node as an exclusion had moved it puts that back. */
function restored(pick: number) {
  return (_: string, before: readonly Tags[]): Tags => {
    const moved = before.filter(({ PatchGroup = "" }) => PatchGroup.includes(".x-"));
    const { PatchGroup, [mark]: value } = moved[Math.floor(pick * moved.length)] ?? {};
    return PatchGroup === undefined ? {} : { PatchGroup, [mark]: value };
  };
}

class Author {
  private readonly random: Random;
  private readonly fleet: readonly FleetNode[];
  private readonly isHostile: boolean;
  private readonly openings = [2, 5, 8].map((hours) => hours * hour);
  private readonly lasts = 10 * hour;
  private readonly uploads: Extract<Deed, { kind: "upload" }>[] = [];

  constructor(private readonly seed: number) {
    this.random = new Random(seed);
    this.isHostile = this.random.next() < 0.85;
    this.fleet = Array.from({ length: this.random.integer(4, 8) }, (_, index) => this.server(index + 1));
  }

  plot(): Plot {
    const { seed, fleet, openings, lasts, isHostile, random } = this;
    const most = random.next() < 0.2 ? 2 : 1000;
    const times = Array.from({ length: random.integer(3, 7) }, () => this.time()).sort((a, b) => a - b);
    const written = times.flatMap((at) => this.writing(at));
    // A good version that a broken one follows before a run has looked at it, or while it is held, is never in force.
    const isHidden = (deed: Deed) =>
      deed.kind === "garbage" &&
      (most < 1000 ||
        this.uploads.some(
          ({ name, at }) => name === deed.name && at <= deed.at && deed.at < at + 90 * minute,
        ));
    const writing = written.filter((deed) => !isHidden(deed));
    const deeds = isHostile
      ? [...writing, ...Array.from({ length: random.integer(4, 12) }, () => this.harm(this.time())).flat()]
      : writing;
    if (most < 1000) deeds.push({ kind: "approve", at: random.integer(hour, lasts) });
    const all = deeds.filter(({ at }) => at < lasts).sort((a, b) => a.at - b.at);
    // At last nobody is away any more.
    const last = fleet.map(({ state }): Deed => ({ at: lasts - minute, ...this.backTo(state.id) }));
    const left = new Set(
      all.flatMap((deed) => (deed.kind === "meddle" && deed.takes === true ? [deed.id] : [])),
    );
    const returns = last.filter((deed) => deed.kind === "meddle" && left.has(deed.id));
    return { seed, fleet, deeds: [...all, ...returns], openings, most, lasts, isHostile };
  }

  private server(index: number): FleetNode {
    const { random } = this;
    const tags = random.pick([
      { PatchGroup: "web", Environment: "prod" },
      { PatchGroup: "web", Environment: "prod", App: "pay" },
      { PatchGroup: "app", Environment: "stage", App: "pay" },
    ]);
    const state = node(`i-${index}`, { tags, operatingSystem: random.pick(systems) });
    return { kind: "patched", region: index % 4 === 0 ? west : east, state };
  }

  /** At any time, or about an opening. */
  private time(): number {
    const { random, openings, lasts } = this;
    if (random.next() < 0.45) return random.integer(minute, lasts - 2 * minute);
    return (
      random.pick(openings) +
      random.pick([-45, -25, -13, -11, -9, -4, -1, 0, 1, 5, 11]) * minute +
      random.integer(0, 50 * second)
    );
  }

  private writing(at: number): Deed[] {
    const { random, uploads } = this;
    const name = random.pick(["a", "b", "c"]);
    const kind = random.weighted<"upload" | "undo" | "garbage" | "delete" | "burst">([
      ["upload", 6],
      ["undo", uploads.length > 1 ? 3 : 0],
      ["garbage", 1],
      ["delete", 2],
      ["burst", 1.5],
    ]);
    switch (kind) {
      case "upload":
        return [this.upload(at, name), ...(this.isHostile ? this.soon(at, "i-1") : [])];
      case "undo": {
        // A wrong one, and soon afterwards what was there before, unless an entry has ended, which is refused.
        const before = random.pick(uploads);
        const soon = at + random.integer(5 * second, 3 * minute);
        const isOver = before.entries.some(({ expiresAt }) => expiresAt < begins + soon + second);
        if (isOver) return [this.upload(at, before.name)];
        const again = { ...before, at: soon };
        uploads.push(again);
        return [this.upload(at, before.name), again, ...this.templates(soon)];
      }
      case "burst":
        return Array.from({ length: random.integer(5, 12) }, () =>
          this.upload(at + random.integer(0, 2 * minute), random.pick(["a", "b", "c"])),
        ).sort((a, b) => a.at - b.at);
      default:
        return [{ kind, name, at }, ...this.templates(at)];
    }
  }

  /** Before the next opening a deployment writes tags of some nodes as it had found them, of an exclusion that is no more by then. */
  private templates(after: number): Deed[] {
    const { random, fleet, openings, isHostile } = this;
    const opening = openings.find((at) => at > after + 25 * minute);
    if (!isHostile || opening === undefined || random.next() < 0.3) return [];
    return fleet
      .filter(() => random.next() < 0.6)
      .map(({ state: { id } }) => {
        const at = opening + random.integer(-3 * minute, 30 * second);
        return { kind: "meddle", id, at, tags: restored(random.next()) };
      });
  }

  private upload(at: number, name: string): Extract<Deed, { kind: "upload" }> {
    const { random } = this;
    const entries = Array.from({ length: random.integer(1, 2) }, (_, index) =>
      entry({
        id: `e${index}`,
        line: index,
        selector:
          random.next() < 0.7
            ? {
                kind: "nodes",
                ids: this.fleet
                  .map(({ state }) => state.id)
                  .filter(() => random.next() < 0.5)
                  .concat("i-1"),
              }
            : { kind: "tags", tags: { App: ["pay"] } },
        effect:
          random.next() < 0.2
            ? { kind: "hold" }
            : {
                kind: "reject",
                patches: names
                  .filter(() => random.next() < 0.5)
                  .concat("openssl*")
                  .slice(0, 3),
                action: "BLOCK",
              },
        expiresAt:
          begins +
          (random.next() < 0.25
            ? Math.min(at + random.integer(20 * minute, 4 * hour), Math.max(at + minute, this.lasts))
            : 720 * hour),
      }),
    ).map((one) =>
      one.effect.kind === "reject"
        ? { ...one, effect: { ...one.effect, patches: [...new Set(one.effect.patches)] } }
        : one,
    );
    const deed: Extract<Deed, { kind: "upload" }> = { kind: "upload", at, name, entries };
    this.uploads.push(deed);
    return deed;
  }

  /** What comes before everybody has seen the tags of a node: a run, and somebody who patches it by hand. */
  private soon(at: number, id: string): Deed[] {
    const { random } = this;
    if (random.next() < 0.4) return [];
    const wakes = at + random.integer(5 * second, 5 * minute);
    const again: Deed[] = [
      { kind: "wake", at: wakes },
      { kind: "wake", at: wakes + random.integer(minute, 4 * minute) },
    ];
    const patched: Deed = {
      kind: "patch now",
      id,
      list: false,
      at: wakes + random.integer(minute, 8 * minute),
    };
    return random.next() < 0.4 ? [...again, patched] : again;
  }

  private harm(at: number): Deed[] {
    const { random } = this;
    const { id } = random.pick(this.fleet).state;
    const lasts = random.integer(5 * minute, 90 * minute);
    const kind = random.weighted<
      "meddle" | "stuck" | "stuck and back" | "terminate" | "crash" | "down" | "throttle" | "patch now"
    >([
      ["meddle", 8],
      ["stuck", 1],
      ["stuck and back", 1],
      ["terminate", 0.4],
      ["crash", 2],
      ["down", 0.5],
      ["throttle", 0.5],
      ["patch now", 3],
    ]);
    switch (kind) {
      case "meddle":
        return [{ at, ...this.meddling(id) }, ...this.soon(at, id)];
      case "stuck":
      case "stuck and back": {
        const before: Deed[] =
          kind === "stuck"
            ? []
            : [{ kind: "meddle", id, at: at + minute, tags: (base) => ({ PatchGroup: base }) }];
        return [{ kind: "stuck", id, lasts, at }, ...before];
      }
      case "terminate":
        return [{ kind, id, at }];
      case "crash":
        return [{ kind, after: random.integer(1, 40), at }];
      case "down":
        return [{ kind, region: random.pick([east, west]), lasts, at }];
      case "throttle":
        return [{ kind, lasts, at }];
      case "patch now":
        return [{ kind, id, list: random.next() < 0.2, at }];
    }
  }

  private backTo(id: string) {
    return { kind: "meddle" as const, id, tags: (base: string): Tags => ({ PatchGroup: base }) };
  }

  private meddling(id: string) {
    const { random } = this;
    const pick = random.next();
    const writes: readonly ((base: string, before: readonly Tags[]) => Tags)[] = [
      (base) => ({ PatchGroup: base }),
      (base) => ({ PatchGroup: base, [mark]: undefined }),
      () => ({ [mark]: undefined }),
      (base) => ({ PatchGroup: base, [mark]: base }),
      (base) => ({ [mark]: groupOf(base, "hold") }),
      () => ({ [mark]: "app" }),
      (base) => ({ PatchGroup: groupOf(base, "x-0123456789"), [mark]: undefined }),
      restored(pick),
      restored(pick),
    ];
    if (random.next() < 0.06)
      return { kind: "meddle" as const, id, tags: () => ({ PatchGroup: theirs }), takes: true as const };
    return { kind: "meddle" as const, id, tags: random.pick(writes) };
  }
}
