import { z } from "zod";
import { closingRecordSchema } from "./closingShape.js";
import { exclusionsSchema } from "./exclusionShape.js";
import { fanoutRunSchema } from "./fanoutShape.js";

const time = z.iso.datetime().describe("Instant in simulated time, UTC");
const count = z.number().int().min(0);

const commandRun = z.strictObject({
  task: z.string().describe("Name of the window task; of a central window, Region and resource group"),
  commandId: z.string().nullable().describe("null when the task was never started"),
  status: z.string().describe("Status of the command, as Run Command names it"),
  statusDetails: z.string(),
  targeted: count.describe("Nodes that the target selected"),
  invocations: z.record(z.string(), count).describe("Nodes per StatusDetails of their invocation"),
  startedAt: time.nullable(),
  endedAt: time.nullable(),
  patchesInstalled: count,
  nodesRebooted: count,
  stoppedByErrorLimit: z.boolean().describe("Whether nodes were left out because MaxErrors was exceeded"),
});

const windowExecution = z.strictObject({
  executionId: z.string(),
  status: z.string().describe("Status of the window execution, as Maintenance Windows names it"),
  statusDetails: z.string(),
  startedAt: time,
  endedAt: time.nullable().describe("null when it still ran at the end of the simulation"),
  cutoffAt: time,
  closesAt: time,
  neededUntil: time.nullable().describe("When every targeted node would have been done; null when all were"),
  commands: z.array(commandRun),
  fanout: fanoutRunSchema
    .nullable()
    .describe("What became of each Region; null for windows that are not central, or without a record"),
});

const window = z.strictObject({
  windowId: z.string(),
  name: z.string(),
  region: z.string(),
  operation: z.string().describe("Scan or Install"),
  schedule: z.string(),
  timezone: z.string(),
  durationHours: count,
  cutoffHours: count,
  fanoutRegions: z
    .array(z.string())
    .describe("Regions that a central window patches; empty for one that selects nodes of its own Region"),
  ring: z
    .strictObject({
      name: z.string(),
      after: z
        .strictObject({
          name: z.string().describe("The ring before"),
          soakHours: count,
          minSuccess: count.describe("Percent of its nodes"),
          maxFailed: count.nullable(),
        })
        .nullable(),
      maxFailedTotal: count.nullable(),
      alarms: z.array(z.string()).describe("ARNs"),
    })
    .exactOptional()
    .describe("The ring that it is for, and what its gate asks"),
  executions: z.array(windowExecution),
  nextOpening: time.nullable().describe("After the end of the run; null when it never opens again"),
  missed: z
    .array(z.strictObject({ at: time, reason: z.string() }))
    .describe("Times at which the window should have opened and left no trace in AWS"),
});

const node = z.strictObject({
  id: z.string(),
  name: z.string(),
  region: z.string(),
  account: z.string().exactOptional().describe("Of a node of another account than the stack's"),
  operatingSystem: z.string(),
  platform: z.string(),
  patchGroup: z.string().nullable(),
  state: z
    .enum(["compliant", "non-compliant", "unknown"])
    .describe("unknown: never scanned; absence is not compliance"),
  cause: z.string().nullable().describe("The one of causes that it is counted under; null when all is well"),
  who: z.string().nullable().describe("Who must act; null when all is well"),
  reasons: z
    .array(z.string())
    .describe(
      "Why it is not covered or not compliant, in words, that of its cause first; empty when all is well",
    ),
  windows: z.array(z.string()).describe("Names of the windows that select it"),
  baselineId: z.string().nullable().describe("Baseline of its last scan or install"),
  onDefaultBaseline: z.boolean(),
  installed: count,
  installedOther: count,
  installedRejected: count,
  pendingReboot: count,
  missing: count,
  failed: count,
  availableSecurityUpdates: count.describe("Security updates that no rule has approved so far; WINDOWS only"),
  lastOperation: z.string().nullable(),
  lastReportedAt: time.nullable(),
});

const cause = z.strictObject({
  cause: z.string(),
  act: z
    .enum(["node", "stack", "exclusion", "nobody"])
    .describe(
      "Whose turn it is: the node's owner, the stack's, that of an exclusion, nobody's: it will be done",
    ),
  who: z.string().describe("The same in words, of an exclusion with its owner and its end"),
  remedy: z.string().describe("What mends it; of an exclusion, its reason"),
  nodes: count.min(1),
  examples: z.array(z.string()).describe("Names of the first nodes"),
});

/** What becomes of an update that is offered and not approved, the worst first. */
export const outlooks = ["superseded first", "never approved", "waits"] as const;

const availableUpdates = z.strictObject({
  operatingSystem: z.string(),
  outlook: z
    .enum(outlooks)
    .describe(
      "waits: a rule approves it later; superseded first: by then the next update replaces it, as Windows does; never approved: no rule matches it",
    ),
  nodes: count.describe("Nodes that it is offered to"),
  updates: z.array(z.strictObject({ name: z.string(), releasedAt: time, approvedFrom: time.nullable() })),
});

const change = z.strictObject({
  operation: z
    .enum(["create", "update", "replace", "delete", "discard", "retain"])
    .describe("replace makes another in the place of one, discard deletes the one; retain leaves it in AWS"),
  type: z.string(),
  name: z.string().describe("As the program names it"),
  region: z.string(),
});

const deployment = z.strictObject({
  at: time,
  source: z.string().describe("The stack file, or destroy"),
  created: count,
  updated: count,
  replaced: count,
  deleted: count,
  kept: count,
  steps: z
    .array(change.extend({ changed: z.array(z.string()).describe("Inputs that are other than before") }))
    .describe("What was done, in its order"),
  failure: change
    .extend({ reason: z.string() })
    .nullable()
    .describe("What it stopped at; a later one goes on from there"),
});

const counts = z.record(z.string(), count);

const lambdaFunction = z.strictObject({
  name: z.string(),
  region: z.string(),
  invocations: count.describe("Attempts, those for one event counted each"),
  coldStarts: count,
  failed: z.array(
    z.strictObject({
      at: time,
      source: z.string().describe("What brought the invocation about"),
      attempt: count,
      status: z.string(),
      error: z.string().nullable(),
    }),
  ),
  givenUp: count.describe("Events whose last attempt failed"),
});

/** What a run of the lab found: the stable shape of `summary.json`. */
export const summarySchema = z
  .strictObject({
    version: z.literal(1),
    run: z.strictObject({
      project: z.string(),
      stack: z.string(),
      fleet: z.string().describe("Name of the fleet file"),
      seed: z.number().int(),
      from: time,
      to: time,
      days: count,
      accountId: z.string(),
      homeRegion: z.string(),
    }),
    verdict: z.strictObject({
      windowsDidTheirJob: z.boolean(),
      problems: z.array(z.string()).describe("What went wrong with windows, in words"),
    }),
    fleet: z.strictObject({
      nodes: count,
      hybrid: count,
      byRegion: z.record(z.string(), count),
      byOperatingSystem: z.record(z.string(), count),
    }),
    deployments: z.array(deployment).describe("Deployments after the first, in the order of time"),
    windows: z.array(window),
    badPatches: z
      .array(
        z.strictObject({
          patch: z.string(),
          catalog: z.string(),
          breaks: z.enum(["application", "alarm", "node"]),
          of: count.describe("Nodes that had an older version when the run began"),
          got: count.describe("Nodes that have got it"),
          broken: count.describe("Nodes that it has broken"),
        }),
      )
      .exactOptional()
      .describe("The bad patches of the fleet file, where it has any"),
    closingRecords: z
      .array(closingRecordSchema)
      .describe("The newest closing record of each scan and install window, as the program wrote it"),
    compliance: z
      .array(z.strictObject({ at: time, compliant: count, nonCompliant: count, unknown: count }))
      .describe(
        "Nodes per state, once a day and at the end of each window and of each automation over Regions",
      ),
    causes: z
      .array(cause)
      .describe("Nodes that are not patched or not compliant, each under one cause; those to act on first"),
    uncovered: z
      .array(z.strictObject({ reason: z.string(), nodes: count, examples: z.array(z.string()) }))
      .describe("Nodes that patching does not reach, by reason; a node may be under several"),
    availableUpdates: z
      .array(availableUpdates)
      .describe("Updates that were offered at a node's last report and that no rule had approved then"),
    messages: z.array(
      z.strictObject({
        at: time,
        topic: z.string(),
        subject: z.string().nullable(),
        text: z.string(),
        recipients: z.array(z.string()),
      }),
    ),
    exclusions: exclusionsSchema,
    functions: z.array(lambdaFunction),
    api: z
      .strictObject({
        calls: counts.describe("Calls per operation, such as ssm:SendCommand"),
        notModelled: counts.describe("What was asked for and the lab does not model"),
        faults: counts.describe("What went wrong on purpose, such as: throttle ssm:SendCommand"),
      })
      .describe("Calls to AWS's APIs over the wire"),
    nodes: z.array(node),
  })
  .describe("Summary of a run of patchplane's lab");

export type Summary = z.infer<typeof summarySchema>;
export type WindowSummary = Summary["windows"][number];
export type ExecutionSummary = WindowSummary["executions"][number];
export type FunctionSummary = Summary["functions"][number];
export type CommandSummary = ExecutionSummary["commands"][number];
export type CauseSummary = Summary["causes"][number];
export type NodeSummary = Summary["nodes"][number];
