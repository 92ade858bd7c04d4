/**
 * What modules export and only tests import, in the order of paths: tables that a test holds to a page or a source, and steps
 * whose cases are too many, or too far within, to be played from without. It may only get shorter.
 */
export const internals: readonly string[] = [
  "components/common/logSettings.ts: logRetentionPeriods",
  "components/fanout/fanoutRunbook.ts: runbook",
  "functions/exclusion-processor/core/evidence.ts: evidenceOf",
  "lab/aws/model/validate.ts: walked",
  "lab/endpoint/access/index.ts: accessTable",
  "shared/contract/closedRun.ts: reasons",
  "shared/contract/exitCodes.ts: exitCodeSources",
  "shared/contract/exitCodes.ts: exitCodes",
  "shared/contract/topicMessage.ts: messageKinds",
  "stacks/config/predefinedBaselines.ts: predefinedRules",
  "stacks/functionBundle.ts: bundleOptions",
];
