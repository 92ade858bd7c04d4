import fc, { type Arbitrary } from "fast-check";
import {
  type MemberModel,
  modelOf,
  type OperationModel,
  type ServiceModel,
  type ServiceName,
  type ShapeModel,
  shapeOf,
} from "#lab/aws/model/model.js";
import { textsOf } from "./supportTexts.js";

export type Message = Readonly<Record<string, unknown>>;

/** A request that breaks one constraint of the model and no other. */
interface Broken {
  readonly message: Message;
  /** Such as `targets.1.member.key`. */
  readonly path: string;
  /** In the words of AWS. */
  readonly constraint: string;
}

type Location = MemberModel["location"];

interface Flaw {
  readonly value: unknown;
  /** Below the value, with a dot before it; empty for the value itself. */
  readonly path: string;
  readonly constraint: string;
}

/** Values that mean something to the account that is asked, by the name of their shape. */
export type Known = Readonly<Record<string, readonly unknown[]>>;

const seed = 3;

/** Makes requests to the operations of a service from its official model. */
export class Requests {
  private readonly model: ServiceModel;
  private readonly values = new Map<string, Arbitrary<unknown>>();
  private readonly flawed = new Map<string, readonly Arbitrary<Flaw>[]>();

  constructor(
    service: ServiceName,
    private readonly known: Known = {},
  ) {
    this.model = modelOf(service);
  }

  /** Requests with all required members and some of the others, in which every constraint is met. */
  valid(operation: string, count: number): Message[] {
    const name = this.inputOf(operation);
    if (name === undefined) return Array.from({ length: count }, () => ({}));
    return fc.sample(this.value({ shape: name }), { seed, numRuns: count }) as Message[];
  }

  /** Requests with one constraint broken; each constraint of the operation in turn, in all that it has. */
  broken(operation: string, count: number): Broken[] {
    const name = this.inputOf(operation);
    const all = name === undefined ? [] : this.flaws({ shape: name });
    const each = Math.ceil(count / Math.max(1, all.length));
    return all
      .flatMap((flaw) => fc.sample(flaw, { seed, numRuns: each }))
      .map(({ value, path, constraint }) => ({ message: value as Message, path: path.slice(1), constraint }));
  }

  private inputOf(operation: string): string | undefined {
    const { input }: Partial<OperationModel> = this.model.operations[operation] ?? {};
    return input?.shape;
  }

  private value(ref: MemberModel): Arbitrary<unknown> {
    const key = `${ref.shape} ${ref.location}`;
    const made = this.values.get(key);
    if (made !== undefined) return made;
    const shape = shapeOf(this.model, ref.shape);
    const usual = this.usual(shape, ref);
    const known = this.known[ref.shape];
    // A whole that makes sense now and then, its parts mostly.
    const [often, other] = shape.type === "structure" ? [1, 4] : [3, 1];
    const value =
      known === undefined
        ? usual
        : fc.oneof(
            { arbitrary: fc.constantFrom(...known), weight: often },
            { arbitrary: usual, weight: other },
          );
    this.values.set(key, value);
    return value;
  }

  private usual(shape: ShapeModel, { location }: MemberModel): Arbitrary<unknown> {
    const { min, max } = shape;
    switch (shape.type) {
      case "structure":
        return this.structure(shape);
      case "list": {
        // A flat list of nothing is no list on the wire.
        const least = shape.flattened === true ? { ...shape, min: Math.max(1, min ?? 0) } : shape;
        const few = fc.array(this.value(memberOf(shape, location)), sizes(least));
        const most = max === undefined || max > 100 ? [] : [this.list(shape, location, max)];
        return fc.oneof({ arbitrary: few, weight: 15 }, ...most);
      }
      case "map":
        return fc
          .uniqueArray(fc.tuple(this.value(keyOf(shape, location)), this.value(itemOf(shape, location))), {
            ...sizes(shape),
            selector: ([key]) => key,
          })
          .map((entries) => Object.fromEntries(entries));
      case "string":
        return fc.constantFrom(...textsOf(shape).valid.filter((text) => canStand(text, location)));
      case "blob":
        return fc.uint8Array({ minLength: min ?? 0, maxLength: Math.min(max ?? 64, 4096), size: "max" });
      case "integer":
      case "long":
        return fc.integer({ min: min ?? -(2 ** 31), max: max ?? 2 ** 31 - 1 });
      case "boolean":
        return fc.boolean();
      case "timestamp":
        return fc
          .integer({ min: 946_684_800, max: 4_102_444_800 })
          .map((seconds) => new Date(seconds * 1000));
      default:
        throw new Error(`no request has had a ${shape.type} yet`);
    }
  }

  /** A structure without one of its members; many with few of those that are optional, as requests are. */
  private structure({ members = {}, required = [] }: ShapeModel, without?: string): Arbitrary<Message> {
    const others = Object.entries(members).filter(([name]) => name !== without);
    const values = Object.fromEntries(others.map(([name, member]) => [name, this.value(member)]));
    const requiredKeys = required.filter((name) => name !== without);
    const any = fc.record(values, { requiredKeys, noNullPrototype: true });
    return fc.tuple(any, fc.nat({ max: 3 }), fc.nat()).map(([message, few, place]) => {
      const optional = Object.keys(message).filter((name) => !requiredKeys.includes(name));
      if (few === 3 || optional.length <= few) return message;
      const kept = Array.from({ length: few }, (_, index) => optional[(place + index) % optional.length]);
      return Object.fromEntries(
        Object.entries(message).filter(([name]) => requiredKeys.includes(name) || kept.includes(name)),
      );
    });
  }

  private list(shape: ShapeModel, location: Location, length: number): Arbitrary<unknown[]> {
    return fc
      .array(this.value(memberOf(shape, location)), { minLength: Math.min(1, length), maxLength: 3 })
      .map((items) => Array.from({ length }, (_, index) => items[index % items.length]));
  }

  /** All the ways in which a value can break one constraint. */
  private flaws(ref: MemberModel): readonly Arbitrary<Flaw>[] {
    const key = `${ref.shape} ${ref.location}`;
    const made = this.flawed.get(key);
    if (made !== undefined) return made;
    const found = this.flawsOf(shapeOf(this.model, ref.shape), ref);
    this.flawed.set(key, found);
    return found;
  }

  private flawsOf(shape: ShapeModel, { location }: MemberModel): readonly Arbitrary<Flaw>[] {
    switch (shape.type) {
      case "structure":
        return Object.entries(shape.members ?? {}).flatMap(([name, member]) =>
          this.memberFlaws(shape, name, member),
        );
      case "list":
        return [
          ...this.sizeFlaws(shape, (size) => this.list(shape, location, size)),
          ...this.itemFlaws(shape, location),
        ];
      case "map":
        return [...this.sizeFlaws(shape, (size) => this.map(shape, size)), ...this.entryFlaws(shape)];
      case "blob":
        return this.sizeFlaws(shape, (size) =>
          fc.uint8Array({ minLength: size, maxLength: size, size: "max" }),
        );
      case "integer":
      case "long":
        return this.sizeFlaws(shape, (size) => fc.constant(size), "value");
      case "string": {
        const texts = textsOf(shape);
        const kinds = [
          [texts.tooShort, `Member must have length greater than or equal to ${shape.min}`],
          [texts.tooLong, `Member must have length less than or equal to ${shape.max}`],
          [texts.mismatched, `Member must satisfy regular expression pattern: ${shape.pattern}`],
          [texts.unlisted, `Member must satisfy enum value set: [${shape.enum?.join(", ")}]`],
        ] as const;
        return kinds.flatMap(([all, constraint]) => {
          const values = all.filter((text) => text === "" || canStand(text, location));
          return values.length === 0 ? [] : [itself(fc.constantFrom(...values), constraint)];
        });
      }
      default:
        return [];
    }
  }

  private memberFlaws(shape: ShapeModel, name: string, member: MemberModel): Arbitrary<Flaw>[] {
    const path = `.${name.charAt(0).toLowerCase()}${name.slice(1)}`;
    const rest = this.structure(shape, name);
    const missing = rest.map((value) => ({ value, path, constraint: "Member must not be null" }));
    const inside = this.flaws(member).map((flaw) =>
      fc.tuple(flaw, rest).map(([one, others]) => ({
        ...one,
        value: { ...others, [name]: one.value },
        path: `${path}${one.path}`,
      })),
    );
    return shape.required?.includes(name) === true ? [missing, ...inside] : inside;
  }

  private itemFlaws(shape: ShapeModel, location: Location): Arbitrary<Flaw>[] {
    const item = memberOf(shape, location);
    const others = fc.array(this.value(item), {
      minLength: Math.max(0, (shape.min ?? 0) - 1),
      maxLength: rest(shape),
    });
    return this.flaws(item).map((flaw) =>
      fc.tuple(flaw, others, fc.nat()).map(([one, all, place]) => {
        const at = place % (all.length + 1);
        return { ...one, value: all.toSpliced(at, 0, one.value), path: `.${at + 1}.member${one.path}` };
      }),
    );
  }

  private map(shape: ShapeModel, size: number): Arbitrary<Message> {
    return this.value(itemOf(shape, undefined)).map((value) =>
      Object.fromEntries(Array.from({ length: size }, (_, index) => [`key${index}`, value])),
    );
  }

  private entryFlaws(shape: ShapeModel): Arbitrary<Flaw>[] {
    const flawedKeys = this.flaws(keyOf(shape, undefined)).map((flaw) =>
      fc.tuple(flaw, this.value(itemOf(shape, undefined))).map(([one, value]) => ({
        ...one,
        value: Object.fromEntries([[one.value, value]]),
        path: `.${one.value}.key`,
      })),
    );
    const flawedValues = this.flaws(itemOf(shape, undefined)).map((flaw) =>
      fc.tuple(this.value(keyOf(shape, undefined)), flaw).map(([key, one]) => ({
        ...one,
        value: Object.fromEntries([[key, one.value]]),
        path: `.${key}.value${one.path}`,
      })),
    );
    return [...flawedKeys, ...flawedValues];
  }

  private sizeFlaws(
    { min, max }: ShapeModel,
    make: (size: number) => Arbitrary<unknown>,
    noun = "length",
  ): Arbitrary<Flaw>[] {
    const isPossible = min !== undefined && (noun === "value" || min > 0);
    return [
      ...(isPossible
        ? [itself(make(min - 1), `Member must have ${noun} greater than or equal to ${min}`)]
        : []),
      ...(max === undefined
        ? []
        : [itself(make(max + 1), `Member must have ${noun} less than or equal to ${max}`)]),
    ];
  }
}

function itself(values: Arbitrary<unknown>, constraint: string): Arbitrary<Flaw> {
  return values.map((value) => ({ value, path: "", constraint }));
}

/** Sizes that are soon made. */
function sizes({ min = 0, max = Number.POSITIVE_INFINITY }: ShapeModel) {
  return { minLength: min, maxLength: Math.min(max, min + 2) };
}

function rest({ min = 0, max = Number.POSITIVE_INFINITY }: ShapeModel): number {
  return Math.min(max, min + 2) - 1;
}

/** A header has only what is printed, headers of any name even less, a path no empty part. */
function canStand(text: string, location: Location): boolean {
  if (location === "header") return /^(|[!-~]|[!-~][ -~]*[!-~])$/.test(text);
  if (location === "headers") return /^[a-z0-9-]+$/.test(text);
  return location !== "uri" || text !== "";
}

/** A part of a list or a map, in the place of the whole. */
function part(ref: MemberModel = { shape: "" }, location: Location): MemberModel {
  return location === undefined ? ref : { ...ref, location };
}
const memberOf = ({ member }: ShapeModel, location: Location) => part(member, location);
const keyOf = ({ key }: ShapeModel, location: Location) => part(key, location);
const itemOf = ({ value }: ShapeModel, location: Location) => part(value, location);
