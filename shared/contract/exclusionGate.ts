/** What an install window does when exclusions that were told as in force cannot be vouched for. */
export const exclusionGates = ["cancel", "proceed"] as const;
export type ExclusionGate = (typeof exclusionGates)[number];

/** What an install window tells the exclusion processor before it patches. */
export interface WindowCall {
  readonly windowId: string;
  readonly executionId: string;
  readonly gate: ExclusionGate;
}

/** Ids that SSM puts in the place of their names. */
const ids = { windowId: "{{WINDOW_ID}}", executionId: "{{WINDOW_EXECUTION_ID}}" };

/** The payload of a window's first task. @param gate without it the processor vouches for nothing */
export function windowCallText(gate?: ExclusionGate): string {
  return JSON.stringify(gate === undefined ? ids : { ...ids, gate });
}

/** Reads such a payload; undefined when an event is any other, or has no gate. */
export function parseWindowCall(event: unknown): WindowCall | undefined {
  if (typeof event !== "object" || event === null) return undefined;
  const { windowId, executionId, gate } = event as Readonly<Record<string, unknown>>;
  const known = exclusionGates.find((one) => one === gate);
  if (typeof windowId !== "string" || typeof executionId !== "string" || known === undefined)
    return undefined;
  return { windowId, executionId, gate: known };
}
