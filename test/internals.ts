/**
 * What modules export and only tests import, in the order of paths: tables that a test holds to a page or a source, and steps
 * whose cases are too many, or too far within, to be played from without. It may only get shorter.
 */
export const internals: readonly string[] = [
  "components/common/logSettings.ts: logRetentionPeriods",
  "components/fanout/fanoutRunbook.ts: runbook",
  "functions/exclusion-processor/core/evidence.ts: evidenceOf",
  "functions/exclusion-processor/core/placement.ts: rejecting",
  "lab/aws/model/validate.ts: walked",
  "lab/aws/patching/matcher.ts: fnmatch",
  "lab/endpoint/access/index.ts: accessTable",
  "schedule/zonesMeant.ts: zonesMeant",
  "shared/contract/closedRun.ts: reasons",
  "shared/contract/exitCodes.ts: exitCodeSources",
  "shared/contract/exitCodes.ts: exitCodes",
  "shared/contract/topicMessage.ts: messageKinds",
  "shared/contract/topicMessage.ts: topicMessage",
  "stacks/config/predefinedBaselines.ts: predefinedRules",
  "stacks/functionBundle.ts: bundleOptions",
  "tools/fanout/progress.ts: nodeProgress",
];
