import { codeFolder } from "../common/code.js";
import type { ExclusionProcessor } from "../exclusions/exclusionProcessor.js";
import type { RegionalFanout } from "../fanout/regionalFanout.js";
import type { PatchInstallWindow } from "../windows/patchInstallWindow.js";
import type { PatchScanWindow } from "../windows/patchScanWindow.js";
import { WindowRecords } from "../windows/windowRecords.js";
import { boundaryOf, type Foundation } from "./foundation.js";
import { calendarsOf, type Place, type Plane } from "./plane.js";

/** What writes records, as far as the deployment has it. */
interface Recorded {
  readonly scan: PatchScanWindow | undefined;
  readonly install: PatchInstallWindow | undefined;
  readonly exclusions: ExclusionProcessor | undefined;
  readonly fanout: RegionalFanout | undefined;
}

/** The closing records of the deployment's windows, which nobody writes but the functions that are for that. */
export function deployRecords(
  plane: Plane,
  place: Place,
  { runs, windowArgs: { logs, notifications, tags } }: Foundation,
  { scan, install, exclusions, fanout }: Recorded,
): WindowRecords | undefined {
  const windows = [
    ...(scan === undefined
      ? []
      : [
          {
            id: scan.windowId,
            name: `${plane.prefix}-scan`,
            operation: "Scan" as const,
            ...calendarsOf(plane.scanCalendars),
          },
        ]),
    ...(install === undefined
      ? []
      : [
          {
            id: install.windowId,
            name: `${plane.prefix}-install`,
            operation: "Install" as const,
            ...calendarsOf(plane.installCalendars),
          },
        ]),
  ];
  const { logGroupPrefix, retentionDays, kmsKeyArn } = logs;
  const { failuresTopicArn, deadLetterQueueArn } = notifications;
  const records =
    windows.length === 0
      ? undefined
      : new WindowRecords(
          place.name("records"),
          {
            namePrefix: plane.prefix,
            windows,
            code: codeFolder("window-end-closing"),
            runs: { bucket: runs.bucket, arn: runs.arn },
            ...(exclusions === undefined ? {} : { exclusionBucket: exclusions.bucket }),
            logs: { logGroupPrefix, retentionDays, kmsKeyArn },
            notifications: {
              ...{ failuresTopicArn, deadLetterQueueArn },
              kmsKeyArn: notifications.kmsKeyArn ?? kmsKeyArn,
            },
            ...boundaryOf(plane),
            ...(tags === undefined ? {} : { tags }),
          },
          place.options(),
        );
  const writers = [...(records === undefined ? [] : [records.roleArn]), ...(fanout?.recordRoleArns ?? [])];
  runs.guard(writers, plane.deployers);
  return records;
}
