/**
 * What became of a node that a run was for: each node of a run is in exactly one state.
 */
export const nodeStates = {
  patched: "it was patched, and no patch failed",
  scanned: "it was scanned",
  "nothing to do": "it came back with nothing missing, and nothing was missing in the record before either",
  excluded: "it was patched with all but what exclusions keep off it",
  "pending reboot": "it was patched, and a patch waits for a reboot",
  failed: "its command or a patch failed, or its command was cancelled or timed out while it was at work",
  stopped: "it is stopped or terminated, or SSM no longer lists it",
  "not connected": "SSM knows it, and its agent is not heard",
  "no agent": "an EC2 instance that runs, of which SSM has never heard: no agent, or no right to register",
  "not reached before cutoff": "its turn had not come when the window began nothing any more",
  "stopped by the error limit": "others had failed more often than MaxErrors allows before its turn",
  "not started": "nothing was sent to it: the run was cancelled or skipped, or had no command for it",
  held: "an exclusion keeps the whole node from being installed",
  "default baseline": "the account's default baseline was used: its patch group is registered with none",
  unknown: "its command went well and it reported nothing, or what would tell could not be read",
} as const;

export type NodeState = keyof typeof nodeStates;

/** The states in order. */
export const nodeStateNames = Object.keys(nodeStates) as readonly NodeState[];

const covered: readonly NodeState[] = ["patched", "scanned", "nothing to do", "excluded", "pending reboot"];

/** Which number of a record counts the nodes of a state. */
export function countOfState(state: NodeState): "patched" | "failed" | "notCovered" {
  if (covered.includes(state)) return "patched";
  return state === "failed" ? "failed" : "notCovered";
}
