import type { StartAutomationExecutionRequest, TargetLocation } from "@aws-sdk/client-ssm";
import { AwsError, NotModelledError, refuseOthers } from "../../base/errors.js";
import {
  compiled,
  type ParameterSpec,
  type Runbook,
  resolved,
  resourceTypes,
} from "../documents/documentContent.js";
import type { Documents } from "../documents/documents.js";
import { checkRunbook } from "./runbook.js";
import { locationsOf, type TargetsPlan, targetsOf } from "./targetsRequest.js";

const understood: readonly (keyof StartAutomationExecutionRequest)[] = [
  "ClientToken",
  "DocumentName",
  "DocumentVersion",
  "MaxConcurrency",
  "MaxErrors",
  "Mode",
  "Parameters",
  "Tags",
  "TargetLocations",
  "TargetParameterName",
  "Targets",
];
const understoodOfParameters = ["allowedPattern", "allowedValues", "default", "description", "type"];

/** What is to be run. */
export interface AutomationPlan {
  readonly documentName: string;
  /** The document as the start named it: by its name or its ARN. */
  readonly calledAs: string;
  readonly documentVersion: string;
  readonly runbook: Runbook;
  /** The type of resources that the document may be run on, such as `/AWS::EC2::Instance`; `/` for all. */
  readonly targetType: string | undefined;
  /** As the start gave them. */
  readonly given: Readonly<Record<string, string[]>>;
  /** Of all parameters, of their types, but for the one that a target is bound to. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Undefined when the steps run as whoever started it. */
  readonly roleArn: string | undefined;
  /** Where the runbook is, for what another account's automation has begun; else it is where it runs. */
  readonly sharedFrom?: { readonly accountId: string; readonly region: string };
  /** The parameter that a resource is bound to, with Targets. */
  readonly targetParameter: string | undefined;
  /** The resources that each get a child of their own. */
  readonly targets: TargetsPlan | undefined;
  /** The accounts and Regions that each get a child of their own. */
  readonly locations: readonly TargetLocation[];
}

const invalid = (what: string): AwsError =>
  new AwsError("InvalidAutomationExecutionParametersException", what);

/**
 * Checks a start of an automation, and reads what it asks for.
 *
 * @throws AwsError AutomationDefinitionNotFoundException, AutomationDefinitionVersionNotFoundException, InvalidTarget,
 *   InvalidAutomationExecutionParametersException; NotModelledError names what the lab's automations do not do
 */
export function planOf(documents: Documents, input: StartAutomationExecutionRequest): AutomationPlan {
  refuseOthers("StartAutomationExecution", input, understood);
  if (input.Mode === "Interactive")
    throw new NotModelledError("Mode Interactive of StartAutomationExecution");
  const document = runbookOf(documents, input);
  const { documentName, runbook } = document;
  checkRunbook(documentName, runbook);
  const given = input.Parameters ?? {};
  const undefinedNames = Object.keys(given).filter((name) => !Object.hasOwn(runbook.parameters, name));
  if (undefinedNames.length > 0) throw invalid(`Undefined execution inputs: [${undefinedNames.join(", ")}].`);
  const bound = input.TargetParameterName;
  if (bound !== undefined) checkTargetParameter(bound, runbook, given);
  const values = Object.fromEntries(
    Object.entries(runbook.parameters)
      .filter(([name]) => name !== bound)
      .map(([name, spec]) => [name, parameterValue(name, spec, given[name])]),
  );
  const targets = targetsOf(document, input);
  const locations = locationsOf(document, input);
  const role = runbook.assumeRole === undefined ? "" : String(resolved(runbook.assumeRole, values));
  const roleArn = role === "" ? undefined : role;
  return { ...document, given, values, roleArn, targetParameter: bound, targets, locations };
}

function checkTargetParameter(name: string, { parameters }: Runbook, given: AutomationPlan["given"]): void {
  if (!Object.hasOwn(parameters, name))
    throw invalid(`The target parameter ${name} is no parameter of the runbook; names are case-sensitive.`);
  if (Object.hasOwn(given, name))
    throw invalid(
      `${name} is the target parameter, whose values come from the targets, not from Parameters.`,
    );
}

/**
 * The plan of a child, for one of the resources that its parent's targets select.
 *
 * @throws AwsError InvalidAutomationExecutionParametersException for a resource that the parameter does not take
 */
export function boundTo(plan: AutomationPlan, { parameter }: TargetsPlan, target: string): AutomationPlan {
  const spec = plan.runbook.parameters[parameter];
  if (spec === undefined) throw invalid(`The target parameter ${parameter} is no parameter of the runbook.`);
  return {
    ...plan,
    targets: undefined,
    given: { ...plan.given, [parameter]: [target] },
    values: { ...plan.values, [parameter]: parameterValue(parameter, spec, [target]) },
  };
}

function runbookOf(
  documents: Documents,
  { DocumentName = "", DocumentVersion }: StartAutomationExecutionRequest,
) {
  const document = renamed("InvalidDocument", "AutomationDefinitionNotFoundException", () =>
    documents.find(DocumentName),
  );
  const { version, body } = renamed(
    "InvalidDocumentVersion",
    "AutomationDefinitionVersionNotFoundException",
    () => documents.versionOf(document, DocumentVersion),
  );
  if (body.runbook === undefined)
    throw new AwsError("AutomationDefinitionNotFoundException", `${DocumentName} is not a runbook.`);
  const { name: documentName, targetType } = document;
  const calledAs = DocumentName;
  return { documentName, calledAs, documentVersion: version, runbook: body.runbook, targetType };
}

/** What something gives, with another code for one of its errors. */
function renamed<T>(from: string, to: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof AwsError && error.code === from) throw new AwsError(to, error.message);
    throw error;
  }
}

/** The value of a parameter, of its type. */
function parameterValue(name: string, spec: ParameterSpec, given: readonly string[] | undefined): unknown {
  refuseOthers(`the parameter ${name}`, spec, understoodOfParameters);
  if (given === undefined) {
    if (spec.default === undefined) throw invalid(`Missing required parameter: ${name} in user inputs.`);
    return spec.default;
  }
  const pattern = spec.allowedPattern === undefined ? undefined : compiled(name, spec.allowedPattern);
  for (const value of given) {
    if (spec.allowedValues !== undefined && !spec.allowedValues.map(String).includes(value)) {
      const allowed = spec.allowedValues.join(", ");
      throw invalid(`Parameter "${name}" has value "${value}" not found in [${allowed}].`);
    }
    if (pattern?.test(value) === false || resourceTypes[spec.type]?.test(value) === false)
      throw invalid(`Parameter "${name}" has value "${value}" that does not match.`);
  }
  if (spec.type === "StringList" || spec.type.startsWith("List<")) return [...given];
  const [value, second] = given;
  if (value === undefined || second !== undefined)
    throw invalid(`Parameter "${name}" takes one value, got ${given.length}.`);
  return scalarOf(name, spec.type, value);
}

function scalarOf(name: string, type: string, value: string): unknown {
  if (type === "Boolean" && /^(true|false)$/.test(value)) return value === "true";
  if (type === "Integer" && /^-?\d{1,15}$/.test(value)) return Number(value);
  if (type === "Boolean" || type === "Integer")
    throw invalid(`Parameter "${name}" has value "${value}" that is no ${type}.`);
  if (type === "MapList" || type === "StringMap") throw new NotModelledError(`parameters of type ${type}`);
  return value;
}
