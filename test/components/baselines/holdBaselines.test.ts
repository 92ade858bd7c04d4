import { expect } from "chai";
import { HoldBaselines, type HoldBaselinesArgs } from "#components/baselines/holdBaselines.js";
import { operatingSystemNames } from "#shared/contract/operatingSystems.js";
import { refusals } from "../../support/arguments.js";
import { promiseOf, recordMocks, settle } from "../../support/mocks.js";

const args: HoldBaselinesArgs = {
  namePrefix: "fleet",
  patchGroups: ["web", "app"],
  operatingSystems: ["UBUNTU", "WINDOWS"],
  tags: { Owner: "ops" },
};

describe("HoldBaselines", () => {
  afterEach(settle);

  it("makes a baseline per operating system that approves nothing, for the held nodes of every patch group", async () => {
    const recording = await recordMocks();
    const { baselineIds } = new HoldBaselines("h", args);
    await settle();
    expect(recording.list()).to.deep.equal([
      "HoldBaselines h",
      ...["UBUNTU", "WINDOWS"].map((system) => `ssm.PatchBaseline h-${system} < h`),
      ...["UBUNTU", "WINDOWS"].flatMap((system) =>
        ["app", "web"].map((group) => `ssm.PatchGroup h-${system}-${group}.hold < h`),
      ),
    ]);
    expect(recording.named("h-UBUNTU").props).to.deep.equal({
      name: "fleet-hold-UBUNTU",
      description: "patchplane: approves nothing, for held nodes of UBUNTU",
      operatingSystem: "UBUNTU",
      tags: { Owner: "ops" },
    });
    const groups = recording.all("ssm.PatchGroup");
    expect(groups.map(({ props }) => `${props.patchGroup} ${props.baselineId}`).sort()).to.deep.equal([
      ...["app.hold pb-h-UBUNTU", "app.hold pb-h-WINDOWS", "web.hold pb-h-UBUNTU", "web.hold pb-h-WINDOWS"],
    ]);
    expect(groups.every(({ deleteBeforeReplace }) => deleteBeforeReplace)).to.equal(true);
    expect(await promiseOf(baselineIds)).to.deep.equal({ UBUNTU: "pb-h-UBUNTU", WINDOWS: "pb-h-WINDOWS" });
  });

  it("refuses everything that is wrong at once and makes nothing", async () => {
    const recording = await recordMocks();
    const wrong = {
      ...{ region: "here", namePrefix: "a b", patchGroups: ["web.hold"] },
      operatingSystems: ["UBUNTU", "BEOS", "UBUNTU"] as unknown as HoldBaselinesArgs["operatingSystems"],
    };
    expect(await refusals(() => new HoldBaselines("h", wrong))).to.deep.equal([
      {
        propertyPath: "region",
        reason: 'got "here"; allowed is a Region such as eu-central-1. Leave it out for the provider\'s own.',
      },
      {
        propertyPath: "patchGroups[0]",
        reason:
          'got "web.hold"; names that end in .hold or .x-... belong to exclusions. Choose another name.',
      },
      {
        propertyPath: "operatingSystems[1]",
        reason: `"BEOS" is not an operating system of SSM; allowed are ${operatingSystemNames.join(", ")}.`,
      },
      { propertyPath: "operatingSystems[2]", reason: '"UBUNTU" is there twice. Remove one of them.' },
      {
        propertyPath: "namePrefix",
        reason: `got "a b"; allowed are 1 to 99 characters of a-z A-Z 0-9 _ - and a dot.`,
      },
    ]);
    const none = { ...args, operatingSystems: [] };
    expect(await refusals(() => new HoldBaselines("h", none))).to.deep.equal([
      { propertyPath: "operatingSystems", reason: "is empty; name at least one operating system." },
    ]);
    expect(recording.all("ssm.PatchBaseline")).to.deep.equal([]);
  });
});
