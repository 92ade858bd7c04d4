import type { AwsError } from "../../aws/base/errors.js";
import type { OperationModel, ServiceModel } from "../../aws/model/model.js";

/** A request as it came in, its body complete. */
export interface WireRequest {
  readonly method: string;
  /** Path without the query, as the client encoded it. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** A response as it goes out. */
export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** What a request asks for. */
export interface Asked {
  readonly operation: string;
  readonly model: OperationModel;
}

/** An error as a client gets it. */
interface WireError {
  readonly code: string;
  readonly message: string;
  readonly status: number;
  readonly headers?: AwsError["headers"];
  readonly requestId: string;
}

/** How the requests and responses of a protocol are written. */
export interface Codec {
  /**
   * The operation that a request asks for.
   *
   * @returns the operation, or what is asked for instead, as it should be named in an error
   */
  readonly asked: (model: ServiceModel, request: WireRequest) => Asked | string;
  /**
   * @param request with a body without chunks
   * @throws AwsError for what cannot be read, NotModelledError for a member that the model does not have
   */
  readonly decode: (model: ServiceModel, asked: Asked, request: WireRequest) => Record<string, unknown>;
  readonly encode: (
    model: ServiceModel,
    asked: Asked,
    output: Readonly<Record<string, unknown>>,
    requestId: string,
  ) => WireResponse;
  readonly encodeError: (error: WireError, request: WireRequest) => WireResponse;
}

/** Code and status of an error of an operation on the wire. */
export function wireError(error: AwsError, asked: Asked | undefined, requestId: string): WireError {
  const { code, status } = asked?.model.errors?.[error.code] ?? error;
  return { code, status, message: error.message, headers: error.headers, requestId };
}
