import { decisionFolder } from "./exclusionNames.js";

/** Names of rings: they stand in names of windows and resource groups, and in keys of objects. */
export const ringNamePattern = /^[a-z][a-z0-9-]{0,19}$/;

/** What people say of a ring: it starts in no cycle, or it starts whatever became of the one before. */
export const ringWords = ["pause", "promote"] as const;
export type RingWord = (typeof ringWords)[number];

/** Key of what people have said of a ring. */
export function decisionKey(ring: string, word: RingWord): string {
  return `${decisionFolder}${ring}/${word}.json`;
}

/** Whether a key is one of what people say of a ring, whatever rings there are. */
export function isDecisionKey(key: string): boolean {
  const [ring = "", word = "", ...more] = key.slice(decisionFolder.length).split("/");
  const isWord = ringWords.some((one) => word === `${one}.json`);
  return key.startsWith(decisionFolder) && ringNamePattern.test(ring) && isWord && more.length === 0;
}
