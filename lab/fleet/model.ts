import type { OperatingSystem } from "#shared/contract/operatingSystems.js";

/** In `FleetNode.installed`: the package is not on the node, or the KB does not apply to it. */
export const absent = -2;
/** In `FleetNode.installed`: older than any version of the catalog, or no KB of the chain. */
export const none = -1;
/** What fits into a cell of `FleetNode.installed` beside absent and none. */
export const maxVersions = 127;

/** What a patch needs to be on the node. */
export interface Requirement {
  /** Index in `Catalog.packages`. */
  readonly packageIndex: number;
  /** Index of the version that it names; none where any will do. */
  readonly version: number;
  /** Whether no newer version will do, as between packages of one source. */
  readonly exactly: boolean;
}

/** One version of a package, or one KB. */
export interface Patch {
  /** `openssl-1:3.0.8-1.amzn2023.0.11.x86_64`, or the KB number. Unique in its catalog. */
  readonly id: string;
  /** Package name, or KB number. */
  readonly name: string;
  /** Version without epoch and release where packages are RPMs, the whole version otherwise; none for a KB. */
  readonly version: string | undefined;
  /** Epoch of an RPM, "0" where the file names none. */
  readonly epoch: string | undefined;
  /** Release of an RPM. */
  readonly release: string | undefined;
  /** Epoch, version and release as the file writes them. */
  readonly fullVersion: string | undefined;
  readonly arch: string | undefined;
  readonly title: string;
  /** When the repository began to offer it, in milliseconds since 1970. */
  readonly released: number;
  readonly classification: string | undefined;
  readonly severity: string | undefined;
  readonly priority: string | undefined;
  readonly advisory: string | undefined;
  readonly cves: readonly string[];
  readonly bugzillas: readonly string[];
  /** What must be on the node with it. Two packages may require each other. */
  readonly requires: readonly Requirement[];
  readonly installSeconds: number;
  /** Index in `Catalog.packages`. */
  readonly packageIndex: number;
  /** Index in `Package.patches`. */
  readonly versionIndex: number;
}

/** What is updated as one: the versions of a package, or a chain of KBs in which each replaces the one before. */
export interface Package {
  readonly index: number;
  /** Package name, or the first KB of the chain. */
  readonly name: string;
  /** Oldest first, never empty, at most maxVersions. */
  readonly patches: readonly Patch[];
}

/** What the repositories of one operating system offer, over all of the simulated time. */
export interface Catalog {
  readonly key: string;
  readonly operatingSystem: OperatingSystem;
  readonly product: string;
  readonly productFamily: string | undefined;
  readonly platformName: string;
  readonly platformVersion: string;
  readonly packages: readonly Package[];
  /** Index in `packages` by package name; on Windows by each KB of the chain. */
  readonly packageIndexes: ReadonlyMap<string, number>;
}

/** A time span from `from` to just before `to`, in milliseconds since 1970. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** The account that the stack is deployed into. */
export const ownAccountId = "123456789012";

/** A server as the simulation starts with it. Tags, intervals and sets are shared between nodes: never write to them. */
export interface FleetNode {
  /** Index in `Fleet.nodes`. */
  readonly index: number;
  readonly id: string;
  readonly name: string;
  readonly region: string;
  /** Of a node of another account than the stack's. */
  readonly account?: string;
  readonly catalog: Catalog;
  readonly tags: Readonly<Record<string, string>>;
  /** false: no SSM Agent or no instance profile, so not a managed node. */
  readonly agent: boolean;
  readonly state: "running" | "stopped";
  /** A stopped node has lost its connection, whatever the file says. */
  readonly ping: "Online" | "ConnectionLost";
  /** In order of time, without overlap. */
  readonly offline: readonly Interval[];
  /** When it is terminated, or deregistered as a hybrid node; without it never. In milliseconds since 1970. */
  readonly terminatedAt?: number;
  /** Per package of the catalog: absent, none or the index of the installed patch. A view of memory that nodes share. */
  readonly installed: Int8Array;
  /** Indexes of the packages whose installation fails. */
  readonly fails: ReadonlySet<number>;
  /** Factor on all durations. */
  readonly speed: number;
}

/** What somebody does to an object of the stack's bucket for exclusions while simulated time passes. */
export interface BucketChange {
  /** In milliseconds since 1970. */
  readonly at: number;
  readonly key: string;
  /** undefined: the object is deleted. */
  readonly body: Uint8Array | undefined;
}

/** What a tool other than the stack does to the tags of nodes while simulated time passes. */
export interface TagChange {
  /** In milliseconds since 1970. */
  readonly at: number;
  /** The nodes, by their places in the fleet. */
  readonly nodes: readonly number[];
  /** Values that are written; null takes a tag away. */
  readonly tags: Readonly<Record<string, string | null>>;
  /** Hours after which it is done again, and again; without it once. */
  readonly everyHours?: number;
}

/** A patch that does harm to nodes that get it. */
export interface BadPatch {
  readonly catalog: Catalog;
  readonly patch: Patch;
  /** Chance with which a node that gets it is broken. */
  readonly share: number;
  readonly breaks: "application" | "alarm" | "node";
  /** ARN; none where it breaks the node. */
  readonly alarm?: string;
  /** From the node's report, or its reboot, until it shows. */
  readonly afterMs: number;
  /** From there until somebody has mended the node; without it never. */
  readonly mendedAfterMs?: number;
}

/** A fleet that the simulation can use: every reference resolved, every problem ruled out. */
export interface Fleet {
  /** Path of the fleet file, as it was given. */
  readonly source: string;
  readonly catalogs: readonly Catalog[];
  readonly nodes: readonly FleetNode[];
  /** In the order of time; without it none. */
  readonly exclusions?: readonly BucketChange[];
  /** In the order of time; without it none. */
  readonly tagChanges?: readonly TagChange[];
  /** ARNs of alarms that people have in the stack's account; without it none. */
  readonly alarms?: readonly string[];
  /** Without it none. */
  readonly badPatches?: readonly BadPatch[];
}

/** Whether the node was registered by a hybrid activation, and is no EC2 instance. */
export function isHybrid(id: string): boolean {
  return id.startsWith("mi-");
}
