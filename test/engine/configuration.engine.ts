import { expect } from "chai";
import { configKeys } from "#stacks/config/configKeys.js";
import { least, Project } from "./support/project.js";

/** Lines that a person types, or values that stand in a stack's file, over one with the required keys. */
interface Row {
  readonly what: string;
  readonly lines?: readonly string[];
  readonly file?: Readonly<Record<string, unknown>>;
}

const accepted: readonly Row[] = [
  {
    what: "the README's lines, an account that begins with a zero, and values of a baseline by their paths",
    lines: [
      "config set aws:region eu-central-1",
      "config set --path 'patchGroups[0]' web-servers",
      "config set --path targetTags.Environment dev",
      "config set --path 'notificationEmails[0]' you@example.com",
      'config set installSchedule "cron(0 4 ? * SAT#3 *)"',
      "config set --path 'fanoutAccounts[0]' 012345678901",
      "config set --path 'baselines.AMAZON_LINUX_2023.approvalRules[0].classification[0]' Security",
      "config set --path 'baselines.AMAZON_LINUX_2023.approvalRules[0].approveAfterDays' 7",
      "config set --path 'baselines.AMAZON_LINUX_2023.approvalRules[0].enableNonSecurity' true",
      "config set --path 'baselines.AMAZON_LINUX_2023.approvalRules[1].classification[0]' Bugfix",
      "config set --path 'baselines.AMAZON_LINUX_2023.approvalRules[1].approveUntilDate' 2026-12-31",
    ],
  },
  {
    what: "every example that a refusal shows",
    lines: Object.values(configKeys).map(({ example }) => `config set ${example}`),
  },
  {
    what: "numbers and texts in the place of one another",
    file: {
      maxConcurrency: 10,
      maxErrors: 0,
      ownerInformation: 12345,
      scanDurationHours: "2",
      installDurationHours: 5.0,
      ownsBaselines: "false",
      maxExclusionDays: 1e1,
    },
  },
];

/** Nothing of what the other rows begin with. */
const emptied = Object.fromEntries(Object.keys(least).map((key) => [key, undefined]));

/** Rows that one refusal names all, each with what it says of it. */
const refused: readonly (readonly (Row & { readonly names: readonly string[] })[])[] = [
  [
    {
      what: "a file without a key",
      file: emptied,
      names: ["environment: ", "operatingSystems: ", "patchGroups: "],
    },
  ],
  [
    {
      what: "a text for a number",
      lines: ["config set scanDurationHours abc"],
      names: ['scanDurationHours: got "abc"'],
    },
    { what: "a yes for true", lines: ["config set ownsBaselines yes"], names: ['ownsBaselines: got "yes"'] },
    { what: "a text for a list", lines: ["config set patchGroups web"], names: ['patchGroups: got "web"'] },
    {
      what: "an account as a number",
      lines: ["config set --path 'fanoutAccounts[0]' 210987654321"],
      names: ["fanoutAccounts[0]: got 210987654321, a number"],
    },
    {
      what: "a key in capitals",
      lines: ["config set Stacks scan"],
      names: ["Stacks: is not a key of patchplane; did you mean stacks?"],
    },
  ],
  [
    {
      what: "half an hour",
      lines: ["config set scanDurationHours 2.5"],
      names: ["scanDurationHours: got 2.5"],
    },
    { what: "a list's one value for it", file: { stacks: "scan" }, names: ['stacks: got "scan"'] },
    {
      what: "an account as a number in the file",
      file: { fanoutAccounts: [210987654321] },
      names: ["fanoutAccounts[0]: got 210987654321, a number"],
    },
  ],
];

/** Rows of which each is named in one refusal, with a line that mends it. */
const mended: readonly (Row & { readonly names: string })[] = [
  { what: "a key that is none", lines: ["config set nosuchkey 5"], names: "nosuchkey" },
  { what: "an empty text", lines: ["config set environment ''"], names: "environment" },
  { what: "a part that is none", lines: ["config set --path 'stacks[0]' instal"], names: "stacks[0]" },
  { what: "a retention that is none", lines: ["config set logRetentionDays 31"], names: "logRetentionDays" },
];

describe("a configuration, as a person sets it", () => {
  let project: Project;
  before(async () => {
    project = new Project(false);
    await project.begin("s1");
  });
  after(() => project?.remove());

  async function type(line: string): Promise<void> {
    const { code, output } = await project.line(`pulumi ${line} --stack s1`);
    expect(code, `${line}\n${output}`).to.equal(0);
  }

  /** Fills the stack's file anew and previews it. */
  async function preview(...rows: readonly Row[]) {
    project.clear("s1");
    project.configure("s1", least);
    for (const { lines = [], file = {} } of rows) {
      project.configure("s1", file);
      for (const line of lines) await type(line);
    }
    return project.pulumi(["preview", "--stack", "s1"]);
  }

  for (const row of accepted) {
    it(`is accepted: ${row.what}`, async () => {
      const { code, output } = await preview(row);
      expect(code, output).to.equal(0);
    });
  }

  for (const rows of refused) {
    it(`is refused: ${rows.map(({ what }) => what).join(", ")}`, async () => {
      const { code, output, calls } = await preview(...rows);
      expect(code, output).to.not.equal(0);
      const names = rows.flatMap((row) => row.names);
      const problems = output.split("\n").map((line) => line.trim());
      for (const name of names)
        expect(
          problems.filter((one) => one.startsWith(name)),
          name,
        ).to.have.lengthOf(1);
      expect(output).to.contain(` has ${names.length} problem(s)`);
      expect(calls).to.deep.equal([]);
    });
  }

  it(`is refused in one go, and its own lines mend it: ${mended.map(({ what }) => what).join(", ")}`, async () => {
    const { code, output } = await preview(...mended);
    expect(code, output).to.not.equal(0);
    const problems = output.matchAll(/^ +(\S+): (?:got|is) .*\n +(?:mend it|for example): pulumi (.*)$/gm);
    const mends = new Map(Array.from(problems, ([, key = "", line = ""]) => [key, line]));
    expect([...mends.keys()].toSorted()).to.deep.equal(mended.map(({ names }) => names).toSorted());
    for (const line of mends.values()) await type(line);
    await project.well("preview", "--stack", "s1");
  });
});
