import type { SSMClient } from "@aws-sdk/client-ssm";
import { type WatchedWindow, watchKey } from "#shared/contract/windowWatch.js";
import type { Log } from "../../shared/log.js";
import { awsWindows } from "../../shared/windows/awsWindows.js";
import { sealedKept } from "../../shared/windows/sealedKept.js";
import { watchWindows } from "../../shared/windows/watch.js";
import { textOf } from "../core/gather.js";
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
  const kept = sealedKept({
    read: async (key) => {
      const found = await store.read(key);
      return found === undefined ? undefined : { text: textOf(found) ?? "", etag: found.etag };
    },
    writeIf: (key, text, etag) => store.writeIf(key, text, etag),
  });
  const ports = { ...awsWindows(client), ...kept };
  return (listed, now) => {
    const there = listed?.find(({ key }) => key === watchKey);
    return watchWindows({ ports, watched, log }, there?.etag, now);
  };
}
