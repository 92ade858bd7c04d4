import type {
  AddTagsToResourceRequest,
  CancelMaintenanceWindowExecutionRequest,
  ResourceTypeForTagging,
  StartAutomationExecutionRequest,
} from "@aws-sdk/client-ssm";
import type { ApiContext } from "../operation.js";
import { arnOf, type Row } from "./needs.js";

const window = "maintenancewindow/{WindowId}";
const baseline = "patchbaseline/{BaselineId}";
const document = "document/{Name}";
const execution = "automation-execution/{AutomationExecutionId}";
/** Run Command asks itself: for the document, for the roles that it hands on, and for each node as it comes to it. */
const asksItself: readonly string[] = [];

const serviceRole = ({ ServiceRoleArn }: { readonly ServiceRoleArn?: string }) => ServiceRoleArn;

/** The kinds of resources whose tags SSM's own operations set, as ARNs have them. */
const taggable: Readonly<Record<ResourceTypeForTagging, string>> = {
  Association: "association",
  Automation: "automation-execution",
  CloudConnector: "cloud-connector",
  Document: "document",
  MaintenanceWindow: "maintenancewindow",
  ManagedInstance: "node",
  OpsItem: "opsitem",
  OpsMetadata: "opsmetadata",
  Parameter: "parameter",
  PatchBaseline: "patchbaseline",
};

function tagged(
  { ResourceType, ResourceId = "*" }: Partial<AddTagsToResourceRequest>,
  { region }: ApiContext,
): readonly string[] {
  if (ResourceType === undefined) return ["*"];
  // A parameter's name may begin with a slash, which its ARN has once.
  return [arnOf(region, "ssm", taggable[ResourceType], ResourceId.replace(/^\//, ""))];
}

/** Only the request's execution is known to the caller; IAM knows windows. */
function windowOfExecution(
  { WindowExecutionId }: CancelMaintenanceWindowExecutionRequest,
  { region }: ApiContext,
): readonly string[] {
  const found = region.windows.all.find(({ executions }) =>
    executions.some(({ id }) => id === WindowExecutionId),
  );
  return [arnOf(region, "ssm", "maintenancewindow", found?.id ?? "*")];
}

/**
 * A start was long judged by the version of the definition; the reference of today requires the document and the
 * execution, and still names the definition. All three are asked for, so that what passes here passes either way.
 */
function automation(
  { DocumentName = "*", DocumentVersion = "$DEFAULT" }: Partial<StartAutomationExecutionRequest>,
  { region }: ApiContext,
): readonly string[] {
  const definition = DocumentName.replace(/^(arn:.*:)document\//, "$1automation-definition/");
  return [
    `${arnOf(region, "ssm", "automation-definition", definition)}:${DocumentVersion}`,
    arnOf(region, "ssm", "document", DocumentName),
    region.arn("ssm", "automation-execution/*"),
  ];
}

const assumeRole = (input: StartAutomationExecutionRequest, { region }: ApiContext) =>
  region.automation.passedRole(input);

/** Actions and resource types as the Service Authorization Reference has them; `*` where it names no resource type. */
export const ssm = {
  CreateMaintenanceWindow: { on: "*", tagged: "maintenancewindow/*" },
  UpdateMaintenanceWindow: window,
  DeleteMaintenanceWindow: window,
  GetMaintenanceWindow: window,
  DescribeMaintenanceWindows: "*",
  DescribeMaintenanceWindowSchedule: "*",
  DescribeMaintenanceWindowsForTarget: "*",
  RegisterTargetWithMaintenanceWindow: window,
  UpdateMaintenanceWindowTarget: [window, "windowtarget/{WindowTargetId}"],
  DeregisterTargetFromMaintenanceWindow: [window, "windowtarget/{WindowTargetId}"],
  DescribeMaintenanceWindowTargets: window,
  RegisterTaskWithMaintenanceWindow: { on: window, passes: serviceRole },
  UpdateMaintenanceWindowTask: { on: [window, "windowtask/{WindowTaskId}"], passes: serviceRole },
  DeregisterTaskFromMaintenanceWindow: [window, "windowtask/{WindowTaskId}"],
  GetMaintenanceWindowTask: window,
  DescribeMaintenanceWindowTasks: window,
  DescribeMaintenanceWindowExecutions: window,
  DescribeMaintenanceWindowExecutionTasks: "*",
  DescribeMaintenanceWindowExecutionTaskInvocations: "*",
  GetMaintenanceWindowExecution: "*",
  GetMaintenanceWindowExecutionTask: "*",
  GetMaintenanceWindowExecutionTaskInvocation: "*",
  CancelMaintenanceWindowExecution: { on: windowOfExecution },

  CreatePatchBaseline: { on: "*", tagged: "patchbaseline/*" },
  GetPatchBaseline: baseline,
  UpdatePatchBaseline: baseline,
  DeletePatchBaseline: baseline,
  DescribePatchBaselines: "*",
  RegisterPatchBaselineForPatchGroup: baseline,
  DeregisterPatchBaselineForPatchGroup: baseline,
  GetPatchBaselineForPatchGroup: "*",
  DescribePatchGroups: "*",
  DescribePatchGroupState: "*",
  // The request does not name the baseline that it asks for.
  GetDefaultPatchBaseline: "patchbaseline/*",
  RegisterDefaultPatchBaseline: baseline,

  DescribeAvailablePatches: "*",
  DescribePatchProperties: "*",
  ListComplianceItems: "*",
  ListComplianceSummaries: "*",
  ListResourceComplianceSummaries: "*",

  DescribeInstanceInformation: "*",
  ListNodes: "*",
  ListAssociations: "*",
  DescribeInstancePatchStates: "node/{InstanceIds}",
  DescribeInstancePatchStatesForPatchGroup: "*",
  DescribeInstancePatches: "node/{InstanceId}",
  SendCommand: asksItself,
  CancelCommand: asksItself,
  ListCommands: "*",
  ListCommandInvocations: "*",
  GetCommandInvocation: "*",

  CreateDocument: { on: document, tagged: document },
  GetDocument: document,
  DescribeDocument: document,
  UpdateDocument: document,
  UpdateDocumentDefaultVersion: document,
  ModifyDocumentPermission: document,
  DescribeDocumentPermission: document,
  DeleteDocument: document,
  ListDocuments: "*",
  GetCalendarState: "document/{CalendarNames}",

  StartAutomationExecution: { on: automation, tagged: "automation-execution/*", passes: assumeRole },
  GetAutomationExecution: execution,
  DescribeAutomationExecutions: "*",
  DescribeAutomationStepExecutions: execution,
  StopAutomationExecution: execution,

  AddTagsToResource: { on: tagged },
  RemoveTagsFromResource: { on: tagged },
  ListTagsForResource: { on: tagged },
} as const satisfies Readonly<Record<string, Row>>;
