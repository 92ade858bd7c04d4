import { believedKey, nothingBelieved, parseBelieved } from "#shared/contract/believed.js";
import { settle } from "../../shared/errors.js";
import type { Ports } from "../ports.js";
import { isSameBelief } from "./belief.js";
import { textOf } from "./gather.js";

/** Ports that read and do not write, and tell whether anything was to be written. */
interface DryPorts extends Ports {
  readonly hasWork: () => boolean;
}

/**
 * Ports for a run that only finds out whether there is anything to write. Each write is taken note of and answered as if
 * it had been made.
 *
 * @param now the run's time, epoch milliseconds
 */
export function dryPorts(ports: Ports, now: number): DryPorts {
  let hasWork = false;
  const noted = <T>(answer: T): Promise<T> => {
    hasWork = true;
    return Promise.resolve(answer);
  };
  /** What is believed is written anew only when it says something else, or is not to be believed any longer. */
  const isBelieved = async (text: string): Promise<boolean> => {
    if (text === nothingBelieved) return true;
    const read = await settle(ports.store.read(believedKey));
    const before = read.ok && read.value !== undefined ? parseBelieved(textOf(read.value) ?? "") : undefined;
    const next = parseBelieved(text);
    const isFresh = before !== undefined && before.checkedAt <= now && now < before.until;
    return isFresh && next !== undefined && isSameBelief(before, next);
  };
  return {
    ...ports,
    store: {
      list: (prefix) => ports.store.list(prefix),
      read: (key, versionId) => ports.store.read(key, versionId),
      olderVersions: (key) => ports.store.olderVersions(key),
      write: async (key, text) => (key === believedKey && (await isBelieved(text)) ? "" : noted("")),
      writeIf: () => noted(""),
    },
    region: (name, record) => {
      const access = ports.region(name, record);
      return {
        read: (keys) => access.read(keys),
        readTraces: () => access.readTraces(),
        readTagged: (groups, keys) => access.readTagged(groups, keys),
        readTold: (ids) => access.readTold(ids),
        readReports: (ids) => access.readReports(ids),
        apply: (step) => noted(step.kind === "createBaseline" ? { baselineId: `new ${step.name}` } : {}),
      };
    },
    notifier: { publish: () => noted(undefined) },
    log: { info: () => undefined, error: (message, details) => ports.log.error(message, details) },
    hasWork: () => hasWork,
  };
}
