/** A resource as a rule sees it: its type as `ssm.MaintenanceWindow`, its name, its resolved inputs. */
export interface Declared {
  readonly type: string;
  readonly name: string;
  readonly props: Fields;
}

/** A rule over everything that a program declares: what breaks it, one sentence each. */
export type Rule = (resources: readonly Declared[]) => string[];

export type Fields = Readonly<Record<string, unknown>>;

/** The resources of a type. */
export function of(resources: readonly Declared[], type: string): readonly Declared[] {
  return resources.filter((resource) => resource.type === type);
}

/** Goes into objects and, by number, into lists; undefined where the path ends early. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (current, part) =>
      typeof current === "object" && current !== null ? Reflect.get(current, part) : undefined,
    value,
  );
}

/** A rule for each resource of a type. */
export function each(
  type: string,
  check: (props: Fields, resources: readonly Declared[]) => readonly string[],
): Rule {
  return (resources) =>
    of(resources, type).flatMap(({ name, props }) =>
      check(props, resources).map((what) => `${name} ${what}`),
    );
}

export function unless(holds: boolean, otherwise: string): string[] {
  return holds ? [] : [otherwise];
}

export function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
