import type { PathPart } from "../paths.js";

/** Where a value stands in a text: offsets of its key (in a list, of itself), of its start and behind its end. */
export interface Place {
  readonly key: number;
  readonly start: number;
  readonly end: number;
}

/** What is wrong with a text before anybody asks what it means. */
export interface DocumentFault {
  /** Of the value in question; empty where there is none. */
  readonly path: readonly PathPart[];
  readonly offset: number;
  readonly got: string;
  readonly allowed: string;
  /** What to do about it, as a sentence. */
  readonly fix?: string;
}

/** What a text says and where; `value` can be used although there are faults, so that all problems are found at once. */
export interface LocatedDocument {
  readonly value: unknown;
  readonly places: Places;
  readonly faults: readonly DocumentFault[];
}

/** A document, or the faults of a text that is none. */
export type DocumentReading = LocatedDocument | { readonly faults: readonly DocumentFault[] };

/** Where the values of a document stand. Values that YAML aliases share have the place of their anchor. */
export class Places {
  private readonly members = new Map<object, Map<PathPart, Place>>();
  root: Place = { key: 0, start: 0, end: 0 };

  set(container: object, part: PathPart, place: Place): void {
    const members = this.members.get(container);
    if (members === undefined) this.members.set(container, new Map([[part, place]]));
    else members.set(part, place);
  }

  of(container: object, part: PathPart): Place | undefined {
    return this.members.get(container)?.get(part);
  }
}

/** The way to a value that is being read. */
export interface Step {
  readonly parent: Step | undefined;
  readonly part: PathPart;
}

/** The steps of a path from the document's root. */
export function pathOf(step: Step | undefined): PathPart[] {
  const path: PathPart[] = [];
  for (let at = step; at !== undefined; at = at.parent) path.push(at.part);
  return path.reverse();
}

/** A text that is given up at one fault. */
export class Unusable extends Error {
  readonly fault: DocumentFault;

  constructor(fault: DocumentFault) {
    super(fault.allowed);
    this.fault = fault;
  }
}

/** A document while it is read: its places and faults, and how many values it has. */
export class Draft {
  readonly places = new Places();
  readonly faults: DocumentFault[] = [];
  private readonly mostValues: number;
  private values = 0;

  constructor(mostValues: number) {
    this.mostValues = mostValues;
  }

  /** Counts values with every alias expanded, which is how all later code will see them. */
  count(values: number, offset: number): void {
    this.values += values;
    if (this.values <= this.mostValues) return;
    const got = "more, with all aliases expanded";
    throw new Unusable({ path: [], offset, got, allowed: `at most ${this.mostValues} values` });
  }

  /**
   * Gives an object a member, unless its key is one that no object may have or that this one has already.
   *
   * @param at - The way to the object.
   */
  addMember(
    object: Record<string, unknown>,
    key: string,
    value: unknown,
    place: Place,
    at: Step | undefined,
  ): void {
    const refuse = (got: string, allowed: string, fix: string) =>
      this.faults.push({ path: [...pathOf(at), key], offset: place.key, got, allowed, fix });
    if (key === "__proto__") {
      refuse(key, "any other key; JavaScript gives this one a meaning of its own", "Remove it.");
    } else if (Object.hasOwn(object, key)) {
      refuse("a key that stands here already", "each key once", "Remove one of the two.");
    } else {
      object[key] = value;
      this.places.set(object, key, place);
    }
  }
}

/** Reads a text with a reader that gives up by throwing {@link Unusable}. */
export function attempt(read: () => LocatedDocument): DocumentReading {
  try {
    return read();
  } catch (error) {
    if (error instanceof Unusable) return { faults: [error.fault] };
    throw error;
  }
}
