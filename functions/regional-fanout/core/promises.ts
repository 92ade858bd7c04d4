import { parseVerdicts, sealKey, toldByRegion, verdictsKey } from "#shared/contract/keptVerdicts.js";
import { groupsOf, memoryKey, parseMemory, settleMs } from "#shared/contract/regionMemory.js";
import { parseSeal, sealDigest, sealOf } from "#shared/contract/seal.js";
import type { ProcessorState } from "../ports.js";

/** What the exclusion processor has told as in force in a Region. */
export interface Promised {
  /** Patch group of each node on which entries are in force. */
  readonly groups: ReadonlyMap<string, string>;
  /** Nodes whose tags it has written so lately that AWS may show older ones. */
  readonly written: ReadonlySet<string>;
  /** Whether what it kept of the Region is gone or broken, so that people alone were told what is in force. */
  readonly isLost: boolean;
}

/**
 * What is promised in a Region. Where the processor has kept nothing of it, nothing is, unless its verdicts tell otherwise.
 *
 * @param now epoch milliseconds
 * @throws whatever the state throws, and Error when the verdicts cannot be understood: in doubt nothing is started
 */
export async function promisedIn(
  state: Pick<ProcessorState, "read">,
  region: string,
  now: number,
): Promise<Promised> {
  const key = memoryKey(region);
  const kept = await keptIn(state, key, sealOf(key));
  const memory = kept.text === undefined ? undefined : parseMemory(kept.text);
  if (memory !== undefined) {
    const isSettled = memory.wroteAt === undefined || now >= Date.parse(memory.wroteAt) + settleMs;
    const written = isSettled ? [] : groupsOf(memory.written).keys();
    return { groups: groupsOf(memory.promised), written: new Set(written), isLost: false };
  }
  const told = await keptIn(state, verdictsKey, sealKey);
  if (!told.isThere && !kept.isThere) return { groups: new Map(), written: new Set(), isLost: false };
  const verdicts = told.text === undefined ? undefined : parseVerdicts(told.text);
  if (verdicts === undefined) {
    throw new Error(
      `${kept.isThere ? `${key} and ` : ""}${verdictsKey} cannot be understood, or the processor has not left it so`,
    );
  }
  const groups = toldByRegion(verdicts.manifests.values()).get(region) ?? new Map<string, string>();
  return { groups, written: new Set(), isLost: groups.size > 0 };
}

/** What the processor has kept in an object; no text where something is there, or was, that it has not left so. */
async function keptIn(
  state: Pick<ProcessorState, "read">,
  key: string,
  seal: string,
): Promise<{ readonly isThere: boolean; readonly text?: string }> {
  // Between the two reads the processor may have written both.
  for (let turn = 1; ; turn++) {
    const text = await state.read(key);
    const sealed = await state.read(seal);
    if (text === undefined && sealed === undefined) return { isThere: false };
    if (text !== undefined && parseSeal(sealed ?? "")?.includes(sealDigest(text)) === true)
      return { isThere: true, text };
    if (turn === 2) return { isThere: true };
  }
}
