import type * as pulumi from "@pulumi/pulumi";
import {
  EncryptionKey,
  PatchBaselines,
  PatchLogs,
  PatchNotifications,
  type PatchWindowArgs,
} from "#components/index.js";
import { bounded } from "./boundary.js";
import type { StackConfig } from "./config/config.js";

/** The baselines of a Region. */
interface RegionalBaselines {
  /** Absent for the home Region. */
  readonly region?: string;
  readonly made: PatchBaselines;
}

/** What the windows of a stack share. */
export interface Foundation {
  readonly logs: PatchLogs;
  readonly notifications: PatchNotifications;
  /** None when another stack owns the baselines of these patch groups. */
  readonly baselines: readonly RegionalBaselines[];
  /** The arguments that every window of the stack takes alike. */
  readonly windowArgs: Omit<PatchWindowArgs, "windowName" | "schedule">;
}

/** Makes what the windows of a stack share, once, whichever of them it deploys. */
export function deployFoundation(config: StackConfig): Foundation {
  const logGroupPrefix = `/patchplane/${config.environment}`;
  const tags = { ManagedBy: "patchplane", Environment: config.environment };
  const key = new EncryptionKey("encryption", { logGroupPrefix, tags });
  const logs = new PatchLogs("logs", { retentionDays: config.logRetentionDays, logGroupPrefix, tags });
  const notifications = new PatchNotifications(
    "notifications",
    {
      failureEmails: config.notificationEmails,
      completionEmails: config.completionEmails,
      kmsKeyArn: key.arn,
      tags,
    },
    bounded(config),
  );
  return {
    logs,
    notifications,
    baselines: config.ownsBaselines ? deployBaselines(config, tags) : [],
    windowArgs: {
      targets: config.targets,
      rateControl: config.rateControl,
      ownerInformation: config.ownerInformation,
      tags,
      logs: {
        bucket: logs.bucket,
        logGroupPrefix,
        retentionDays: config.logRetentionDays,
        kmsKeyArn: key.arn,
      },
      notifications: {
        failuresTopicArn: notifications.failuresTopicArn,
        completionsTopicArn: notifications.completionsTopicArn,
        roleArn: notifications.roleArn,
        deadLetterQueueArn: notifications.deadLetterQueueArn,
      },
    },
  };
}

/** The baselines of every Region that has nodes under patching, or has had. */
function deployBaselines(config: StackConfig, tags: Record<string, string>): RegionalBaselines[] {
  const { prefix, baselines } = config;
  const common = { namePrefix: prefix, patchGroups: registeredGroups(config), baselines, tags };
  const { home, others } = baselineRegions(config);
  return [
    ...(home ? [{ made: new PatchBaselines("baselines", common) }] : []),
    ...others.map((region) => ({
      region,
      made: new PatchBaselines(`baselines-${region}`, { region, ...common }),
    })),
  ];
}

/** The Regions in which the stack has baselines: retired ones keep theirs. */
export function baselineRegions({ regions, retired, homeRegion }: StackConfig): StackConfig["regions"] {
  return {
    home: regions.home || retired.regions.some((region) => region === homeRegion),
    others: [...regions.others, ...retired.regions.filter((region) => region !== homeRegion)],
  };
}

/** The patch groups that are registered: retired ones too. */
export function registeredGroups({ targets, retired }: StackConfig): string[] {
  return [...targets.patchGroups, ...retired.patchGroups];
}

/**
 * The baselines must stand before a window can open: until a patch group is registered, SSM patches its nodes by
 * the account's default baseline.
 */
export function afterBaselines({ baselines }: Foundation): pulumi.ComponentResourceOptions {
  return baselines.length === 0 ? {} : { dependsOn: baselines.map(({ made }) => made) };
}
