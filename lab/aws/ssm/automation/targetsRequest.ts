import type { StartAutomationExecutionRequest, Target, TargetLocation } from "@aws-sdk/client-ssm";
import { AwsError, NotModelledError, refuseOthers } from "../../base/errors.js";

const understoodOfLocations: readonly (keyof TargetLocation)[] = [
  "Accounts",
  "ExecutionRoleName",
  "Regions",
  "TargetLocationMaxConcurrency",
  "TargetLocationMaxErrors",
  "Targets",
  "TargetsMaxConcurrency",
  "TargetsMaxErrors",
];

/** The resources that get a child each. */
export interface TargetsPlan {
  /** The parameter that a resource is bound to. */
  readonly parameter: string;
  readonly target: Target;
  readonly maxConcurrency: string;
  readonly maxErrors: string;
}

interface NamedDocument {
  readonly documentName: string;
  readonly targetType: string | undefined;
}

const invalid = (what: string): AwsError =>
  new AwsError("InvalidAutomationExecutionParametersException", what);

/** @throws AwsError InvalidAutomationExecutionParametersException, InvalidTarget */
export function targetsOf(
  document: NamedDocument,
  input: StartAutomationExecutionRequest,
): TargetsPlan | undefined {
  const { TargetParameterName: parameter, Targets = [], TargetLocations = [] } = input;
  const { MaxConcurrency, MaxErrors } = input;
  const isTargeted = Targets.length > 0 || TargetLocations.some((one) => (one.Targets ?? []).length > 0);
  if (isTargeted && parameter === undefined) throw invalid("Targets need a TargetParameterName.");
  if (!isTargeted && parameter !== undefined) throw invalid("A TargetParameterName needs Targets.");
  if (!isTargeted && (MaxConcurrency ?? MaxErrors) !== undefined)
    throw new NotModelledError("MaxConcurrency and MaxErrors of StartAutomationExecution without Targets");
  if (parameter === undefined || Targets.length === 0) return undefined;
  return {
    parameter,
    target: onlyTarget(document, Targets),
    maxConcurrency: MaxConcurrency ?? "10",
    maxErrors: MaxErrors ?? "0",
  };
}

/** Checks the locations of a start. The lab's account belongs to no organization. */
export function locationsOf(
  document: NamedDocument,
  { TargetLocations = [], TargetParameterName, Targets: common = [] }: StartAutomationExecutionRequest,
): readonly TargetLocation[] {
  for (const location of TargetLocations) {
    refuseOthers("TargetLocations", location, understoodOfLocations);
    const { Accounts = [], Regions = [], Targets = [] } = location;
    if (Accounts.length === 0 || Regions.length === 0)
      throw invalid("Each of TargetLocations needs Accounts and Regions.");
    const unit = Accounts.find((one) => !/^\d{12}$/.test(one));
    if (unit !== undefined) throw new NotModelledError(`${unit}, which is no account, in TargetLocations`);
    if (Targets.length > 0) onlyTarget(document, Targets);
    else if (TargetParameterName !== undefined && common.length === 0)
      throw invalid("A TargetParameterName needs Targets for each of TargetLocations.");
  }
  return TargetLocations;
}

/** What a location's child runs on: the location's own targets before those of the whole start. */
export function targetsAt(
  location: TargetLocation,
  common: TargetsPlan | undefined,
  parameter: string | undefined,
): TargetsPlan | undefined {
  const { Targets = [], TargetsMaxConcurrency, TargetsMaxErrors } = location;
  const target = Targets[0] ?? common?.target;
  if (target === undefined || parameter === undefined) return undefined;
  return {
    parameter,
    target,
    maxConcurrency: TargetsMaxConcurrency ?? common?.maxConcurrency ?? "10",
    maxErrors: TargetsMaxErrors ?? common?.maxErrors ?? "0",
  };
}

/** The one target that an automation takes: one tag, one group, or values. */
function onlyTarget({ documentName, targetType }: NamedDocument, targets: readonly Target[]): Target {
  const [target, second] = targets;
  if (target === undefined || second !== undefined)
    throw new AwsError("InvalidTarget", `An automation takes one target, got ${targets.length}.`);
  const { Key = "", Values = [] } = target;
  if (Values.length === 0) throw new AwsError("InvalidTarget", `The target ${Key} has no values.`);
  if (Key === "ParameterValues") return target;
  if (Key !== "ResourceGroup" && !Key.startsWith("tag:"))
    throw new NotModelledError(`targets of automations by ${Key}`);
  if (Key === "ResourceGroup" && Values.length > 1)
    throw new AwsError("InvalidTarget", `An automation takes one resource group, got ${Values.length}.`);
  if (targetType === undefined) {
    const message = `The document ${documentName} has no target type, so it can be run on no resource.`;
    throw new AwsError("InvalidTarget", message);
  }
  return target;
}
