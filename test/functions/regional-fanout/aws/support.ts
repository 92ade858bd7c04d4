import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { ClientSettings } from "#functions/shared/aws/clients.js";

/** A request of the SDK: the operation that it names, or the method and path, and its body. */
interface Asked {
  readonly operation: string;
  /** Region in the signature's scope. */
  readonly region: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** What is answered; undefined for a request that never is. */
export type Answer =
  | {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | object;
    }
  | undefined;

/** A server on loopback that answers the real SDK with what a test says. */
/** What the starting function is told of where it is. */
export const startPlace = {
  bucket: "bucket",
  homeRegion: "us-east-1",
  stopFunctionArn: "arn:aws:lambda:us-east-1:123456789012:function:stopping",
  scheduleGroup: "ends",
  scheduleRoleArn: "arn:aws:iam::123456789012:role/ends",
  deadLetterQueueArn: "arn:aws:sqs:us-east-1:123456789012:kept",
};

export class StubAws {
  readonly asked: Asked[] = [];
  answer: (asked: Asked) => Answer = () => ({ status: 500 });

  private constructor(private readonly server: Server) {}

  static async start(): Promise<StubAws> {
    const server = createServer();
    const stub = new StubAws(server);
    server.on("request", async (request, response) => {
      const asked = await read(request);
      stub.asked.push(asked);
      const answer = stub.answer(asked);
      if (answer === undefined) return;
      const { status = 200, headers = {}, body = "" } = answer;
      const isText = typeof body === "string";
      response.writeHead(status, {
        "content-type": isText ? "application/xml" : "application/json",
        ...headers,
      });
      response.end(isText ? body : JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return stub;
  }

  settings(changes: ClientSettings = {}): ClientSettings {
    const { port } = this.server.address() as AddressInfo;
    const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };
    return { endpoint: `http://127.0.0.1:${port}`, credentials, maxAttempts: 1, ...changes };
  }

  /** Names of the operations that were asked for, in order. */
  operations(): string[] {
    return this.asked.map(({ operation }) => operation);
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => {
      this.server.close(() => resolve());
    });
  }
}

async function read(request: IncomingMessage): Promise<Asked> {
  const target = request.headers["x-amz-target"];
  const path = (request.url ?? "").replace(/\?.*$/, "");
  const operation = typeof target === "string" ? target.replace(/^.*\./, "") : `${request.method} ${path}`;
  const region = /Credential=[^/]+\/\d+\/([^/]+)\//.exec(request.headers.authorization ?? "")?.[1] ?? "";
  return { operation, region, headers: request.headers, body: await text(request) };
}

/** An error as AWS's JSON protocols have it. */
export function awsError(name: string, status = 400, message = "because"): Answer {
  return { status, headers: { "x-amzn-errortype": name }, body: { __type: name, message, Message: message } };
}

/** An error as S3 has it. */
export function s3Error(code: string, status: number): Answer {
  return {
    status,
    body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>because</Message></Error>`,
  };
}
