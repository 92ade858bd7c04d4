import { Lines } from "#shared/text/document/lines.js";
import type { DocumentFault, LocatedDocument, Place } from "#shared/text/document/locatedDocument.js";
import { type PathPart, pathText } from "#shared/text/paths.js";
import { quote, seen, show, unseen } from "#shared/text/quotes.js";

/** One thing that is wrong with a manifest, and where: lines and columns from 1. */
export interface ManifestProblem {
  readonly line: number;
  readonly column: number;
  /** From the document's root, as in JavaScript: `exclusions[3].expires`; empty for the whole file. */
  readonly path: string;
  /** Of the entry it is in, where that has a usable one. */
  readonly entryId?: string;
  /** The value as it stands in the file, shortened, without characters that a terminal would obey. */
  readonly got: string;
  readonly allowed: string;
  /** What to write instead, as a sentence. */
  readonly fix?: string;
  /** All of it in one sentence, the place and the fix aside. */
  readonly message: string;
}

/** Something that is allowed and perhaps not meant. */
export interface ManifestWarning {
  readonly line: number;
  readonly column: number;
  readonly path: string;
  readonly entryId?: string;
  readonly message: string;
}

/** Most problems that are listed: a broken file of a megabyte has as many as it has words. */
export const maxListed = 1000;
const shownCharacters = 60;

/** A problem as a compiler prints it: `exclusions/payments.yaml:4:15: expires: got ...; allowed is .... Write ....` */
export function problemText(key: string, { line, column, message, fix }: ManifestProblem): string {
  return `${seen(key)}:${line}:${column}: ${message}${fix === undefined ? "" : ` ${fix}`}`;
}

/** A warning as a compiler prints it. */
export function warningText(key: string, { line, column, message }: ManifestWarning): string {
  return `${seen(key)}:${line}:${column}: warning: ${message}`;
}

/** Which part of a manifest's paths leads to an entry, and what the entry is called. */
export interface Layout {
  readonly entryDepth: number;
  readonly entryId: (root: unknown, path: readonly PathPart[]) => string | undefined;
  /** How a member of an object is written in this format. */
  readonly member: (key: string, json: string) => string;
}

interface Found {
  readonly value: unknown;
  readonly place: Place;
}

interface Described {
  readonly allowed: string;
  readonly fix?: string | undefined;
  /** What was got, where the value does not say it. */
  readonly got?: string;
  /** Point at the key of the value, not at the value. */
  readonly atKey?: boolean;
}

/** The problems and warnings of one manifest while they are found. */
export class Findings {
  private readonly text: string;
  private readonly lines: Lines;
  private readonly document: LocatedDocument;
  private readonly layout: Layout;
  private readonly foundProblems: { offset: number; problem: ManifestProblem }[] = [];
  private readonly foundWarnings: { offset: number; warning: ManifestWarning }[] = [];
  private readonly paths = new Set<string>();
  private readonly covered = new Set<string>();
  private problemCount = 0;

  constructor(text: string, document: LocatedDocument, layout: Layout) {
    this.text = text;
    this.lines = new Lines(text);
    this.document = document;
    this.layout = layout;
    for (const fault of document.faults) this.fault(fault);
  }

  /** How many problems there are, also those that are not listed. */
  get count(): number {
    return this.problemCount;
  }

  get problems(): ManifestProblem[] {
    return this.foundProblems.sort((a, b) => a.offset - b.offset).map(({ problem }) => problem);
  }

  get warnings(): ManifestWarning[] {
    return this.foundWarnings.sort((a, b) => a.offset - b.offset).map(({ warning }) => warning);
  }

  /** A member of an object as this manifest would write it. */
  member(key: string, json: string): string {
    return this.layout.member(key, json);
  }

  /** The value at a path as a message shows it. */
  shown(path: readonly PathPart[]): string {
    return this.show(this.find(path));
  }

  lineOf(path: readonly PathPart[]): number {
    return this.lines.at(this.find(path).place.key).line;
  }

  /** Whether something at the path or below it is known to be wrong. */
  covers(path: readonly PathPart[]): boolean {
    return this.covered.has(pathText(path));
  }

  /** A problem of the text; a path has one problem, the first that was found. */
  fault({ path, offset, got, allowed, fix }: DocumentFault): void {
    if (this.isNew(path)) this.list(path, offset, { got, allowed, fix });
  }

  /** A problem of the value at `path`, or of its absence. */
  problem(path: readonly PathPart[], described: Described): void {
    if (!this.isNew(path)) return;
    const found = this.find(path);
    const offset = described.atKey === true ? found.place.key : found.place.start;
    this.list(path, offset, { ...described, got: described.got ?? this.show(found) });
  }

  warn(path: readonly PathPart[], message: string): void {
    if (this.foundWarnings.length >= maxListed) return;
    const offset = this.find(path).place.start;
    const warning = { ...this.placeOf(path, offset), message: `${this.label(path)}: ${seen(message)}` };
    this.foundWarnings.push({ offset, warning });
  }

  private isNew(path: readonly PathPart[]): boolean {
    const text = pathText(path);
    if (text !== "" && this.paths.has(text)) return false;
    this.paths.add(text);
    for (let length = path.length; length > 0; length--) this.covered.add(pathText(path.slice(0, length)));
    this.problemCount++;
    return this.problemCount <= maxListed;
  }

  private list(
    path: readonly PathPart[],
    offset: number,
    { got, allowed, fix }: Described & { readonly got: string },
  ): void {
    const label = this.label(path);
    const problem: ManifestProblem = {
      ...this.placeOf(path, offset),
      got: seen(got),
      allowed: seen(allowed),
      ...(fix === undefined ? {} : { fix: seen(fix) }),
      message: `${label === "" ? "" : `${label}: `}got ${seen(got)}; allowed is ${seen(allowed)}.`,
    };
    this.foundProblems.push({ offset, problem });
  }

  private placeOf(path: readonly PathPart[], offset: number): ManifestWarning & { message: "" } {
    const entryId = this.layout.entryId(this.document.value, path);
    return {
      ...this.lines.at(offset),
      path: seen(pathText(path)),
      ...(entryId === undefined ? {} : { entryId }),
      message: "",
    };
  }

  /** The part of a path that a person wants to read: inside of the entry. */
  private label(path: readonly PathPart[]): string {
    const { entryDepth } = this.layout;
    return seen(pathText(path.length > entryDepth ? path.slice(entryDepth) : path));
  }

  /** The value at a path; where there is none, the place of the last object on the way. */
  private find(path: readonly PathPart[]): Found {
    const { places } = this.document;
    let found: Found = { value: this.document.value, place: places.root };
    for (const part of path) {
      const { value, place } = found;
      if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) {
        return { value: undefined, place };
      }
      const member: unknown = Reflect.get(value, part);
      found = { value: member, place: places.of(value, part) ?? place };
    }
    return found;
  }

  /** A value as it stands in the file, where that is short and on one line. */
  private show({ value, place: { start, end } }: Found): string {
    if (value === undefined) return "nothing";
    if (typeof value === "object" && value !== null) return show(value);
    const source = this.text.slice(start, end);
    if (source === "") return "nothing";
    if (unseen.test(source)) return typeof value === "string" ? quote(value) : String(value);
    return source.length <= shownCharacters ? source : `${source.slice(0, shownCharacters)}...`;
  }
}
