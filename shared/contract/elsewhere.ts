import * as z from "zod/mini";
import { stateFolder } from "./believed.js";
import { isoTime, readStored } from "./storedJson.js";

/** What the closing function is told of nodes that nothing patches. */
export const elsewhereVariables = { regions: "OTHER_REGIONS", nodes: "NODES_TO_FIND" } as const;

/** Which nodes are sought, as filters of the API (DescribeInstanceInformation). */
export interface NodeFilter {
  readonly key: string;
  readonly values: readonly string[];
}

const filters = z.array(z.object({ key: z.string(), values: z.array(z.string()) }));

/** Characters of an environment, of which a function has 4,096 bytes (API CreateFunction). */
const mostCharacters = 2_000;

/**
 * Filters as an environment tells them. Too many to be told, they are the key of the first tag alone, which finds other nodes too.
 *
 * @param criteria those of a window's target, by tags
 */
export function nodeFilterText(criteria: readonly NodeFilter[]): string {
  const text = JSON.stringify(criteria);
  const [first] = criteria;
  if (first === undefined || text.length <= mostCharacters) return text;
  return JSON.stringify([{ key: "tag-key", values: [first.key.replace(/^tag:/, "")] }]);
}

/** @throws Error for anything but what {@link nodeFilterText} gives */
export function parseNodeFilter(text: string): NodeFilter[] {
  return filters.parse(JSON.parse(text));
}

/** When other Regions are looked at next. */
export const elsewhereKey = `${stateFolder}elsewhere.json`;

const kept = z.object({ version: z.literal(1), dueAt: isoTime });

/** @param dueAt epoch milliseconds */
export function elsewhereText(dueAt: number): string {
  return `${JSON.stringify({ version: 1, dueAt: new Date(dueAt).toISOString() })}\n`;
}

/** Epoch milliseconds; 0 when it is anything else than what was written, another version among it. */
export function dueAt(text: string): number {
  const read = readStored(kept, text);
  return read.ok ? Date.parse(read.value.dueAt) : 0;
}
