import type { Account } from "../aws/account.js";
import { AwsError, NotModelledError } from "../aws/base/errors.js";
import type { Identity } from "../aws/iam/credentials.js";
import { modelOf, namedAs, type ServiceName, serviceNames } from "../aws/model/model.js";
import { requireValid, type Violation, violationMessage, violations } from "../aws/model/validate.js";
import { isRegion, regionHint } from "../aws/regionNames.js";
import type { ServedApis } from "../aws/servedApis.js";
import { authorize } from "./authorize.js";
import { isAwsChunked, unchunked } from "./codec/awsChunked.js";
import { checkSums } from "./codec/checksums.js";
import { ec2Codec } from "./codec/ec2.js";
import { fromJson, jsonCodec, toJson } from "./codec/json.js";
import { queryCodec } from "./codec/query.js";
import { restJsonCodec, restXmlCodec } from "./codec/rest.js";
import { type Asked, type Codec, type WireRequest, type WireResponse, wireError } from "./codec/wire.js";
import { faultError, iamNames } from "./failures.js";
import { marked, unmarked } from "./pageTokens.js";
import type { Rates } from "./rates.js";
import { services } from "./services/index.js";
import { type Scope, scopeOf } from "./signature.js";

/** What becomes of a request: an answer, no answer for ever, or a connection that breaks. */
type Reply =
  | { readonly kind: "answer"; readonly response: WireResponse }
  | { readonly kind: "silence" }
  | { readonly kind: "reset" };

/** How often each operation was called, such as `ssm:SendCommand`, and what was asked for that the lab does not model. */
export interface CallCounts {
  readonly calls: Map<string, number>;
  readonly notModelled: Map<string, number>;
  readonly faults: Map<string, number>;
}

/** Settings of the API beside the account. */
export interface ApiOptions {
  /** Throttles callers as AWS does; without it nobody is throttled. */
  readonly rates?: Rates | undefined;
}

type Performed = Parameters<ServedApis["perform"]>[0];

/** A call of an operation, and whose account it is made in. */
interface Called {
  readonly account: Account;
  readonly service: ServiceName;
  readonly scope: Pick<Scope, "region">;
  readonly identity: Identity;
  readonly asked: Asked;
}

const codecs: Readonly<Record<string, Codec>> = {
  json: jsonCodec,
  ec2: ec2Codec,
  query: queryCodec,
  "rest-json": restJsonCodec,
  "rest-xml": restXmlCodec,
};

/** The names by which services sign, where the lab calls them otherwise. */
const signedAs: Readonly<Partial<Record<ServiceName, string>>> = { cloudwatch: "monitoring" };

/** The APIs of an account and of all others beside it: takes a request as it came over the wire, and says what becomes of it. */
export class Api implements ServedApis {
  readonly counts: CallCounts = { calls: new Map(), notModelled: new Map(), faults: new Map() };

  constructor(
    private readonly account: Account,
    private readonly options: ApiOptions = {},
  ) {
    account.api = this;
  }

  /** Who a request comes from; undefined for a key that there is not, and for none at all. */
  identity(request: Pick<WireRequest, "headers" | "query">): Identity | undefined {
    try {
      return this.account.keyHolder(scopeOf(request).accessKeyId).identity;
    } catch (error) {
      if (error instanceof AwsError) return undefined;
      throw error;
    }
  }

  async answer(request: WireRequest): Promise<Reply> {
    const requestId = this.account.ids.uuid("request");
    let codec = guess(request);
    let asked: Asked | undefined;
    try {
      const scope = scopeOf(request);
      const service = serviceNames.find((name) => (signedAs[name] ?? name) === scope.service);
      const model = service === undefined ? undefined : modelOf(service);
      codec = codecs[model?.metadata.protocol ?? ""] ?? codec;
      const { account, identity } = this.account.keyHolder(scope.accessKeyId);
      if (service === undefined || model === undefined)
        throw new NotModelledError(unknownService(scope, request));
      const found = codec.asked(model, request);
      if (typeof found === "string") throw new NotModelledError(`${iamNames[service]}:${found}`);
      asked = found;
      const call = { account, service, scope, identity, asked: found };
      const outcome = await this.call(call, () => {
        const plain = isAwsChunked(request.headers) ? unchunked(request) : request;
        const read = () => codec.decode(model, found, plain);
        return checkSums(found.model, plain)?.then(read) ?? read();
      });
      if (outcome === "silence" || outcome === "reset") return { kind: outcome };
      return { kind: "answer", response: codec.encode(model, found, outcome, requestId) };
    } catch (error) {
      const known = this.known(error);
      const response = codec.encodeError(wireError(known, asked, requestId), request);
      return { kind: "answer", response };
    }
  }

  async perform({ service: name, operation, input, region, caller }: Performed): Promise<unknown> {
    try {
      const service = namedAs(name);
      const model = service === undefined ? undefined : modelOf(service);
      const wanted = operation.replaceAll("_", "").toLowerCase();
      const found = Object.entries(model?.operations ?? {}).find(([one]) => one.toLowerCase() === wanted);
      if (service === undefined || model === undefined || found === undefined)
        throw new NotModelledError(`${name}:${operation}`);
      const [own, { input: taken, output }] = found;
      const arn = caller.kind === "role" ? caller.arn : caller.name;
      const identity = { arn, userId: arn, caller: () => caller };
      const asked = { operation: own, model: found[1] };
      const account = this.account.account(region.account.id) ?? this.account;
      const call = { account, service, scope: { region: region.name }, identity, asked };
      const outcome = await this.call(call, () =>
        taken === undefined ? {} : (fromJson(model, taken.shape, input, "") as Record<string, unknown>),
      );
      if (outcome === "silence" || outcome === "reset")
        throw new AwsError("RequestTimeout", `${name}:${own} has not answered.`, 408);
      return output === undefined ? {} : toJson(model, output.shape, outcome);
    } catch (error) {
      throw this.known(error);
    }
  }

  private async call(
    call: Called,
    decode: () => Record<string, unknown> | Promise<Record<string, unknown>>,
  ): Promise<Readonly<Record<string, unknown>> | "silence" | "reset"> {
    const { account, service, identity } = call;
    const { operation, model: operationModel } = call.asked;
    const { clock, faults } = this.account;
    const name = `${iamNames[service]}:${operation}`;
    count(this.counts.calls, name);
    identity.onCall?.(name);
    // Where there is no Region, there is no endpoint: a client finds no address.
    if (!isRegion(call.scope.region)) {
      const message = `There is no Region ${call.scope.region}; allowed is ${regionHint(call.scope.region)}`;
      throw new AwsError("UnknownEndpoint", message, 403);
    }
    // A Region that the account has not enabled knows none of its keys.
    if (!account.isEnabled(call.scope.region)) {
      const message = "The security token included in the request is invalid.";
      throw new AwsError("UnrecognizedClientException", message, 403);
    }
    const fault = faults.onCall({
      service: iamNames[service],
      operation,
      region: call.scope.region,
      caller: identity.arn,
      time: clock.now,
    });
    if (fault !== undefined) count(this.counts.faults, `${fault.kind} ${name}`);
    if (fault?.kind === "regionDown") return "reset";
    if (fault?.kind === "throttle" || fault?.kind === "serverError") throw faultError(service, fault.kind);
    if (this.options.rates?.take(name, `${account.id}|${call.scope.region}`, clock.now) === false)
      throw faultError(service, "throttle");
    const decoded = decode();
    // Whatever need not wait does not: order among calls is part of what a seed decides.
    const input = decoded instanceof Promise ? await decoded : decoded;
    if (operationModel.input !== undefined) requireValid(modelOf(service), operationModel.input.shape, input);
    const answer = await this.run(call, unmarked(modelOf(service), call.asked, input));
    const output = marked(call.asked, input, answer);
    // The worst kind of time-out: what was asked for has happened, and nobody says so.
    if (fault?.kind === "timeout") return "silence";
    const broken = (
      operationModel.output === undefined ? [] : violationsOf(service, operationModel.output.shape, output)
    ).filter((violation) => !isAwsOwn(violation));
    if (broken.length > 0) {
      throw new Error(`the lab's answer to ${name} breaks the model: ${violationMessage(broken)}`);
    }
    return output;
  }

  private async run(
    { account, service, scope, identity, asked }: Called,
    input: Readonly<Record<string, unknown>>,
  ): Promise<Readonly<Record<string, unknown>>> {
    const context = { region: account.region(scope.region), caller: identity.caller(), identity };
    authorize(service, asked.operation, input, context);
    const handler = services[service][asked.operation];
    if (handler === undefined) throw new Error(`nothing serves ${service}:${asked.operation}`);
    // The model says what the input is, and validation has held it against the model.
    return (await handler(input as never, context)) as Readonly<Record<string, unknown>>;
  }

  /** Errors of the API as they are; what is not modelled as a client's error, which nobody retries. */
  private known(error: unknown): AwsError {
    if (error instanceof AwsError) return error;
    if (!(error instanceof NotModelledError)) throw error;
    count(this.counts.notModelled, error.message.replace("the lab does not model ", ""));
    return new AwsError("NotModelled", error.message);
  }
}

function violationsOf(service: ServiceName, shape: string, value: object) {
  return violations(modelOf(service), shape, value);
}

/** Where answers that AWS documents break its own model. */
const beyondTheModel: readonly RegExp[] = [
  // The patch state of a node without a patch group has an empty one.
  /^instancePatchStates\.\d+\.member\.patchGroup$/,
  // The code is any that the resource's own service has.
  /^failedResourcesMap\..*\.value\.errorCode$/,
  // waitForAwsResourceProperty has a character too many.
  /\.action$/,
];

function isAwsOwn({ path }: Violation): boolean {
  return beyondTheModel.some((pattern) => pattern.test(path));
}

/** The protocol of a request to nobody knows which service, by its looks. */
function guess({ headers }: WireRequest): Codec {
  if (headers["x-amz-target"] !== undefined) return jsonCodec;
  if (headers["content-type"]?.startsWith("application/x-www-form-urlencoded")) return queryCodec;
  return headers["content-type"]?.includes("json") ? restJsonCodec : restXmlCodec;
}

function unknownService({ service }: Scope, { headers, method, path, body }: WireRequest): string {
  const target = headers["x-amz-target"]?.split(".").at(-1);
  const isForm = headers["content-type"]?.startsWith("application/x-www-form-urlencoded") ?? false;
  const action = isForm ? new URLSearchParams(Buffer.from(body).toString()).get("Action") : undefined;
  return `${service}:${target ?? action ?? `${method} ${path}`}`;
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
