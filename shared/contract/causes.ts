/** Why a node is not patched or not compliant. */
export interface Cause {
  readonly cause: string;
  /** Whose turn it is: the node's owner, the stack's, that of an exclusion, nobody's: it will be done. */
  readonly act: "node" | "stack" | "exclusion" | "nobody";
  /** The same in words, of an exclusion with its owner and its end. */
  readonly who: string;
  /** What mends it; of an exclusion, its reason. */
  readonly remedy: string;
  /** Of this node. */
  readonly why: string;
}

type Known = Pick<Cause, "act" | "remedy">;

/** Causes by their names, and what mends them. */
const known = {
  "no SSM Agent": {
    act: "node",
    remedy:
      "Install SSM Agent, and give the node the rights to register: an instance profile or an activation.",
  },
  stopped: { act: "node", remedy: "Start it while a window is open, or terminate it." },
  "connection lost": {
    act: "node",
    remedy: "See whether the agent runs and reaches the endpoints of SSM while a window is open.",
  },
  "on the default baseline": {
    act: "stack",
    remedy: "Add the operating system to operatingSystems, so that the patch group gets a baseline for it.",
  },
  "broken by a killed installation": {
    act: "node",
    remedy:
      "Repair its package database (dpkg --configure -a, rpm --rebuilddb and dnf distro-sync), then let a window install it.",
  },
  "patch run failed on the node": {
    act: "node",
    remedy: "Read the output of the run in the window's log group; the failed patches are in patches.csv.",
  },
  "patch run timed out on the node": {
    act: "node",
    remedy: "Read the output of the run in the window's log group, and see what keeps the node busy.",
  },
  "cancelled at the window's cutoff": {
    act: "stack",
    remedy: "Make the window longer, or let it do more nodes at once.",
  },
  "left out by the error limit": {
    act: "stack",
    remedy: "Mend the nodes that failed before, or raise the error limit.",
  },
  "access denied": { act: "stack", remedy: "Let the window's role reach the node: it goes by its tags." },
  "command not sent": { act: "stack", remedy: "See why the automation of its Region ended before." },
  "held by an exclusion": { act: "exclusion", remedy: "It is installed again when the exclusion ends." },
  "patches failed to install": {
    act: "node",
    remedy: "Read the output of the run in the window's log group; the failed patches are in patches.csv.",
  },
  "left by the last install": {
    act: "node",
    remedy: "See what those patches need: it is rejected, or offered nowhere. They are in patches.csv.",
  },
  "waiting for a reboot": { act: "node", remedy: "Reboot it." },
  "installed although rejected": {
    act: "stack",
    remedy: "Remove the patch from the node, or from rejectedPatches.",
  },
  "waiting for the next scan": {
    act: "nobody",
    remedy: "Nothing: the next scan is made by its baseline of now.",
  },
  "available, and superseded before a rule approves it": {
    act: "stack",
    remedy: "Let a rule approve it earlier, with fewer approveAfterDays.",
  },
  "in no install window": { act: "stack", remedy: "Deploy an install window that selects it." },
} as const satisfies Readonly<Record<string, Known>>;

export type KnownCause = keyof typeof known;

/** Names who must act, for the nodes of one stack. */
export class CauseBook {
  private readonly owners: Readonly<Record<Cause["act"], string>>;

  constructor(stack: string) {
    this.owners = {
      node: "owner of the node",
      stack: `owner of stack ${stack}`,
      exclusion: "owner of the exclusion",
      nobody: "nobody",
    };
  }

  of(cause: KnownCause, why: string): Cause {
    return this.other({ cause, ...known[cause] }, why);
  }

  other({ cause, act, remedy }: Pick<Cause, "cause" | "act" | "remedy">, why: string): Cause {
    return { cause, act, who: this.owners[act], remedy, why };
  }
}

const order: Readonly<Record<Cause["act"], number>> = { node: 0, stack: 0, exclusion: 1, nobody: 2 };

/** Those that somebody must act on first, else as they stand. */
export function inOrder<T extends Pick<Cause, "act">>(causes: readonly T[]): T[] {
  return causes.toSorted((a, b) => order[a.act] - order[b.act]);
}
