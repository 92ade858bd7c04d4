import { resolve } from "node:path";
import { expect } from "chai";
import {
  modelOf,
  namedAs,
  type ServiceModel,
  type ServiceName,
  serviceNames,
  shapeOf,
} from "#lab/aws/model/model.js";
import { servedOperations } from "#lab/aws/model/operations.js";
import type { Region } from "#lab/aws/region.js";
import type { WireRequest } from "#lab/endpoint/codec/wire.js";
import { Api } from "#lab/endpoint/dispatch.js";
import { loadFleet } from "#lab/fleet/load.js";
import { type LabRun, runLab } from "#lab/run.js";
import { stackSettings } from "#stacks/stackFiles.js";
import { project } from "#test/support/configuration.js";
import { at } from "../support.js";
import type { Message } from "./supportRequests.js";
import { region as home, wireOf } from "./supportWire.js";

const root = resolve(import.meta.dirname, "../../..");

/** Values that belong together, such as a command and a node that it went to, by the names of their shapes. */
type Facts = Readonly<Record<string, unknown>>;

/** Reads of which a stack has nothing to show: it has no calendars, and its account no Organization view. */
const unanswered = ["ssm:GetCalendarState", "ssm:ListNodes", "cloudwatch:GetMetricData"];

/** What no answer tells, or tells by the name of another shape. */
const given: Facts = {
  PatchGroup: "dev-servers",
  PatchProperty: "PRODUCT",
  DocumentPermissionType: "Share",
  ResourceTypeForTagging: "MaintenanceWindow",
  MaintenanceWindowResourceType: "INSTANCE",
  Targets: [{ Key: "tag:Environment", Values: ["dev"] }],
};
const alike: Readonly<Record<string, string>> = {
  DocumentARN: "DocumentName",
  GroupString: "GroupName",
  GroupStringV2: "GroupName",
  ResourceId: "MaintenanceWindowId",
  NamespacedFunctionName: "NameSpacedFunctionArn",
  CommandId: "MaintenanceWindowExecutionTaskExecutionId",
};
/** Names that no answer of the same service tells. */
const told: Readonly<Partial<Record<ServiceName, Facts>>> = {
  iam: { roleNameType: "scan-role", instanceProfileNameType: "lab-nodes" },
  kms: { KeyIdType: "encryption-key" },
  sqs: { String: "notifications-undelivered" },
};
/** Members that are not required, and without which there is nothing to read. */
const asked: Readonly<Record<string, readonly string[]>> = {
  GetGroup: ["Group"],
  GetGroupQuery: ["Group"],
  ListGroupResources: ["Group"],
  DescribeLogStreams: ["logGroupName"],
  GetLogEvents: ["logGroupName"],
  FilterLogEvents: ["logGroupName"],
  GetSchedule: ["GroupName"],
};

const isRead = (operation: string) => /^(Describe|Get|List|Head)/.test(operation);

/** A request for which some facts are enough; undefined where they are not. */
function requestOf(model: ServiceModel, operation: string, facts: Facts): Message | undefined {
  const { input } = model.operations[operation] ?? {};
  const { members = {}, required = [] } = input === undefined ? {} : shapeOf(model, input.shape);
  const names = [...required, ...(asked[operation] ?? [])];
  const values = names.map((name) => [name, factFor(model, members[name]?.shape ?? "", facts)] as const);
  return values.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(values);
}

function factFor(model: ServiceModel, shape: string, facts: Facts): unknown {
  const known = facts[shape] ?? facts[alike[shape] ?? ""] ?? given[shape];
  const { type, member } = shapeOf(model, shape);
  if (known !== undefined || type !== "list") return known;
  const one = factFor(model, member?.shape ?? "", facts);
  return one === undefined ? undefined : [one];
}

/** Each structure of a message with what stands above it. */
function factsOf(model: ServiceModel, name: string, value: unknown, above: Facts): Facts[] {
  const shape = shapeOf(model, name);
  if (shape.type === "list")
    return (value as unknown[]).flatMap((one) => factsOf(model, shape.member?.shape ?? "", one, above));
  if (shape.type !== "structure") return [];
  const members = Object.entries(value as object).flatMap(([key, item]) => {
    const of = shape.members?.[key]?.shape;
    return of === undefined || item === undefined ? [] : [[of, item] as const];
  });
  const own = { ...above, ...Object.fromEntries(members.filter(([, item]) => typeof item === "string")) };
  return [own, ...members.flatMap(([of, item]) => factsOf(model, of, item, own))];
}

/** Asks whatever can be asked with what earlier answers have told, until they tell no more. */
async function readAll({ account }: LabRun, place: string, service: ServiceName): Promise<string[]> {
  const api = new Api(account);
  const model = modelOf(service);
  const { accessKeyId } = account.credentials.owner;
  const succeeded = new Set<string>();
  const sent = new Map<string, Set<string>>();
  for (let known = [{}, told[service] ?? {}, ...schedulesOf(account.region(place))]; known.length > 0; ) {
    const found: Facts[] = [];
    for (const [operation, { input, output }] of Object.entries(model.operations)) {
      const requests = sent.get(operation) ?? new Set();
      sent.set(operation, requests);
      for (const facts of isRead(operation) ? known : []) {
        const message = requestOf(model, operation, facts);
        const key = JSON.stringify(message);
        if (message === undefined || requests.has(key) || requests.size >= mostRequests) continue;
        requests.add(key);
        const request = wireOf(service, operation, message, accessKeyId);
        if (request === undefined) throw new RangeError(`${operation} cannot be written`);
        // An answer that breaks the model is thrown.
        const outcome = await api.answer(inRegion(request, place));
        if (outcome.kind !== "answer") throw new Error(`${operation}: ${outcome.kind}`);
        const { status, body } = outcome.response;
        expect(status, `${service}:${operation} ${key}: ${body}`).to.be.below(500);
        if (status >= 300) continue;
        succeeded.add(`${service}:${operation}`);
        if (input === undefined || output === undefined) continue;
        const [above = {}] = factsOf(model, input.shape, message, {});
        const call = { service: pythonName(service), operation, region: account.region(place) };
        const ask = (input: Message) => api.perform({ ...call, input, caller: account.iam.owner });
        const first = (await ask(message)) as Message;
        // The first page of some lists is empty.
        const next =
          first.NextToken === undefined ? [] : [await ask({ ...message, NextToken: first.NextToken })];
        found.push(...[first, ...next].flatMap((page) => factsOf(model, output.shape, page, above)));
      }
    }
    known = found;
  }
  return [...succeeded];
}

const mostRequests = 12;

/** As the account's own services name it when they call. */
const pythonName = (service: ServiceName) =>
  Object.keys(servedOperations).find((name) => namedAs(name) === service) ?? service;

/** The lab lists no schedules. */
function schedulesOf({ scheduler }: Region): Facts[] {
  return scheduler.names.map((name) => {
    const [ScheduleGroupName = "", Name = ""] = name.split("/");
    return { ScheduleGroupName, Name };
  });
}

/** The same request in another Region, which its signature names. */
function inRegion(request: WireRequest, place: string): WireRequest {
  const { authorization = "" } = request.headers;
  return { ...request, headers: { ...request.headers, authorization: authorization.replace(home, place) } };
}

describe("the reads of a stack that has run", () => {
  // While the central window is open, its schedules are there.
  for (const { name, fleet, from, days } of [
    { name: "dev", fleet: "small", from: "2026-06-07T07:00:00Z", days: 2 / 24 },
    { name: "prod", fleet: "prod", from: "2026-06-21T07:00:00Z", days: 3 / 24 },
  ]) {
    it(`${name}: have answers that the model allows, each of them`, async () => {
      const settings = stackSettings(root, name);
      const nodes = loadFleet(resolve(root, `lab/fleets/${fleet}.yaml`), 1);
      const run = await runLab({ settings, fleet: nodes, from: at(from), days, seed: 1 });
      const regions = JSON.parse(settings.values[`${project}:fanoutRegions`] ?? "[]") as string[];
      const succeeded = new Set<string>();
      for (const place of [home, ...regions])
        for (const service of serviceNames)
          for (const one of await readAll(run, place, service)) succeeded.add(one);
      const all = serviceNames.flatMap((service) =>
        Object.keys(modelOf(service).operations)
          .filter(isRead)
          .map((operation) => `${service}:${operation}`),
      );
      expect(all.filter((one) => !succeeded.has(one))).to.deep.equal(unanswered);
    });
  }
});
