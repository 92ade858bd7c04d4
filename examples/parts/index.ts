import * as patchplane from "patchplane";

// One foundation for whatever a team deploys upon it.
const logGroupPrefix = "/patching";
const key = new patchplane.EncryptionKey("key", { logGroupPrefix });
const output = new patchplane.PatchLogs("output", { logGroupPrefix, retentionDays: 30 });
const people = new patchplane.PatchNotifications("people", {
  failureEmails: ["ops@example.com"],
  kmsKeyArn: key.arn,
});
const logs = { bucket: output.bucket, logGroupPrefix, kmsKeyArn: key.arn };
const { failuresTopicArn, completionsTopicArn, roleArn, deadLetterQueueArn } = people;
const notifications = { failuresTopicArn, completionsTopicArn, roleArn, deadLetterQueueArn };

const patchGroups = ["web"];
const rules = { UBUNTU: { approvalRules: [{ priority: ["Required", "Important"] }] } };
const baselines = new patchplane.PatchBaselines("base", { namePrefix: "web", patchGroups, baselines: rules });

const nightly = new patchplane.PatchScanWindow(
  "nightly",
  { targets: { patchGroups }, logs, notifications },
  { dependsOn: baselines },
);
const exclusions = new patchplane.ExclusionProcessor("exclusions", {
  targets: { patchGroups },
  operatingSystems: ["UBUNTU"],
  existing: [{ baselineIds: baselines.baselineIds, scanWindowId: nightly.windowId }],
  watchedWindows: [{ name: "nightly", mayEnd: false }],
  logs: { logGroupPrefix, kmsKeyArn: key.arn },
  notifications: { failuresTopicArn, deadLetterQueueArn },
});
// Goes off when the window does not open, and when the function that watches it says nothing.
const overdue = { functionName: exclusions.functionName, failuresTopicArn };
new patchplane.OverdueAlarm("overdue", overdue, { dependsOn: exclusions });
