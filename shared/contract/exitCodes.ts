/** Where AWS says what a code means: its script, its program, the program's names of codes, and its guide. */
export const exitCodeSources = {
  script: "AWS-RunPatchBaseline, the script of its step PatchLinux, messages by code",
  program: "AWS's patch program for Linux and macOS, its list of exit codes (patch_common)",
  guide: "Systems Manager user guide, Troubleshooting Patch Manager",
} as const;

interface ExitCode {
  readonly codes: readonly number[];
  readonly meaning: string;
  /** What a person does about it. */
  readonly remedy: string;
  /** Missing: `program`. */
  readonly source?: keyof typeof exitCodeSources;
}

/** Exit codes of AWS-RunPatchBaseline on a node; docs/fanout.md has the same table. */
export const exitCodes: readonly ExitCode[] = [
  {
    codes: [0],
    meaning: "it went well",
    remedy: "nothing is to be done",
  },
  {
    codes: [1],
    meaning: "patching failed on the node",
    remedy: "the end of its output names the package or the repository",
  },
  {
    codes: [2],
    meaning: "packages were left out whose dependencies do not fit",
    remedy: "its output names them; an exclusion of one keeps back those that need it",
  },
  {
    codes: [126],
    meaning: "the node may not run what SSM Agent writes",
    remedy: "mount /var/lib/amazon with exec permission",
    source: "guide",
  },
  {
    codes: [130, 131, 132, 133, 134, 135, 136, 137, 138, 139, 140, 141, 142, 153],
    meaning: "an association's question failed, or a signal (128 and its number) ended the program",
    remedy: "patchplane makes no association: see whether the node's memory was full (137)",
  },
  {
    codes: [143, 144],
    meaning: "AWS did not answer the node's question for its baseline",
    remedy: "see that it reaches the endpoints of ssm and S3, and run it again",
  },
  {
    codes: [145],
    meaning: "the node may not ask AWS for its baseline",
    remedy: "give its role AmazonSSMManagedInstanceCore, and let no endpoint policy deny ssm",
  },
  {
    codes: [146, 166],
    meaning: "Patch Manager does not support the node's operating system or its version",
    remedy: "take it out of the patch group, or upgrade it",
  },
  {
    codes: [147, 150],
    meaning: "the baseline's snapshot could not be written or read on the node",
    remedy: "free space below /var",
  },
  {
    codes: [148],
    meaning: "the node may not ask AWS for its baseline, and its metadata has no other credentials",
    remedy: "turn the metadata service on, and give its role AmazonSSMManagedInstanceCore",
  },
  {
    codes: [149],
    meaning: "it was patched, and could not report its compliance",
    remedy: "let its role do ssm:PutInventory; two patch operations at a time do this too",
  },
  {
    codes: [151],
    meaning: "what came was not AWS's patch program, or its last boot is not known",
    remedy: "let no proxy change downloads, and run it again",
    source: "script",
  },
  {
    codes: [154],
    meaning: "the folder of AWS's patch program could not be made",
    remedy: "free space below /var/log/amazon",
    source: "script",
  },
  {
    codes: [152, 155],
    meaning: "AWS's patch program could not be unpacked, or its notes are damaged",
    remedy: "free space below /var, let no second patch operation run at the time, and reboot it",
    source: "guide",
  },
  {
    codes: [156],
    meaning: "AWS's patch program could not be downloaded, or ended by an error without a code",
    remedy: "let the node reach the S3 buckets of Patch Manager in its Region (VPC endpoint and its policy)",
    source: "guide",
  },
  {
    codes: [160, 161, 162, 163, 165, 167],
    meaning: "a list that overrides the baseline could not be used",
    remedy: "patchplane sends none: somebody else ran the command",
  },
  {
    codes: [194],
    meaning: "it asked for a reboot, and was not heard of again as done",
    remedy: "see that it came up, and scan it",
  },
  {
    codes: [195],
    meaning: "patches failed, and it asked for a reboot",
    remedy: "the end of its output names the packages",
  },
  {
    codes: [196],
    meaning: "packages were left out as after 2, and it asked for a reboot",
    remedy: "its output names them; an exclusion of one keeps back those that need it",
  },
  {
    codes: [4294967295],
    meaning: "Windows could not search for updates, or get AWS's module",
    remedy: "let the node reach Windows Update or WSUS, and the S3 buckets of Patch Manager",
    source: "guide",
  },
];

/** What an exit code of AWS-RunPatchBaseline means, and what is to be done, in words that follow a dash. Total. */
export function exitCodeText(code: number): string {
  const found = exitCodes.find(({ codes }) => codes.includes(code));
  return found === undefined
    ? `exit code ${code}, of which AWS's documents say nothing: the end of its output says more`
    : `exit code ${code}, ${found.meaning}: ${found.remedy}`;
}
