import { createRequire } from "node:module";

type Traced = (...given: readonly unknown[]) => unknown;

/** What Pulumi's runtime passes each of its promises through. */
const debuggable: { debuggablePromise: Traced } = createRequire(import.meta.url)(
  "@pulumi/pulumi/runtime/debuggable.js",
);

/**
 * Lets Pulumi's runtime note no stack where a promise is made: that takes a third of a deployment and more where stacks are
 * led back to their sources, and only whoever hunts a leaked promise asks for it.
 *
 * @returns lets it note them again
 */
export function noteNoStacks(): () => void {
  const { debuggablePromise } = debuggable;
  debuggable.debuggablePromise = (...given) => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(...given);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  };
  return () => {
    debuggable.debuggablePromise = debuggablePromise;
  };
}
