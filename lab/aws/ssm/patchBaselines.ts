import type {
  CreatePatchBaselineRequest,
  CreatePatchBaselineResult,
  GetPatchBaselineForPatchGroupRequest,
  GetPatchBaselineForPatchGroupResult,
  GetPatchBaselineRequest,
  GetPatchBaselineResult,
  RegisterPatchBaselineForPatchGroupRequest,
  RegisterPatchBaselineForPatchGroupResult,
} from "@aws-sdk/client-ssm";
import { type OperatingSystem, operatingSystemNames } from "../../../components/operatingSystems.js";
import { AwsError, refuseOthers, validationError } from "../errors.js";
import type { Baseline } from "../patching/approval.js";
import type { Region } from "../region.js";
import { baselineMembers, checkFilters, checkList, checkRule } from "./baselineRequest.js";
import { predefinedBaseline } from "./predefinedBaselines.js";

const maxBaselines = 50;
const maxGroupsPerBaseline = 25;

/** Patch baselines, the patch groups registered to them, and each operating system's default. */
export class PatchBaselines {
  private readonly own = new Map<string, Baseline>();
  /** Operating system and group to baseline. */
  private readonly groups = new Map<string, string>();
  private readonly predefined = new Map<OperatingSystem, Baseline>();

  constructor(private readonly region: Region) {}

  createPatchBaseline(input: CreatePatchBaselineRequest): CreatePatchBaselineResult {
    refuseOthers("CreatePatchBaseline", input, baselineMembers);
    if (this.own.size >= maxBaselines) {
      throw new AwsError(
        "ResourceLimitExceededException",
        `You can have at most ${maxBaselines} patch baselines.`,
      );
    }
    const operatingSystem = operatingSystemNames.find(
      (name) => name === (input.OperatingSystem ?? "WINDOWS"),
    );
    const name = input.Name ?? "";
    if (!/^[a-zA-Z0-9_\-.]{3,128}$/.test(name))
      throw validationError(`Name ${JSON.stringify(name)} is not valid`);
    if (operatingSystem === undefined)
      throw validationError(`OperatingSystem ${input.OperatingSystem} is not valid`);
    const approvalRules = input.ApprovalRules?.PatchRules ?? [];
    const globalFilters = input.GlobalFilters?.PatchFilters ?? [];
    const { ApprovedPatches: approvedPatches = [], RejectedPatches: rejectedPatches = [] } = input;
    if (approvalRules.length > 10) throw validationError("a baseline has at most 10 approval rules");
    for (const rule of approvalRules) checkRule(rule, operatingSystem);
    checkFilters(globalFilters, operatingSystem);
    checkList("approved", approvedPatches);
    checkList("rejected", rejectedPatches);
    const id = `pb-${this.region.account.ids.hex(17, `baseline|${this.region.name}|${name}`)}`;
    this.own.set(id, {
      id,
      name,
      operatingSystem,
      approvalRules,
      globalFilters,
      approvedPatches,
      approvedPatchesComplianceLevel: input.ApprovedPatchesComplianceLevel ?? "UNSPECIFIED",
      rejectedPatches,
      rejectedPatchesAction: input.RejectedPatchesAction ?? "ALLOW_AS_DEPENDENCY",
    });
    return { BaselineId: id };
  }

  getPatchBaseline({ BaselineId }: GetPatchBaselineRequest): GetPatchBaselineResult {
    const baseline = this.find(BaselineId ?? "");
    return {
      BaselineId: baseline.id,
      Name: baseline.name,
      OperatingSystem: baseline.operatingSystem,
      ApprovalRules: { PatchRules: [...baseline.approvalRules] },
      GlobalFilters: { PatchFilters: [...baseline.globalFilters] },
      ApprovedPatches: [...baseline.approvedPatches],
      RejectedPatches: [...baseline.rejectedPatches],
      RejectedPatchesAction: baseline.rejectedPatchesAction,
      PatchGroups: [...this.groups]
        .filter(([, id]) => id === baseline.id)
        .map(([key]) => key.slice(key.indexOf("|") + 1)),
    };
  }

  registerPatchBaselineForPatchGroup(
    input: RegisterPatchBaselineForPatchGroupRequest,
  ): RegisterPatchBaselineForPatchGroupResult {
    const baseline = this.find(input.BaselineId ?? "");
    const group = input.PatchGroup ?? "";
    if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,256}$/u.test(group)) {
      throw validationError(`PatchGroup ${JSON.stringify(group.slice(0, 80))} is not valid`);
    }
    const key = `${baseline.operatingSystem}|${group}`;
    const registered = this.groups.get(key);
    if (registered !== undefined && registered !== baseline.id) {
      throw new AwsError(
        "AlreadyExistsException",
        `Patch Group baseline already has a baseline registered for Operating System ${baseline.operatingSystem}.`,
      );
    }
    const groups = [...this.groups].filter(([other, id]) => id === baseline.id && other !== key);
    if (groups.length >= maxGroupsPerBaseline) {
      throw new AwsError(
        "ResourceLimitExceededException",
        `at most ${maxGroupsPerBaseline} patch groups per baseline`,
      );
    }
    this.groups.set(key, baseline.id);
    return { BaselineId: baseline.id, PatchGroup: group };
  }

  getPatchBaselineForPatchGroup(
    input: GetPatchBaselineForPatchGroupRequest,
  ): GetPatchBaselineForPatchGroupResult {
    const operatingSystem = operatingSystemNames.find(
      (name) => name === (input.OperatingSystem ?? "WINDOWS"),
    );
    if (operatingSystem === undefined)
      throw validationError(`OperatingSystem ${input.OperatingSystem} is not valid`);
    const { baseline } = this.forGroup(operatingSystem, input.PatchGroup);
    return {
      BaselineId: baseline.id,
      OperatingSystem: operatingSystem,
      ...(input.PatchGroup === undefined ? {} : { PatchGroup: input.PatchGroup }),
    };
  }

  /** The baseline that a node of a patch group gets: AWS falls back to the default one without a word. */
  forGroup(
    operatingSystem: OperatingSystem,
    patchGroup: string | undefined,
  ): { baseline: Baseline; isDefault: boolean } {
    const id = patchGroup === undefined ? undefined : this.groups.get(`${operatingSystem}|${patchGroup}`);
    if (id !== undefined) return { baseline: this.find(id), isDefault: false };
    return { baseline: this.defaultFor(operatingSystem), isDefault: true };
  }

  private defaultFor(operatingSystem: OperatingSystem): Baseline {
    const known = this.predefined.get(operatingSystem);
    if (known !== undefined) return known;
    const baseline = predefinedBaseline(operatingSystem);
    this.predefined.set(operatingSystem, baseline);
    return baseline;
  }

  private find(id: string): Baseline {
    const baseline = this.own.get(id) ?? [...this.predefined.values()].find((one) => one.id === id);
    if (baseline === undefined)
      throw new AwsError("DoesNotExistException", `Patch baseline ${id} does not exist`);
    return baseline;
  }
}
