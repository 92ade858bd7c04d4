import * as pulumi from "@pulumi/pulumi";
import { CannotRun } from "#shared/terminal/terminal.js";
import type { PlacedSettings } from "#stacks/stackFiles.js";
import type { Account } from "../aws/account.js";
import type { Inputs } from "./inputs.js";
import { makeResource } from "./resources.js";
import type { SentRequest } from "./send.js";

/** One resource that the program registered. */
export interface DeployedResource {
  readonly type: string;
  readonly name: string;
  /** What the provider sends to make it. */
  readonly requests: readonly SentRequest[];
}

/** Changes a resource's inputs on their way into the account, to see what breaks without a part of the program. */
export type ResourceChange = (type: string, name: string, inputs: Inputs) => Inputs;

let deployments = 0;

/**
 * Deploys the program into a simulated account: the very module that `pulumi up` runs, with Pulumi's runtime mocks in
 * the place of its engine and provider.
 *
 * @param change without it, the account gets what the program registers
 * @returns what it registered, in the order of registration
 * @throws CannotRun when the program refuses its configuration, or whatever a service refused a resource with
 */
export async function deploy(
  account: Account,
  settings: PlacedSettings,
  change: ResourceChange = (_type, _name, inputs) => inputs,
): Promise<DeployedResource[]> {
  const resources: DeployedResource[] = [];
  const failures: unknown[] = [];
  // A mock that throws leaves the runtime waiting for ever for what depends on the resource. So the program runs to
  // its end with a stand-in, and the first failure, of which later ones may only be the consequence, is thrown then.
  const attempt = <T>(work: () => T, standIn: T): T => {
    try {
      return work();
    } catch (error) {
      failures.push(error);
      return standIn;
    }
  };
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        const requests: SentRequest[] = [];
        resources.push({ type, name, requests });
        if (!type.startsWith("aws:")) return { id: name, state: inputs };
        const region = account.region((inputs as Inputs).region?.toString() ?? settings.homeRegion);
        const make = () => {
          const sent = (request: SentRequest) => requests.push(request);
          const { id, state = {} } = makeResource(region, type, name, change(type, name, inputs), sent);
          return { id, state: { ...inputs, ...state } };
        };
        return attempt(make, { id: name, state: inputs });
      },
      call: ({ token, inputs }) => attempt(() => answer(account, settings, token, inputs), {}),
    },
    settings.project,
    settings.stack,
    false,
  );
  pulumi.runtime.setAllConfig({ ...settings.values }, []);
  // Pulumi's runtime reads the stack of each promise, and source maps take longer than all else of it. An error's own
  // stack is made when it is read, which is after this.
  const { sourceMapsEnabled } = process;
  process.setSourceMapsEnabled(false);
  try {
    // Each deployment loads the entry anew; modules without side effects are shared.
    await import(`../../index.js?deployment=${++deployments}`);
    await pulumi.runtime.disconnect();
  } catch (error) {
    failures.push(pulumi.RunError.isInstance(error) ? new CannotRun(error.message) : error);
  } finally {
    process.setSourceMapsEnabled(sourceMapsEnabled);
  }
  if (failures.length > 0) throw failures[0];
  return resources;
}

function answer(
  account: Account,
  settings: PlacedSettings,
  token: string,
  inputs: Inputs,
): Record<string, unknown> {
  switch (token) {
    case "aws:index/getCallerIdentity:getCallerIdentity":
      return {
        accountId: account.id,
        arn: `arn:${account.partition}:iam::${account.id}:root`,
        id: account.id,
      };
    case "aws:index/getPartition:getPartition":
      return { partition: account.partition, dnsSuffix: "amazonaws.com", id: account.partition };
    case "aws:index/getRegion:getRegion": {
      const region = inputs.region?.toString() ?? settings.homeRegion;
      return { region, id: region };
    }
    default:
      throw new Error(`the lab does not answer the invoke ${token}`);
  }
}
