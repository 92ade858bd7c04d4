/** Where AWS says what a code means; `program` names the list of its own codes. */
export const exitCodeSources = {
  program: "AWS's patch program for Linux and macOS, its list of exit codes (patch_common)",
  guide: "Systems Manager user guide, Troubleshooting Patch Manager, errors of AWS-RunPatchBaseline on Linux",
} as const;

interface ExitCode {
  readonly codes: readonly number[];
  readonly meaning: string;
  /** What a person does about it. */
  readonly remedy: string;
  readonly source: keyof typeof exitCodeSources;
}

/** Exit codes of AWS-RunPatchBaseline on a node; docs/fanout.md has the same table. */
export const exitCodes: readonly ExitCode[] = [
  { codes: [0], meaning: "it went well", remedy: "nothing is to be done", source: "program" },
  {
    codes: [1],
    meaning: "patching failed on the node",
    remedy: "the end of its output names the package or the repository",
    source: "program",
  },
  {
    codes: [2],
    meaning: "what patching needs is missing on the node",
    remedy: "install the Python or the package manager that its output names",
    source: "program",
  },
  {
    codes: [126],
    meaning: "the node may not run what SSM Agent writes",
    remedy: "mount /var/lib/amazon with exec permission",
    source: "guide",
  },
  {
    codes: [132, 135, 138, 141, 145],
    meaning: "the node may not ask AWS for its baseline",
    remedy: "give its role AmazonSSMManagedInstanceCore, and let no endpoint policy deny ssm",
    source: "program",
  },
  {
    codes: [130, 131, 133, 134, 136, 137, 139, 140, 142, 143, 144],
    meaning: "AWS did not answer the node's question for its baseline",
    remedy: "see that it reaches the endpoints of ssm, and run it again",
    source: "program",
  },
  {
    codes: [146, 166],
    meaning: "Patch Manager does not support the node's operating system or its version",
    remedy: "take it out of the patch group, or upgrade it",
    source: "program",
  },
  {
    codes: [147, 150],
    meaning: "the baseline's snapshot could not be written or read on the node",
    remedy: "free space below /var",
    source: "program",
  },
  {
    codes: [148],
    meaning: "the node does not reach its instance metadata",
    remedy: "turn the metadata service on",
    source: "program",
  },
  {
    codes: [149],
    meaning: "it was patched, and could not report its compliance",
    remedy: "let its role do ssm:PutInventory; two patch operations at a time do this too",
    source: "program",
  },
  {
    codes: [152, 155],
    meaning: "AWS's patch program could not be unpacked on the node",
    remedy: "free space below /var, and let no second patch operation run at the time",
    source: "guide",
  },
  {
    codes: [156],
    meaning: "AWS's patch program could not be downloaded",
    remedy: "let the node reach the S3 buckets of Patch Manager in its Region (VPC endpoint and its policy)",
    source: "guide",
  },
  {
    codes: [160, 161, 162, 163, 165, 167],
    meaning: "a list that overrides the baseline could not be used",
    remedy: "patchplane sends none: somebody else ran the command",
    source: "program",
  },
  {
    codes: [194],
    meaning: "it asked for a reboot, and was not heard of again as done",
    remedy: "see that it came up, and scan it",
    source: "program",
  },
  {
    codes: [195],
    meaning: "patches failed, and it asked for a reboot",
    remedy: "the end of its output names the packages",
    source: "program",
  },
  {
    codes: [196],
    meaning: "what patching needs is missing on the node, and it asked for a reboot",
    remedy: "install the Python or the package manager that its output names",
    source: "program",
  },
];

/** What an exit code of AWS-RunPatchBaseline means, and what is to be done, in words that follow a dash. Total. */
export function exitCodeText(code: number): string {
  const found = exitCodes.find(({ codes }) => codes.includes(code));
  return found === undefined
    ? `exit code ${code}, of which AWS's documents say nothing: the end of its output says more`
    : `exit code ${code}, ${found.meaning}: ${found.remedy}`;
}
