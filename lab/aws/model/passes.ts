import { matcher, type ServiceModel, type ShapeModel, shapeOf, textLength } from "./model.js";

/** Whether a value keeps a shape's constraints. */
type Check = (value: unknown) => boolean;

/** Of each model the checks of its shapes; undefined for a shape that constrains nothing. */
const compiled = new WeakMap<ServiceModel, Map<string, Check | undefined>>();

/**
 * Whether a message keeps the constraints of the official model, as `violations` has them, by functions that each shape
 * is compiled into once. Its types are taken as right.
 */
export function passes(model: ServiceModel, shapeName: string, value: unknown): boolean {
  return checkOf(model, shapeName)?.(value) ?? true;
}

function checkOf(model: ServiceModel, name: string): Check | undefined {
  const checks = compiled.get(model) ?? new Map<string, Check | undefined>();
  compiled.set(model, checks);
  if (checks.has(name)) return checks.get(name);
  // A shape may be part of itself: until it is compiled, its own name stands for it.
  checks.set(name, (value) => passes(model, name, value));
  const check = compile(model, shapeOf(model, name));
  checks.set(name, check);
  return check;
}

function compile(model: ServiceModel, shape: ShapeModel): Check | undefined {
  switch (shape.type) {
    case "structure":
      return structure(model, shape);
    case "list": {
      const size = sizeCheck(shape);
      const item = checkOf(model, shape.member?.shape ?? "");
      return every<readonly unknown[]>([
        size && ((items) => size(items.length)),
        item && ((items) => items.every((one) => item(one))),
      ]);
    }
    case "map": {
      const size = sizeCheck(shape);
      const key = checkOf(model, shape.key?.shape ?? "");
      const value = checkOf(model, shape.value?.shape ?? "");
      return every<object>([
        size && ((map) => size(Object.keys(map).length)),
        key && ((map) => Object.keys(map).every(key)),
        value && ((map) => Object.values(map).every((one) => value(one))),
      ]);
    }
    case "string": {
      const size = sizeCheck(shape);
      const pattern = shape.pattern === undefined ? undefined : matcher(shape.pattern);
      const allowed = shape.enum === undefined ? undefined : new Set(shape.enum);
      return every<string>([
        size && ((text) => size(textLength(text))),
        allowed && ((text) => allowed.has(text)),
        pattern && ((text) => pattern.test(text)),
      ]);
    }
    case "blob": {
      const size = sizeCheck(shape);
      return size && ((bytes) => size((bytes as Uint8Array).length));
    }
    case "integer":
    case "long":
    case "float":
    case "double":
      return sizeCheck(shape) as Check | undefined;
    default:
      return undefined;
  }
}

function structure(model: ServiceModel, { members = {}, required = [] }: ShapeModel): Check | undefined {
  const checks = Object.entries(members).flatMap(([name, { shape }]) => {
    const check = checkOf(model, shape);
    return check === undefined ? [] : [{ name, check }];
  });
  if (checks.length === 0 && required.length === 0) return undefined;
  return (value) => {
    const given = value as Readonly<Record<string, unknown>>;
    for (const name of required) if (given[name] === undefined) return false;
    for (const { name, check } of checks) {
      const member = given[name];
      if (member !== undefined && !check(member)) return false;
    }
    return true;
  };
}

function sizeCheck({ min, max }: ShapeModel): ((size: number) => boolean) | undefined {
  if (min === undefined && max === undefined) return undefined;
  const [least, most] = [min ?? Number.NEGATIVE_INFINITY, max ?? Number.POSITIVE_INFINITY];
  // Not the other way round: what is no number breaks no limit.
  return (size) => !(size < least) && !(size > most);
}

/** One check of those that there are. */
function every<T>(checks: readonly (((value: T) => boolean) | undefined)[]): Check | undefined {
  const some = checks.filter((check) => check !== undefined);
  if (some.length === 0) return undefined;
  return (value) => some.every((check) => check(value as T));
}
