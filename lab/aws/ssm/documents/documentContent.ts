import type { DocumentFormat, DocumentParameter } from "@aws-sdk/client-ssm";
import { z } from "zod";
import { readDocument } from "#lab/fleet/readDocument.js";
import { reasonOf } from "#shared/text/words.js";
import { AwsError, NotModelledError } from "../../base/errors.js";
import { parameterTypes, type RunbookStep, runbookStep, stepName } from "../automation/runbookStep.js";
import { branchProblem, branchSteps } from "../automation/steps/branch.js";
import { readCalendar } from "./calendar.js";

const maxBytes = 64 * 1024;

/** Types of runbooks' parameters that say what a value looks like. */
export const resourceTypes: Readonly<Record<string, RegExp>> = {
  "AWS::EC2::Instance::Id": /^i-([0-9a-f]{8}|[0-9a-f]{17})$/,
  "List<AWS::EC2::Instance::Id>": /^i-([0-9a-f]{8}|[0-9a-f]{17})$/,
  "AWS::IAM::Role::Arn": /^arn:[^:]+:iam::\d{12}:role\/.+$/,
  "AWS::S3::Bucket::Name": /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
};

const parameter = z.looseObject({
  type: z.enum([...parameterTypes, ...Object.keys(resourceTypes)]),
  description: z.string().optional(),
  default: z.json().optional(),
  allowedValues: z.array(z.json()).optional(),
  allowedPattern: z.string().optional(),
});
const parameters = z.record(z.string().regex(/^\w{1,50}$/), parameter).default({});
const version = z.preprocess((value) => (typeof value === "number" ? String(value) : value), z.string());

const runbook = z.strictObject({
  schemaVersion: version,
  description: z.string().optional(),
  assumeRole: z.string().optional(),
  parameters,
  variables: z.record(z.string(), z.json()).optional(),
  mainSteps: z.array(runbookStep).min(1),
  // A runbook may write them as references, too.
  outputs: z.array(z.string().transform((one) => one.replace(/^\{\{\s*(.*?)\s*\}\}$/, "$1"))).optional(),
  files: z.json().optional(),
});
const command = z.looseObject({
  schemaVersion: version,
  description: z.string().optional(),
  parameters,
  mainSteps: z.array(z.looseObject({ name: stepName, action: z.string().regex(/^aws:\w+$/) })).min(1),
});

/** What an Automation document says. */
export type Runbook = z.infer<typeof runbook>;
/** What a document says of one of its parameters. */
export type ParameterSpec = z.infer<typeof parameter>;

/** A document's content, read. */
export interface Body {
  readonly schemaVersion?: string;
  readonly description?: string | undefined;
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
  /** Of an Automation document. */
  readonly runbook?: Runbook;
  /** As plain values, of what is not a calendar. */
  readonly value?: unknown;
}

const invalid = (what: string): AwsError => new AwsError("InvalidDocumentContent", what);

/**
 * Reads a document's content.
 *
 * @throws AwsError MaxDocumentSizeExceeded, InvalidDocumentContent, InvalidDocumentSchemaVersion, ValidationException
 */
export function readContent(type: string, format: DocumentFormat, content: string): Body {
  if (Buffer.byteLength(content) > maxBytes)
    throw new AwsError("MaxDocumentSizeExceeded", "The size limit of a document is 64 KB.");
  if ((type === "ChangeCalendar") !== (format === "TEXT"))
    throw new AwsError("ValidationException", `A document of type ${type} cannot have the format ${format}.`);
  if (type === "ChangeCalendar") return readText(content);
  const value = plainValues(format, content);
  if (type === "Automation") {
    const read = parsed(runbook, value, ["0.3"]);
    checkSteps(read);
    checkOrder(read);
    return { ...common(read), runbook: read, value };
  }
  if (type !== "Command") throw new NotModelledError(`documents of type ${type}`);
  const read = parsed(command, value, ["2.0", "2.2"]);
  checkSteps(read);
  return { ...common(read), value };
}

function common({ schemaVersion, description, parameters: specs }: Runbook | z.infer<typeof command>) {
  for (const [name, { default: value, allowedValues, allowedPattern }] of Object.entries(specs)) {
    if (allowedPattern !== undefined) compiled(name, allowedPattern);
    for (const one of value === undefined || allowedValues === undefined ? [] : [value].flat()) {
      if (!allowedValues?.includes(one)) throw invalid(`The default of parameter "${name}" is not allowed.`);
    }
  }
  return { schemaVersion, description, parameters: specs };
}

/** What a whole value of a parameter must match. */
export function compiled(name: string, pattern: string): RegExp {
  try {
    return new RegExp(`^(?:${pattern})$`);
  } catch {
    throw invalid(`The allowedPattern of parameter "${name}" is not a regular expression.`);
  }
}

function readText(content: string): Body {
  try {
    readCalendar(content);
  } catch (error) {
    throw invalid(`The calendar cannot be read: ${reasonOf(error)}`);
  }
  return { parameters: {} };
}

function plainValues(format: DocumentFormat, content: string): unknown {
  if (format === "JSON") {
    try {
      JSON.parse(content);
    } catch {
      throw invalid("JSON not well-formed.");
    }
  }
  const bytes = Buffer.from(content);
  const stat = { size: bytes.length, isFile: () => true };
  const reading = readDocument("content", { statSync: () => stat, readFileSync: () => bytes });
  if ("problems" in reading) throw invalid(`${format} not well-formed. ${reading.problems.join(" ")}`);
  return reading.value;
}

function parsed<T>(schema: z.ZodType<T>, value: unknown, versions: readonly string[]): T {
  const declared = z.looseObject({ schemaVersion: version }).safeParse(value).data?.schemaVersion;
  if (declared !== undefined && !versions.includes(declared)) {
    const message = `The schema version ${declared} is not one of ${versions.join(", ")}.`;
    throw new AwsError("InvalidDocumentSchemaVersion", message);
  }
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const problems = error.issues.map(({ path, message }) => `${path.join(".") || "document"}: ${message}`);
  throw invalid(problems.join("; "));
}

/** `{{ name }}` of a parameter, or of a name with a point or a colon in it. */
const reference = /\{\{\s*([\w.:-]+)\s*\}\}/g;

/** The names that stand in `{{ }}` anywhere in a value. */
export function references(value: unknown): string[] {
  return [...JSON.stringify(value ?? null).matchAll(reference)].map(([, name = ""]) => name);
}

/** A value with every `{{ name }}` in it replaced; one that is nothing else becomes the value itself. */
export function resolved(value: unknown, values: Readonly<Record<string, unknown>>): unknown {
  if (Array.isArray(value)) return value.map((one) => resolved(one, values));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolved(one, values)]));
  if (typeof value !== "string") return value;
  const [first] = value.matchAll(reference);
  if (first?.[0] === value) return values[first[1] ?? ""];
  return value.replace(reference, (_whole, name: string) => {
    const found = values[name];
    return typeof found === "string" ? found : JSON.stringify(found);
  });
}

function checkSteps(document: Runbook | z.infer<typeof command>): void {
  const names = document.mainSteps.map(({ name }) => name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw invalid(`The step name "${repeated}" is not unique.`);
  const { assumeRole } = document as Partial<Runbook>;
  for (const name of references([document.mainSteps, assumeRole])) {
    if (name.includes(":")) continue;
    const [first = ""] = name.split(".");
    if (first !== name && !names.includes(first)) throw invalid(`Step "${first}" is not declared.`);
    if (first === name && !Object.hasOwn(document.parameters, name))
      throw invalid(`Parameter "${name}" is not declared.`);
  }
}

/** The steps that a step names to follow it. */
export function namedNext({ action, inputs, nextStep, onFailure }: RunbookStep): string[] {
  const onward = onFailure?.startsWith("step:") ? [onFailure.slice("step:".length)] : [];
  const chosen = action === "aws:branch" ? branchSteps(inputs) : [];
  return [...(nextStep === undefined ? [] : [nextStep]), ...onward, ...chosen];
}

/** Inputs that a step needs, one of each row (Automation actions reference). */
const requiredInputs: Readonly<Record<string, readonly (readonly string[])[]>> = {
  "aws:executeAwsApi": [["Service"], ["Api"]],
  "aws:runCommand": [["DocumentName"], ["InstanceIds", "Targets"]],
  "aws:sleep": [["Duration", "Timestamp"]],
};

/** Checks that whatever decides on the order of steps, and what the runbook gives out, is there. */
function checkOrder({ mainSteps, outputs = [] }: Runbook): void {
  const names = mainSteps.map(({ name }) => name);
  for (const step of mainSteps) {
    const wanted = requiredInputs[step.action]?.find((names) =>
      names.every((name) => !(name in step.inputs)),
    );
    if (wanted !== undefined) throw invalid(`Step "${step.name}": input ${wanted.join(" or ")} is required.`);
    const problem = step.action === "aws:branch" ? branchProblem(step.inputs) : undefined;
    if (problem !== undefined) throw invalid(`Step "${step.name}": ${problem}.`);
    const unknown = namedNext(step).find((name) => !names.includes(name));
    if (unknown !== undefined)
      throw invalid(`Step "${unknown}", which may follow "${step.name}", is not declared.`);
  }
  for (const output of outputs) {
    const [step = ""] = output.split(".");
    if (step === output || !names.includes(step))
      throw invalid(`The output "${output}" is not that of a declared step.`);
  }
}

/** How DescribeDocument tells of parameters. */
export function describedParameters(specs: Body["parameters"]): DocumentParameter[] {
  return Object.entries(specs).map(([Name, { type, description, default: value }]) => ({
    Name,
    Type: type === "StringList" || type.startsWith("List<") ? "StringList" : "String",
    ...(description === undefined ? {} : { Description: description }),
    ...(value === undefined
      ? {}
      : { DefaultValue: typeof value === "string" ? value : JSON.stringify(value) }),
  }));
}
