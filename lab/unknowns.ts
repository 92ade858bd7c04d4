/** A question about AWS that its documents leave open, and on whose answer the program depends. */
export interface Unknown {
  readonly question: string;
  readonly answers: readonly [string, string, ...string[]];
  /** The answer that the lab gives unless it is told otherwise. */
  readonly unkindest: string;
  /** Why that one is the unkindest. */
  readonly why: string;
  /** What leaves it open: a document of AWS, or a finding. */
  readonly source: string;
  /** What the program does about it. */
  readonly program: string;
  /** The command that settles it on a live account. */
  readonly settles: string;
  /** The version since which the lab gives the unkindest answer. */
  readonly since: string;
}

/** What nobody has seen: the lab gives the unkindest answer, and a run may be told another. At most twelve rows. */
export const unknowns = {
  windowRoleKeys: {
    question:
      "Does a maintenance window send aws:SourceAccount and aws:SourceArn when it takes on the role of a task?",
    answers: ["sent", "absent"],
    unkindest: "absent",
    why: "a role whose trust demands them cannot be taken on, and no task ever runs",
    source:
      "Systems Manager user guide: the keys are documented for automations, hybrid activations and resource data syncs; the page on permissions of maintenance windows shows a trust without a condition",
    program: "demands them in the trust of the roles of windows only where they are sent (the IfExists form)",
    settles:
      "aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=AssumeRole",
    since: "0.2.0",
  },
  outputBucket: {
    question: "Does ssm:SendCommand ask for a right on the bucket that a command's output goes to?",
    answers: ["notAsked", "asked"],
    unkindest: "asked",
    why: "every command with a bucket is AccessDenied for a role that may send to documents and nodes alone",
    source:
      "Service Authorization Reference, Systems Manager: bucket is a resource type of SendCommand; no report of such a denial was found",
    program: "allows the document, the nodes and the bucket of the output",
    settles:
      "aws ssm send-command --document-name AWS-RunShellScript --parameters commands=date --instance-ids ID --output-s3-bucket-name BUCKET, as a role that may send to documents and nodes alone",
    since: "0.2.0",
  },
  repeatedToken: {
    question: "What does StartAutomationExecution answer to a ClientToken that it has seen?",
    answers: ["sameExecution", "refused"],
    unkindest: "refused",
    why: "a start that is tried again after a lost answer never learns the id of what it has started",
    source:
      "API reference, StartAutomationExecution: a token cannot be reused; what a repeat answers is open",
    program: "finds what it has started by the parameters that it was started with",
    settles: "aws ssm start-automation-execution --client-token TOKEN, twice",
    since: "0.2.0",
  },
  stoppedStep: {
    question:
      "What becomes of the command of a runbook's step when the step times out, or its automation is stopped?",
    answers: ["goesOn", "cancelled"],
    unkindest: "cancelled",
    why: "a command that is cancelled is killed on the nodes that are at it, and a package manager with it",
    source:
      "Systems Manager user guide, handling timeouts in runbooks: tells the status of step and automation, and nothing of the command; API reference, StopAutomationExecution: names Cancel and Complete",
    program:
      "gives the step two hours more than the longest window, and stops no automation of a Region but with stop --kill",
    settles:
      "aws ssm stop-automation-execution --automation-execution-id ID, with a command under way; aws ssm list-command-invocations",
    since: "0.2.0",
  },
  formerContent: {
    question: "Does UpdateDocument take the content of a version that is not the latest?",
    answers: ["refused", "taken"],
    unkindest: "refused",
    why: "the provider takes the refusal for success, so a runbook that goes back keeps what it had",
    source: "API reference, UpdateDocument: DuplicateDocumentContent does not say which versions it means",
    program:
      "keeps the window's hours out of the runbook; docs/changes.md has the command after a change of fanoutExecutionMode and back",
    settles: "aws ssm update-document, to a second content and back",
    since: "0.1.0",
  },
  twoGroupKeys: {
    question: "Which patch group has a node with both keys, PatchGroup and Patch Group?",
    answers: ["withoutSpace", "withSpace"],
    unkindest: "withSpace",
    why: "a node that was moved by the other key stays on the baseline that it was moved from",
    source: "Systems Manager user guide, patch groups: says which key to use, and nothing of both",
    program:
      "names each such node as trouble of its entry, and does not count it as in force; a hold is kept, since windows go by the stack's own key",
    settles: "aws ssm get-deployable-patch-snapshot-for-instance on a node with both",
    since: "0.2.0",
  },
  tagsSeen: {
    question:
      "How long after a tag was written do the tagging API, resource groups, SSM's targets, the node and IAM's conditions go by the tag from before?",
    answers: ["atOnce", "late"],
    unkindest: "late",
    why: "each goes by a copy of its own, up to ten minutes old, and may go back to an older answer once: what a read shows is not what a window selects, nor what a node gets",
    source:
      "Resource Groups Tagging API reference, FailureInfo: GetResources is to be called to see whether a tag was written; EC2 API reference: eventual consistency. None of them says how long",
    program:
      "takes a read for settled ten minutes after the last write only, and tells an entry as in force by such a read alone",
    settles:
      "aws resourcegroupstaggingapi tag-resources, then get-resources, list-group-resources and ssm describe-instance-information with a filter by the tag, once a second",
    since: "0.2.0",
  },
  justMade: {
    question:
      "Do lists know a baseline or a registration as soon as it is made, and IAM's conditions the tags that it was made with?",
    answers: ["atOnce", "late"],
    unkindest: "late",
    why: "for up to ten seconds lists miss them, and what a policy allows by such a tag is AccessDenied",
    source:
      "IAM user guide, troubleshooting: changes of tags are eventually consistent; API references of DescribePatchBaselines and DescribePatchGroups: nothing",
    program: "tries again, and takes nothing away that a list has only just begun to miss",
    settles: "aws ssm create-patch-baseline, then describe-patch-baselines once a second",
    since: "0.2.0",
  },
  roleRights: {
    question:
      "How long after a role is made, or a policy is written into it, do calls go by the rights that it had before?",
    answers: ["atOnce", "late"],
    unkindest: "late",
    why: "a function that a deployment calls is AccessDenied of what its role allows, for up to two minutes: as long as AWS's provider for Terraform and Pulumi waits for IAM itself",
    source:
      "IAM user guide, troubleshooting: changes are eventually consistent, and it does not say how long",
    program:
      "lets the function that a deployment calls try for longer than that, and makes whatever else makes it run wait for that call; what a function cannot do yet later, the next hour does",
    settles:
      "aws iam create-role, put-role-policy, sts assume-role, then a call that the policy allows once a second",
    since: "0.2.0",
  },
  deletedNodes: {
    question: "How long do the tagging API and resource groups tell of an instance that is terminated?",
    answers: ["notAtAll", "anHour"],
    unkindest: "anHour",
    why: "for up to an hour such a node seems to want tags, and each of them fails inside an answer of 200",
    source:
      "EC2 user guide: terminated instances remain visible for a short while; Resource Groups Tagging API reference, GetResources: nothing of them",
    program: "takes a node that does not exist for done, and never fails a run because of it",
    settles: "aws ec2 terminate-instances, then aws resourcegroupstaggingapi get-resources once a minute",
    since: "0.2.0",
  },
} as const satisfies Readonly<Record<string, Unknown>>;

export type UnknownName = keyof typeof unknowns;
/** The answers that a run of the lab gives. */
export type Answers = { readonly [name in UnknownName]: (typeof unknowns)[name]["answers"][number] };

const unknownNames = Object.keys(unknowns) as UnknownName[];

export const defaultAnswers = Object.fromEntries(
  unknownNames.map((name) => [name, unknowns[name].unkindest]),
) as Answers;

/** What no answer of the lab and no care of the program could make good: it has to be seen in the account itself. */
const assumptions: readonly { readonly assumed: string; readonly otherwise: string }[] = [
  {
    assumed:
      "A maintenance window waits for the function of a LAMBDA task before it begins tasks of a later priority.",
    otherwise:
      "Exclusions are brought up to date while nodes are patched, and take effect with the next window.",
  },
  {
    assumed:
      "StopAutomationExecution of type Complete lets what an automation has begun come to its end, and begins nothing more.",
    otherwise:
      "With `fanoutExecutionMode: per-instance` the end of a window kills installations that are under way, or lets further nodes begin.",
  },
];

/** Questions that were rows, and that nothing of the program depends on any more. */
const dropped: readonly { readonly question: string; readonly since: string; readonly why: string }[] = [
  {
    question: "What does an automation's step do whose output selects nothing of the answer?",
    since: "0.2.0",
    why: "the runbook has one step, and takes nothing of an answer. In the lab such a step fails",
  },
  {
    question: "Do the locations of an automation begin one, two, four at a time, as its targets do?",
    since: "0.2.0",
    why: "each Region is started in that Region. In the lab they do",
  },
];

/** Questions that are no rows, since the program does the same whatever is true. */
const survived: readonly { readonly question: string; readonly lab: string; readonly program: string }[] = [
  {
    question:
      "What does CancelCommand do when one of the nodes is none of the command's? Its reference has InvalidInstanceId, and names nodes without an agent and terminated ones.",
    lab: "refuses the whole call",
    program: "asks again for fewer nodes at a time, until the one that is refused stands alone",
  },
  {
    question: "Does EventBridge Scheduler take a one-off schedule for a time that is over?",
    lab: "refuses it with ValidationException",
    program: "makes none for a time that is less than two minutes ahead",
  },
  {
    question: "How many accounts does DescribeDocumentPermission tell at once, when nobody says how many?",
    lab: "tells as many as its model allows, and a token where there are more",
    program:
      "leaves it to the provider, which reads back with whom a runbook is shared: at worst a preview names accounts of fanoutAccounts that have it already",
  },
  {
    question: "Does RegisterTaskWithMaintenanceWindow look at parameters and roles of a task?",
    lab: "takes them, and lets the task fail when the window opens",
    program: "gives a task what its document takes, which a run in the lab shows",
  },
  {
    question:
      "What do exit codes of AWS-RunPatchBaseline mean that its script, its program's list of 2021 and the user guide do not have, such as 3, 164 and 169?",
    lab: "gives 0 and 1 alone",
    program:
      "tells such a code as one that AWS's documents say nothing of, and points to the end of the output",
  },
  {
    question:
      "By which code does TagResources tell of an instance that is gone? FailureInfo may have any of the service's; EC2's is InvalidInstanceID.NotFound.",
    lab: "says InvalidParameterException of it, with a message that it does not exist",
    program:
      "takes a code that ends in .NotFound, or a message that something does not exist, for gone; any other is told as that node's trouble, and tried again",
  },
];

/** The default answers, but for those that a text names: `outputBucket=asked`, with a comma between two. */
export function readAnswers(text: string): {
  readonly answers: Answers;
  readonly problems: readonly string[];
} {
  const problems: string[] = [];
  const answers: Record<string, string> = { ...defaultAnswers };
  for (const one of text.split(",")) {
    const [name = "", answer = ""] = one.split("=");
    const known = Object.hasOwn(unknowns, name) ? unknowns[name as UnknownName] : undefined;
    const allowed: readonly string[] = known?.answers ?? [];
    if (known === undefined)
      problems.push(
        `--unknown: got ${JSON.stringify(one)}; allowed is ${unknownNames.join(", ")}, each with =ANSWER.`,
      );
    else if (!allowed.includes(answer))
      problems.push(
        `--unknown: got ${JSON.stringify(one)}; allowed is ${name}=${allowed.join(` or ${name}=`)}.`,
      );
    else answers[name] = answer;
  }
  return { answers: answers as Answers, problems };
}

/** The page `docs/unknowns.md`. */
export function unknownsPage(): string {
  const rows = unknownNames.map((name) => {
    const { question, answers, source, why, program, settles, unkindest, since }: Unknown = unknowns[name];
    const shown = answers.map((answer) => (answer === unkindest ? `**${answer}**` : answer)).join(", ");
    return `## ${name}

${question}

- Answers: ${shown}. Unkindest: ${unkindest}, since ${why}.
- The lab gives the unkindest answer since: ${since}.
- Left open by: ${source}.
- The program: ${program}.
- Settled by: \`${settles}\`.
`;
  });
  const assumed = assumptions.map((one) => `- ${one.assumed} Otherwise: ${one.otherwise}\n`);
  const same = survived.map((one) => `- ${one.question} The lab ${one.lab}. The program ${one.program}.\n`);
  const gone = dropped.map((one) => `- ${one.question} Since ${one.since}: ${one.why}.\n`);
  return `# What nobody has seen

Made from \`lab/unknowns.ts\` by \`npm run schemas\`. AWS's documents leave these questions open, and something of the program changes
with the answer. The lab gives the unkindest, in bold; \`npm start -- --unknown NAME=ANSWER\` gives another, and
\`--unknown A=x,B=y\` two.

${rows.join("\n")}
## Assumptions

No program can make these good. See them in your own account before you lean on them.

${assumed.join("")}
## Open, and without consequences

${same.join("")}
## No longer asked

${gone.join("")}`;
}
