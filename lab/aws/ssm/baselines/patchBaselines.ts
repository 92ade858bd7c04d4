import type {
  CreatePatchBaselineRequest,
  CreatePatchBaselineResult,
  DeletePatchBaselineRequest,
  DeletePatchBaselineResult,
  DeregisterPatchBaselineForPatchGroupRequest,
  DeregisterPatchBaselineForPatchGroupResult,
  DescribePatchBaselinesRequest,
  DescribePatchBaselinesResult,
  DescribePatchGroupsRequest,
  DescribePatchGroupsResult,
  GetDefaultPatchBaselineRequest,
  GetDefaultPatchBaselineResult,
  GetPatchBaselineForPatchGroupRequest,
  GetPatchBaselineForPatchGroupResult,
  GetPatchBaselineRequest,
  GetPatchBaselineResult,
  PatchBaselineIdentity,
  RegisterDefaultPatchBaselineRequest,
  RegisterDefaultPatchBaselineResult,
  RegisterPatchBaselineForPatchGroupRequest,
  RegisterPatchBaselineForPatchGroupResult,
  UpdatePatchBaselineRequest,
  UpdatePatchBaselineResult,
} from "@aws-sdk/client-ssm";
import { type OperatingSystem, operatingSystemNames } from "#shared/contract/operatingSystems.js";
import { AwsError, validationError } from "../../base/errors.js";
import { page } from "../../base/page.js";
import type { Baseline } from "../../patching/approval.js";
import type { Place } from "../../place.js";
import type { Tags } from "../../tags/tags.js";
import { requestedTags } from "../../tags/tags.js";
import { byPrefix, byText, filterOf } from "../filters.js";
import { ClientTokens, updated } from "../requests.js";
import { baselineOf, operatingSystemOf } from "./baselineRequest.js";
import { JustMade } from "./justMade.js";
import { baselineOwner, predefinedBaseline } from "./predefinedBaselines.js";

/** Where baselines are, and who keeps their tags. */
type Needs = Place & { readonly tags: Tags };

const maxBaselines = 50;
const maxGroupsPerBaseline = 25;

/** A baseline, AWS's or one of the account's. */
interface Known {
  /** What the API calls it: the id of one's own, the ARN of AWS's. */
  readonly id: string;
  readonly owner: "AWS" | "Self";
  /** What it was made with, and updates have made of that. */
  readonly input: CreatePatchBaselineRequest;
  readonly createdAt?: number;
  readonly modifiedAt?: number;
  /** Never written to: a snapshot that was taken of it stays as it is. */
  readonly baseline: Baseline;
}

/** Patch baselines, the patch groups registered to them, and each operating system's default. */
export class PatchBaselines {
  /** AWS's, and the account's own. */
  private readonly byId = new Map<string, Known>();
  /** Operating system and group to the id of a baseline. */
  private readonly groups = new Map<string, string>();
  private readonly defaults = new Map<OperatingSystem, string>();
  /** Ids of baselines, and keys of groups. */
  private readonly justMade: JustMade;
  private readonly tokens = new ClientTokens<CreatePatchBaselineResult>();

  constructor(private readonly region: Needs) {
    this.justMade = new JustMade(region);
    for (const operatingSystem of operatingSystemNames) {
      const baseline = predefinedBaseline(operatingSystem);
      const id = `arn:${region.account.partition}:ssm:${region.name}:${baselineOwner}:patchbaseline/${baseline.id}`;
      this.byId.set(id, { id, owner: "AWS", input: { Name: baseline.name }, baseline });
      this.defaults.set(operatingSystem, id);
    }
  }

  createPatchBaseline(input: CreatePatchBaselineRequest): CreatePatchBaselineResult {
    return this.tokens.once(input, () => {
      if (this.byId.size - operatingSystemNames.length >= maxBaselines) {
        const message = `You can have at most ${maxBaselines} patch baselines.`;
        throw new AwsError("ResourceLimitExceededException", message);
      }
      const { ids, clock } = this.region.account;
      // Refused input must not take an id away from what comes after it.
      baselineOf(input, "");
      const tags = requestedTags(input.Tags);
      const id = `pb-${ids.hex(17, `baseline|${this.region.name}|${input.Name}`)}`;
      const baseline = baselineOf(input, id);
      this.byId.set(id, {
        id,
        owner: "Self",
        input,
        createdAt: clock.now,
        modifiedAt: clock.now,
        baseline,
      });
      this.justMade.made(id);
      this.region.tags.set(this.region.arn("ssm", `patchbaseline/${id}`), tags);
      return { BaselineId: id };
    });
  }

  /** Lists are set as a whole. What runs goes on with the baseline as its snapshot has it. */
  updatePatchBaseline(input: UpdatePatchBaselineRequest): UpdatePatchBaselineResult {
    const { BaselineId, ...changes } = input;
    const before = this.find(BaselineId);
    if (before.owner === "AWS") throw validationError(`${before.id} is AWS's, and cannot be changed.`);
    const next = updated(before.input, changes, ["OperatingSystem"]);
    const baseline = baselineOf(next, before.id);
    const known = { ...before, input: next, baseline, modifiedAt: this.region.account.clock.now };
    this.byId.set(known.id, known);
    return told(known);
  }

  /** One that does not exist counts as deleted: the API knows no error for it. */
  deletePatchBaseline({ BaselineId = "" }: DeletePatchBaselineRequest): DeletePatchBaselineResult {
    const known = this.byId.get(BaselineId);
    if (known?.owner === "AWS") throw validationError(`${BaselineId} is AWS's, and cannot be deleted.`);
    const uses = [...this.groups.values(), ...this.defaults.values()];
    if (uses.includes(BaselineId)) {
      const message = `${BaselineId} is registered for a patch group, or is a default.`;
      throw new AwsError("ResourceInUseException", message);
    }
    this.byId.delete(BaselineId);
    this.region.tags.forget(this.region.arn("ssm", `patchbaseline/${BaselineId}`));
    return { BaselineId };
  }

  getPatchBaseline({ BaselineId }: GetPatchBaselineRequest): GetPatchBaselineResult {
    const known = this.find(BaselineId);
    const groups = [...this.groups].filter(([, id]) => id === known.id);
    return { ...told(known), PatchGroups: groups.map(([key]) => groupOf(key)) };
  }

  describePatchBaselines(input: DescribePatchBaselinesRequest): DescribePatchBaselinesResult {
    const passes = filterOf<Known>(input.Filters, {
      NAME_PREFIX: byPrefix(({ baseline }) => baseline.name),
      OWNER: byText(({ owner }) => owner),
      OPERATING_SYSTEM: byText(({ baseline }) => baseline.operatingSystem),
    });
    const listed = [...this.byId.values()].filter(
      (known) => passes(known) && this.justMade.isListed(known.id),
    );
    const { items, token } = page(listed, input, 1, 100);
    return { BaselineIdentities: items.map((known) => this.identity(known)), ...token };
  }

  registerPatchBaselineForPatchGroup(
    input: RegisterPatchBaselineForPatchGroupRequest,
  ): RegisterPatchBaselineForPatchGroupResult {
    const { id, baseline } = this.find(input.BaselineId);
    const group = input.PatchGroup ?? "";
    if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,256}$/u.test(group)) {
      throw validationError(`PatchGroup ${JSON.stringify(group.slice(0, 80))} is not valid`);
    }
    const key = `${baseline.operatingSystem}|${group}`;
    const registered = this.groups.get(key);
    if (registered !== undefined && registered !== id) {
      throw new AwsError(
        "AlreadyExistsException",
        `Patch Group baseline already has a baseline registered for Operating System ${baseline.operatingSystem}.`,
      );
    }
    const groups = [...this.groups].filter(([other, one]) => one === id && other !== key);
    if (groups.length >= maxGroupsPerBaseline) {
      throw new AwsError(
        "ResourceLimitExceededException",
        `at most ${maxGroupsPerBaseline} patch groups per baseline`,
      );
    }
    if (registered === undefined) this.justMade.made(key);
    this.groups.set(key, id);
    return { BaselineId: id, PatchGroup: group };
  }

  deregisterPatchBaselineForPatchGroup(
    input: DeregisterPatchBaselineForPatchGroupRequest,
  ): DeregisterPatchBaselineForPatchGroupResult {
    const { BaselineId = "", PatchGroup = "" } = input;
    const key = `${this.byId.get(BaselineId)?.baseline.operatingSystem}|${PatchGroup}`;
    if (this.groups.get(key) !== BaselineId) {
      const message = `${BaselineId} is not registered for the patch group ${PatchGroup}.`;
      throw new AwsError("InvalidResourceId", message);
    }
    this.groups.delete(key);
    return { BaselineId, PatchGroup };
  }

  getPatchBaselineForPatchGroup(
    input: GetPatchBaselineForPatchGroupRequest,
  ): GetPatchBaselineForPatchGroupResult {
    const { PatchGroup } = input;
    const operatingSystem = operatingSystemOf(input.OperatingSystem);
    return {
      BaselineId: this.listedFor(operatingSystem, PatchGroup) ?? this.defaultFor(operatingSystem).id,
      OperatingSystem: operatingSystem,
      ...(PatchGroup === undefined ? {} : { PatchGroup }),
    };
  }

  describePatchGroups(input: DescribePatchGroupsRequest): DescribePatchGroupsResult {
    const listed = [...this.groups].filter(([key]) => this.justMade.isListed(key));
    const mappings = listed.map(([key, id]) => ({ group: groupOf(key), known: this.find(id) }));
    const passes = filterOf<(typeof mappings)[number]>(input.Filters, {
      NAME_PREFIX: byPrefix(({ group }) => group),
      OPERATING_SYSTEM: byText(({ known }) => known.baseline.operatingSystem),
    });
    const { items, token } = page(mappings.filter(passes), input, 1, 100);
    const Mappings = items.map(({ group, known }) => ({
      PatchGroup: group,
      BaselineIdentity: this.identity(known),
    }));
    return { Mappings, ...token };
  }

  getDefaultPatchBaseline(input: GetDefaultPatchBaselineRequest): GetDefaultPatchBaselineResult {
    const operatingSystem = operatingSystemOf(input.OperatingSystem);
    return { BaselineId: this.defaultFor(operatingSystem).id, OperatingSystem: operatingSystem };
  }

  /** AWS's own are named by their whole ARN. */
  registerDefaultPatchBaseline(
    input: RegisterDefaultPatchBaselineRequest,
  ): RegisterDefaultPatchBaselineResult {
    const { id, baseline } = this.find(input.BaselineId);
    this.defaults.set(baseline.operatingSystem, id);
    return { BaselineId: id };
  }

  /** The baseline that a node of a patch group gets: AWS falls back to the default one without a word. */
  forGroup(
    operatingSystem: OperatingSystem,
    patchGroup: string | undefined,
  ): { baseline: Baseline; isDefault: boolean } {
    const id = this.idFor(operatingSystem, patchGroup);
    if (id !== undefined) return { baseline: this.find(id).baseline, isDefault: false };
    return { baseline: this.defaultFor(operatingSystem).baseline, isDefault: true };
  }

  private listedFor(operatingSystem: OperatingSystem, patchGroup: string | undefined): string | undefined {
    const isListed = this.justMade.isListed(`${operatingSystem}|${patchGroup}`);
    return isListed ? this.idFor(operatingSystem, patchGroup) : undefined;
  }

  private idFor(operatingSystem: OperatingSystem, patchGroup: string | undefined): string | undefined {
    return patchGroup === undefined ? undefined : this.groups.get(`${operatingSystem}|${patchGroup}`);
  }

  private defaultFor(operatingSystem: OperatingSystem): Known {
    return this.find(this.defaults.get(operatingSystem));
  }

  private identity({ id, input, baseline }: Known): PatchBaselineIdentity {
    return {
      BaselineId: id,
      BaselineName: baseline.name,
      OperatingSystem: baseline.operatingSystem,
      ...(input.Description === undefined ? {} : { BaselineDescription: input.Description }),
      DefaultBaseline: this.defaults.get(baseline.operatingSystem) === id,
    };
  }

  private find(id: string | undefined): Known {
    const known = this.byId.get(id ?? "");
    if (known === undefined)
      throw new AwsError("DoesNotExistException", `Patch baseline ${id} does not exist`);
    return known;
  }
}

function groupOf(key: string): string {
  return key.slice(key.indexOf("|") + 1);
}

function told({ id, input, createdAt, modifiedAt, baseline }: Known): GetPatchBaselineResult {
  return {
    BaselineId: id,
    Name: baseline.name,
    OperatingSystem: baseline.operatingSystem,
    GlobalFilters: { PatchFilters: [...baseline.globalFilters] },
    ApprovalRules: { PatchRules: [...baseline.approvalRules] },
    ApprovedPatches: [...baseline.approvedPatches],
    ApprovedPatchesComplianceLevel: input.ApprovedPatchesComplianceLevel ?? "UNSPECIFIED",
    ApprovedPatchesEnableNonSecurity: baseline.approvesNonSecurity === true,
    RejectedPatches: [...baseline.rejectedPatches],
    RejectedPatchesAction: baseline.rejectedPatchesAction,
    Sources: [],
    ...(baseline.availableSecurityUpdates === undefined
      ? {}
      : { AvailableSecurityUpdatesComplianceStatus: baseline.availableSecurityUpdates }),
    ...(createdAt === undefined ? {} : { CreatedDate: new Date(createdAt) }),
    ...(modifiedAt === undefined ? {} : { ModifiedDate: new Date(modifiedAt) }),
    ...(input.Description === undefined ? {} : { Description: input.Description }),
  };
}
