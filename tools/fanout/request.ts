import { PayloadError, readPayload } from "#functions/regional-fanout/core/payload.js";
import { placeholders } from "#shared/contract/fanoutPayload.js";
import { executionPlaceholder } from "#shared/contract/rings.js";
import type { RunRequest } from "#shared/contract/runRecord.js";
import { CannotRun, given } from "#shared/terminal/terminal.js";
import type { Arguments } from "./arguments.js";
import { type Deployment, orCannotRun } from "./deployment.js";

/** What is changed of what the window does. */
interface Changes {
  /** The ring whose window it is. */
  readonly ring: string | undefined;
  readonly operation: "Scan" | "Install" | undefined;
  readonly rebootOption: "RebootIfNeeded" | "NoReboot" | undefined;
  readonly regions: readonly string[] | undefined;
  readonly groups: readonly string[] | undefined;
  /** ISO 8601. */
  readonly until: string | undefined;
}

/** A run that could be started. */
export interface Draft {
  /** What the function is called with. */
  readonly payload: string;
  /** What the function reads in it. */
  readonly request: RunRequest;
  /** How long the window is. */
  readonly windowHours: number;
}

/** What the command line changes of what the window does. */
export function changesOf(options: Arguments): Changes {
  return {
    ring: options.text("ring"),
    operation: options.oneOf("operation", ["Scan", "Install"]),
    rebootOption: options.oneOf("reboot-option", ["RebootIfNeeded", "NoReboot"]),
    regions: options.list("regions"),
    groups: options.list("group"),
    until: options.time("until"),
  };
}

/**
 * The payload of the window's task as it is deployed, with a new id and what is changed. The configuration is not asked:
 * it may have been edited since the deployment, and the roles, groups and runbooks are those of the deployment.
 *
 * @throws CannotRun that names everything that does not fit
 */
export async function draftOf(deployment: Deployment, changes: Changes, runId: string): Promise<Draft> {
  const { ports, functionName, homeRegion, executionRoleName } = deployment;
  const windowName = windowOf(deployment, changes.ring);
  const task = await orCannotRun(
    `Window ${windowName} in ${homeRegion}`,
    ports.windowTask(windowName, functionName),
  );
  if (task === undefined) {
    throw new CannotRun(
      `There is no window ${windowName} in ${homeRegion} that calls ${functionName}: somebody has removed its task, or the deployment did not end. Mend it: pulumi up --stack ${deployment.stack}`,
    );
  }
  const filledIn = task.payload
    .replaceAll(placeholders.WindowId, task.windowId)
    .replaceAll(placeholders.TaskExecutionId, runId);
  const deployed = read(byHand(parsed(filledIn, windowName)), executionRoleName, windowName);
  const { ring } = deployed.request;
  if (ring?.Name !== changes.ring)
    throw new CannotRun(
      `Window ${windowName} hands over ${ring === undefined ? "no ring" : `ring ${ring.Name}`}, and not ${changes.ring ?? "none"}: somebody has changed its task. Mend it: pulumi up --stack ${deployment.stack}`,
    );
  const problems = problemsOf(changes, deployed.request);
  if (problems.length > 0) throw new CannotRun(problems.join("\n"));
  const event = changed(deployed.event, deployed.request, changes);
  const { request } = read(event, executionRoleName, windowName);
  return { payload: JSON.stringify(event), request, windowHours: task.windowHours };
}

/** The window to start. @throws CannotRun where the stack has none of the name, or several and none is named */
function windowOf({ windowName, rings }: Deployment, ring: string | undefined): string {
  if (ring === undefined && rings.length === 0) return windowName;
  if (ring !== undefined && rings.includes(ring)) return `${windowName}-${ring}`;
  if (rings.length === 0)
    throw new CannotRun(
      `--ring: got ${given(ring ?? "")}; the deployed stack has no rings but one central window. Leave it out.`,
    );
  const named = ring === undefined ? "lacks the ring to start" : `got ${given(ring)}`;
  throw new CannotRun(
    `--ring: ${named}; allowed is one of the deployed stack's: ${rings.join(", ")}. Each has a window, and a gate that is asked.`,
  );
}

/** What a window hands over without what tells that a window did: a run by hand stands for no cycle of its ring. */
function byHand(event: object): object {
  const ring = "Ring" in event ? event.Ring : undefined;
  if (typeof ring !== "object" || ring === null || !("WindowExecutionId" in ring)) return event;
  const { WindowExecutionId, ...rest } = ring;
  return WindowExecutionId === executionPlaceholder ? { ...event, Ring: rest } : event;
}

function parsed(text: string, windowName: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Told below, with what was got.
  }
  throw new CannotRun(`The payload of window ${windowName} is no JSON object: got ${given(text)}.`);
}

function read(event: object, executionRoleName: string, windowName: string) {
  try {
    return { event, request: readPayload(event, executionRoleName) };
  } catch (error) {
    if (!(error instanceof PayloadError)) throw error;
    throw new CannotRun(`Window ${windowName}: ${error.message}`);
  }
}

function problemsOf({ operation, regions, groups }: Changes, deployed: RunRequest): string[] {
  const strangers = (option: string, names: readonly string[] | undefined, known: readonly string[]) =>
    (names ?? [])
      .filter((name) => !known.includes(name))
      .map(
        (name) =>
          `--${option}: got ${given(name)}; allowed are those of the deployed window: ${known.join(", ")}.`,
      );
  // Groups and roles that are made for Scan hold the nodes that an exclusion keeps from being installed on.
  const isUnsafe = operation === "Install" && deployed.operation === "Scan";
  return [
    ...strangers("regions", regions, deployed.regions),
    ...strangers("group", groups, deployed.groups),
    ...(isUnsafe
      ? [
          "--operation: got Install; allowed is Scan, since the deployed window scans, and its groups have the nodes that exclusions hold. Set fanoutOperation to Install and deploy.",
        ]
      : []),
  ];
}

function changed(event: object, deployed: RunRequest, changes: Changes): object {
  const { operation = deployed.operation, rebootOption, regions, groups, until } = changes;
  const document = "Document" in event ? (event.Document as { Parameters: object }) : { Parameters: {} };
  return {
    ...event,
    Document: { ...document, Parameters: { ...document.Parameters, Operation: [operation] } },
    ...(regions === undefined ? {} : { Regions: deployed.regions.filter((one) => regions.includes(one)) }),
    ...(groups === undefined
      ? {}
      : {
          Targets: [{ Key: "ResourceGroup", Values: deployed.groups.filter((one) => groups.includes(one)) }],
        }),
    ...(rebootOption === undefined ? {} : { RebootOption: rebootOption }),
    ...(until === undefined ? {} : { Until: until }),
  };
}
