import { type MemberModel, type OperationModel, type ServiceModel, shapeOf } from "../../aws/model/model.js";
import type { WireRequest } from "./wire.js";

/** The address of an operation, such as `/{Bucket}/{Key+}?tagging`. */
interface Address {
  /** Between slashes: a fixed text, or the label that stands for one, the greedy one for all that follows too. */
  readonly parts: readonly { readonly text: string; readonly label?: string; readonly isGreedy: boolean }[];
  readonly query: readonly (readonly [name: string, value: string])[];
}

/** A member that stands outside the body. */
interface Located {
  readonly name: string;
  readonly location: NonNullable<MemberModel["location"]>;
  /** Its name there; of a header in lower case. */
  readonly at: string;
  readonly shape: string;
}

const addresses = new Map<string, Address>();
const places = new WeakMap<object, readonly Located[]>();
const marks = new WeakMap<OperationModel, readonly string[]>();

/** The address that a template of the model stands for, read once. */
export function addressOf(requestUri: string): Address {
  return kept(addresses, requestUri, () => {
    const [template = "", fixed = ""] = requestUri.split("?");
    const parts = template
      .split("/")
      .slice(1)
      .map((text) => {
        const [, label, greedy] = /^\{([^}+]+)(\+?)\}$/.exec(text) ?? [];
        return { text, isGreedy: greedy === "+", ...(label === undefined ? {} : { label }) };
      });
    return { parts, query: [...new URLSearchParams(fixed)] };
  });
}

/** The members of a shape that stand outside the body. */
export function locatedOf(members: Readonly<Record<string, MemberModel>>): readonly Located[] {
  return kept(places, members, () =>
    Object.entries(members).flatMap(([name, { location, locationName = name, shape }]) => {
      if (location === undefined) return [];
      const isHeader = location === "header" || location === "headers";
      return [{ name, location, at: isHeader ? locationName.toLowerCase() : locationName, shape }];
    }),
  );
}

/** The headers without which a request is not this operation's. */
export function marksOf(service: ServiceModel, operation: OperationModel): readonly string[] {
  return kept(marks, operation, () => {
    const { input } = operation;
    const { members = {}, required = [] } = input === undefined ? {} : shapeOf(service, input.shape);
    const isMark = ({ name, location }: Located) => location === "header" && required.includes(name);
    return locatedOf(members)
      .filter(isMark)
      .map(({ at }) => at);
  });
}

/** The texts that stand for the labels of a template in a path; undefined when the two do not fit. */
export function labels(requestUri: string, { path, query }: WireRequest): Map<string, string> | undefined {
  const address = addressOf(requestUri);
  for (const [name, value] of address.query) {
    if (!query.has(name) || (value !== "" && query.get(name) !== value)) return undefined;
  }
  const wanted = address.parts;
  const given = path.replace(/^\//, "").split("/");
  // Old clients end some addresses with a slash; at the end of a key it counts.
  if (wanted.at(-1)?.isGreedy !== true && given.length === wanted.length + 1 && given.at(-1) === "")
    given.pop();
  const found = new Map<string, string>();
  for (const [index, { text, label, isGreedy }] of wanted.entries()) {
    const value = isGreedy ? given.slice(index).join("/") : given[index];
    if (value === undefined || (label === undefined ? value !== text : value === "")) return undefined;
    if (label !== undefined) found.set(label, value);
    if (isGreedy) return found;
  }
  return wanted.length === given.length ? found : undefined;
}

function kept<K extends object | string, V>(
  known: { get(key: K): V | undefined; set(key: K, value: V): unknown },
  key: K,
  make: () => V,
): V {
  const found = known.get(key) ?? make();
  known.set(key, found);
  return found;
}
