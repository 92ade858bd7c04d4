/** An operation, a request, and what it needs, in order: an action and what it is asked of. */
export type Row = readonly [operation: string, input: object, ...needs: string[]];

const role = "arn:aws:iam::123456789012:role/window";
const window = { WindowId: "mw-1" };
const group = { BaselineId: "pb-1", PatchGroup: "servers" };
const onWindow = "~maintenancewindow/mw-1";
const baselineOfAws = "arn:aws:ssm:us-east-1:075727635805:patchbaseline/pb-2";
const shared = "arn:aws:ssm:us-east-1:210987654321:document/shared";
const Tags = [{ Key: "A", Value: "a" }];
const node = "arn:aws:ec2:us-east-1:123456789012:instance/i-1";
const tagging = (ResourceType: string, ResourceId: string) => ({ ResourceType, ResourceId });
const start = (changes: object = {}) => ({ DocumentName: "Patch", ...changes });
const starts = [
  "ssm:StartAutomationExecution ~automation-definition/Patch:$DEFAULT",
  "ssm:StartAutomationExecution ~document/Patch",
  "ssm:StartAutomationExecution ~automation-execution/*",
];

/** What SSM's operations need; `~` stands for the namespace of SSM's ARNs. */
export const ssmNeeds: readonly Row[] = [
  ["CreateMaintenanceWindow", { Name: "w" }, "ssm:CreateMaintenanceWindow *"],
  ["CreateMaintenanceWindow", { Tags: [] }, "ssm:CreateMaintenanceWindow *"],
  [
    "CreateMaintenanceWindow",
    { Tags },
    "ssm:CreateMaintenanceWindow *",
    "ssm:AddTagsToResource ~maintenancewindow/*",
  ],
  ["UpdateMaintenanceWindow", window, `ssm:UpdateMaintenanceWindow ${onWindow}`],
  ["DeleteMaintenanceWindow", window, `ssm:DeleteMaintenanceWindow ${onWindow}`],
  ["GetMaintenanceWindow", window, `ssm:GetMaintenanceWindow ${onWindow}`],
  ["DescribeMaintenanceWindows", {}, "ssm:DescribeMaintenanceWindows *"],
  ["DescribeMaintenanceWindowSchedule", window, "ssm:DescribeMaintenanceWindowSchedule *"],
  ["DescribeMaintenanceWindowsForTarget", {}, "ssm:DescribeMaintenanceWindowsForTarget *"],
  ["RegisterTargetWithMaintenanceWindow", window, `ssm:RegisterTargetWithMaintenanceWindow ${onWindow}`],
  [
    "UpdateMaintenanceWindowTarget",
    { ...window, WindowTargetId: "t" },
    `ssm:UpdateMaintenanceWindowTarget ${onWindow}`,
    "ssm:UpdateMaintenanceWindowTarget ~windowtarget/t",
  ],
  [
    "DeregisterTargetFromMaintenanceWindow",
    { ...window, WindowTargetId: "t" },
    `ssm:DeregisterTargetFromMaintenanceWindow ${onWindow}`,
    "ssm:DeregisterTargetFromMaintenanceWindow ~windowtarget/t",
  ],
  ["DescribeMaintenanceWindowTargets", window, `ssm:DescribeMaintenanceWindowTargets ${onWindow}`],
  ["RegisterTaskWithMaintenanceWindow", window, `ssm:RegisterTaskWithMaintenanceWindow ${onWindow}`],
  [
    "RegisterTaskWithMaintenanceWindow",
    { ...window, ServiceRoleArn: role },
    `ssm:RegisterTaskWithMaintenanceWindow ${onWindow}`,
    `iam:PassRole ${role}`,
  ],
  [
    "UpdateMaintenanceWindowTask",
    { ...window, WindowTaskId: "t", ServiceRoleArn: role },
    `ssm:UpdateMaintenanceWindowTask ${onWindow}`,
    "ssm:UpdateMaintenanceWindowTask ~windowtask/t",
    `iam:PassRole ${role}`,
  ],
  [
    "DeregisterTaskFromMaintenanceWindow",
    { ...window, WindowTaskId: "t" },
    `ssm:DeregisterTaskFromMaintenanceWindow ${onWindow}`,
    "ssm:DeregisterTaskFromMaintenanceWindow ~windowtask/t",
  ],
  ["GetMaintenanceWindowTask", { ...window, WindowTaskId: "t" }, `ssm:GetMaintenanceWindowTask ${onWindow}`],
  ["DescribeMaintenanceWindowTasks", window, `ssm:DescribeMaintenanceWindowTasks ${onWindow}`],
  ["DescribeMaintenanceWindowExecutions", window, `ssm:DescribeMaintenanceWindowExecutions ${onWindow}`],
  ["DescribeMaintenanceWindowExecutionTasks", {}, "ssm:DescribeMaintenanceWindowExecutionTasks *"],
  [
    "DescribeMaintenanceWindowExecutionTaskInvocations",
    {},
    "ssm:DescribeMaintenanceWindowExecutionTaskInvocations *",
  ],
  ["GetMaintenanceWindowExecution", {}, "ssm:GetMaintenanceWindowExecution *"],
  ["GetMaintenanceWindowExecutionTask", {}, "ssm:GetMaintenanceWindowExecutionTask *"],
  ["GetMaintenanceWindowExecutionTaskInvocation", {}, "ssm:GetMaintenanceWindowExecutionTaskInvocation *"],
  [
    "CancelMaintenanceWindowExecution",
    { WindowExecutionId: "nobody's" },
    "ssm:CancelMaintenanceWindowExecution ~maintenancewindow/*",
  ],
  ["CreatePatchBaseline", { Name: "b" }, "ssm:CreatePatchBaseline *"],
  ["CreatePatchBaseline", { Tags }, "ssm:CreatePatchBaseline *", "ssm:AddTagsToResource ~patchbaseline/*"],
  ["GetPatchBaseline", { BaselineId: "pb-1" }, "ssm:GetPatchBaseline ~patchbaseline/pb-1"],
  ["GetPatchBaseline", { BaselineId: baselineOfAws }, `ssm:GetPatchBaseline ${baselineOfAws}`],
  ["UpdatePatchBaseline", { BaselineId: "pb-1" }, "ssm:UpdatePatchBaseline ~patchbaseline/pb-1"],
  ["DeletePatchBaseline", { BaselineId: "pb-1" }, "ssm:DeletePatchBaseline ~patchbaseline/pb-1"],
  ["DescribePatchBaselines", {}, "ssm:DescribePatchBaselines *"],
  ["RegisterPatchBaselineForPatchGroup", group, "ssm:RegisterPatchBaselineForPatchGroup ~patchbaseline/pb-1"],
  [
    "DeregisterPatchBaselineForPatchGroup",
    group,
    "ssm:DeregisterPatchBaselineForPatchGroup ~patchbaseline/pb-1",
  ],
  ["GetPatchBaselineForPatchGroup", group, "ssm:GetPatchBaselineForPatchGroup *"],
  ["DescribePatchGroups", {}, "ssm:DescribePatchGroups *"],
  ["DescribePatchGroupState", group, "ssm:DescribePatchGroupState *"],
  ["GetDefaultPatchBaseline", {}, "ssm:GetDefaultPatchBaseline ~patchbaseline/*"],
  [
    "RegisterDefaultPatchBaseline",
    { BaselineId: baselineOfAws },
    `ssm:RegisterDefaultPatchBaseline ${baselineOfAws}`,
  ],
  ["DescribeInstanceInformation", {}, "ssm:DescribeInstanceInformation *"],
  [
    "DescribeInstancePatchStates",
    { InstanceIds: ["i-1", "mi-2"] },
    `ssm:DescribeInstancePatchStates ${node}`,
    "ssm:DescribeInstancePatchStates ~managed-instance/mi-2",
  ],
  ["DescribeInstancePatchStates", { InstanceIds: [] }, "ssm:DescribeInstancePatchStates *"],
  ["DescribeInstancePatchStatesForPatchGroup", group, "ssm:DescribeInstancePatchStatesForPatchGroup *"],
  ["DescribeInstancePatches", { InstanceId: "i-1" }, `ssm:DescribeInstancePatches ${node}`],
  ["SendCommand", { DocumentName: "AWS-RunPatchBaseline" }],
  ["CancelCommand", { CommandId: "c" }],
  ["ListCommands", {}, "ssm:ListCommands *"],
  ["ListCommandInvocations", {}, "ssm:ListCommandInvocations *"],
  ["GetCommandInvocation", { InstanceId: "i-1" }, "ssm:GetCommandInvocation *"],
  ["CreateDocument", { Name: "Patch" }, "ssm:CreateDocument ~document/Patch"],
  [
    "CreateDocument",
    { Name: "Patch", Tags },
    "ssm:CreateDocument ~document/Patch",
    "ssm:AddTagsToResource ~document/Patch",
  ],
  ["GetDocument", { Name: "Patch" }, "ssm:GetDocument ~document/Patch"],
  ["GetDocument", { Name: shared }, `ssm:GetDocument ${shared}`],
  ["GetDocument", { Name: "AWS-Noop" }, "ssm:GetDocument arn:aws:ssm:us-east-1::document/AWS-Noop"],
  ["GetDocument", { Name: "OurAWS-Noop" }, "ssm:GetDocument ~document/OurAWS-Noop"],
  ["DescribeDocument", { Name: "Patch" }, "ssm:DescribeDocument ~document/Patch"],
  ["UpdateDocument", { Name: "Patch" }, "ssm:UpdateDocument ~document/Patch"],
  [
    "UpdateDocumentDefaultVersion",
    { Name: "Patch", DocumentVersion: "2" },
    "ssm:UpdateDocumentDefaultVersion ~document/Patch",
  ],
  ["ModifyDocumentPermission", { Name: "Patch" }, "ssm:ModifyDocumentPermission ~document/Patch"],
  ["DescribeDocumentPermission", { Name: "Patch" }, "ssm:DescribeDocumentPermission ~document/Patch"],
  ["DeleteDocument", { Name: "Patch" }, "ssm:DeleteDocument ~document/Patch"],
  ["ListDocuments", {}, "ssm:ListDocuments *"],
  [
    "GetCalendarState",
    { CalendarNames: ["Freeze", shared] },
    "ssm:GetCalendarState ~document/Freeze",
    `ssm:GetCalendarState ${shared}`,
  ],
  ["StartAutomationExecution", start(), ...starts],
  [
    "StartAutomationExecution",
    start({ DocumentVersion: "3" }),
    "ssm:StartAutomationExecution ~automation-definition/Patch:3",
    ...starts.slice(1),
  ],
  [
    "StartAutomationExecution",
    { DocumentName: shared },
    "ssm:StartAutomationExecution arn:aws:ssm:us-east-1:210987654321:automation-definition/shared:$DEFAULT",
    `ssm:StartAutomationExecution ${shared}`,
    ...starts.slice(2),
  ],
  [
    "StartAutomationExecution",
    { DocumentName: "AWS-PatchInstance" },
    "ssm:StartAutomationExecution arn:aws:ssm:us-east-1::automation-definition/AWS-PatchInstance:$DEFAULT",
    "ssm:StartAutomationExecution arn:aws:ssm:us-east-1::document/AWS-PatchInstance",
    ...starts.slice(2),
  ],
  [
    "StartAutomationExecution",
    start({ Tags, Parameters: { AutomationAssumeRole: [role], Operation: ["Scan"] } }),
    ...starts,
    "ssm:AddTagsToResource ~automation-execution/*",
    `iam:PassRole ${role}`,
  ],
  [
    "GetAutomationExecution",
    { AutomationExecutionId: "e" },
    "ssm:GetAutomationExecution ~automation-execution/e",
  ],
  ["DescribeAutomationExecutions", {}, "ssm:DescribeAutomationExecutions *"],
  [
    "DescribeAutomationStepExecutions",
    { AutomationExecutionId: "e" },
    "ssm:DescribeAutomationStepExecutions ~automation-execution/e",
  ],
  [
    "StopAutomationExecution",
    { AutomationExecutionId: "e" },
    "ssm:StopAutomationExecution ~automation-execution/e",
  ],
  [
    "AddTagsToResource",
    { ...tagging("PatchBaseline", "pb-1"), Tags },
    "ssm:AddTagsToResource ~patchbaseline/pb-1",
  ],
  ["AddTagsToResource", tagging("ManagedInstance", "mi-1"), "ssm:AddTagsToResource ~managed-instance/mi-1"],
  ["AddTagsToResource", tagging("ManagedInstance", "i-1"), `ssm:AddTagsToResource ${node}`],
  ["AddTagsToResource", tagging("MaintenanceWindow", "mw-1"), `ssm:AddTagsToResource ${onWindow}`],
  ["AddTagsToResource", tagging("Document", "Patch"), "ssm:AddTagsToResource ~document/Patch"],
  ["AddTagsToResource", tagging("Automation", "e"), "ssm:AddTagsToResource ~automation-execution/e"],
  ["AddTagsToResource", tagging("Parameter", "/a/b"), "ssm:AddTagsToResource ~parameter/a/b"],
  [
    "RemoveTagsFromResource",
    { ...tagging("Document", "Patch"), TagKeys: ["A"] },
    "ssm:RemoveTagsFromResource ~document/Patch",
  ],
  ["ListTagsForResource", tagging("PatchBaseline", "pb-1"), "ssm:ListTagsForResource ~patchbaseline/pb-1"],
];
