import { CannotRun } from "#shared/terminal/terminal.js";
import { dayMs } from "#shared/text/time.js";
import { configMessage, readConfig } from "#stacks/config/config.js";
import type { PlacedSettings } from "#stacks/stackFiles.js";
import { Account } from "./aws/account.js";
import { Clock } from "./clock.js";
import { type DeployedResource, type Deployment, type ResourceChange, Stack } from "./deploy/deploy.js";
import { Members } from "./deploy/members.js";
import { NodePolicies } from "./deploy/nodePolicies.js";
import type { CallCounts } from "./endpoint/dispatch.js";
import type { Rates } from "./endpoint/rates.js";
import { type Control, Endpoint } from "./endpoint/server.js";
import type { Faults } from "./faults/faults.js";
import type { Fleet } from "./fleet/model.js";
import { planBucketChanges, type SkippedChange } from "./observe/bucketChanges.js";
import { ExclusionObservations } from "./observe/exclusionObservations.js";
import { Observations } from "./observe/observations.js";
import { planTagChanges } from "./observe/tagChanges.js";
import type { Answers } from "./unknowns.js";

/** What a lab is made of. */
export interface LabSetting {
  readonly settings: PlacedSettings;
  readonly fleet: Fleet;
  /** When simulated time begins, in milliseconds since the epoch. */
  readonly from: number;
  readonly seed: number;
  /** What goes wrong on purpose; without it nothing. */
  readonly faults?: Faults | undefined;
  /** The rates at which callers are throttled; without them nobody is. */
  readonly rates?: Rates | undefined;
  /** Answers to what AWS's documents leave open; without them the defaults. */
  readonly unknowns?: Answers | undefined;
  /** Documents of the managed policies that the account has, by ARN, for permissions boundaries; without it none. */
  readonly managedPolicies?: ReadonlyMap<string, string> | undefined;
  /** Whether each other account that the stack names gets what `FanoutMember` makes; without it nothing is deployed there. */
  readonly members?: boolean | undefined;
  /** What is changed of the program's resources; without it nothing. */
  readonly change?: ResourceChange | undefined;
}

/** Another configuration at a later time, or the end of the stack. */
export interface Later {
  readonly at: number;
  /** What it is called: the name of a file, or `destroy`. */
  readonly source: string;
  /** Undefined to destroy the stack. */
  readonly settings: PlacedSettings | undefined;
}

/** What that did. */
export interface LaterDeployment extends Omit<Later, "settings">, Omit<Deployment, "resources"> {}

/** What a run of the lab is asked to do. */
interface LabRequest extends LabSetting {
  /** A fraction ends within a day. */
  readonly days: number;
  /** What is done to the stack later, in the order of time, each within the run; without it nothing. */
  readonly later?: readonly Later[] | undefined;
  /** Told after each simulated day. */
  readonly onDay?: (day: number) => void;
}

/** A simulated account with the program in it, served on a port of this machine. */
export interface Lab {
  readonly account: Account;
  readonly endpoint: Endpoint;
  readonly resources: readonly DeployedResource[];
  readonly observations: Observations;
  /** Deploys another configuration over what stands. A failure is told in what it gives. */
  readonly deploy: (settings: PlacedSettings) => Promise<Deployment>;
  /** Deletes all that stands of the program, but for what is to be kept. */
  readonly destroy: () => Promise<Deployment>;
  /** Ends the endpoint and the processes of functions. */
  readonly close: () => Promise<void>;
}

/** What a run leaves behind. */
export interface LabRun {
  readonly request: LabRequest;
  readonly account: Account;
  readonly resources: readonly DeployedResource[];
  readonly observations: Observations;
  readonly exclusions: ExclusionObservations;
  readonly deployments: readonly LaterDeployment[];
  /** What the fleet file wanted done in the bucket for exclusions at a time that is not in the run. */
  readonly skipped: readonly SkippedChange[];
  readonly api: CallCounts;
}

/** Deploys the program into a simulated account, and serves the account's APIs. */
export async function openLab(
  setting: LabSetting,
  served: { readonly port?: number; readonly control?: (account: Account) => Control } = {},
): Promise<Lab> {
  const { from, fleet, seed, faults, unknowns } = setting;
  const account = new Account(new Clock(from), fleet, seed, faults, unknowns);
  for (const [arn, document] of setting.managedPolicies ?? []) account.iam.putManagedPolicy(arn, document);
  const { port, control } = served;
  const endpoint = await Endpoint.start(account, {
    rates: setting.rates,
    ...(port === undefined ? {} : { port }),
    ...(control === undefined ? {} : { control: control(account) }),
  });
  const close = async () => {
    await endpoint.close();
    await account.close();
  };
  try {
    const stack = new Stack(account);
    const { resources, failure } = await stack.deploy(setting.settings, setting.change);
    if (failure !== undefined) throw failure.cause;
    const nodePolicies = new NodePolicies(account);
    nodePolicies.attach(resources);
    const members = setting.members === true ? new Members(account) : undefined;
    await members?.deploy(setting.settings);
    planTagChanges(account);
    return {
      account,
      endpoint,
      resources,
      observations: new Observations(account),
      deploy: async (settings) => {
        const deployed = await stack.deploy(settings, setting.change);
        if (deployed.failure === undefined) await members?.deploy(settings);
        return deployed;
      },
      destroy: async () => {
        await members?.destroy();
        nodePolicies.detach();
        return stack.destroy();
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Deploys the program into a simulated account, and lets the days pass and the fleet file's manifests be uploaded. */
export async function runLab(request: LabRequest): Promise<LabRun> {
  judgeLater(request.later ?? []);
  const lab = await openLab(request);
  const { account, endpoint, resources, observations, close } = lab;
  try {
    const exclusions = new ExclusionObservations(account);
    const range = { from: request.from, to: request.from + Math.round(request.days * dayMs) };
    const skipped = planBucketChanges(account, request.fleet, range);
    const later = [...(request.later ?? [])];
    const deployments: LaterDeployment[] = [];
    observations.sample(request.from);
    for (let passed = 1; passed <= Math.ceil(request.days); passed++) {
      const until = Math.min(request.from + passed * dayMs, range.to);
      for (let next = later[0]; next !== undefined && next.at < until; next = later[0]) {
        later.shift();
        deployments.push(await deployLater(lab, next));
      }
      // What is due at the very end belongs to the time after it: a window of that moment would only seem to hang.
      await account.clock.advanceTo(until === range.to ? until - 1 : until);
      observations.sample(until);
      request.onDay?.(passed);
    }
    if (endpoint.failures.length > 0) throw endpoint.failures[0];
    return {
      request,
      account,
      resources,
      observations,
      exclusions,
      deployments,
      skipped,
      api: endpoint.api.counts,
    };
  } finally {
    await close();
  }
}

/** @throws CannotRun with the problems of all configurations that the program will refuse */
function judgeLater(later: readonly Later[]): void {
  const refused = later.flatMap(({ source, settings }) => {
    if (settings === undefined) return [];
    // The program judges by the clock of the machine.
    const result = readConfig(settings.values, settings.project, Date.now(), settings.secretKeys);
    return result.ok ? [] : [`--then: ${source}: ${configMessage(settings.stack, result.problems)}`];
  });
  if (refused.length > 0) throw new CannotRun(refused.join("\n"));
}

async function deployLater(lab: Lab, { at, source, settings }: Later): Promise<LaterDeployment> {
  await lab.account.clock.advanceTo(at);
  try {
    const { steps, failure } = await (settings === undefined ? lab.destroy() : lab.deploy(settings));
    return { at, source, steps, failure };
  } catch (error) {
    if (error instanceof CannotRun) throw new CannotRun(`--then: ${source}: ${error.message}`);
    throw error;
  }
}
