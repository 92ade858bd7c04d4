import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { FunctionError, InvocationOrder } from "./messages.js";

/** A function's handler, as far as a runtime calls it. */
export type LambdaHandler = (event: unknown, context: object) => unknown;

/** An error that Lambda's runtime itself reports, such as `Runtime.ImportModuleError`. */
function runtimeError(name: string, reason: unknown): Error {
  const error = new Error(String(reason));
  error.name = `Runtime.${name}`;
  const origin = reason instanceof Error ? (reason.stack ?? "") : "";
  error.stack = [`${error.name}: ${error.message}`, ...origin.split("\n").filter(Boolean)].join("\n");
  return error;
}

/** Wraps what a promise was rejected with that nobody looked at. */
export function unhandled(reason: unknown): Error {
  return runtimeError("UnhandledPromiseRejection", reason);
}

/**
 * Imports a function's module, in a folder, and finds its handler, such as `src/index.handler`.
 *
 * @throws Error by the name that Lambda reports, for a module or a handler that there is not, or that is no JavaScript;
 *   whatever the module itself throws
 */
export async function loadHandler(folder: string, handler: string): Promise<LambdaHandler> {
  const [, name = "", path = ""] = /^([^.]+)\.(.+)$/.exec(basename(handler)) ?? [];
  if (name === "") throw runtimeError("MalformedHandlerName", "Bad handler");
  const module = join(dirname(handler), name);
  const file = [".js", ".mjs", ".cjs"].map((ending) => join(folder, module + ending)).find(existsSync);
  if (file === undefined) {
    const message = `Error: Cannot find module '${module}'\nRequire stack:\n- /var/runtime/index.mjs`;
    throw runtimeError("ImportModuleError", message);
  }
  let found: unknown = await import(pathToFileURL(file).href).catch((error: unknown) => {
    if (error instanceof SyntaxError) throw runtimeError("UserCodeSyntaxError", error);
    const isMissing = error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND";
    throw isMissing ? runtimeError("ImportModuleError", error) : error;
  });
  for (const key of path.split(".")) found = (found as Record<string, unknown> | undefined)?.[key];
  if (found === undefined) {
    throw runtimeError("HandlerNotFound", `${handler} is undefined or not exported`);
  }
  if (typeof found !== "function") throw runtimeError("HandlerNotFound", `${handler} is not a function`);
  if (found.length > 2) throw new Error(`the lab does not model handlers with a callback, as ${handler} is`);
  return found as LambdaHandler;
}

/** What a handler is told of its invocation. */
export function contextOf(invocation: InvocationOrder, now: () => number): object {
  const { AWS_LAMBDA_FUNCTION_NAME, AWS_LAMBDA_FUNCTION_MEMORY_SIZE } = process.env;
  const { clientContext } = invocation;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: "$LATEST",
    functionName: AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext:
      clientContext === undefined ? undefined : JSON.parse(Buffer.from(clientContext, "base64").toString()),
    identity: undefined,
    invokedFunctionArn: invocation.functionArn,
    awsRequestId: invocation.requestId,
    getRemainingTimeInMillis: () => invocation.deadline - now(),
  };
}

/** How Lambda answers with what was thrown. */
export function functionError(thrown: unknown): FunctionError {
  if (!(thrown instanceof Error)) {
    return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  }
  return {
    errorType: thrown.name,
    errorMessage: thrown.message,
    trace: (thrown.stack ?? "").split("\n"),
  };
}

/** How Lambda logs what was thrown: with all that the error carries. */
export function loggedError(thrown: unknown): string {
  const { errorType, errorMessage, trace } = functionError(thrown);
  const own = thrown instanceof Error ? { ...thrown } : {};
  try {
    return JSON.stringify({ errorType, errorMessage, ...own, stack: trace });
  } catch {
    // What it carries is no JSON.
    return JSON.stringify({ errorType, errorMessage, stack: trace });
  }
}
