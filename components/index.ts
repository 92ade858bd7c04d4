/** The components that a program may use, their arguments, and the checks that a configuration has in common with them. */
export {
  type BaselineSettings,
  baselineProblems,
} from "./baselines/baselineRules.js";
export { defaultBaselines } from "./baselines/defaultBaselines.js";
export { delayed } from "./baselines/delayed.js";
export { HoldBaselines } from "./baselines/holdBaselines.js";
export { PatchBaselines } from "./baselines/patchBaselines.js";
export { calendarsProblems } from "./common/calendars.js";
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
export { defaults } from "./common/defaults.js";
export { EncryptionKey } from "./common/encryptionKey.js";
export { retentionProblems } from "./common/logSettings.js";
export { PatchLogs } from "./common/patchLogs.js";
export { emailProblems, PatchNotifications } from "./common/patchNotifications.js";
export { type Problem, twice } from "./common/problems.js";
export { RunRecords } from "./common/runRecords.js";
export { examplePolicy, exampleRole, writersProblems } from "./exclusions/bucketGuard.js";
export { ExclusionProcessor } from "./exclusions/exclusionProcessor.js";
export {
  baselineCountProblems,
  changedNodesProblems,
  ExclusionRecord,
  exclusionDaysProblems,
  heldPercentProblems,
} from "./exclusions/exclusionRecord.js";
export { ExclusionRetirement } from "./exclusions/exclusionRetirement.js";
export { exclusionTargetProblems } from "./exclusions/exclusionRole.js";
export { executionModes, type FilledFanout, type RegionalFanoutArgs } from "./fanout/fanout.js";
export { fanoutProblems } from "./fanout/fanoutArguments.js";
export { FanoutMember } from "./fanout/fanoutMember.js";
export { fanoutPrefixExcess } from "./fanout/fanoutNames.js";
export { payloadProblems } from "./fanout/fanoutPayload.js";
export { executionRoleProblems } from "./fanout/fanoutRoles.js";
export { RegionalFanout } from "./fanout/regionalFanout.js";
export { homeRegionProblems, knownRegionProblems } from "./fanout/regions.js";
export type { FanoutRing, MemberRing } from "./fanout/ringArguments.js";
export { type Deployed, deployPlane } from "./plane/deploy.js";
export { afterBaselines, type Foundation } from "./plane/foundation.js";
export { PatchPlane } from "./plane/patchPlane.js";
export { Place, type Plane } from "./plane/plane.js";
export { watchedWindows } from "./plane/silence.js";
export { OverdueAlarm } from "./windows/overdueAlarm.js";
export { PatchInstallWindow, rebootOptions } from "./windows/patchInstallWindow.js";
export { PatchScanWindow } from "./windows/patchScanWindow.js";
export {
  type CompleteTargets,
  type PatchTargets,
  patchGroupProblems,
  targetsProblems,
} from "./windows/patchTargets.js";
export { ownerProblems, type PatchWindowArgs, rateControlProblems } from "./windows/windowArguments.js";
export { WindowRecords } from "./windows/windowRecords.js";
export { activeSpan, scheduleProblems, sentSchedule, type WindowSchedule } from "./windows/windowSchedule.js";
