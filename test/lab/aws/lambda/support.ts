import { writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Account } from "#lab/aws/account.js";
import type { ApiCall } from "#lab/aws/lambda/bootstrap/messages.js";
import type { FunctionInput } from "#lab/aws/lambda/function.js";
import type { InvocationResult } from "#lab/aws/lambda/lambda.js";
import type { Region } from "#lab/aws/region.js";
import { Clock } from "#lab/clock.js";
import { type Faults, noFaults } from "#lab/faults/faults.js";
import { homeRegion, monday } from "../../support.js";

const opened: Account[] = [];
const stubs: Server[] = [];

/** Ends what the tests have started. */
export async function closeAll(): Promise<void> {
  await Promise.all(opened.splice(0).map((account) => account.close()));
  for (const server of stubs.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
}

export interface LambdaWorld {
  readonly clock: Clock;
  readonly account: Account;
  readonly region: Region;
  /** Makes a function of one module, whose handler is `handler`. @returns its ARN */
  readonly make: (module: string, changes?: Partial<FunctionInput>) => string;
  /** Invokes a function, and lets time pass until it answers. */
  readonly call: (functionArn: string, payload?: unknown) => Promise<InvocationResult>;
  /** All that a function has logged, in the order of time. */
  readonly logs: (name?: string) => string[];
}

/** ARN of a role that a service may take on, with statements as its policy. */
export function roleOf(
  region: Region,
  name: string,
  statements: readonly object[],
  service = "lambda.amazonaws.com",
): string {
  const { iam } = region.account;
  const trust = { Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" };
  const document = (Statement: readonly object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
  const { Role } = iam.createRole({ RoleName: name, AssumeRolePolicyDocument: document([trust]) });
  iam.putRolePolicy({ RoleName: name, PolicyName: "p", PolicyDocument: document(statements) });
  return Role.Arn;
}

/** An account without nodes, for functions. */
export function world({ faults = noFaults as Faults, seed = 1 } = {}): LambdaWorld {
  const clock = new Clock(monday);
  const account = new Account(clock, { source: "test", catalogs: [], nodes: [] }, seed, faults);
  opened.push(account);
  const region = account.region(homeRegion);
  const Role = roleOf(region, "everything", [{ Effect: "Allow", Action: "*", Resource: "*" }]);
  return {
    clock,
    account,
    region,
    make: (module, changes = {}) =>
      region.lambda.createFunction({
        FunctionName: "f",
        Role,
        Handler: "index.handler",
        Runtime: "nodejs22.x",
        code: (folder) => writeFile(join(folder, "index.mjs"), module),
        ...changes,
      }).FunctionArn,
    call: (functionArn, payload = {}) =>
      clock.advanceUntil(
        region.lambda.invoke({ functionArn, payload: JSON.stringify(payload), source: "test" }),
      ),
    logs: (name = "f") => {
      const request = { logGroupName: `/aws/lambda/${name}` };
      const { events } = region.logs.filterLogEvents(request) as { events: { message: string }[] };
      return events.map(({ message }) => message);
    },
  };
}

/** What a stub of the account's endpoint does with a request. */
export interface StubAnswer {
  /** Milliseconds of simulated time until the answer arrives; without it the answer says no time. */
  readonly after?: number;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** `silence`: 102 and nothing more; `reset`: the connection breaks; `half`: it breaks within the body. */
  readonly instead?: "silence" | "reset" | "half";
}

/** The ways that a function's calls take: over the channel to its process, or over the endpoint's real port. */
export const ways = ["channel", "port"] as const;
export type Way = (typeof ways)[number];

interface Stub {
  /** Decides what becomes of a request. */
  readonly answer: (path: string, body: string, call: Pick<ApiCall, "method" | "headers">) => StubAnswer;
  readonly way?: Way;
  /** Told of each connection. */
  readonly onConnection?: () => void;
}

/**
 * Serves an account's endpoint by a stub.
 *
 * @returns what came in, with the simulated time since the start
 */
export async function stub(world: LambdaWorld, { way = "port", ...made }: Stub): Promise<string[]> {
  return way === "port" ? stubOfPort(world, made) : stubOfChannel(world, made);
}

function stubOfChannel({ account, clock }: LambdaWorld, { answer }: Stub): string[] {
  const seen: string[] = [];
  // Nobody listens there, so whatever goes over the port fails.
  account.endpoint = "http://127.0.0.1:59999";
  account.answer = async ({ url, body: bytes, ...call }) => {
    seen.push(`${url}@${clock.now - monday}`);
    const made = answer(url, new TextDecoder().decode(bytes), call);
    const { after = 0, status = 200, headers = {}, body = url, instead } = made;
    const at = clock.now + after;
    if (instead === "silence") return undefined;
    return instead === undefined
      ? { kind: "answer", at, status, headers, body: Buffer.from(body) }
      : { kind: "reset", at };
  };
  return seen;
}

async function stubOfPort(
  { account, clock }: LambdaWorld,
  { answer, onConnection = () => undefined }: Stub,
): Promise<string[]> {
  const seen: string[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { url = "", method = "", headers: sent } = request;
    seen.push(`${url}@${clock.now - monday}`);
    const call = {
      method,
      headers: Object.fromEntries(Object.entries(sent).map(([name, value]) => [name, String(value)])),
    };
    const { after, status = 200, headers = {}, body: text = url, instead } = answer(url, body, call);
    if (instead === "silence") response.writeProcessing();
    else if (instead === "reset") response.destroy();
    else {
      if (after !== undefined) response.setHeader("x-lab-at", clock.now + after);
      response.writeHead(status, headers);
      if (instead === "half") response.write(text, () => response.destroy());
      else response.end(text);
    }
  });
  server.on("connection", onConnection);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  account.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  stubs.push(server);
  return seen;
}
