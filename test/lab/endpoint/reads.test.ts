import { expect } from "chai";
import type { Account } from "#lab/aws/account.js";
import { modelOf, type ServiceName, serviceNames, shapeOf } from "#lab/aws/model/model.js";
import type { Region } from "#lab/aws/region.js";
import type { WireRequest } from "#lab/endpoint/codec/wire.js";
import { Api } from "#lab/endpoint/dispatch.js";
import { project } from "#test/support/configuration.js";
import { standing } from "../deploy/changesSupport.js";
import type { Known, Message } from "./supportRequests.js";
import { region as home, wireOf } from "./supportWire.js";

const isRead = (operation: string) => /^(Describe|Get|List|Head)/.test(operation);

/** What of a stack a read may name, by the name of the shape. */
function knownOf(account: Account, region: Region): Partial<Record<ServiceName, Known>> {
  const { DocumentIdentifiers = [] } = region.documents.listDocuments({});
  const documents = DocumentIdentifiers.map(({ Name }) => Name);
  const buckets = (account.s3.listBuckets({}).Buckets ?? []).map(({ Name }) => Name);
  const windows = region.windows.all;
  return {
    ssm: {
      MaintenanceWindowId: windows.map(({ id }) => id),
      MaintenanceWindowTaskId: windows.flatMap(({ tasks }) => [...tasks.keys()]).slice(0, 1),
      BaselineId: (region.baselines.describePatchBaselines({}).BaselineIdentities ?? []).map(
        ({ BaselineId }) => BaselineId,
      ),
      PatchGroup: ["dev-servers", "nobody"],
      DocumentARN: documents,
      DocumentName: documents,
      DocumentPermissionType: ["Share"],
      ResourceTypeForTagging: ["MaintenanceWindow"],
      ResourceId: windows.map(({ id }) => id),
    },
    s3: { BucketName: buckets, ObjectKey: ["deployment.json", "none"] },
    lambda: { NamespacedFunctionName: region.lambda.all.map(({ arn }) => arn) },
    logs: { LogGroupName: ["/aws/lambda/none"] },
  };
}

/** Requests with each of the values that are known in its turn; none where a required member has none. */
function requestsOf(service: ServiceName, operation: string, known: Known): Message[] {
  const model = modelOf(service);
  const { input } = model.operations[operation] ?? {};
  const { members = {}, required = [] } = input === undefined ? {} : shapeOf(model, input.shape);
  const values = required.map((name) => known[members[name]?.shape ?? ""] ?? []);
  const count = required.length === 0 ? 1 : values.some((some) => some.length === 0) ? 0 : most(values);
  return Array.from({ length: count }, (_, index) =>
    Object.fromEntries(required.map((name, at) => [name, values[at]?.[index % (values[at]?.length ?? 1)]])),
  );
}

const most = (values: readonly (readonly unknown[])[]) => Math.max(...values.map(({ length }) => length));

/** The same request in another Region, which its signature names. */
function inRegion(request: WireRequest, place: string): WireRequest {
  const { authorization = "" } = request.headers;
  return { ...request, headers: { ...request.headers, authorization: authorization.replace(home, place) } };
}

describe("the reads of a stack that stands", () => {
  for (const name of ["dev", "prod"] as const) {
    it(`${name}: have answers that the model allows`, async () => {
      const world = await standing(name);
      const api = new Api(world.account);
      const { accessKeyId } = world.account.credentials.owner;
      const succeeded = new Set<string>();
      const regions = JSON.parse(world.settings.values[`${project}:fanoutRegions`] ?? "[]") as string[];
      for (const [place, service] of [home, ...regions].flatMap((one) =>
        serviceNames.map((two) => [one, two] as const),
      )) {
        const known = knownOf(world.account, world.account.region(place));
        for (const operation of Object.keys(modelOf(service).operations).filter(isRead)) {
          for (const message of requestsOf(service, operation, known[service] ?? {})) {
            const request = wireOf(service, operation, message, accessKeyId);
            if (request === undefined) throw new RangeError(`${operation} cannot be written`);
            // An answer that breaks the model is thrown.
            const outcome = await api.answer(inRegion(request, place));
            if (outcome.kind !== "answer") throw new Error(`${operation}: ${outcome.kind}`);
            expect(outcome.response.status, `${service}:${operation}`).to.be.below(500);
            if (outcome.response.status < 300) succeeded.add(`${service}:${operation}`);
          }
        }
      }
      expect(succeeded.size).to.be.at.least(30);
    });
  }
});
