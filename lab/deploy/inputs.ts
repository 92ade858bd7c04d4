/** A resource's inputs, resolved. */
export type Inputs = Readonly<Record<string, unknown>>;

/** An input that the provider's schema requires or the program always gives. */
export function given<T>(inputs: Inputs, key: string): T {
  const value = inputs[key];
  if (value === undefined) throw new Error(`the resource has no ${key}`);
  return value as T;
}

export function optional<T>(inputs: Inputs, key: string): T | undefined {
  return inputs[key] as T | undefined;
}

/** Takes note of inputs of which no request that makes the resource tells, whatever they say. */
export function ignored(inputs: Inputs, ...names: readonly string[]): void {
  for (const name of names) JSON.stringify(inputs[name]);
}

/** `{ [to]: inputs[from] }`, or nothing when there is no such input: for what the provider sends as it is given. */
function pass<K extends string, T>(inputs: Inputs, from: string, to: K): { readonly [key in K]?: T } {
  const value = inputs[from];
  return (value === undefined ? {} : { [to]: value }) as { readonly [key in K]?: T };
}

/** As `pass`, but a value that is zero, false or empty is not sent: to the provider it is one that nobody gave. */
export function passSet<K extends string, T>(
  inputs: Inputs,
  from: string,
  to: K,
): { readonly [key in K]?: T } {
  const value = inputs[from];
  const isEmpty = typeof value === "object" && value !== null && Object.keys(value).length === 0;
  return !value || isEmpty ? {} : pass(inputs, from, to);
}

/** The member of a request that the provider makes of the resource's own name, unless the resource is given one. */
export function autonamed<K extends string>(inputs: Inputs, key: string, member: K): K | undefined {
  return inputs[key] === undefined ? member : undefined;
}

/** Tags as a list, as most services take them; nothing when there is none. */
export function tagList<K extends "Tags" | "TagSet">(
  inputs: Inputs,
  to: K,
): { readonly [key in K]?: { Key: string; Value: string }[] } {
  const entries = Object.entries(optional<Record<string, string>>(inputs, "tags") ?? {});
  if (entries.length === 0) return {};
  return { [to]: entries.map(([Key, Value]) => ({ Key, Value })) } as {
    readonly [key in K]?: { Key: string; Value: string }[];
  };
}

/** A resource's inputs, and which of them nobody has read so far. */
interface Watched {
  readonly inputs: Inputs;
  /** Such as `taskInvocationParameters.runCommandParameters.comment`. */
  readonly unread: () => string[];
  /** Whether one of them has been asked for, there or not. */
  readonly isRead: (name: string) => boolean;
}

/** Watches which inputs are read, down to the last one within another. */
export function watch(inputs: Inputs): Watched {
  const read = new Set<string>();
  const wrap = <T>(value: T, path: string): T =>
    isContainer(value)
      ? new Proxy(value, {
          get: (target, key) => {
            const item = Reflect.get(target, key);
            if (typeof key !== "string" || key === "length") return item;
            read.add(`${path}.${key}`);
            if (!Object.hasOwn(target, key)) return item;
            return wrap(item, `${path}.${key}`);
          },
        })
      : value;
  const unread = (value: unknown, path: string): string[] =>
    isContainer(value)
      ? Object.entries(value).flatMap(([key, item]) => {
          const at = `${path}.${key}`;
          if (item === undefined) return [];
          return read.has(at) ? unread(item, at) : [at.slice(1)];
        })
      : [];
  return {
    inputs: wrap(inputs, ""),
    unread: () => unread(inputs, ""),
    isRead: (name) => read.has(`.${name}`),
  };
}

/** An object or a list, and nothing that has a class of its own, as archives have. */
function isContainer(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === Array.prototype || prototype === null;
}
