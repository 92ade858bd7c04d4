import type * as pulumi from "@pulumi/pulumi";
import { EncryptionKey } from "../components/encryptionKey.js";
import { PatchBaselines } from "../components/patchBaselines.js";
import { PatchLogs } from "../components/patchLogs.js";
import { PatchNotifications } from "../components/patchNotifications.js";
import type { PatchWindowArgs } from "../components/windowArguments.js";
import type { StackConfig } from "./config.js";

/** What the windows of a stack share. */
export interface Foundation {
  readonly logs: PatchLogs;
  readonly notifications: PatchNotifications;
  /** Absent when another stack owns the baselines of these patch groups. */
  readonly baselines: PatchBaselines | undefined;
  /** The arguments that every window of the stack takes alike. */
  readonly windowArgs: Omit<PatchWindowArgs, "windowName" | "schedule">;
  /** Start of the names that people see in the console. */
  readonly prefix: string;
}

/** Makes what the windows of a stack share, once, whichever of them it deploys. */
export function deployFoundation(config: StackConfig): Foundation {
  const prefix = `patchplane-${config.environment}`;
  const logGroupPrefix = `/patchplane/${config.environment}`;
  const tags = { ManagedBy: "patchplane", Environment: config.environment };
  const key = new EncryptionKey("encryption", { logGroupPrefix, tags });
  const logs = new PatchLogs("logs", { retentionDays: config.logRetentionDays, logGroupPrefix, tags });
  const notifications = new PatchNotifications("notifications", {
    emails: config.notificationEmails,
    kmsKeyArn: key.arn,
    tags,
  });
  const baselines = config.ownsBaselines
    ? new PatchBaselines("baselines", {
        namePrefix: prefix,
        patchGroups: config.targets.patchGroups,
        baselines: config.baselines,
        tags,
      })
    : undefined;
  return {
    logs,
    notifications,
    baselines,
    prefix,
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
      },
    },
  };
}

/**
 * The baselines must stand before a window can open: until a patch group is registered, SSM patches its nodes by
 * the account's default baseline.
 */
export function afterBaselines(foundation: Foundation): pulumi.ComponentResourceOptions {
  return foundation.baselines === undefined ? {} : { dependsOn: [foundation.baselines] };
}
