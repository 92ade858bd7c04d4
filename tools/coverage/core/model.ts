import type { Result } from "#functions/shared/errors.js";
import type { Cause } from "#shared/contract/causes.js";
import type { ClosedRecord } from "#shared/contract/closedRecords.js";
import type { Status } from "#shared/contract/manifestStatus.js";
import type { OrganizationNode } from "../../account/awsRegion.js";
import type { RegionReading } from "../../account/model.js";

/** The central window as it is deployed, or that of a ring. */
export interface Central {
  readonly name: string;
  readonly operation: string;
  readonly regions: readonly string[];
  /** When it opens next (ISO 8601); undefined when it does not. */
  readonly next: string | undefined;
  readonly owner: string | undefined;
  /** By Region, the members of its groups, or why they cannot be told. */
  readonly members: ReadonlyMap<string, Result<ReadonlySet<string>>>;
}

/** The stack as its deployment record has it. */
export interface Deployed {
  readonly patchGroupTagKey: string;
  readonly patchGroups: readonly string[];
  readonly targetTags: Readonly<Record<string, readonly string[]>>;
  /** Ids of its own baselines, those of exclusions among them, by Region, or why they cannot be told. */
  readonly baselines: ReadonlyMap<string, Result<ReadonlySet<string>>>;
}

/** A final record and where it is. */
export interface KeptRecord {
  readonly key: string;
  readonly record: ClosedRecord;
}

/** Records of runs, and those that nobody can read. */
export interface Records {
  readonly records: readonly KeptRecord[];
  readonly unread: readonly {
    readonly key: string;
    readonly why: string;
    /** Whether nobody knows what is in it, and not that it is no record. */
    readonly isHidden?: boolean;
  }[];
}

/** All that was read of an account. What could not be says why. */
export interface AccountReading {
  readonly stack: string;
  /** How the names of its windows begin. */
  readonly prefix: string;
  readonly homeRegion: string;
  /** When it was read, epoch milliseconds. */
  readonly now: number;
  readonly regions: readonly RegionReading[];
  readonly deployed: Result<Deployed | undefined>;
  /** One, or one for each ring; none where the stack has no central window. */
  readonly central: Result<readonly Central[]>;
  readonly records: Result<Records>;
  readonly exclusions: Result<readonly Status[]>;
  readonly organization: Result<readonly OrganizationNode[]>;
  /** Keys of tags that may name who owns a node, the first that it has counts. */
  readonly ownerTags: readonly string[];
  /** How many nodes lack the names of their patches, because only so many are asked a run. */
  readonly unnamed: number;
}

export const severities = ["critical", "important", "medium", "low", "other"] as const;
export type Severity = (typeof severities)[number];

/** A patch that a node lacks or that has failed there. */
export interface DatedPatch {
  readonly name: string;
  readonly state: string;
  readonly severity: Severity;
  /** Since when it is known to be missing (ISO 8601); null when nobody can tell. */
  readonly since: string | null;
  /** What tells it: the first record that saw it missing, or when it was released. */
  readonly from: "record" | "release" | null;
}

/** One node of the account, and all that is known of how patching reaches it. */
export interface NodeCoverage {
  readonly id: string;
  readonly region: string;
  readonly name: string;
  readonly platform: string;
  readonly patchGroup: string | null;
  /** By a tag of the node; null where it has none. */
  readonly owner: string | null;
  /** Windows of the stack that select it. */
  readonly windows: readonly string[];
  /** Other windows and associations that patch it too. */
  readonly others: readonly string[];
  /** `unseen`: what would tell could not be read. */
  readonly state: "compliant" | "non-compliant" | "never scanned" | "unseen";
  /** Since when it is in its cause, as far as records tell (ISO 8601). */
  readonly since: string | null;
  readonly missing: number;
  readonly failed: number;
  readonly pendingReboot: number;
  readonly installedRejected: number;
  /** Missing patches by severity; null where their names were not read. */
  readonly bySeverity: Readonly<Record<Severity, number>> | null;
  readonly patches: readonly DatedPatch[] | null;
  /** What was missing when an exclusion came into force and keeps off: AWS no longer counts it. */
  readonly keptOff: readonly DatedPatch[];
  readonly oldestCritical: DatedPatch | null;
  /** ISO 8601. */
  readonly lastScan: string | null;
  readonly lastInstall: string | null;
  readonly baselineId: string | null;
  /** Whose baseline its last report was made by. */
  readonly baseline: "ours" | "default" | "another" | "unknown";
  /** Entries in force on it. */
  readonly exclusions: readonly Exception[];
  /** The one that it is counted under; null when all is well. */
  readonly cause: string | null;
  readonly act: Cause["act"] | null;
  readonly who: string | null;
  readonly remedy: string | null;
  readonly reasons: readonly string[];
}

/** An entry in force on a node. */
export interface Exception {
  readonly manifest: string;
  readonly entry: string;
  readonly owner: string;
  readonly reason: string;
  /** ISO 8601. */
  readonly expires: string;
  readonly effect: "hold" | "reject";
  readonly patches: readonly string[];
}

/** What could not be seen, and what follows. */
export interface Unseen {
  readonly region: string | null;
  readonly what: string;
  readonly why: string;
}

/** Of each kind of statement, the Regions where not all that it hangs on could be read: nothing told there is not none. */
export interface Unread {
  /** Which nodes there are. */
  readonly nodes: readonly string[];
  /** What their last scans or installations found. */
  readonly reports: readonly string[];
  /** Why patching does not reach them, and so who must act. */
  readonly causes: readonly string[];
  /** The stack's windows. */
  readonly windows: readonly string[];
  /** Other programs that patch. */
  readonly others: readonly string[];
  /** Missing patches, and since when they are missing. */
  readonly patches: readonly string[];
  /** What exclusions keep off. */
  readonly exceptions: readonly string[];
}

/** The coverage of an account. */
export interface Coverage {
  readonly version: 1;
  readonly stack: string;
  readonly at: string;
  readonly regions: readonly string[];
  readonly nodes: readonly NodeCoverage[];
  readonly causes: readonly CauseCount[];
  readonly totals: {
    readonly nodes: number;
    readonly fine: number;
    readonly somebody: number;
    readonly exclusion: number;
    readonly nobody: number;
    readonly compliant: number;
    readonly nonCompliant: number;
    readonly neverScanned: number;
    readonly unseen: number;
  };
  readonly windows: readonly WindowCoverage[];
  /** Other programs that patch nodes of the account. */
  readonly others: readonly OtherProgram[];
  /** Regions with nodes of the stack's tags and no window. */
  readonly withoutWindow: readonly { readonly region: string; readonly nodes: number }[];
  readonly unseen: readonly Unseen[];
  readonly unread: Unread;
  /** Nodes whose names of patches were not read. */
  readonly unnamed: number;
  readonly organization:
    | { readonly seen: true; readonly accounts: readonly OrganizationAccount[] }
    | { readonly seen: false; readonly why: string };
}

export interface CauseCount {
  readonly cause: string;
  readonly act: Cause["act"];
  readonly who: string;
  readonly remedy: string;
  readonly nodes: number;
  readonly examples: readonly string[];
}

export interface WindowCoverage {
  readonly name: string;
  readonly region: string;
  readonly operation: string;
  readonly enabled: boolean;
  readonly next: string | null;
  readonly nodes: number;
}

export interface OtherProgram {
  readonly what: "window" | "association" | "Quick Setup";
  readonly name: string;
  readonly region: string;
  readonly operation: string;
  /** Nodes of the account that it patches, and how many of those a window of the stack patches too. */
  readonly nodes: number;
  readonly shared: number;
}

interface OrganizationAccount {
  readonly account: string;
  readonly nodes: number;
  readonly unmanaged: number;
}
