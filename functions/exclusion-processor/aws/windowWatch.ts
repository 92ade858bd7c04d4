import type { SSMClient } from "@aws-sdk/client-ssm";
import { type WatchedWindow, watchKey } from "#shared/contract/windowWatch.js";
import type { Log } from "../../shared/log.js";
import { awsWindows } from "../../shared/windows/awsWindows.js";
import { watchWindows } from "../../shared/windows/watch.js";
import { Sealed } from "../core/sealed.js";
import type { Ports, Store } from "../ports.js";

/**
 * Watches the windows of the function's own Region; what it keeps of them is in the stack's bucket.
 *
 * @param watched the windows
 */
export function windowWatch(
  client: SSMClient,
  store: Store,
  watched: readonly WatchedWindow[],
  log: Log,
): Ports["watchWindows"] {
  let sealed = Sealed.none(watchKey);
  const ports = {
    ...awsWindows(client),
    readKept: async (key: string) => {
      sealed = await Sealed.read(store, key, [{ key }]);
      const { text, isSpoiled } = sealed;
      return text === undefined ? { isSpoiled } : { text, isSpoiled };
    },
    writeKept: async (_key: string, text: string) => {
      await sealed.write(store, text);
      await sealed.rest(store);
    },
  };
  return (listed, now) => {
    const kept = listed?.find(({ key }) => key === watchKey);
    return watchWindows({ ports, watched, log }, kept?.etag, now);
  };
}
