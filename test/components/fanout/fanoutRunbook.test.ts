import { expect } from "chai";
import { runbook } from "#components/fanout/fanoutRunbook.js";
import { RegionalFanout } from "#components/fanout/regionalFanout.js";
import { fanoutArgs, fanoutOf } from "../../support/arguments.js";
import { recordMocks, settle } from "../../support/mocks.js";

const ofGroup = runbook({ mode: "per-region", outputBucket: "output" });
const ofNodes = runbook({ mode: "per-instance", outputBucket: "output" });
const unique = (values: readonly string[]) => [...new Set(values)].sort();

/** What stands in double braces. */
function references(value: unknown): string[] {
  return Array.from(JSON.stringify(value).matchAll(/\{\{ ?([^{}]+?) ?\}\}/g), ([, name = ""]) => name);
}

describe("the runbook of a fan-out", () => {
  afterEach(settle);

  it("has one step, which is all that Automation bills, and gives out its command", () => {
    for (const { mainSteps, outputs } of [ofGroup, ofNodes]) {
      expect(mainSteps.map(({ name, action, isEnd }) => [name, action, isEnd])).to.deep.equal([
        ["patch", "aws:runCommand", true],
      ]);
      expect(outputs).to.deep.equal(["patch.CommandId"]);
    }
  });

  it("uses every parameter that it declares, and declares every one that it uses", () => {
    for (const content of [ofGroup, ofNodes]) {
      const used = references([content.assumeRole, content.mainSteps]);
      expect(unique(used)).to.deep.equal(Object.keys(content.parameters).sort());
    }
  });

  it("ends two hours after the longest window: a belt, which no installation meets", () => {
    const [step] = runbook({ mode: "per-region", outputBucket: "output" }).mainSteps;
    expect((step?.timeoutSeconds ?? 0) / 3600).to.equal(24 + 2);
  });

  it("patches the group in one command, and nodes by their ids, with the same document and the same snapshot", () => {
    const common = {
      DocumentName: "AWS-RunPatchBaseline",
      TimeoutSeconds: 600,
      Comment: "patchplane fan-out",
      OutputS3BucketName: "output",
      OutputS3KeyPrefix: "fanout",
      Parameters: {
        Operation: "{{ Operation }}",
        RebootOption: "{{ RebootOption }}",
        SnapshotId: "{{ SnapshotId }}",
      },
    };
    expect(ofGroup.mainSteps[0]?.inputs).to.deep.equal({
      ...common,
      MaxConcurrency: "{{ MaxConcurrency }}",
      MaxErrors: "{{ MaxErrors }}",
      Targets: [{ Key: "resource-groups:Name", Values: ["{{ ResourceGroup }}"] }],
    });
    expect(ofNodes.mainSteps[0]?.inputs).to.deep.equal({ ...common, InstanceIds: "{{ InstanceIds }}" });
  });

  it("asks for what has no default, and takes the values of AWS alone", () => {
    const asked = ({ parameters }: typeof ofGroup) =>
      Object.entries(parameters).flatMap(([name, one]) => ("default" in one ? [] : [name]));
    const always = ["AutomationAssumeRole", "Operation", "SnapshotId"];
    expect(asked(ofGroup)).to.deep.equal([...always, "ResourceGroup"]);
    expect(asked(ofNodes)).to.deep.equal([...always, "InstanceIds"]);
    expect(ofGroup.parameters.Operation.allowedValues).to.deep.equal(["Scan", "Install"]);
    expect(ofGroup.parameters.RebootOption.allowedValues).to.deep.equal(["RebootIfNeeded", "NoReboot"]);
  });

  it("is a document for all kinds of nodes, and shared with the accounts that are named by id", async () => {
    const shared = async (accounts: string[]) => {
      const recording = await recordMocks();
      new RegionalFanout("f", fanoutArgs({ fanout: fanoutOf({ accounts }) }));
      await settle();
      return recording.all("ssm.Document").map(({ props: { content: text, ...props } }) => {
        expect(JSON.parse(String(text))).to.deep.equal(
          JSON.parse(JSON.stringify(runbook({ mode: "per-region", outputBucket: "output-bucket" }))),
        );
        return props;
      });
    };
    const plain = {
      name: "fleet-fanout",
      documentType: "Automation",
      documentFormat: "JSON",
      targetType: "/",
    };
    const regions = ["us-east-2", "eu-west-3"];
    const byRegion = (props: { region?: unknown }[]) =>
      props.sort((a, b) => regions.indexOf(String(a.region)) - regions.indexOf(String(b.region)));
    expect(byRegion(await shared([]))).to.deep.equal(regions.map((region) => ({ region, ...plain })));
    expect(byRegion(await shared(["210987654321", "ou-ab12-cdefgh34", "111122223333"]))).to.deep.equal(
      regions.map((region) => ({
        ...{ region, ...plain },
        permissions: { type: "Share", account_ids: "210987654321,111122223333" },
      })),
    );
    expect(byRegion(await shared(["ou-ab12-cdefgh34"]))).to.deep.equal(
      regions.map((region) => ({ region, ...plain })),
    );
  });

  it("is much shorter than the 64 kB of a document", () => {
    const longest = runbook({ mode: "per-region", outputBucket: "b".repeat(63) });
    expect(JSON.stringify(longest).length).to.be.lessThan(8_000);
  });
});
