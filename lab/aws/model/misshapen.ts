import { type ServiceModel, type ShapeModel, shapeOf } from "./model.js";
import type { Violation } from "./validate.js";

/**
 * What of a message is not in the official model, or not of its type: no client could send it. Total.
 *
 * @param shapeName name of the shape of the whole message
 */
export function misshapen(model: ServiceModel, shapeName: string, value: unknown, path = ""): Violation[] {
  const shape = shapeOf(model, shapeName);
  const at = (name: string | number) => (path === "" ? `${name}` : `${path}.${name}`);
  if (!types[shape.type](value)) return [{ path, value, constraint: `Member must be of type ${shape.type}` }];
  switch (shape.type) {
    case "structure":
      return entriesOf(value).flatMap(([name, item]) => {
        const member = shape.members?.[name];
        return member === undefined
          ? [{ path: at(name), value: item, constraint: "Member must be one of the API's model" }]
          : misshapen(model, member.shape, item, at(name));
      });
    case "list":
      return (value as readonly unknown[]).flatMap((item, index) =>
        misshapen(model, shape.member?.shape ?? "", item, at(index + 1)),
      );
    case "map":
      return entriesOf(value).flatMap(([key, item]) =>
        misshapen(model, shape.value?.shape ?? "", item, at(key)),
      );
    default:
      return [];
  }
}

function entriesOf(value: unknown): [string, unknown][] {
  return Object.entries(value as object).filter(([, item]) => item !== undefined);
}

const isObject = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);

const types: Readonly<Record<ShapeModel["type"], (value: unknown) => boolean>> = {
  structure: isObject,
  map: isObject,
  list: Array.isArray,
  string: (value) => typeof value === "string",
  boolean: (value) => typeof value === "boolean",
  integer: Number.isInteger,
  long: Number.isInteger,
  float: Number.isFinite,
  double: Number.isFinite,
  timestamp: (value) => value instanceof Date,
  blob: (value) => value instanceof Uint8Array,
};
