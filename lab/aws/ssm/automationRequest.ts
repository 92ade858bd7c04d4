import type { StartAutomationExecutionRequest } from "@aws-sdk/client-ssm";
import { AwsError, NotModelledError, refuseOthers } from "../errors.js";
import {
  compiled,
  type ParameterSpec,
  type Runbook,
  references,
  resolved,
  resourceTypes,
} from "./documentContent.js";
import type { Documents } from "./documents.js";

const understood: readonly (keyof StartAutomationExecutionRequest)[] = [
  "ClientToken",
  "DocumentName",
  "DocumentVersion",
  "Mode",
  "Parameters",
  "Tags",
];
const understoodOfRunbooks: readonly (keyof Runbook)[] = [
  "assumeRole",
  "description",
  "mainSteps",
  "parameters",
  "schemaVersion",
];
const understoodOfSteps = ["action", "description", "inputs", "name"];
const understoodOfParameters = ["allowedPattern", "allowedValues", "default", "description", "type"];

/** What is to be run. */
export interface AutomationPlan {
  readonly documentName: string;
  readonly documentVersion: string;
  readonly runbook: Runbook;
  /** As the start gave them. */
  readonly given: Readonly<Record<string, string[]>>;
  /** Of all parameters, of their types. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Undefined when the steps run as whoever started it. */
  readonly roleArn: string | undefined;
}

const invalid = (what: string): AwsError =>
  new AwsError("InvalidAutomationExecutionParametersException", what);

/**
 * Checks a start of an automation, and reads what it asks for.
 *
 * @throws AwsError AutomationDefinitionNotFoundException, AutomationDefinitionVersionNotFoundException,
 *   InvalidAutomationExecutionParametersException; NotModelledError names what the lab's automations do not do
 */
export function planOf(documents: Documents, input: StartAutomationExecutionRequest): AutomationPlan {
  refuseOthers("StartAutomationExecution", input, understood);
  if (input.Mode === "Interactive")
    throw new NotModelledError("Mode Interactive of StartAutomationExecution");
  const { documentName, documentVersion, runbook } = runbookOf(documents, input);
  refuseOthers(`the runbook ${documentName}`, runbook, understoodOfRunbooks);
  for (const step of runbook.mainSteps) refuseOthers(`the step ${step.name}`, step, understoodOfSteps);
  for (const name of references([runbook.mainSteps, runbook.assumeRole])) {
    if (Object.hasOwn(runbook.parameters, name) || globals.includes(name)) continue;
    throw new NotModelledError(`{{ ${name} }} in a runbook`);
  }
  const given = input.Parameters ?? {};
  const undefinedNames = Object.keys(given).filter((name) => !Object.hasOwn(runbook.parameters, name));
  if (undefinedNames.length > 0) throw invalid(`Undefined execution inputs: [${undefinedNames.join(", ")}].`);
  const values = Object.fromEntries(
    Object.entries(runbook.parameters).map(([name, spec]) => [name, parameterValue(name, spec, given[name])]),
  );
  const role = runbook.assumeRole === undefined ? "" : String(resolved(runbook.assumeRole, values));
  return { documentName, documentVersion, runbook, given, values, roleArn: role === "" ? undefined : role };
}

function runbookOf(documents: Documents, { DocumentName, DocumentVersion }: StartAutomationExecutionRequest) {
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
  return { documentName: document.name, documentVersion: version, runbook: body.runbook };
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

/** Variables that a runbook need not declare. */
const globals = [
  "automation:EXECUTION_ID",
  "global:ACCOUNT_ID",
  "global:DATE",
  "global:DATE_TIME",
  "global:REGION",
];
