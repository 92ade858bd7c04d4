import { type handleUnaryCall, status } from "@grpc/grpc-js";

/**
 * A handler from a plain function. What it throws reaches the program as the call's error, never with the codes
 * UNAVAILABLE or CANCELLED: at these the SDK assumes an engine that is going away, and ends without a word.
 */
export function unary<Request, Response>(
  answer: (request: Request) => Response | Promise<Response>,
): handleUnaryCall<Request, Response> {
  return async (call, callback) => {
    try {
      callback(null, await answer(call.request));
    } catch (cause) {
      callback({
        code: status.INVALID_ARGUMENT,
        details: cause instanceof Error ? cause.message : String(cause),
      });
    }
  };
}

/** Refuses by name what this engine does not do, rather than let the program believe that it did. */
export function refuse(feature: string): handleUnaryCall<unknown, never> {
  return unary<unknown, never>(() => {
    throw new Error(`the test engine has no ${feature}`);
  });
}
