import type * as pulumi from "@pulumi/pulumi";
import type { OperatingSystem } from "#shared/contract/operatingSystems.js";
import type { BaselineSettings } from "../baselines/baselineRules.js";
import { delayed } from "../baselines/delayed.js";
import { PatchBaselines } from "../baselines/patchBaselines.js";
import { EncryptionKey } from "../common/encryptionKey.js";
import type { CompleteWindowLogs, Notifications, WindowNotifications } from "../common/foundation.js";
import { PatchLogs } from "../common/patchLogs.js";
import { PatchNotifications } from "../common/patchNotifications.js";
import { RunRecords } from "../common/runRecords.js";
import type { PatchWindowArgs } from "../windows/windowArguments.js";
import type { Place, Plane } from "./plane.js";

/** The baselines of a Region. */
interface RegionalBaselines {
  /** Absent for the home Region. */
  readonly region?: string;
  readonly made: PatchBaselines;
}

/** The baselines of a ring in a Region. */
interface RingBaselines extends RegionalBaselines {
  readonly ring: string;
  readonly patchGroups: string[];
}

/** What the windows of a deployment share. */
export interface Foundation {
  readonly logs: PatchLogs;
  readonly notifications: PatchNotifications;
  /** The bucket with a record of each run of every window. */
  readonly runs: RunRecords;
  /** None when somebody else owns the baselines of these patch groups. */
  readonly baselines: readonly RegionalBaselines[];
  /** The baselines of rings that approve patches later than a first one, in each of these Regions. */
  readonly ringBaselines: readonly RingBaselines[];
  /** The arguments that every window takes alike. */
  readonly windowArgs: WindowArgs;
}

/** The arguments that every window takes alike. */
export interface WindowArgs extends PatchWindowArgs {
  logs: CompleteWindowLogs;
  notifications: Omit<WindowNotifications, "kmsKeyArn"> & Pick<Notifications, "kmsKeyArn">;
  ownerInformation: pulumi.Input<string>;
}

/** Makes what the windows share, once, whichever of them are deployed. */
export function deployFoundation(plane: Plane, place: Place): Foundation {
  const { logGroupPrefix, tags, logRetentionDays: retentionDays, existing = {} } = plane;
  const kmsKeyArn =
    existing.logs?.kmsKeyArn ??
    new EncryptionKey(place.name("encryption"), { logGroupPrefix, tags }, place.options()).arn;
  const bucket = existing.logs?.bucket === undefined ? {} : { bucket: existing.logs.bucket };
  const logs = new PatchLogs(
    place.name("logs"),
    { retentionDays, logGroupPrefix, tags, ...bucket },
    place.options(),
  );
  const notifications = new PatchNotifications(
    place.name("notifications"),
    {
      failureEmails: plane.notificationEmails,
      completionEmails: plane.completionEmails,
      kmsKeyArn,
      tags,
      ...boundaryOf(plane),
      ...existing.notifications,
    },
    place.options(),
  );
  return {
    logs,
    notifications,
    runs: deployRunRecords(plane, place),
    baselines: plane.ownsBaselines ? deployBaselines(plane, place) : [],
    ringBaselines: (plane.rings ?? []).flatMap((one) => deployRing(plane, place, one)),
    windowArgs: {
      targets: plane.targets,
      rateControl: plane.rateControl,
      ownerInformation: plane.ownerInformation,
      tags,
      logs: { bucket: logs.bucket, logGroupPrefix, retentionDays, kmsKeyArn },
      notifications: {
        failuresTopicArn: notifications.failuresTopicArn,
        completionsTopicArn: notifications.completionsTopicArn,
        roleArn: notifications.roleArn,
        deadLetterQueueArn: notifications.deadLetterQueueArn,
        ...(existing.notifications?.kmsKeyArn === undefined
          ? {}
          : { kmsKeyArn: existing.notifications.kmsKeyArn }),
      },
      ...(existing.serviceRoleArn === undefined ? {} : { serviceRoleArn: existing.serviceRoleArn }),
      ...boundaryOf(plane),
    },
  };
}

/** Until every stack had one, the bucket was the central window's: where there is one, it is taken over. */
function deployRunRecords({ homeRegion: region, rings = [], tags }: Plane, place: Place): RunRecords {
  const at = region === undefined ? {} : { region };
  return new RunRecords(
    place.name("runs"),
    { ...at, formerlyOf: place.name("central"), ...(rings.length === 0 ? {} : { hasRings: true }), tags },
    place.options(),
  );
}

/** The permissions boundary of every role. */
export function boundaryOf({ permissionsBoundary }: Plane): Pick<Plane, "permissionsBoundary"> {
  return permissionsBoundary === undefined ? {} : { permissionsBoundary };
}

/** The baselines of every Region that has nodes under patching, or has had. */
function deployBaselines(plane: Plane, place: Place): RegionalBaselines[] {
  const { prefix, baselines, tags } = plane;
  const common = { namePrefix: prefix, patchGroups: undelayedGroups(plane), baselines, tags };
  const { home, others } = baselineRegions(plane);
  return [
    ...(home ? [{ made: new PatchBaselines(place.name("baselines"), common, place.options()) }] : []),
    ...others.map((region) => ({
      region,
      made: new PatchBaselines(place.name(`baselines-${region}`), { region, ...common }, place.options()),
    })),
  ];
}

/** A ring that is not a first one has its own, in whatever Region its patch groups may have nodes: scans go by them too. */
function deployRing(
  plane: Plane,
  place: Place,
  { ring: { name: ring, patchGroups }, delayDays }: NonNullable<Plane["rings"]>[number],
): RingBaselines[] {
  if (delayDays === 0) return [];
  const { home, others } = baselineRegions(plane);
  const systems = Object.entries(plane.baselines) as [OperatingSystem, BaselineSettings][];
  const later = systems.map(([system, settings]) => [system, delayed(system, settings, delayDays)] as const);
  const common = {
    ...{ namePrefix: `${plane.prefix}-${ring}`, patchGroups, tags: plane.tags },
    baselines: Object.fromEntries(later),
  };
  const of = { ring, patchGroups };
  const name = place.name(`baselines-ring-${ring}`);
  return [
    ...(home ? [{ ...of, made: new PatchBaselines(name, common, place.options()) }] : []),
    ...others.map((region) => ({
      ...of,
      region,
      made: new PatchBaselines(`${name}-${region}`, { region, ...common }, place.options()),
    })),
  ];
}

/** The Regions in which there are baselines: retired ones keep theirs. */
export function baselineRegions({ regions, retired, homeRegion }: Plane): Plane["regions"] {
  return {
    home: regions.home || retired.regions.some((region) => region === homeRegion),
    others: [...regions.others, ...retired.regions.filter((region) => region !== homeRegion)],
  };
}

/** The registered groups of no ring, or of a first one. */
function undelayedGroups(plane: Plane): string[] {
  const later = (plane.rings ?? []).filter(({ delayDays }) => delayDays > 0);
  const groups = later.flatMap(({ ring }) => ring.patchGroups);
  return registeredGroups(plane).filter((group) => !groups.includes(group));
}

/** The patch groups that are registered: retired ones too. */
export function registeredGroups({ targets, retired }: Plane): string[] {
  return [...targets.patchGroups, ...retired.patchGroups];
}

/**
 * The baselines must stand before a window can open: until a patch group is registered, SSM patches its nodes by
 * the account's default baseline.
 */
export function afterBaselines({ baselines, ringBaselines }: Foundation): pulumi.ComponentResourceOptions {
  const made = [...baselines, ...ringBaselines].map((one) => one.made);
  return made.length === 0 ? {} : { dependsOn: made };
}
