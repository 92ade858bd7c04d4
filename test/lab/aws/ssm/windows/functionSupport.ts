import type { Window, WindowExecution } from "#lab/aws/ssm/windows/windowTypes.js";
import { hour, minute, monday, type World } from "#test/lab/support.js";
import { call } from "../support.js";

/** When windows open that nothing else is said of. */
export const opens = monday + 2 * hour;

interface Invocation {
  readonly functionArn: string;
  readonly payload: string;
  readonly clientContext?: string;
  readonly source: string;
}

/** What a function does: how long it takes, and how that ends. */
interface Behaviour {
  readonly minutes?: number;
  readonly functionError?: string;
  readonly payload?: string;
  readonly rejects?: Error;
}

/** Puts functions in Lambda's place that behave as told, and says how they were called. */
export function functions(world: World, behaviours: Readonly<Record<string, Behaviour>> = {}) {
  const calls: (Invocation & { readonly at: number })[] = [];
  const { clock } = world;
  const invoke = (invocation: Invocation) => {
    calls.push({ ...invocation, at: clock.now });
    const name = /function:([\w-]+)/.exec(invocation.functionArn)?.[1] ?? "";
    const { minutes = 0, rejects, payload = "null", functionError } = behaviours[name] ?? {};
    return new Promise((resolve, reject) => {
      clock.at(clock.now + minutes * minute, () => {
        if (rejects === undefined) resolve({ functionError, payload });
        else reject(rejects);
        return new Promise((settled) => setImmediate(settled));
      });
    });
  };
  Object.assign(world.region.lambda, { invoke });
  return calls;
}

/** Registers a LAMBDA task without targets. */
export function addFunction(world: World, window: Window, TaskArn: string, changes: object = {}): string {
  const input = { WindowId: window.id, TaskType: "LAMBDA", TaskArn, ...changes };
  return String(call(world, "RegisterTaskWithMaintenanceWindow", input).WindowTaskId);
}

/** How the tasks of an execution ended, and after how many minutes. */
export const ends = ({ tasks }: WindowExecution) =>
  tasks.map(({ status, endedAt }) => [
    status,
    endedAt === undefined ? undefined : (endedAt - opens) / minute,
  ]);
