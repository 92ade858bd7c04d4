import { hash32, type Random } from "#lab/random.js";
import { day, hour, minute, second } from "../support.js";
import { drawFaults, type FaultScript } from "./randomFaults.js";
import { type CaseNode, drawFleet, type PoolNode, shuffled } from "./randomFleet.js";

/** One entry of a manifest, as its author means it. */
export interface Asked {
  readonly id: string;
  /** Ids of nodes, or tags that they carry. */
  readonly selects: readonly string[] | Readonly<Record<string, readonly string[]>>;
  /** Without them the nodes are held. */
  readonly patches?: readonly string[];
  readonly action?: "block" | "allow-as-dependency";
  readonly regions?: readonly string[];
  /** The first moment at which it is over. */
  readonly expires: number;
}

/** What somebody does to an object of the bucket. */
export interface Edit {
  /** Milliseconds after the history has begun. */
  readonly after: number;
  readonly name: string;
  /** Without it the object is deleted. */
  readonly text?: string;
  /** What the text asks for; undefined when it is not valid. */
  readonly entries?: readonly Asked[];
}

/** A fleet, what is asked for it, and what goes wrong meanwhile. */
export interface RandomCase {
  readonly number: number;
  readonly fleet: readonly CaseNode[];
  readonly edits: readonly Edit[];
  readonly faults: FaultScript;
  /** Install windows between the first edit and the last. */
  readonly windows: number;
  /** How all that is in force ends: everything is deleted, or nothing was to last any longer. */
  readonly endsBy: "deletion" | "expiry";
}

interface Frame {
  readonly regions: readonly string[];
  /** When the history begins, and how long it lasts. */
  readonly from: number;
  readonly span: number;
  readonly endsBy: RandomCase["endsBy"];
}

const names = {
  AMAZON_LINUX_2023: ["openssl*", "nginx*", "curl*", "open*", "absent*"],
  WINDOWS: ["KB5000001", "KB5000002", "KB5000003"],
} as const;

/** Draws a case over some nodes of a pool, for a history that begins at a time. */
export function drawCase(
  random: Random,
  number: number,
  pool: readonly PoolNode[],
  begins: number,
): RandomCase {
  const fleet = drawFleet(random, pool);
  const windows = random.next() < 0.85 ? 1 : 2;
  const span = windows * 2 * hour;
  const regions = [...new Set(pool.map(({ region }) => region))];
  const endsBy = random.pick(["deletion", "expiry"] as const);
  const edits = new Author(random, fleet, { regions, from: begins, span, endsBy }).edits();
  const faults = drawFaults(random, regions, { from: begins, span });
  return { number, fleet, edits, faults, windows, endsBy };
}

/** Writes the manifests of a case: new ones, changes of what is there, and mistakes. */
class Author {
  private readonly present = new Map<string, readonly Asked[]>();
  private readonly ids: readonly string[];

  constructor(
    private readonly random: Random,
    fleet: readonly CaseNode[],
    private readonly frame: Frame,
  ) {
    this.ids = [...fleet.filter(({ tags }) => Object.keys(tags).length > 0).map(({ id }) => id), unknownNode];
  }

  edits(): Edit[] {
    const { random } = this;
    const times: number[] = [];
    for (let left = random.integer(2, 4); left > 0; left--) {
      const last = times.at(-1);
      times.push(last === undefined || random.next() < 0.6 ? this.time() : last + random.integer(1, 20_000));
    }
    return times.sort((a, b) => a - b).map((after) => this.edit(after));
  }

  /** Anywhere, or about the moment at which a window opens: windows open an hour and a quarter after each history begins. */
  private time(): number {
    const {
      random,
      frame: { span },
    } = this;
    if (random.next() < 0.7) return random.integer(1, span - 1);
    const opening = 75 * minute + 2 * hour * random.integer(0, span / (2 * hour) - 1);
    return opening + random.pick([-30 * second, -second, -500, 0, 300, 900, 5 * second]);
  }

  private edit(after: number): Edit {
    const { random, present, frame } = this;
    // What the file of instances excludes lasts for 90 days.
    const instances = frame.endsBy === "deletion" ? ["d/patch-exclusions.json"] : [];
    const name = random.pick(["a.yaml", "b.yml", "team/c.json", ...instances]);
    const there = present.get(name);
    const kind = random.weighted([
      ["new", 5],
      ["changed", there === undefined ? 0 : 3],
      ["shrunk", there === undefined ? 0 : 3],
      ["broken", 2],
      ["deleted", there === undefined ? 0.3 : 2],
    ]);
    if (kind === "deleted") {
      present.delete(name);
      return { after, name };
    }
    const isInstances = name.endsWith("patch-exclusions.json");
    const base =
      kind === "new" || there === undefined ? this.drawn(after, isInstances) : this.live(there, after);
    const entries =
      kind === "changed"
        ? [...base, ...this.drawn(after, isInstances)]
        : kind === "shrunk"
          ? this.shrunk(base)
          : base;
    const distinct = isInstances ? this.instances(entries, after) : unique(entries);
    if (kind === "broken") return { after, name, text: this.broken(name, distinct) };
    present.set(name, distinct);
    return { after, name, text: textOf(name, distinct), entries: distinct };
  }

  private drawn(after: number, isInstances: boolean): Asked[] {
    const { random } = this;
    return Array.from({ length: random.integer(1, 3) }, (_, index) => ({
      id: random.pick(["one", "two", "three", `e${index}`]),
      selects:
        isInstances || random.next() < 0.7
          ? shuffled(random, this.ids).slice(0, isInstances ? 1 : random.integer(1, 6))
          : random.pick([
              { App: ["pay"] },
              { App: ["pay", "shop"] },
              { App: ["shop"], Environment: ["dev", "prod"] },
            ]),
      ...(isInstances || random.next() < 0.8 ? { patches: this.patches() } : {}),
      ...(isInstances || random.next() < 0.5
        ? {}
        : { action: random.pick(["block", "allow-as-dependency"] as const) }),
      ...(isInstances || this.frame.regions.length === 1 || random.next() < 0.7
        ? {}
        : { regions: [random.pick(this.frame.regions)] }),
      expires: this.frame.from + this.end(after),
    })).map((entry) => (entry.patches === undefined ? { ...entry, action: undefined } : entry) as Asked);
  }

  private patches(): string[] {
    const { random } = this;
    const known = random.pick([
      names.AMAZON_LINUX_2023,
      names.WINDOWS,
      [...names.AMAZON_LINUX_2023, ...names.WINDOWS],
    ]);
    return shuffled<string>(random, known).slice(0, random.integer(1, 3));
  }

  /** To the second, as an expiry is written: soon, or long after the case. */
  private end(after: number): number {
    const {
      random,
      frame: { span, endsBy },
    } = this;
    if (endsBy === "deletion" && random.next() < 0.4) return 30 * day;
    const now = Math.floor(after / second);
    return (
      random.integer(now + 1, Math.max(now + 1, endsBy === "expiry" ? span / second : 2 * (span / second))) *
      second
    );
  }

  private live(entries: readonly Asked[], after: number): Asked[] {
    return entries.filter(({ expires }) => expires > this.frame.from + after);
  }

  private shrunk(entries: readonly Asked[]): Asked[] {
    const { random } = this;
    const fewer = entries.length > 1 && random.next() < 0.5 ? entries.slice(1) : entries;
    return fewer.map((entry) => {
      const { selects, patches } = entry;
      const nodes = Array.isArray(selects) && selects.length > 1 ? { selects: selects.slice(1) } : {};
      return {
        ...entry,
        ...nodes,
        ...(patches !== undefined && patches.length > 1 ? { patches: patches.slice(1) } : {}),
      };
    });
  }

  /** The file of instances knows a node once, has no end of its own and blocks. */
  private instances(entries: readonly Asked[], after: number): Asked[] {
    const byNode = new Map(entries.map((entry) => [Object.values(entry.selects).flat()[0] ?? "", entry]));
    return [...byNode].map(([id, { patches = [] }]) => ({
      id,
      selects: [id],
      patches,
      expires: this.frame.from + after + 90 * day,
    }));
  }

  private broken(name: string, entries: readonly Asked[]): string {
    const { random } = this;
    const text = textOf(name, entries.length === 0 ? this.drawn(0, false).slice(0, 1) : entries);
    if (name.endsWith("patch-exclusions.json")) return random.pick(["[]", `${text},`, '{"i-1": {}}']);
    const [first = this.drawn(0, false)[0]] = entries;
    if (first === undefined) throw new RangeError("there is no entry to break");
    const twice = textOf(name, [...entries, first, first]);
    const odd = (patch: string) => textOf(name, [{ ...first, patches: [patch] }]);
    return random.pick([
      twice,
      "",
      `${text}]`,
      odd("CVE-2026-1234"),
      odd("*"),
      text.replace(/reason/, "raeson"),
    ]);
  }
}

/** An id that no Region knows. */
const unknownNode = "i-0ffffffffffffffff";

function unique(entries: readonly Asked[]): Asked[] {
  return [...new Map(entries.map((entry) => [entry.id, entry])).values()];
}

/** A manifest in the format that its name says. */
function textOf(name: string, entries: readonly Asked[]): string {
  if (name.endsWith("patch-exclusions.json")) {
    const instances = entries.map(({ selects, patches }) => [
      Object.values(selects).flat()[0],
      { exclude_patches: patches },
    ]);
    return JSON.stringify(Object.fromEntries(instances), undefined, 2);
  }
  const exclusions = entries.map(({ id, selects, patches, action, regions, expires }) => ({
    id,
    ...(patches === undefined ? { hold: true } : { patches }),
    ...(Array.isArray(selects) ? { nodes: selects } : { tags: selects }),
    ...(action === undefined ? {} : { action }),
    ...(regions === undefined ? {} : { regions }),
    reason: "r",
    owner: "o",
    expires: new Date(expires).toISOString(),
  }));
  // What is JSON is YAML as well; here each entry has a line of its own.
  const lines = exclusions.map((entry) => JSON.stringify(entry)).join(",\n");
  return `{"version": 1, "exclusions": [\n${lines}\n]}\n`;
}

/** The number that all chance of a case comes from. */
export function seedOf(seed: number, number: number): number {
  return hash32(seed, "case", number);
}
