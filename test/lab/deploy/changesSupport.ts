import type { Account } from "#lab/aws/account.js";
import { type DeployedResource, type Deployment, Stack } from "#lab/deploy/deploy.js";
import { countSteps } from "#lab/deploy/steps.js";
import { type PlacedSettings, stackSettings } from "#stacks/stackFiles.js";
import { project } from "#test/support/configuration.js";
import { root } from "#test/support/program.js";
import { boundaryArn } from "#test/support/randomConfiguration.js";
import { account } from "../support.js";

export const none = { created: 0, updated: 0, replaced: 0, deleted: 0, kept: 0 };

/** Deploys a stack into an account in which nothing of it stands; throws whatever a service refused a resource with. */
export async function deploy(
  account: Account,
  settings: PlacedSettings,
): Promise<readonly DeployedResource[]> {
  const { resources, failure } = await new Stack(account).deploy(settings);
  if (failure !== undefined) throw failure.cause;
  return resources;
}

/** A shipped stack that stands in an account. */
export async function standing(name: "dev" | "prod") {
  const world = account([]);
  const stack = new Stack(world.account);
  const settings = stackSettings(root, name);
  const { created } = countSteps((await passed(stack.deploy(settings))).steps);
  return { ...world, stack, settings, created };
}

/** An account with nothing but the policy that random configurations name as their permissions boundary. */
export function bounding(): Account {
  const { account: owner } = account([]);
  owner.iam.putManagedPolicy(boundaryArn, everything);
  return owner;
}

export const everything = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
});

/** The same settings with other values, each as JSON, and in another Region. */
export function others(
  settings: PlacedSettings,
  values: Readonly<Record<string, unknown>>,
  homeRegion = settings.homeRegion,
): PlacedSettings {
  const texts = Object.entries(values).map(([key, value]) => [
    `${project}:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const moved = { ...settings.values, "aws:region": homeRegion, ...Object.fromEntries(texts) };
  return { ...settings, homeRegion, values: moved };
}

export async function passed(running: Promise<Deployment> | Deployment): Promise<Deployment> {
  const deployment = await running;
  if (deployment.failure !== undefined) throw deployment.failure.cause;
  return deployment;
}
