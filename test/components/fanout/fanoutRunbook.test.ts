import { expect } from "chai";
import { runbook } from "#components/fanout/fanoutRunbook.js";
import { RegionalFanout } from "#components/fanout/regionalFanout.js";
import { fanoutArgs, fanoutOf } from "../../support/arguments.js";
import { recordMocks, settle } from "../../support/mocks.js";

interface Step {
  readonly name: string;
  readonly action: string;
  readonly timeoutSeconds?: number;
  readonly isEnd?: boolean;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs?: readonly { readonly Name: string }[];
}

const content = runbook({ durationHours: 5, outputBucket: "output" });
const steps = content.mainSteps as readonly Step[];
const names = steps.map(({ name }) => name);
const step = (name: string) => steps.find((one) => one.name === name);
const unique = (values: readonly string[]) => [...new Set(values)].sort();

/** What stands in double braces. */
function references(value: unknown): string[] {
  return Array.from(JSON.stringify(value).matchAll(/\{\{ ?([^{}]+?) ?\}\}/g), ([, name = ""]) => name);
}

/** Steps that a step goes on to by name. */
function next(value: unknown): string[] {
  return Array.from(
    JSON.stringify(value).matchAll(/"(?:NextStep|nextStep|Default)":"([^"]+)"/g),
    ([, name = ""]) => name,
  );
}

describe("the runbook of a fan-out", () => {
  afterEach(settle);

  it("uses every parameter that it declares, and declares every one that it uses", () => {
    const used = references([content.assumeRole, steps]).filter((name) => !name.includes("."));
    expect(unique(used)).to.deep.equal(Object.keys(content.parameters).sort());
  });

  it("refers to steps and outputs that are there", () => {
    const outputs = steps.flatMap(({ name, outputs = [] }) => outputs.map(({ Name }) => `${name}.${Name}`));
    const used = references(steps).filter((name) => name.includes("."));
    expect(unique(used)).to.deep.equal(outputs.sort());
    for (const name of steps.flatMap(next)) expect(names).to.include(name);
    for (const output of content.outputs) expect(names).to.include(output.split(".")[0]);
  });

  it("can reach every step, and ends at each that patches or has nothing to do", () => {
    const reached = new Set([names[0]]);
    for (const name of reached) {
      const at = steps.find((one) => one.name === name);
      const goesOn = at?.isEnd !== true && at?.action !== "aws:branch";
      const following = goesOn ? [names[names.indexOf(name ?? "") + 1]] : [];
      for (const one of [...next(at), ...following]) reached.add(one);
    }
    expect([...reached].sort()).to.deep.equal([...names].sort());
    expect(steps.filter(({ isEnd }) => isEnd === true).map(({ name }) => name)).to.deep.equal([
      ...["patchGroup", "patchNodes", "noMembers"],
    ]);
  });

  it("says how long each step takes that calls AWS", () => {
    const calls = steps.filter(({ action }) => !["aws:branch", "aws:sleep"].includes(action));
    expect(calls.map(({ name, timeoutSeconds }) => [name, timeoutSeconds])).to.deep.equal([
      ["checkMembers", 120],
      ["patchGroup", 18_000],
      ["patchNodes", 18_000],
    ]);
    const long = runbook({ durationHours: 24, outputBucket: "output" }).mainSteps as readonly Step[];
    expect(long.find(({ name }) => name === "patchGroup")?.timeoutSeconds).to.equal(86_400);
  });

  it("patches the group in one command, and nodes by their ids, with the same document and the same snapshot", () => {
    const common = {
      DocumentName: "AWS-RunPatchBaseline",
      MaxConcurrency: "{{ MaxConcurrency }}",
      MaxErrors: "{{ MaxErrors }}",
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
    expect(step("patchGroup")?.inputs).to.deep.equal({
      ...common,
      Targets: [{ Key: "resource-groups:Name", Values: ["{{ ResourceGroup }}"] }],
    });
    expect(step("patchNodes")?.inputs).to.deep.equal({ ...common, InstanceIds: "{{ InstanceIds }}" });
  });

  it("skips a group only where there is no member, no further page and no error", () => {
    const nothing = (operator: string, text: string) => ({
      And: ["NextToken", "QueryError"].map((output) => ({
        Variable: `{{ checkMembers.${output} }}`,
        [operator]: text,
      })),
      NextStep: "noMembers",
    });
    expect(step("anyMembers")?.inputs).to.deep.equal({
      Choices: [
        { Variable: "{{ checkMembers.FirstMember }}", StartsWith: "arn:", NextStep: "patchGroup" },
        nothing("StartsWith", "No output available"),
        nothing("StringEquals", ""),
      ],
      Default: "patchGroup",
    });
  });

  it("asks for what has no default, and takes the values of AWS alone", () => {
    const asked = Object.entries(content.parameters).filter(([, one]) => !("default" in one));
    expect(asked.map(([name]) => name)).to.deep.equal(["AutomationAssumeRole", "Operation", "SnapshotId"]);
    expect(content.parameters).to.deep.include({
      InstanceIds: { type: "StringList", description: "Nodes, in mode per-instance", default: [] },
    });
    expect(content.parameters.Operation.allowedValues).to.deep.equal(["Scan", "Install"]);
    expect(content.parameters.RebootOption.allowedValues).to.deep.equal(["RebootIfNeeded", "NoReboot"]);
  });

  it("is a document for all kinds of nodes, and shared with the accounts that are named by id", async () => {
    const shared = async (accounts: string[]) => {
      const recording = await recordMocks();
      new RegionalFanout("f", fanoutArgs({ fanout: fanoutOf({ accounts }) }));
      await settle();
      return recording.all("ssm.Document").map(({ props: { content: text, ...props } }) => {
        expect(JSON.parse(String(text))).to.deep.equal(
          JSON.parse(JSON.stringify(runbook({ durationHours: 5, outputBucket: "output-bucket" }))),
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
    const regions = ["us-east-2", "eu-west-3", "us-east-1"];
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
    const longest = runbook({ durationHours: 24, outputBucket: "b".repeat(63) });
    expect(JSON.stringify(longest).length).to.be.lessThan(8_000);
  });
});
