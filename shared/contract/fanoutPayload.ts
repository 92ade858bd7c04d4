// The functional flavour of zod keeps the Lambda's bundle small.
import * as z from "zod/mini";
import { ringRuleSchema } from "./rings.js";

/** Most bytes of a window's payload for a function (API MaintenanceWindowLambdaParameters). */
export const maxPayloadBytes = 4096;

/** What the window puts ids in the place of. */
export const placeholders = { WindowId: "{{WINDOW_ID}}", TaskExecutionId: "{{TASK_EXECUTION_ID}}" } as const;

/** Most Regions of a run, as of a target location (API TargetLocation.Regions). */
const maxRegions = 50;
/** Most accounts of one target location, and most locations (API TargetLocation.Accounts, StartAutomationExecution). */
export const maxLocationAccounts = 50;
const maxLocations = 100;
const maxAccounts = maxLocationAccounts * maxLocations;
/** Longest value of a runbook's parameter, and most values of one (API StartAutomationExecution). */
const maxParameterLength = 512;
const maxParameterValues = 50;

/** What is allowed where, in words for a message. */
const allowed = {
  payload: "an object with WindowId, TaskExecutionId, Document, Targets, Regions and so on",
  windowId: "the id of a maintenance window, such as mw-0123456789abcdef0",
  taskExecutionId: "the id of a task's execution, a UUID",
  document: "an object with Name, Version and Parameters",
  documentName: "the name or the ARN of a runbook, of 3 to 128 letters, digits and _ - . : /",
  documentVersion: "a version as a text: a number, $DEFAULT or $LATEST",
  parameters: "an object with AutomationAssumeRole and Operation",
  role: "the ARN of a role, such as arn:aws:iam::123456789012:role/automation",
  roles: "a list with the ARN of one role, such as arn:aws:iam::123456789012:role/automation",
  operation: "a list with Scan or Install, one of them",
  parameter: `a list of 1 to ${maxParameterValues} texts of 1 to ${maxParameterLength} characters`,
  targetParameterName: "InstanceIds",
  targets: "a list of 1 to 5 objects with Key and Values",
  target: "an object with Key and Values",
  targetKey: "ResourceGroup",
  groups: "a list of 1 to 50 names of resource groups",
  group: "the name of a resource group, of 1 to 300 letters, digits and _ - .",
  maxConcurrency: "a text such as 10 or 10%, from 1",
  maxErrors: "a text such as 1 or 10%, from 0",
  regions: `a list of 1 to ${maxRegions} Regions, each once`,
  region: "a Region, such as us-east-1",
  rebootOption: "RebootIfNeeded or NoReboot",
  executionMode: "per-region or per-instance",
  accounts: `a list of 1 to ${maxAccounts} accounts or organizational units, each once`,
  account: "an account of 12 digits or an organizational unit such as ou-ab12-cdef3456, as a text",
  until: "a time in UTC such as 2026-10-11T13:00:00Z",
  calendars: "a list of 1 to 50 names or ARNs of change calendars",
  calendar: "the name or the ARN of a change calendar",
  executionRoleName: "the name of a role, of 1 to 64 letters, digits and _ + = , . @ -",
} as const;

function text(words: string, pattern: RegExp) {
  return z.string(words).check(z.regex(pattern, words));
}

function list<T extends z.core.$ZodType>(item: T, most: number, words: string) {
  return z.array(item, words).check(z.minLength(1, words), z.maxLength(most, words));
}

function distinct<T extends z.core.$ZodType<string>>(item: T, most: number, words: string) {
  const isDistinct = (values: readonly string[]) => new Set(values).size === values.length;
  return list(item, most, words).check(z.refine(isDistinct, words));
}

/** As SSM takes numbers of targets at once, and of errors. */
const concurrency = text(allowed.maxConcurrency, /^([1-9][0-9]{0,6}|[1-9][0-9]?%|100%)$/);
const errors = text(allowed.maxErrors, /^(0|[1-9][0-9]{0,6}|[0-9]%|[1-9][0-9]%|100%)$/);
const region = text(allowed.region, /^[a-z]{2,}(-[a-z]+)+-\d$/);
const role = text(allowed.role, /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/);
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const document = z.strictObject(
  {
    Name: text(allowed.documentName, /^[\w.:/-]{3,128}$/),
    Version: text(allowed.documentVersion, /^([$]LATEST|[$]DEFAULT|[1-9][0-9]{0,8})$/),
    Parameters: z.catchall(
      z.object(
        {
          AutomationAssumeRole: z.array(role, allowed.roles).check(z.length(1, allowed.roles)),
          Operation: z
            .array(z.enum(["Scan", "Install"], allowed.operation), allowed.operation)
            .check(z.length(1, allowed.operation)),
        },
        allowed.parameters,
      ),
      list(
        z
          .string(allowed.parameter)
          .check(z.minLength(1, allowed.parameter), z.maxLength(maxParameterLength, allowed.parameter)),
        maxParameterValues,
        allowed.parameter,
      ),
    ),
  },
  allowed.document,
);

/** The payload of the central window's task. What one member must be beside another is checked elsewhere. */
export const payloadSchema = z.strictObject(
  {
    /** `{{WINDOW_ID}}`, which the window replaces. */
    WindowId: text(allowed.windowId, /^mw-[0-9a-f]{17}$/),
    /** `{{TASK_EXECUTION_ID}}`, which the window replaces: the id of the run, and the patch snapshot of all its nodes. */
    TaskExecutionId: text(allowed.taskExecutionId, uuid),
    /** The runbook, and values of its parameters beside those that the function gives. */
    Document: document,
    /** The parameter that gets the nodes in the mode `per-instance`. */
    TargetParameterName: z.literal("InstanceIds", allowed.targetParameterName),
    /** Groups of nodes, by names that are the same in every Region; each becomes one automation in each Region. */
    Targets: list(
      z.strictObject(
        {
          Key: z.literal("ResourceGroup", allowed.targetKey),
          Values: list(text(allowed.group, /^[\w.-]{1,300}$/), 50, allowed.groups),
        },
        allowed.target,
      ),
      5,
      allowed.targets,
    ),
    /** Nodes at once in a Region. */
    MaxConcurrency: concurrency,
    /** Failed nodes of a Region that are put up with. */
    MaxErrors: errors,
    Regions: distinct(region, maxRegions, allowed.regions),
    /** Whether nodes may be rebooted. Default RebootIfNeeded. */
    RebootOption: z.exactOptional(z.enum(["RebootIfNeeded", "NoReboot"], allowed.rebootOption)),
    /** One command for the whole group, or one automation for each of its nodes. Default per-region. */
    ExecutionMode: z.exactOptional(z.enum(["per-region", "per-instance"], allowed.executionMode)),
    /** Other accounts at once within a Region. Default all of them (the API's own default is 1). */
    LocationMaxConcurrency: z.exactOptional(concurrency),
    /** Failed accounts of a Region after which no more are begun. Default 100% (the API's own default is 0). */
    LocationMaxErrors: z.exactOptional(errors),
    /** Accounts and organizational units beside the window's own account. Default none. */
    Accounts: z.exactOptional(
      distinct(
        text(allowed.account, /^(\d{12}|ou-[a-z0-9]{4,32}-[a-z0-9]{8,32})$/),
        maxAccounts,
        allowed.accounts,
      ),
    ),
    /** ISO 8601, UTC: when a run by hand is to be over. Default a window's length later; in the window its own end. */
    Until: z.exactOptional(z.iso.datetime(allowed.until)),
    /** Change calendars of the home Region that must all be open. Default none. */
    Calendars: z.exactOptional(list(text(allowed.calendar, /^[\w.:/-]{3,512}$/), 50, allowed.calendars)),
    /** The run's ring, and what its start depends on. Default none: it starts. */
    Ring: z.exactOptional(ringRuleSchema),
    /** ARN of the role that begins the automations of other accounts. Default the AutomationAssumeRole. */
    AdministrationRole: z.exactOptional(role),
    /** Name of the role that the automations of other accounts run as. Default the environment's. */
    ExecutionRoleName: z.exactOptional(text(allowed.executionRoleName, /^[\w+=,.@-]{1,64}$/)),
  },
  allowed.payload,
);

/** A payload whose shape is right. */
export type Payload = z.infer<typeof payloadSchema>;
