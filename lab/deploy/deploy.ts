import * as pulumi from "@pulumi/pulumi";
import { CannotRun } from "#shared/terminal/terminal.js";
import type { PlacedSettings } from "#stacks/stackFiles.js";
import type { Account } from "../aws/account.js";
import { callType } from "./calls.js";
import { Engine, type StackState } from "./engine.js";
import type { Inputs } from "./inputs.js";
import { listen, type Registration } from "./monitor.js";
import type { SentRequest } from "./send.js";
import type { Failure, Step } from "./steps.js";
import { noteNoStacks } from "./untraced.js";

/** One resource that the program registered. */
export interface DeployedResource {
  readonly type: string;
  readonly name: string;
  /** What the provider sends to make it. */
  readonly requests: readonly SentRequest[];
}

/** Changes a resource's inputs on their way into the account, to see what breaks without a part of the program. */
export type ResourceChange = (type: string, name: string, inputs: Inputs) => Inputs;

/** What came of a deployment. */
export interface Deployment {
  /** What the program registered, in the order of registration. */
  readonly resources: readonly DeployedResource[];
  /** What was done in the account, in its order. */
  readonly steps: readonly Step[];
  /** What it stopped at; a later deployment goes on from there. */
  readonly failure: Failure | undefined;
}

let deployments = 0;

/** The entry of the program, from here. */
const ownProgram = "../../index.js";

/** Runs a program that registers its resources with Pulumi's runtime of this process. */
type Program = () => Promise<void>;

/** A stack of a program in a simulated account, with one configuration after the other. */
export class Stack {
  private readonly state: StackState = { resources: [], graph: new Map() };

  /** @param program URL of the entry of another program than this project's own, or what runs one elsewhere */
  constructor(
    private readonly account: Account,
    private readonly program: string | Program = ownProgram,
  ) {}

  /**
   * Deploys the program over what stands of the stack: the very module that `pulumi up` runs, with Pulumi's runtime mocks
   * in the place of its engine and provider.
   *
   * @param change without it, the account gets what the program registers
   * @throws CannotRun when the program refuses its configuration: nothing has been changed then
   */
  async deploy(
    settings: PlacedSettings,
    change: ResourceChange = (_type, _name, inputs) => inputs,
  ): Promise<Deployment> {
    const engine = new Engine(this.account, this.state);
    const resources: DeployedResource[] = [];
    const errors: unknown[] = [];
    let registered: Registration | undefined;
    // A mock that throws leaves the runtime waiting for ever for what depends on the resource. So the program runs to
    // its end with stand-ins, whatever has failed; what reads an output of one must not throw either.
    const newResource = async ({ type, name, inputs }: pulumi.runtime.MockResourceArgs) => {
      if (registered === undefined) throw new Error(`${type} ${name} comes without its registration`);
      if (!type.startsWith("aws:")) {
        resources.push({ type, name, requests: [] });
        return { id: name, state: inputs };
      }
      const changed = change(type, name, inputs);
      const region = inputs.region?.toString() ?? settings.homeRegion;
      const before = engine.steps.length;
      const wanted = { ...registered, type, name, region, inputs: changed };
      const asked = type === callType ? engine.askCall(wanted) : engine.ask(wanted);
      const stands = asked instanceof Promise ? await asked : asked;
      const requests = engine.steps.slice(before).flatMap((step) => step.requests);
      resources.push({ type, name, requests });
      return stands === undefined
        ? { id: name, state: { arn: name, name, ...inputs } }
        : { id: stands.id, state: { ...inputs, ...stands.state } };
    };
    const call = ({ token, inputs }: pulumi.runtime.MockCallArgs) => {
      try {
        return answer(this.account, settings, token, inputs);
      } catch (error) {
        errors.push(error);
        return {};
      }
    };
    await listen({ newResource, call }, settings, (registration) => {
      registered = registration;
      engine.register(registration);
    });
    pulumi.runtime.setAllConfig({ ...settings.values }, [...settings.secretKeys]);
    errors.push(...(await runProgram(this.program)));
    if (errors.length > 0 && engine.failure === undefined) throw errors[0];
    await engine.end();
    return { resources, steps: engine.steps, failure: engine.failure };
  }

  /** Deletes all that stands of the stack, but for what is to be kept. */
  async destroy(): Promise<Deployment> {
    const engine = new Engine(this.account, this.state);
    await engine.end();
    return { resources: [], steps: engine.steps, failure: engine.failure };
  }
}

/** Runs the program's entry; gives what it throws. */
async function runProgram(program: string | Program): Promise<unknown[]> {
  // Pulumi's runtime reads the stack of each promise, and source maps take longer than all else of it. An error's own
  // stack is made when it is read, which is after this.
  const { sourceMapsEnabled } = process;
  process.setSourceMapsEnabled(false);
  const noteStacks = noteNoStacks();
  try {
    // Each deployment loads the entry anew; modules without side effects are shared.
    if (typeof program === "string") await import(`${program}?deployment=${++deployments}`);
    else await program();
    await pulumi.runtime.disconnect();
    return [];
  } catch (error) {
    return [pulumi.RunError.isInstance(error) ? new CannotRun(error.message) : error];
  } finally {
    noteStacks();
    process.setSourceMapsEnabled(sourceMapsEnabled);
  }
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
