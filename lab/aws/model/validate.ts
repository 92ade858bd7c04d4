import { validationError } from "../base/errors.js";
import { matcher, type ServiceModel, type ShapeModel, shapeOf, textLength } from "./model.js";
import { passes } from "./passes.js";

/** A value that breaks a constraint: where it stands, and the constraint in the words of AWS. */
export interface Violation {
  /** Such as `targets.1.member.key`. */
  readonly path: string;
  readonly value: unknown;
  readonly constraint: string;
}

/**
 * Holds a message against the official model: required members, lengths, ranges, patterns and enumerations. Its types
 * are taken as right. Total.
 *
 * @param shapeName name of the shape of the whole message
 */
export function violations(model: ServiceModel, shapeName: string, value: unknown): Violation[] {
  // Only what has to be put into words is walked through.
  return passes(model, shapeName, value) ? [] : walked(model, shapeName, value);
}

/** As `violations`, shape by shape. */
export function walked(model: ServiceModel, shapeName: string, value: unknown): Violation[] {
  const found: Violation[] = [];
  check(model, shapeName, value, "", found);
  return found;
}

/**
 * Holds a request against the official model.
 *
 * @throws AwsError what AWS answers to a request that breaks it
 */
export function requireValid(model: ServiceModel, shapeName: string, value: unknown): void {
  const found = violations(model, shapeName, value);
  if (found.length > 0) throw validationError(violationMessage(found));
}

/** What AWS answers to a request with such values. */
export function violationMessage(found: readonly Violation[]): string {
  const all = found.map(({ path, value, constraint }) => {
    const shown = value === undefined ? "null" : `'${text(value)}'`;
    return `Value ${shown} at '${path}' failed to satisfy constraint: ${constraint}`;
  });
  return `${found.length} validation error${found.length === 1 ? "" : "s"} detected: ${all.join("; ")}`;
}

function text(value: unknown): string {
  const whole = typeof value === "string" ? value : JSON.stringify(value);
  return whole.length <= 200 ? whole : `${whole.slice(0, 197)}...`;
}

function check(model: ServiceModel, name: string, value: unknown, path: string, found: Violation[]): void {
  const shape = shapeOf(model, name);
  const report = (constraint: string) => found.push({ path, value, constraint });
  switch (shape.type) {
    case "structure":
      checkStructure(model, shape, value as Readonly<Record<string, unknown>>, path, found);
      return;
    case "list": {
      const items = value as readonly unknown[];
      checkSize(shape, items.length, "length", report);
      const of = shape.member?.shape ?? "";
      items.forEach((item, index) => {
        check(model, of, item, `${path}.${index + 1}.member`, found);
      });
      return;
    }
    case "map": {
      const entries = Object.entries(value as object);
      checkSize(shape, entries.length, "length", report);
      for (const [key, item] of entries) {
        check(model, shape.key?.shape ?? "", key, `${path}.${key}.key`, found);
        check(model, shape.value?.shape ?? "", item, `${path}.${key}.value`, found);
      }
      return;
    }
    case "string":
      checkText(shape, value as string, report);
      return;
    case "blob":
      checkSize(shape, (value as Uint8Array).length, "length", report);
      return;
    case "integer":
    case "long":
    case "float":
    case "double":
      checkSize(shape, value as number, "value", report);
      return;
    default:
  }
}

function checkStructure(
  model: ServiceModel,
  { members = {}, required = [] }: ShapeModel,
  value: Readonly<Record<string, unknown>>,
  path: string,
  found: Violation[],
): void {
  const at = (name: string) => {
    const own = name.charAt(0).toLowerCase() + name.slice(1);
    return path === "" ? own : `${path}.${own}`;
  };
  for (const name of required) {
    if (value[name] === undefined)
      found.push({ path: at(name), value: undefined, constraint: "Member must not be null" });
  }
  for (const [name, member] of Object.entries(members)) {
    if (value[name] !== undefined) check(model, member.shape, value[name], at(name), found);
  }
}

function checkText(shape: ShapeModel, value: string, report: (constraint: string) => void): void {
  // AWS counts characters, not UTF-16 units.
  if (shape.min !== undefined || shape.max !== undefined)
    checkSize(shape, textLength(value), "length", report);
  if (shape.enum !== undefined && !shape.enum.includes(value)) {
    report(`Member must satisfy enum value set: [${shape.enum.join(", ")}]`);
  }
  if (shape.pattern !== undefined && !matcher(shape.pattern).test(value)) {
    report(`Member must satisfy regular expression pattern: ${shape.pattern}`);
  }
}

function checkSize(
  { min, max }: ShapeModel,
  size: number,
  noun: "length" | "value",
  report: (constraint: string) => void,
): void {
  if (min !== undefined && size < min) report(`Member must have ${noun} greater than or equal to ${min}`);
  if (max !== undefined && size > max) report(`Member must have ${noun} less than or equal to ${max}`);
}
