import type { Result } from "#functions/shared/errors.js";
import type { Status } from "#shared/contract/manifestStatus.js";
import type { Upload } from "#shared/contract/uploads.js";
import type { AwsAccountRegion } from "../account/awsRegion.js";
import type { AccountClock } from "../account/clock.js";
import type { Central, Deployed, Records } from "./core/model.js";

/** What one Region is asked. Each throws when it does not know the answer; none writes. */
export type RegionPorts = Pick<
  AwsAccountRegion,
  | "associations"
  | "groups"
  | "instances"
  | "managed"
  | "members"
  | "openPatches"
  | "organization"
  | "releases"
  | "states"
  | "stillThere"
  | "tags"
  | "windows"
>;

/** The stack as it is deployed, with all that its buckets hold. What cannot be read says why. */
export interface StackReading {
  readonly deployed: Result<Deployed | undefined>;
  readonly central: Result<readonly (Omit<Central, "members"> & { readonly groups: readonly string[] })[]>;
  readonly records: Result<Records>;
  readonly exclusions: Result<readonly Status[]>;
  /** Regions that the stack itself names. */
  readonly regions: readonly string[];
}

/** Where a stack is to be found. */
export interface StackPlace {
  readonly stack: string;
  readonly prefix: string;
  readonly homeRegion: string;
  /** `<project>/<stack>`. */
  readonly owner: string;
}

/** Everything that the command reaches. */
export interface CoveragePorts {
  /**
   * @param since day of the first records that are read, by any of its moments, epoch milliseconds
   * @param until day of the last ones
   */
  readonly stack: (place: StackPlace, since: number, until: number) => Promise<StackReading>;
  /** Who wrote some manifests and their approvals. Throws when one cannot be read. */
  readonly uploads: (place: StackPlace, manifests: readonly string[]) => Promise<readonly Upload[]>;
  readonly region: (name: string) => RegionPorts;
  /** Regions that the account has enabled. */
  readonly enabledRegions: (homeRegion: string) => Promise<readonly string[]>;
}

/** What the command works with. */
export interface Surroundings {
  /** Folder with the Pulumi project. */
  readonly root: string;
  readonly ports: () => Promise<CoveragePorts>;
  readonly clock: AccountClock;
}
