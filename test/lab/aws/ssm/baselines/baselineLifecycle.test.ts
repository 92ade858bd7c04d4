import type { PatchBaselineIdentity, PatchGroupPatchBaselineMapping, PatchRule } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import fc from "fast-check";
import { operatingSystemNames } from "#shared/contract/operatingSystems.js";
import {
  account,
  errorCode,
  hour,
  monday,
  node,
  register,
  rule,
  send,
  settled,
  type World,
} from "#test/lab/support.js";
import { size } from "#test/support/size.js";
import { call, pages } from "../support.js";

const full = {
  Name: "baseline",
  OperatingSystem: "UBUNTU",
  Description: "a baseline",
  GlobalFilters: { PatchFilters: [{ Key: "PRODUCT", Values: ["*"] }] },
  ApprovalRules: { PatchRules: [rule()] },
  ApprovedPatches: ["bash"],
  ApprovedPatchesEnableNonSecurity: true,
  ApprovedPatchesComplianceLevel: "HIGH",
  RejectedPatches: ["curl"],
  RejectedPatchesAction: "BLOCK",
};
/** What is told of a baseline that was made with nothing but a name. */
const empty = {
  ApprovedPatchesEnableNonSecurity: false,
  GlobalFilters: { PatchFilters: [] },
  ApprovalRules: { PatchRules: [] },
  ApprovedPatches: [],
  ApprovedPatchesComplianceLevel: "UNSPECIFIED",
  RejectedPatches: [],
  RejectedPatchesAction: "ALLOW_AS_DEPENDENCY",
};
const times = { CreatedDate: new Date(monday), ModifiedDate: new Date(monday) };

function made(world: World, input: object = full): string {
  return call<{ BaselineId: string }>(world, "CreatePatchBaseline", input).BaselineId;
}

/** The id that the API knows AWS's baseline of an operating system by. */
function ofAws(world: World, OperatingSystem: string): string {
  const Filters = [
    { Key: "OWNER", Values: ["AWS"] },
    { Key: "OPERATING_SYSTEM", Values: [OperatingSystem] },
  ];
  const [identity] = pages<PatchBaselineIdentity>(
    world,
    "DescribePatchBaselines",
    { Filters },
    "BaselineIdentities",
  ).items;
  return identity?.BaselineId ?? "";
}

describe("UpdatePatchBaseline", () => {
  const anyChange = fc.record(
    {
      Name: fc.constant("other"),
      Description: fc.constant("others"),
      GlobalFilters: fc.constant({ PatchFilters: [{ Key: "PRIORITY", Values: ["Required"] }] }),
      ApprovalRules: fc.constantFrom({ PatchRules: [] as PatchRule[] }, { PatchRules: [rule(), rule()] }),
      ApprovedPatches: fc.constantFrom([], ["vim", "zsh"]),
      ApprovedPatchesComplianceLevel: fc.constant("LOW"),
      RejectedPatches: fc.constantFrom([], ["wget"]),
      RejectedPatchesAction: fc.constant("ALLOW_AS_DEPENDENCY"),
    },
    { requiredKeys: [] },
  );

  it("sets what it gives as a whole and keeps the rest; with Replace nothing is kept but the operating system", () => {
    fc.assert(
      fc.property(anyChange, fc.boolean(), (changes, Replace) => {
        const world = account([]);
        const BaselineId = made(world);
        const update = () => call(world, "UpdatePatchBaseline", { BaselineId, ...changes, Replace });
        if (Replace && changes.Name === undefined) {
          expect(errorCode(update)).to.equal("ValidationException");
          return;
        }
        const kept = Replace ? { OperatingSystem: full.OperatingSystem, ...empty } : full;
        const expected = { BaselineId, ...kept, ...changes, Sources: [], ...times };
        expect(update()).to.deep.equal(expected);
        expect(call(world, "GetPatchBaseline", { BaselineId })).to.deep.equal({
          ...expected,
          PatchGroups: [],
        });
      }),
      { numRuns: size(10, 60) },
    );
  });

  it("tells when it was, and leaves a baseline as it was that it refuses to change", async () => {
    const world = account([]);
    const BaselineId = made(world);
    await world.clock.advanceTo(monday + hour);
    const update = (changes: object) => call(world, "UpdatePatchBaseline", { BaselineId, ...changes });
    for (const [changes, code] of [
      [
        {
          ApprovalRules: {
            PatchRules: [{ PatchFilterGroup: { PatchFilters: [{ Key: "SEVERITY", Values: ["x"] }] } }],
          },
        },
        "ValidationException",
      ],
      [{ Sources: [] }, "NotModelledError"],
    ] as const) {
      expect(
        errorCode(() => update(changes)),
        JSON.stringify(changes),
      ).to.equal(code);
    }
    expect(call(world, "GetPatchBaseline", { BaselineId })).to.deep.include({ ...full, ...times });
    update({ RejectedPatches: [] });
    expect(call(world, "GetPatchBaseline", { BaselineId })).to.deep.include({
      ...full,
      ...times,
      RejectedPatches: [],
      ModifiedDate: new Date(monday + hour),
    });
  });

  it("does not reach a run that has its snapshot, and reaches the next", async () => {
    const world = account([node({ patchGroup: "servers" }), node({ patchGroup: "servers" })]);
    const BaselineId = register(world, "servers");
    const SnapshotId = ["11111111-2222-4333-8444-555555555555"];
    const scan = async (index: number, parameters: Record<string, string[]>) => {
      const { id } = world.node(index);
      send(world, "Scan", { InstanceIds: [id], Parameters: { Operation: ["Scan"], ...parameters } });
      await world.clock.advanceTo(world.clock.now + hour);
      return world.node(index).state?.missing;
    };
    expect(await scan(0, { SnapshotId })).to.equal(1);
    call(world, "UpdatePatchBaseline", { BaselineId, RejectedPatches: ["openssl"] });
    expect(await scan(1, { SnapshotId })).to.equal(1);
    expect(await scan(1, {})).to.equal(0);
  });
});

describe("patch baselines and those of AWS", () => {
  it("are listed together, by name, owner and operating system", async () => {
    const world = account([]);
    const own = [made(world), made(world, { Name: "windows" })];
    await settled(world);
    const found = (...Filters: { Key: string; Values: string[] }[]) =>
      pages<PatchBaselineIdentity>(
        world,
        "DescribePatchBaselines",
        { Filters, MaxResults: 6 },
        "BaselineIdentities",
      );
    expect(found().sizes).to.deep.equal([6, 6, 5]);
    expect(found({ Key: "OWNER", Values: ["Self"] }).items).to.deep.equal([
      {
        BaselineId: own[0],
        BaselineName: "baseline",
        BaselineDescription: "a baseline",
        OperatingSystem: "UBUNTU",
        DefaultBaseline: false,
      },
      { BaselineId: own[1], BaselineName: "windows", OperatingSystem: "WINDOWS", DefaultBaseline: false },
    ]);
    const aws = found({ Key: "OWNER", Values: ["AWS"] }).items;
    expect(aws.map(({ OperatingSystem }) => OperatingSystem)).to.have.members([...operatingSystemNames]);
    expect(aws.every(({ DefaultBaseline }) => DefaultBaseline)).to.equal(true);
    for (const { BaselineId } of aws) {
      expect(BaselineId).to.match(/^arn:aws:ssm:us-east-1:\d{12}:patchbaseline\/pb-[0-9a-f]{17}$/);
      expect(call(world, "GetPatchBaseline", { BaselineId }).BaselineId).to.equal(BaselineId);
    }
    expect(found({ Key: "NAME_PREFIX", Values: ["AWS-Ubuntu", "base"] }).items).to.have.length(2);
    expect(found({ Key: "OPERATING_SYSTEM", Values: ["UBUNTU"] }).items).to.have.length(2);
    expect(errorCode(() => found({ Key: "NAME", Values: ["x"] }))).to.equal("ValidationException");
  });

  it("come of one request once, with its tags, which go with them", () => {
    const world = account([]);
    const input = { ...full, ClientToken: "token", Tags: [{ Key: "Team", Value: "ops" }] };
    const BaselineId = made(world, input);
    expect(made(world, input)).to.equal(BaselineId);
    expect(errorCode(() => made(world, { ...input, Name: "other" }))).to.equal("IdempotentParameterMismatch");
    const arn = `arn:aws:ssm:us-east-1:123456789012:patchbaseline/${BaselineId}`;
    expect(world.region.tags.of(arn)).to.deep.equal({ Team: "ops" });
    call(world, "DeletePatchBaseline", { BaselineId });
    expect(world.region.tags.of(arn)).to.deep.equal({});
  });

  it("have ids that what was refused before them does not change", () => {
    const id = made(account([]));
    const world = account([]);
    const bad = { ...full, ApprovalRules: { PatchRules: [rule({ EnableNonSecurity: true })] } };
    expect(errorCode(() => made(world, { ...bad, OperatingSystem: "MACOS" }))).to.equal(
      "ValidationException",
    );
    expect(made(world)).to.equal(id);
  });

  it("can be deleted when nothing uses them, and twice", () => {
    const world = account([]);
    const BaselineId = made(world);
    const group = { BaselineId, PatchGroup: "web" };
    const remove = () => errorCode(() => call(world, "DeletePatchBaseline", { BaselineId }));
    call(world, "RegisterPatchBaselineForPatchGroup", group);
    expect(remove()).to.equal("ResourceInUseException");
    expect(call(world, "DeregisterPatchBaselineForPatchGroup", group)).to.deep.equal(group);
    call(world, "RegisterDefaultPatchBaseline", { BaselineId });
    expect(remove()).to.equal("ResourceInUseException");
    call(world, "RegisterDefaultPatchBaseline", { BaselineId: ofAws(world, "UBUNTU") });
    expect([remove(), remove()]).to.deep.equal(["none", "none"]);
    expect(errorCode(() => call(world, "GetPatchBaseline", { BaselineId }))).to.equal(
      "DoesNotExistException",
    );
    expect(errorCode(() => call(world, "UpdatePatchBaseline", { BaselineId }))).to.equal(
      "DoesNotExistException",
    );
  });

  it("of AWS can be neither changed nor deleted, and are known by their whole ARN only", () => {
    const world = account([]);
    const BaselineId = ofAws(world, "UBUNTU");
    const short = BaselineId.slice(BaselineId.indexOf("pb-"));
    expect(errorCode(() => call(world, "UpdatePatchBaseline", { BaselineId, Name: "mine" }))).to.equal(
      "ValidationException",
    );
    expect(errorCode(() => call(world, "DeletePatchBaseline", { BaselineId }))).to.equal(
      "ValidationException",
    );
    for (const operation of ["GetPatchBaseline", "RegisterDefaultPatchBaseline"] as const) {
      expect(errorCode(() => call(world, operation, { BaselineId: short }))).to.equal(
        "DoesNotExistException",
      );
    }
  });

  it("are the default of their operating system once registered so, for nodes without a group of theirs", async () => {
    const world = account([node(), node({ patchGroup: "web" })]);
    const own = made(world, { Name: "own", OperatingSystem: "AMAZON_LINUX_2023" });
    const OperatingSystem = "AMAZON_LINUX_2023";
    const current = () => call(world, "GetDefaultPatchBaseline", { OperatingSystem });
    expect(current()).to.deep.equal({ BaselineId: ofAws(world, OperatingSystem), OperatingSystem });
    expect(call(world, "RegisterDefaultPatchBaseline", { BaselineId: own })).to.deep.equal({
      BaselineId: own,
    });
    expect(current()).to.deep.equal({ BaselineId: own, OperatingSystem });
    expect(call(world, "GetDefaultPatchBaseline", {}).OperatingSystem).to.equal("WINDOWS");
    send(world, "Scan", { InstanceIds: [world.node(0).id, world.node(1).id] });
    await world.clock.advanceTo(monday + hour);
    const ids = [0, 1].map((index) => world.node(index).state?.snapshot.baseline.id);
    expect(ids).to.deep.equal([own, own]);
    const asked = { PatchGroup: "web", OperatingSystem };
    expect(call(world, "GetPatchBaselineForPatchGroup", asked)).to.deep.equal({ BaselineId: own, ...asked });
    expect(world.region.baselines.forGroup(OperatingSystem, "web").isDefault).to.equal(true);
  });
});

describe("patch groups", () => {
  it("are listed with their baselines, and leave them", async () => {
    const world = account([]);
    const [ubuntu, windows] = [made(world), made(world, { Name: "windows" })];
    const [web, webOnWindows, api] = [
      ["web", ubuntu],
      ["web", windows],
      ["api", ubuntu],
    ] as const;
    for (const [PatchGroup, BaselineId] of [web, webOnWindows, api]) {
      call(world, "RegisterPatchBaselineForPatchGroup", { BaselineId, PatchGroup });
    }
    await settled(world);
    const found = (...Filters: object[]) =>
      pages<PatchGroupPatchBaselineMapping>(
        world,
        "DescribePatchGroups",
        { Filters, MaxResults: 2 },
        "Mappings",
      ).items.map(({ PatchGroup, BaselineIdentity }) => [PatchGroup, BaselineIdentity?.BaselineId]);
    expect(found()).to.deep.equal([web, webOnWindows, api]);
    expect(found({ Key: "NAME_PREFIX", Values: ["w"] })).to.deep.equal([web, webOnWindows]);
    expect(found({ Key: "OPERATING_SYSTEM", Values: ["WINDOWS"] })).to.deep.equal([webOnWindows]);
    expect(errorCode(() => found({ Key: "OWNER", Values: ["Self"] }))).to.equal("ValidationException");
    expect(call(world, "GetPatchBaseline", { BaselineId: ubuntu }).PatchGroups).to.deep.equal(["web", "api"]);
    call(world, "DeregisterPatchBaselineForPatchGroup", { BaselineId: ubuntu, PatchGroup: "web" });
    expect(found()).to.deep.equal([webOnWindows, api]);
    const otherUbuntu = made(world, { ...full, Name: "other" });
    for (const input of [
      { BaselineId: ubuntu, PatchGroup: "web" },
      { BaselineId: otherUbuntu, PatchGroup: "api" },
      { BaselineId: "pb-00000000000000000", PatchGroup: "web" },
    ]) {
      const leave = () => call(world, "DeregisterPatchBaselineForPatchGroup", input);
      expect(errorCode(leave)).to.equal("InvalidResourceId");
    }
  });
});
