/** What the package exports: the components, their arguments and the choices that these have. */
export type { ApprovalRule, BaselineSettings, PatchFilters } from "./baselines/baselineRules.js";
export { PatchBaselines, type PatchBaselinesArgs } from "./baselines/patchBaselines.js";
export type { PatchSource } from "./baselines/patchSources.js";
export {
  ComplianceLevel,
  ExclusionGate,
  ExecutionMode,
  Operation,
  PatchGroupTagKey,
  RebootOption,
  RejectedPatchesAction,
  SecurityUpdatesStatus,
} from "./common/choices.js";
export { EncryptionKey, type EncryptionKeyArgs } from "./common/encryptionKey.js";
export type { FunctionLogs, Notifications, WindowLogs } from "./common/foundation.js";
export { PatchLogs, type PatchLogsArgs } from "./common/patchLogs.js";
export { PatchNotifications, type PatchNotificationsArgs } from "./common/patchNotifications.js";
export { ExclusionProcessor, type ExclusionProcessorArgs } from "./exclusions/exclusionProcessor.js";
export type { ExclusionLimits } from "./exclusions/exclusionRecord.js";
export type { ExistingBaselines } from "./exclusions/ownRecord.js";
export type { Fanout, FanoutScope, RegionalFanoutArgs } from "./fanout/fanout.js";
export { FanoutMember, type FanoutMemberArgs } from "./fanout/fanoutMember.js";
export { RegionalFanout } from "./fanout/regionalFanout.js";
export { PatchPlane, type PatchPlaneArgs } from "./plane/patchPlane.js";
export { OverdueAlarm, type OverdueAlarmArgs } from "./windows/overdueAlarm.js";
export { PatchInstallWindow, type PatchInstallWindowArgs } from "./windows/patchInstallWindow.js";
export { PatchScanWindow, type PatchScanWindowArgs } from "./windows/patchScanWindow.js";
export type { PatchTargets } from "./windows/patchTargets.js";
export type { RateControl } from "./windows/windowArguments.js";
export type { WindowSchedule } from "./windows/windowSchedule.js";
