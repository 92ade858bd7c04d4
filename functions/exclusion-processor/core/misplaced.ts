import { stateFolder } from "#shared/contract/believed.js";
import { decisionFolder, keys } from "#shared/contract/exclusionNames.js";
import { isDecisionKey } from "#shared/contract/ringNames.js";
import { counted } from "#shared/text/words.js";
import type { Notice } from "../../shared/message.js";
import { nearest } from "../manifest/nearest.js";
import { formatOf } from "../manifest/source.js";
import type { ListedObject } from "../ports.js";

/** An object that nothing looks at. */
export interface MisplacedObject {
  readonly key: string;
  /** What is to be done about it, as a sentence. */
  readonly mend: string;
}

const folders = [keys.manifests, keys.plans, keys.approvals] as const;
const known = [...folders, keys.statuses, stateFolder];
const maxLines = 20;
const decisionMend = `What is said of a ring is ${decisionFolder}RING/pause.json or promote.json, in small letters.`;

/** The objects of a bucket that do nothing where they are, in order. */
export function misplacedObjects(listed: readonly Pick<ListedObject, "key">[]): MisplacedObject[] {
  const there = new Set(listed.map(({ key }) => key));
  return listed.flatMap(({ key }) => {
    // A folder that the console has made.
    if (key.endsWith("/") || key === keys.record) return [];
    // What people say of rings, the starting function of the central window reads.
    if (key.startsWith(decisionFolder)) return isDecisionKey(key) ? [] : [{ key, mend: decisionMend }];
    if (key.startsWith(keys.approvals)) {
      const about = key.slice(keys.approvals.length);
      return there.has(about) ? [] : [{ key, mend: `It approves ${about}, and there is no such object.` }];
    }
    if (known.some((prefix) => key.startsWith(prefix))) return [];
    const mend =
      formatOf(key) === undefined
        ? `It is no manifest: these are below ${keys.manifests} and end in .yaml, .yml or .json.`
        : `As a manifest it belongs to ${placeOf(key)}.`;
    return [{ key, mend }];
  });
}

/** Where an object was meant to be: its first folder may be misspelt. */
function placeOf(key: string): string {
  const parts = key.split("/").filter((part) => part !== "");
  const [first = "", ...rest] = parts;
  const folder = nearest(
    first,
    folders.map((prefix) => prefix.slice(0, -1)),
  );
  return rest.length > 0 && folder !== undefined
    ? `${folder}/${rest.join("/")}`
    : `${keys.manifests}${parts.at(-1)}`;
}

/** Tells people of objects that do nothing. */
export function misplacedNotice(objects: readonly MisplacedObject[]): Notice {
  const lines = objects.slice(0, maxLines).map(({ key, mend }) => `- ${key}: ${mend}`);
  const left = objects.length - lines.length;
  return {
    ...{ kind: "exclusions-misplaced", about: "objects" },
    subject: `patchplane: exclusions: nothing looks at ${counted(objects.length, "object")} in the bucket`,
    text: [
      "These objects do nothing where they are:",
      "",
      ...lines,
      ...(left > 0 ? [`- and ${left} more`] : []),
      "",
    ].join("\n"),
  };
}
