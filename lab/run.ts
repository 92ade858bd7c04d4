import { Account } from "./aws/account.js";
import { Clock } from "./clock.js";
import { type DeployedResource, deploy, type ResourceChange } from "./deploy/deploy.js";
import type { StackSettings } from "./deploy/stackConfig.js";
import type { Fleet } from "./fleet/model.js";
import { Observations } from "./observations.js";

const day = 86_400_000;

/** What a run of the lab is asked to do. */
export interface LabRequest {
  readonly settings: StackSettings;
  readonly fleet: Fleet;
  /** When simulated time begins, in milliseconds since the epoch. */
  readonly from: number;
  readonly days: number;
  readonly seed: number;
  /** What is changed of the program's resources; without it nothing. */
  readonly change?: ResourceChange;
  /** Told after each simulated day. */
  readonly onDay?: (day: number) => void;
}

/** What a run leaves behind. */
export interface LabRun {
  readonly request: LabRequest;
  readonly account: Account;
  readonly resources: readonly DeployedResource[];
  readonly observations: Observations;
}

/** Deploys the program into a simulated account and lets the days pass. */
export async function runLab(request: LabRequest): Promise<LabRun> {
  const clock = new Clock(request.from);
  const account = new Account(clock, request.fleet, request.seed);
  const resources = await deploy(account, request.settings, request.change);
  const observations = new Observations(account);
  observations.sample();
  for (let passed = 1; passed <= request.days; passed++) {
    await clock.advanceTo(request.from + passed * day);
    observations.sample();
    request.onDay?.(passed);
  }
  return { request, account, resources, observations };
}
