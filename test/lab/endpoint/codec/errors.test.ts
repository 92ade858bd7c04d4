import { GetObjectCommand, HeadObjectCommand, NoSuchKey, NotFound, S3Client } from "@aws-sdk/client-s3";
import {
  DoesNotExistException,
  GetMaintenanceWindowCommand,
  SSMClient,
  SSMServiceException,
} from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { AwsError } from "#lab/aws/base/errors.js";
import { modelOf, type ServiceName } from "#lab/aws/model/model.js";
import { jsonCodec } from "#lab/endpoint/codec/json.js";
import { queryCodec } from "#lab/endpoint/codec/query.js";
import { restJsonCodec, restXmlCodec } from "#lab/endpoint/codec/rest.js";
import { type Codec, wireError } from "#lab/endpoint/codec/wire.js";
import { serving } from "../supportHttp.js";
import { region, wireRequest } from "../supportWire.js";

interface Raised {
  /** The client's own class, or the error as a client that has none sees it. */
  readonly error: unknown;
  readonly requests: number;
}

/** What the SDK's client makes of an error, and how often it asked before it gave up. */
async function raised(
  codec: Codec,
  error: AwsError,
  ask: (client: { endpoint: string; region: string; credentials: object }) => Promise<unknown>,
): Promise<Raised> {
  let requests = 0;
  return serving(
    ({ method = "" }, response) => {
      requests++;
      const { status, headers, body } = codec.encodeError(
        wireError(error, undefined, "request-1"),
        wireRequest(method, "/"),
      );
      response.writeHead(status, headers).end(body);
    },
    async (endpoint) => {
      const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "x" };
      try {
        await ask({ endpoint, region, credentials });
      } catch (caught) {
        return { error: caught, requests };
      }
      throw new Error("nothing was raised");
    },
  );
}

const getWindow = (WindowId: string) => (client: object) =>
  new SSMClient({ ...client, retryMode: "standard", maxAttempts: 2 }).send(
    new GetMaintenanceWindowCommand({ WindowId }),
  );
const s3 = (client: object) => new S3Client({ ...client, forcePathStyle: true, maxAttempts: 2 });

describe("an error as the SDK sees it", () => {
  const window = "mw-0123456789abcdef0";

  it("is of the class that the code names, with message, status and the request's id", async () => {
    const { error, requests } = await raised(
      jsonCodec,
      new AwsError("DoesNotExistException", 'No "window"'),
      getWindow(window),
    );
    if (!(error instanceof DoesNotExistException)) expect.fail(String(error));
    expect(error.message).to.equal('No "window"');
    expect(error.$metadata).to.include({ httpStatusCode: 400, requestId: "request-1" });
    expect(requests).to.equal(1);
  });

  for (const [code, status, requests] of [
    ["ValidationException", 400, 1],
    ["AccessDeniedException", 400, 1],
    ["NotModelled", 400, 1],
    ["UnrecognizedClientException", 403, 1],
    ["ThrottlingException", 400, 2],
    ["InternalServerError", 500, 2],
  ] as const) {
    it(`is ${code} of SSM with ${status}, asked for ${requests} times`, async () => {
      const found = await raised(jsonCodec, new AwsError(code, "m", status), getWindow(window));
      if (!(found.error instanceof SSMServiceException)) expect.fail(String(found.error));
      expect([found.error.name, found.error.$metadata.httpStatusCode]).to.deep.equal([code, status]);
      expect(found.requests).to.equal(requests);
    });
  }

  it("is of the class of S3, with what XML has to escape", async () => {
    const { error, requests } = await raised(
      restXmlCodec,
      new AwsError("NoSuchKey", "no <key> & co.", 404),
      (client) => s3(client).send(new GetObjectCommand({ Bucket: "b", Key: "k" })),
    );
    if (!(error instanceof NoSuchKey)) expect.fail(String(error));
    expect(error.message).to.equal("no <key> & co.");
    expect(error.$metadata).to.include({ httpStatusCode: 404, requestId: "request-1" });
    expect(requests).to.equal(1);
  });

  it("is known by its status after HEAD", async () => {
    const { error } = await raised(restXmlCodec, new AwsError("NoSuchKey", "m", 404), (client) =>
      s3(client).send(new HeadObjectCommand({ Bucket: "b", Key: "k" })),
    );
    if (!(error instanceof NotFound)) expect.fail(String(error));
    expect(error.$metadata.httpStatusCode).to.equal(404);
  });

  for (const [code, status] of [
    ["PreconditionFailed", 412],
    ["AccessDenied", 403],
    ["NotModelled", 400],
  ] as const) {
    it(`is ${code} of S3 with ${status}`, async () => {
      const { error, requests } = await raised(restXmlCodec, new AwsError(code, "m", status), (client) =>
        s3(client).send(new GetObjectCommand({ Bucket: "b", Key: "k" })),
      );
      expect(error).to.be.instanceOf(Error).with.property("name", code);
      expect(requests).to.equal(1);
    });
  }
});

describe("an error on the wire", () => {
  const cases: readonly (readonly [
    service: ServiceName,
    operation: string,
    error: AwsError,
    wire: object,
  ])[] = [
    ["ssm", "GetDocument", new AwsError("InvalidDocument", "m"), { code: "InvalidDocument", status: 400 }],
    [
      "ssm",
      "GetDocument",
      new AwsError("InternalServerError", "m", 500),
      { code: "InternalServerError", status: 500 },
    ],
    [
      "resource-groups",
      "GetGroup",
      new AwsError("NotFoundException", "m"),
      { code: "NotFoundException", status: 404 },
    ],
    [
      "lambda",
      "Invoke",
      new AwsError("ResourceNotFoundException", "m"),
      { code: "ResourceNotFoundException", status: 404 },
    ],
    ["s3", "GetObject", new AwsError("NoSuchKey", "m"), { code: "NoSuchKey", status: 404 }],
    ["sns", "Publish", new AwsError("NotFoundException", "m"), { code: "NotFound", status: 404 }],
  ];
  for (const [service, operation, error, wire] of cases) {
    it(`has the code and status of ${service}:${operation} for ${error.code} ${error.status}`, () => {
      const model = modelOf(service).operations[operation] ?? expect.fail();
      const told = wireError(error, { operation, model }, "id");
      expect(told).to.include({ ...wire, message: "m", requestId: "id" });
    });
  }

  it("is in the header of JSON over REST, as the clients look for it", () => {
    const error = { code: "ResourceNotFoundException", message: "m", status: 404, requestId: "id" };
    const { status, headers, body } = restJsonCodec.encodeError(error, wireRequest("GET", "/"));
    expect([status, headers["x-amzn-errortype"]]).to.deep.equal([404, "ResourceNotFoundException"]);
    expect(JSON.parse(String(body))).to.deep.equal({ message: "m", Message: "m", Type: "User" });
  });

  it("has the headers that the error comes with, where S3 tells more than a code", () => {
    const own = { "x-amz-delete-marker": "true" };
    const error = { code: "MethodNotAllowed", message: "m", status: 405, headers: own, requestId: "id" };
    const { headers } = restXmlCodec.encodeError(error, wireRequest("GET", "/b/k"));
    expect(headers).to.include({ "x-amz-delete-marker": "true", "content-type": "application/xml" });
  });

  it("has the same form for what cannot be read at all", () => {
    const error = { code: "NotModelled", message: "m", status: 400, requestId: "id" };
    for (const codec of [jsonCodec, queryCodec, restJsonCodec, restXmlCodec]) {
      const { status, body } = codec.encodeError(error, wireRequest("POST", "/"));
      expect(status).to.equal(400);
      expect(String(body)).to.contain("m");
    }
  });
});
