import { expect } from "chai";
import { size } from "#test/support/size.js";
import { roleOf } from "../aws/lambda/support.js";
import { type Aws, AwsCli, printed, type Ran, refused } from "./supportCli.js";
import { flows } from "./supportCliFlows.js";
import { type CliLab, openCliLab } from "./supportCliLab.js";
import { reads as allReads } from "./supportCliReads.js";

// Each command is a process of its own. By default every second read and flow: with the JavaScript SDK all
// operations are asked anyway (paginators, contract).
const reads = allReads.filter((_, index) => index % size(2, 1) === 0);
const played = flows.filter((_, index) => (index + 1) % size(2, 1) === 0);

const refusals: readonly (readonly [what: string, run: (aws: Aws) => Promise<Ran>, message: string])[] = [
  [
    "an operation that is not modelled, by its name",
    (aws) => aws`ssm describe-parameters`,
    "NotModelled when calling DescribeParameters: the lab does not model ssm:DescribeParameters",
  ],
  [
    "a service that is not modelled",
    (aws) => aws`rds describe-db-instances`,
    "NotModelled when calling DescribeDBInstances: the lab does not model rds:DescribeDBInstances",
  ],
  [
    "a member that the lab does not read",
    (aws) => aws`ssm list-documents --filters Key=Owner,Values=Amazon`,
    "NotModelled when calling ListDocuments: the lab does not model lists of documents of the owner Amazon",
  ],
  [
    "what breaks the model and the CLI lets pass",
    (aws) => aws`ssm get-patch-baseline --baseline-id ${"pb 0123456789abcdef0"}`,
    "ValidationException when calling GetPatchBaseline: 1 validation error detected: Value 'pb 0123456789abcdef0' at 'baselineId' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-zA-Z0-9_\\-:/]{20,128}$",
  ],
  [
    "an object that is not there",
    (aws) => aws`s3api head-object --bucket reports --key none`,
    "404 when calling HeadObject: Not Found",
  ],
  [
    "a function that is not there",
    (aws) => aws`lambda invoke --function-name nobody answer.json`,
    "ResourceNotFoundException when calling Invoke: Function not found: arn:aws:lambda:us-east-1:123456789012:function:nobody",
  ],
  [
    "a topic that is not there",
    (aws) => aws`sns publish --topic-arn arn:aws:sns:us-east-1:123456789012:none --message m`,
    "NotFound when calling Publish: Topic does not exist",
  ],
];

describe("the AWS CLI", () => {
  const cli = new AwsCli();
  const answers = new Map<string, Promise<unknown>>();
  let world: CliLab;

  /** Starts commands at once; the test of their title waits for them. */
  function begin(title: string, work: Promise<unknown>): void {
    // Told by the test.
    work.catch(() => undefined);
    answers.set(title, work);
  }

  before(async function () {
    const found = await cli.version();
    if ("missing" in found) {
      console.log(`    skipped: ${found.missing}`);
      this.skip();
    }
    world = await openCliLab();
    const { account, endpoint } = world.lab;
    const { owner } = account.credentials;
    const aws = cli.at(endpoint.url, "eu-west-1", owner);
    const home = cli.at(endpoint.url, "us-east-1", owner);
    for (const { title, run } of played) begin(title, run({ aws, home, cli, lab: world }));
    for (const [what, run] of reads) begin(what, printed(run(home, world)));
    for (const [what, run] of refusals) begin(what, refused(run(home)));
    const arn = roleOf(world.home, "stranger", [
      { Effect: "Allow", Action: "ssm:GetPatchBaseline", Resource: "*" },
    ]);
    const caller = () => account.iam.assume(arn, "lambda.amazonaws.com", arn);
    const key = account.credentials.issue("ASIA", { arn, userId: "AROALAB", caller });
    const stranger = cli.at(endpoint.url, "us-east-1", key);
    begin("denied", refused(stranger`ssm describe-patch-groups`));
  });
  after(async () => {
    await world?.lab.close();
    cli.clear();
  });

  for (const [what, , expected] of reads) {
    it(`shows ${what}`, async () => {
      expect(await answers.get(what)).to.deep.equal(expected(world));
    });
  }

  for (const { title } of played) {
    it(title, async () => {
      await answers.get(title);
    });
  }

  for (const [what, , message] of refusals) {
    it(`is told of ${what}`, async () => {
      expect(await answers.get(what)).to.equal(message);
    });
  }

  it("is told what IAM does not allow, which the lab keeps", async () => {
    const arn = "arn:aws:iam::123456789012:role/stranger";
    expect(await answers.get("denied")).to.equal(
      `AccessDeniedException when calling DescribePatchGroups: User: ${arn} is not authorized to perform: ssm:DescribePatchGroups on resource: * because no identity-based policy allows the ssm:DescribePatchGroups action`,
    );
    const { iam } = world.lab.account;
    expect(
      iam.denials.filter(({ isLate }) => !isLate).map(({ caller, action }) => [caller, action]),
    ).to.deep.equal([[arn, "ssm:DescribePatchGroups"]]);
  });

  it("has run many different commands, and the lab has not failed", () => {
    expect(cli.commands.size).to.be.at.least(size(25, 50));
    expect(world.lab.endpoint.failures).to.deep.equal([]);
    const { notModelled } = world.lab.endpoint.api.counts;
    expect([...notModelled.keys()].sort()).to.deep.equal([
      "lists of documents of the owner Amazon",
      "rds:DescribeDBInstances",
      "ssm:DescribeParameters",
    ]);
  });
});
