import { expect } from "chai";
import type { CompleteFanoutArgs, FilledFanout } from "#components/fanout/fanout.js";
import { RegionalFanout } from "#components/fanout/regionalFanout.js";
import { fanoutArgs, fanoutOf, refusals } from "../../support/arguments.js";
import { accountId, type MockOptions, type Recording, recordMocks, settle } from "../../support/mocks.js";
import { declared } from "../../support/program.js";
import { rules } from "../../support/rules.js";

async function deploy(changes: Partial<CompleteFanoutArgs>, options: MockOptions = {}): Promise<Recording> {
  const recording = await recordMocks(options);
  new RegionalFanout("f", fanoutArgs(changes));
  await settle();
  return recording;
}

describe("all roles of a fan-out", () => {
  afterEach(settle);

  for (const [title, changes] of [
    ["of one account", {}],
    ["of units, with calendars", { accounts: ["ou-ab12-cdefgh34"], calendars: ["freeze"] }],
    ["with an automation for each node", { executionMode: "per-instance" }],
    ["over groups of others", { resourceGroups: ["theirs"] }],
  ] satisfies [string, Partial<FilledFanout>][]) {
    it(`keep the rules of policies: ${title}`, async () => {
      for (const partition of ["aws", "aws-us-gov"]) {
        const recording = await deploy({ fanout: fanoutOf(changes) }, { partition });
        expect(rules.policiesAreNarrow(declared(recording))).to.deep.equal([]);
        const text = JSON.stringify(declared(recording));
        if (partition !== "aws") expect(text).to.not.contain("arn:aws:ssm").and.to.not.contain("arn:aws:iam");
      }
    });
  }

  const everyRegion = [
    ...["us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1", "eu-central-1"],
    ...["eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "ap-northeast-1", "ap-northeast-2"],
    ...["ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "af-south-1", "ca-west-1"],
    ...["il-central-1", "me-central-1", "me-south-1", "mx-central-1", "ap-east-1", "ap-east-2"],
    ...["ap-south-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6"],
    ...["ap-southeast-7", "eu-central-2", "eu-south-1", "eu-south-2"],
  ];
  const patchGroups = (count: number, length: number) =>
    Array.from({ length: count }, (_, index) => `${index}-`.padEnd(length, "g"));
  /** A fan-out over every Region of AWS with every name at its longest. */
  const longest = (count: number, length: number, resourceGroups: string[] = []): CompleteFanoutArgs => {
    const args = fanoutArgs();
    return {
      ...args,
      namePrefix: "p".repeat(38),
      targets: { patchGroupTagKey: "Patch Group", patchGroups: patchGroups(count, length), tags: {} },
      fanout: fanoutOf({
        regions: everyRegion,
        calendars: Array.from({ length: 4 }, (_, index) => `${index}`.padEnd(128, "c")),
        ...(resourceGroups.length === 0 ? {} : { resourceGroups }),
      }),
      logs: { ...args.logs, logGroupPrefix: `/${"l".repeat(150)}` },
      notifications: {
        ...args.notifications,
        failuresTopicArn: `arn:aws-us-gov:sns:ap-southeast-3:${accountId}:${"t".repeat(256)}`,
      },
    };
  };

  for (const [title, args] of [
    ["20 patch groups of 60 characters", longest(20, 60)],
    ["10 resource groups of 120 characters", longest(20, 25, patchGroups(10, 120))],
  ] as const) {
    it(`fit into the 10,240 characters that IAM takes, over every Region: ${title}`, async () => {
      const recording = await deploy(args, { partition: "aws-us-gov" });
      const lengths = recording.all("iam.RolePolicy").map(({ props }) => String(props.policy).length);
      expect(lengths).to.have.lengthOf(6);
      for (const length of lengths) expect(length).to.be.at.most(10_240);
      for (const { props } of recording.all("iam.Role"))
        expect(String(props.assumeRolePolicy).length).to.be.at.most(2048);
    });
  }

  it("fit with fifty accounts", async () => {
    const accounts = Array.from({ length: 50 }, (_, index) => String(100_000_000_000 + index));
    const recording = await deploy({ namePrefix: "p".repeat(38), fanout: fanoutOf({ accounts }) });
    const { policy } = recording.named("f-administration-policy").props;
    expect(String(policy)).to.contain(accounts.at(-1));
    expect(String(policy).length).to.be.at.most(10_240);
  });

  it("are refused at a preview when the execution role's policy has a character more", async () => {
    const given = (length: number, group: number) => {
      const args = longest(20, length);
      const fanout = { ...args.fanout, operation: "Scan" as const, resourceGroups: ["g".repeat(group)] };
      return { ...args, fanout, logs: { ...args.logs, bucket: "b".repeat(63) } };
    };
    const lengthOf = async (args: CompleteFanoutArgs) => {
      const recording = await deploy(args, { partition: "aws-us-gov" });
      return String(recording.named("f-execution-policy").props.policy).length;
    };
    const least = await lengthOf(given(30, 1));
    // A name of a resource group stands in more than one statement.
    const perCharacter = (await lengthOf(given(30, 2))) - least;
    const free = 10_240 - least;
    // So does each of the twenty patch groups.
    const perLetter = (await lengthOf(given(31, 1))) - least;
    const length = 30 + Math.floor(free / perLetter);
    const group = 1 + Math.floor((free % perLetter) / perCharacter);
    const longestThatFits = await lengthOf(given(length, group));
    expect(longestThatFits).to.be.within(10_240 - perCharacter + 1, 10_240);
    await recordMocks({ preview: true });
    expect(await refusals(() => new RegionalFanout("f", given(length, group + 1)))).to.deep.equal([
      {
        propertyPath: "targets.patchGroups",
        reason: `takes ${longestThatFits + perCharacter} characters with the tags, the Regions and the resource groups as the policy of the execution role, where IAM takes 10240. Use fewer or shorter names, or fewer Regions.`,
      },
    ]);
  });
});
