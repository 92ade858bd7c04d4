import type * as pulumi from "@pulumi/pulumi";
import { PatchBaselines } from "../baselines/patchBaselines.js";
import { EncryptionKey } from "../common/encryptionKey.js";
import type { CompleteWindowLogs, Notifications, WindowNotifications } from "../common/foundation.js";
import { PatchLogs } from "../common/patchLogs.js";
import { PatchNotifications } from "../common/patchNotifications.js";
import type { PatchWindowArgs } from "../windows/windowArguments.js";
import type { Place, Plane } from "./plane.js";

/** The baselines of a Region. */
interface RegionalBaselines {
  /** Absent for the home Region. */
  readonly region?: string;
  readonly made: PatchBaselines;
}

/** What the windows of a deployment share. */
export interface Foundation {
  readonly logs: PatchLogs;
  readonly notifications: PatchNotifications;
  /** None when somebody else owns the baselines of these patch groups. */
  readonly baselines: readonly RegionalBaselines[];
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
    baselines: plane.ownsBaselines ? deployBaselines(plane, place) : [],
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

/** The permissions boundary of every role. */
export function boundaryOf({ permissionsBoundary }: Plane): Pick<Plane, "permissionsBoundary"> {
  return permissionsBoundary === undefined ? {} : { permissionsBoundary };
}

/** The baselines of every Region that has nodes under patching, or has had. */
function deployBaselines(plane: Plane, place: Place): RegionalBaselines[] {
  const { prefix, baselines, tags } = plane;
  const common = { namePrefix: prefix, patchGroups: registeredGroups(plane), baselines, tags };
  const { home, others } = baselineRegions(plane);
  return [
    ...(home ? [{ made: new PatchBaselines(place.name("baselines"), common, place.options()) }] : []),
    ...others.map((region) => ({
      region,
      made: new PatchBaselines(place.name(`baselines-${region}`), { region, ...common }, place.options()),
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

/** The patch groups that are registered: retired ones too. */
export function registeredGroups({ targets, retired }: Plane): string[] {
  return [...targets.patchGroups, ...retired.patchGroups];
}

/**
 * The baselines must stand before a window can open: until a patch group is registered, SSM patches its nodes by
 * the account's default baseline.
 */
export function afterBaselines({ baselines }: Foundation): pulumi.ComponentResourceOptions {
  return baselines.length === 0 ? {} : { dependsOn: baselines.map(({ made }) => made) };
}
