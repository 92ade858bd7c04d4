import type { DeploymentRecord } from "#shared/contract/deploymentRecord.js";
import type { Log } from "../shared/log.js";
import type { Notifier } from "../shared/message.js";
import type { Watched } from "../shared/windows/watch.js";
import type { Report } from "./core/evidence.js";
import type { Reading } from "./core/manifests.js";
import type { AppliesTo, CountingTags, NodeTags, RegionState, RegionTraces } from "./core/model.js";
import type { ReadyStep } from "./core/steps.js";

/** An object as a listing names it. */
export interface ListedObject {
  readonly key: string;
  /** Without quotes. The MD5 of the content where the bucket's encryption leaves it so, and never taken for more. */
  readonly etag: string;
  /** Epoch milliseconds. */
  readonly lastModified: number;
  /** Bytes. */
  readonly size: number;
}

/** The content of one version of an object. */
export interface StoredObject {
  readonly bytes: Uint8Array;
  readonly versionId: string;
  /** As a listing gives it. */
  readonly etag: string;
  /** When this version was written, in epoch milliseconds. */
  readonly lastModified: number;
}

/** An older version of an object. */
export interface OlderVersion {
  readonly versionId: string;
  readonly lastModified: number;
}

/** The stack's bucket. Every method throws when it does not know the answer: a denial is not an absence. */
export interface Store {
  /** All objects whose keys begin with a prefix, every page of them. */
  list(prefix: string): Promise<readonly ListedObject[]>;
  /** The newest version, or the one named; undefined only when it is certain that there is none. */
  read(key: string, versionId?: string): Promise<StoredObject | undefined>;
  /** @returns the ETag that listings will show, as far as the store tells it */
  write(key: string, text: string): Promise<string>;
  /**
   * Writes only if the object has an ETag still, or, without one, if there is no such object.
   *
   * @returns the new ETag; undefined when somebody else was first
   */
  writeIf(key: string, text: string, etag: string | undefined): Promise<string | undefined>;
  /** Versions before the newest one, newest first, back to the last time that the object was deleted. */
  olderVersions(key: string): Promise<readonly OlderVersion[]>;
}

/** What a step has done. */
export interface StepResult {
  /** Id of the baseline that was made. */
  readonly baselineId?: string;
  /** Nodes whose tags could not be written; the others' were. */
  readonly failures?: readonly { readonly id: string; readonly error: string }[];
  /** Nodes that do not exist any more, although a listing has shown them. */
  readonly gone?: readonly string[];
}

/** Systems Manager, EC2 and tags in one Region. */
export interface RegionAccess {
  /**
   * The whole state, every page of it. Throws when any part cannot be read.
   *
   * @param tags those that count; nodes come without all others
   */
  read(tags: CountingTags): Promise<RegionState>;
  /** What exclusions have left there, or somebody has made to look so, whether or not baselines go with it. Throws when any part cannot be read. */
  readTraces(): Promise<RegionTraces>;
  /**
   * Nodes in some patch groups; of no group, those with a base group tag. Throws when not all pages can be read.
   *
   * @param tags those that count; nodes come without all others
   */
  readTagged(groups: readonly string[], tags: CountingTags): Promise<readonly NodeTags[]>;
  /** Which of some nodes tell their operating system by now. */
  readTold(ids: readonly string[]): Promise<readonly string[]>;
  /** What nodes report of their last run. Those that have never had one are not there. */
  readReports(ids: readonly string[]): Promise<readonly Report[]>;
  /**
   * Makes one write. What is there already, or gone already, counts as done. Throws when it fails as a whole; an error's
   * name and message are shown to people and have to be the same for the same failure.
   */
  apply(step: ReadyStep): Promise<StepResult>;
}

/** A manifest and what its validity depends on. The result may depend on nothing else, the time included. */
export interface ManifestBytes {
  readonly key: string;
  readonly bytes: Uint8Array;
  /** Epoch milliseconds; ends of entries are counted from it. */
  readonly uploadedAt: number;
  readonly record: DeploymentRecord;
}

/** Everything that the processor reaches, and the rules of manifests. */
export interface Ports {
  readonly store: Store;
  readonly region: (name: string, record: DeploymentRecord) => RegionAccess;
  /** How the stack's windows stand. Never throws. @param listed what the bucket has; undefined when nobody knows */
  readonly watchWindows: (listed: readonly ListedObject[] | undefined, now: number) => Promise<Watched>;
  /** Cancels what has not begun of an execution of a maintenance window. */
  readonly cancelExecution: (executionId: string) => Promise<void>;
  readonly notifier: Notifier;
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** Whether so little of the invocation's time is left that nothing new is to be begun. */
  readonly isLate: () => boolean;
  /** Whether its time was over, so that writes under way were cut off. */
  readonly isCut: () => boolean;
  readonly readManifest: (manifest: ManifestBytes) => Reading;
  readonly appliesTo: AppliesTo;
  /** The version of this program: another one may read manifests otherwise. */
  readonly version: () => string;
}
