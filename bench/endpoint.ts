import { Agent, request } from "node:http";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import type { Caller } from "#lab/aws/iam/evaluate.js";
import { modelOf } from "#lab/aws/model/model.js";
import { violations } from "#lab/aws/model/validate.js";
import { authorize } from "#lab/endpoint/authorize.js";
import type { WireRequest } from "#lab/endpoint/codec/wire.js";
import { loadFleet } from "#lab/fleet/load.js";
import { type Lab, openLab } from "#lab/run.js";
import { stackSettings } from "#stacks/stackFiles.js";
import { wireOf } from "#test/lab/endpoint/supportWire.js";

const root = resolve(import.meta.dirname, "..");
const turns = 15;
const callsPerTurn = 1000;

/** What a part of a call costs. */
export interface Part {
  /** Microseconds of a whole call, and of the part. */
  readonly whole: number;
  readonly part: number;
  /** A call with the part over one without it. */
  readonly ratio: number;
}

/** What answering small calls of SSM costs, medians of all turns. */
interface EndpointFigures {
  /** Calls a second, one after the other over one connection; client and server in one process. */
  readonly overHttp: number;
  /** Calls a second without HTTP. */
  readonly inProcess: number;
  /** Holding request and response against the official model, for GetPatchBaseline. */
  readonly validation: Part;
  /** Asking IAM whether a window's role may ListCommands. */
  readonly access: Part;
}

/** Measures the endpoint of a lab in which stack dev has been deployed and no time has passed. */
export async function measureEndpoint(): Promise<EndpointFigures> {
  const fleet = loadFleet(join(root, "lab", "fleets", "small.yaml"), 1);
  const from = Date.parse("2026-10-05T00:00:00Z");
  const lab = await openLab({ settings: stackSettings(root, "dev"), fleet, from, seed: 1 });
  try {
    const { account, endpoint } = lab;
    const region = account.region("us-east-1");
    const BaselineId = region.baselines.forGroup("AMAZON_LINUX_2023", "dev-servers").baseline.id;
    const small = written("GetPatchBaseline", { BaselineId }, account.credentials.owner.accessKeyId);
    const { caller, accessKeyId } = windowRole(lab);
    const asRole = written("ListCommands", {}, accessKeyId);
    const response = region.baselines.getPatchBaseline({ BaselineId });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const works = {
      overHttp: () => post(endpoint.url, small, agent),
      small: () => answered(lab, small),
      validation: async () => hold("GetPatchBaseline", { BaselineId }, response),
      asRole: () => answered(lab, asRole),
      access: async () => authorize("ssm", "ListCommands", {}, { region, caller }),
    };
    const took = await medians(works);
    agent.destroy();
    const part = (whole: number, one: number) => ({ whole, part: one, ratio: whole / (whole - one) });
    return {
      overHttp: 1_000_000 / took.overHttp,
      inProcess: 1_000_000 / took.small,
      validation: part(took.small, took.validation),
      access: part(took.asRole, took.access),
    };
  } finally {
    await lab.close();
  }
}

/** The service role of the install window, as its window takes it on, with a key to call the API. */
function windowRole({ account }: Lab): { caller: Caller; accessKeyId: string } {
  const region = account.region("us-east-1");
  const window = region.windows.all.find(({ name }) => name.endsWith("-install"));
  const [task] = window?.tasks.values() ?? [];
  if (window === undefined || task?.serviceRoleArn === undefined) throw new Error("there is no window");
  const arn = task.serviceRoleArn;
  const source = region.arn("ssm", `maintenancewindow/${window.id}`);
  const caller = account.iam.assume(arn, "ssm.amazonaws.com", source);
  const key = account.credentials.issue("ASIA", { arn, userId: "AROABENCH", caller: () => caller });
  return { caller, accessKeyId: key.accessKeyId };
}

function written(operation: string, input: Readonly<Record<string, unknown>>, key: string): WireRequest {
  const wire = wireOf("ssm", operation, input, key);
  if (wire === undefined) throw new Error(`${operation} cannot be written`);
  return wire;
}

async function answered({ endpoint }: Lab, wire: WireRequest): Promise<void> {
  const outcome = await endpoint.api.answer(wire);
  if (outcome.kind !== "answer" || outcome.response.status !== 200) throw new Error("the call was refused");
}

/** Does with a request and its response what the endpoint does to hold them against the model. */
function hold(operation: string, input: object, output: object): void {
  const model = modelOf("ssm");
  const { input: asked, output: given } = model.operations[operation] ?? {};
  const broken = [
    ...violations(model, asked?.shape ?? "", input),
    ...violations(model, given?.shape ?? "", output),
  ];
  if (broken.length > 0) throw new Error(`${operation} breaks the model`);
}

function post(url: string, { headers, body }: WireRequest, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const { host: _, ...others } = headers;
    const length = { "content-length": body.length };
    const sent = request(url, { agent, method: "POST", headers: { ...others, ...length } }, (response) => {
      response.resume();
      response.on("end", () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`the endpoint answered ${response.statusCode}`));
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Microseconds per call of each work, its median over turns that they take one after the other. */
async function medians<Name extends string>(
  works: Readonly<Record<Name, () => Promise<void>>>,
): Promise<Record<Name, number>> {
  const names = Object.keys(works) as Name[];
  const times = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let turn = 0; turn <= turns; turn++) {
    for (const name of names) {
      const began = performance.now();
      for (let call = 0; call < callsPerTurn; call++) await works[name]();
      // The first turn warms up.
      if (turn > 0) times.get(name)?.push(((performance.now() - began) * 1000) / callsPerTurn);
    }
  }
  const median = (all: readonly number[] = []) => all.toSorted((a, b) => a - b)[turns >> 1] ?? Number.NaN;
  return Object.fromEntries(names.map((name) => [name, median(times.get(name))])) as Record<Name, number>;
}
