import { canonicalJson, digest, type JsonValue } from "#shared/text/words.js";
import type { Ports } from "../ports.js";
import type { CountingTags } from "./model.js";

/** Ports that ask once. */
interface RecordedPorts extends Ports {
  /** Makes what is read from now on be asked anew. */
  readonly forget: () => void;
}

/**
 * Ports that remember what they have read, so that a plan can be made again without asking again. Whatever is written is
 * asked for anew, and so is what could not be read.
 */
export function recordedPorts(ports: Ports): RecordedPorts {
  const answers = new Map<string, Promise<unknown>>();
  const once = <T>(question: readonly JsonValue[], ask: () => Promise<T>): Promise<T> => {
    const key = canonicalJson(question);
    const known = answers.get(key);
    if (known !== undefined) return known as Promise<T>;
    const answer = ask();
    answers.set(key, answer);
    // Whoever asked has the error; the next one asks anew.
    answer.catch(() => answers.get(key) === answer && answers.delete(key));
    return answer;
  };
  const forget = (...beginnings: readonly (readonly JsonValue[])[]) => {
    for (const beginning of beginnings) {
      const text = canonicalJson(beginning).slice(0, -1);
      for (const key of answers.keys()) if (key.startsWith(text)) answers.delete(key);
    }
  };
  const { store } = ports;
  const names = new WeakMap<CountingTags, string>();
  /** The same for the same tags, and short: entries may name thousands of values. */
  const nameOf = (tags: CountingTags): string => {
    const lists = [...tags].map(([key, values]) => [key, values === "any" ? values : [...values]]);
    const name = names.get(tags) ?? digest(canonicalJson(lists), 32);
    names.set(tags, name);
    return name;
  };
  return {
    ...ports,
    store: {
      list: (prefix) => once(["list", prefix], () => store.list(prefix)),
      read: (key, versionId) => once(["object", key, versionId ?? null], () => store.read(key, versionId)),
      olderVersions: (key) => once(["object", key], () => store.olderVersions(key)),
      write: (key, text) => {
        forget(["list"], ["object", key]);
        return store.write(key, text);
      },
      writeIf: (key, text, etag) => {
        forget(["list"], ["object", key]);
        return store.writeIf(key, text, etag);
      },
    },
    region: (name, record) => {
      const access = ports.region(name, record);
      const read = <T>(question: readonly JsonValue[], ask: () => Promise<T>) =>
        once(["region", name, ...question], ask);
      return {
        read: (tags) => read(["all", nameOf(tags)], () => access.read(tags)),
        readTraces: () => read(["traces"], () => access.readTraces()),
        readTagged: (groups, tags) =>
          read(["tagged", groups, nameOf(tags)], () => access.readTagged(groups, tags)),
        readTold: (ids) => read(["told", ids], () => access.readTold(ids)),
        readReports: (ids) => read(["reports", ids], () => access.readReports(ids)),
        apply: (step) => {
          forget(["region", name]);
          return access.apply(step);
        },
      };
    },
    forget: () => answers.clear(),
  };
}
