import { type Fault, home, type Patient, prefix, windowOf } from "./doctorSupport.js";

const node = (index: number) => `i-${String(index).padStart(17, "0")}`;
const ec2 = (index: number) => `arn:aws:ec2:${home}:123456789012:instance/${node(index)}`;
const tags = { PatchGroup: "dev-servers", Environment: "dev" };
const tag = (index: number) => ({
  apply: (patient: Patient) =>
    patient.call("resourcegroupstaggingapi", "TagResources", { ResourceARNList: [ec2(index)], Tags: tags }),
  undo: (patient: Patient) =>
    patient.call("resourcegroupstaggingapi", "UntagResources", {
      ResourceARNList: [ec2(index)],
      TagKeys: Object.keys(tags),
    }),
});
/** Faults after which the stack is well again. */
export const faults: readonly Fault[] = [
  {
    what: "a window that somebody has disabled",
    turn: 1,
    id: "window-disabled",
    names: /patchplane-dev-scan/,
    apply: (patient) =>
      patient.call("ssm", "UpdateMaintenanceWindow", {
        WindowId: windowOf(patient, `${prefix}-scan`).id,
        Enabled: false,
      }),
  },
  {
    what: "a window in another time zone",
    turn: 1,
    id: "window-moved",
    names: /patchplane-dev-install opens by .* in Asia\/Tokyo, and not by .* in UTC/,
    apply: (patient) =>
      patient.call("ssm", "UpdateMaintenanceWindow", {
        WindowId: windowOf(patient, `${prefix}-install`).id,
        ScheduleTimezone: "Asia/Tokyo",
      }),
  },
  {
    what: "a schedule that is turned off",
    turn: 2,
    id: "schedule-disabled",
    names: /of group patchplane-dev-fanout are disabled: run-stop/,
    apply: (patient) => {
      const { input } = patient.region.lambda.find(`${prefix}-fanout-stopping`);
      const start = patient.region.lambda.find(`SSM-${prefix}-fanout`).input.Environment?.Variables;
      return patient.call("scheduler", "CreateSchedule", {
        ...{ Name: "run-stop", GroupName: `${prefix}-fanout`, State: "DISABLED" },
        ...{ ScheduleExpression: "at(2026-12-01T00:00:00)", FlexibleTimeWindow: { Mode: "OFF" } },
        Target: {
          Arn: `arn:aws:lambda:${home}:123456789012:function:${input.FunctionName}`,
          RoleArn: start?.SCHEDULE_ROLE_ARN,
        },
      });
    },
  },
  {
    what: "a runbook that is shared with a stranger",
    turn: 1,
    id: "runbook-overshared",
    names: /shared with 210987654321/,
    apply: (patient) =>
      patient.call(
        "ssm",
        "ModifyDocumentPermission",
        { Name: `${prefix}-fanout`, PermissionType: "Share", AccountIdsToAdd: ["210987654321"] },
        "us-west-2",
      ),
  },
  {
    what: "a target with another value of a tag",
    turn: 2,
    id: "target-missing",
    names: /tag:PatchGroup=dev-servers/,
    ...(() => {
      const update = (value: string) => (patient: Patient) => {
        const { id, targets } = windowOf(patient, `${prefix}-scan`);
        const [target] = [...targets.values()].filter(({ name }) => name === "base");
        return patient.call("ssm", "UpdateMaintenanceWindowTarget", {
          WindowId: id,
          WindowTargetId: target?.id,
          Targets: [
            { Key: "tag:PatchGroup", Values: [value] },
            { Key: "tag:Environment", Values: ["dev"] },
          ],
        });
      };
      return { apply: update("dev-server"), undo: update("dev-servers") };
    })(),
  },
  {
    what: "a target that is none of the stack's",
    turn: 1,
    id: "target-strange",
    names: /tag:App=web/,
    apply: (patient) =>
      patient.call("ssm", "RegisterTargetWithMaintenanceWindow", {
        WindowId: windowOf(patient, `${prefix}-install`).id,
        ResourceType: "INSTANCE",
        Targets: [{ Key: "tag:App", Values: ["web"] }],
      }),
  },
  { what: "a node without an agent", turn: 1, id: "node-unmanaged", names: new RegExp(node(3)), ...tag(3) },
  { what: "a node that SSM has lost", turn: 1, id: "node-lost", names: new RegExp(node(4)), ...tag(4) },
  { what: "a node that does not run", turn: 1, id: "node-stopped", names: new RegExp(node(5)), ...tag(5) },
  {
    what: "nodes without the tags",
    turn: 3,
    id: "no-nodes",
    names: /no node has the tags/,
    ...(() => {
      const all = (operation: string, more: object) => async (patient: Patient) => {
        for (const { id, spec } of patient.lab.account.everywhere().flatMap(({ nodes }) => nodes.all)) {
          if (spec.tags.PatchGroup === undefined) continue;
          const ResourceARNList = [`arn:aws:ec2:${spec.region}:123456789012:instance/${id}`];
          await patient.call(
            "resourcegroupstaggingapi",
            operation,
            { ResourceARNList, ...more },
            spec.region,
          );
        }
      };
      return {
        apply: all("UntagResources", { TagKeys: ["PatchGroup"] }),
        undo: all("TagResources", { Tags: { PatchGroup: "dev-servers" } }),
      };
    })(),
  },
  {
    what: "a function that may not run",
    turn: 1,
    id: "function-stopped",
    names: /SSM-patchplane-dev-exclusions/,
    apply: ({ region }) => region.lambda.find(`SSM-${prefix}-exclusions`, undefined).reserve(0),
    undo: ({ region }) => region.lambda.find(`SSM-${prefix}-exclusions`, undefined).reserve(undefined),
  },
  {
    what: "a group whose registration is gone",
    turn: 1,
    id: "baseline-strange",
    names: /dev-servers with UBUNTU get AWS's default/,
    ...(() => {
      let BaselineId = "";
      const input = () => ({ BaselineId, PatchGroup: "dev-servers" });
      return {
        apply: async (patient: Patient) => {
          const asked = { PatchGroup: "dev-servers", OperatingSystem: "UBUNTU" };
          BaselineId = (await patient.call("ssm", "GetPatchBaselineForPatchGroup", asked)).BaselineId ?? "";
          await patient.call("ssm", "DeregisterPatchBaselineForPatchGroup", input());
        },
        undo: (patient: Patient) => patient.call("ssm", "RegisterPatchBaselineForPatchGroup", input()),
      };
    })(),
  },
  {
    what: "a group with somebody else's baseline",
    turn: 2,
    id: "baseline-strange",
    names: /dev-servers with UBUNTU get somebody-else, which is none of the stack's/,
    apply: async (patient) => {
      const asked = { PatchGroup: "dev-servers", OperatingSystem: "UBUNTU" };
      const { BaselineId } = await patient.call("ssm", "GetPatchBaselineForPatchGroup", asked);
      await patient.call("ssm", "DeregisterPatchBaselineForPatchGroup", {
        BaselineId,
        PatchGroup: "dev-servers",
      });
      const other = await patient.call("ssm", "CreatePatchBaseline", {
        Name: "somebody-else",
        OperatingSystem: "UBUNTU",
      });
      await patient.call("ssm", "RegisterPatchBaselineForPatchGroup", {
        ...other,
        PatchGroup: "dev-servers",
      });
    },
  },
  {
    what: "a second window over the same nodes",
    turn: 1,
    id: "other-program",
    names: /window second .*patches i-0+,/,
    apply: async (patient) => {
      const made = await patient.call("ssm", "CreateMaintenanceWindow", {
        ...{ Name: "second", Schedule: "cron(0 3 ? * MON *)", Duration: 2, Cutoff: 1 },
        AllowUnassociatedTargets: false,
      });
      const target = await patient.call("ssm", "RegisterTargetWithMaintenanceWindow", {
        ...{ ...made, ResourceType: "INSTANCE" },
        Targets: [{ Key: "tag:Environment", Values: ["dev"] }],
      });
      await patient.call("ssm", "RegisterTaskWithMaintenanceWindow", {
        ...{ ...made, TaskType: "RUN_COMMAND", TaskArn: "AWS-RunPatchBaseline", Priority: 1 },
        ...{ MaxConcurrency: "1", MaxErrors: "1" },
        Targets: [{ Key: "WindowTargetIds", Values: [target.WindowTargetId] }],
        TaskInvocationParameters: { RunCommand: { Parameters: { Operation: ["Install"] } } },
      });
    },
  },
  {
    what: "a patch policy of Quick Setup over the same nodes",
    turn: 2,
    id: "other-program",
    names: /AWS-QuickSetup-PatchPolicy/,
    apply: ({ region }) => {
      region.associations.all.push({
        AssociationId: "0a1b2c3d-0000-4000-8000-000000000000",
        AssociationName: "AWS-QuickSetup-PatchPolicy-InstallPatches-LA-abcde",
        Name: "AWSQuickSetup-PatchPolicy-InstallAndScan",
        Targets: [{ Key: "InstanceIds", Values: ["*"] }],
      });
    },
    undo: ({ region }) => region.associations.all.pop(),
  },
  {
    what: "patch groups of a baseline near the quota",
    turn: 1,
    id: "quota-near",
    names: /of 25 patch groups of baseline patchplane-dev-AMAZON_LINUX_2023/,
    ...(() => {
      const all = (operation: string) => async (patient: Patient) => {
        const { BaselineId } = await patient.call("ssm", "GetPatchBaselineForPatchGroup", {
          ...{ PatchGroup: "dev-servers", OperatingSystem: "AMAZON_LINUX_2023" },
        });
        for (let count = 0; count < 22; count++)
          await patient.call("ssm", operation, {
            ...{ BaselineId, PatchGroup: `somebody-${count}` },
          });
      };
      return {
        apply: all("RegisterPatchBaselineForPatchGroup"),
        undo: all("DeregisterPatchBaselineForPatchGroup"),
      };
    })(),
  },
  {
    what: "baselines near the quota",
    turn: 2,
    id: "quota-near",
    names: /of 50 patch baselines/,
    ...(() => {
      const made: string[] = [];
      return {
        apply: async (patient: Patient) => {
          for (let count = 0; count < 42; count++) {
            const input = { Name: `somebody-${count}`, OperatingSystem: "SUSE" };
            made.push((await patient.call("ssm", "CreatePatchBaseline", input)).BaselineId ?? "");
          }
        },
        undo: async (patient: Patient) => {
          for (const BaselineId of made) await patient.call("ssm", "DeletePatchBaseline", { BaselineId });
        },
      };
    })(),
  },
];
