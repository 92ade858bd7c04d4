import { createRequire } from "node:module";

type Traced = (...given: readonly unknown[]) => unknown;

const load = createRequire(import.meta.url);
/** What Pulumi's runtime passes each of its promises through. */
const debuggable: { debuggablePromise: Traced } = load("@pulumi/pulumi/runtime/debuggable.js");
/** Whom each resource asks where in the program it was made, for an engine that shows it. */
const { Resource }: { Resource: { callsites: () => readonly object[] } } = load("@pulumi/pulumi/resource.js");

/**
 * Lets Pulumi's runtime note no stack where a promise or a resource is made: that takes a third of a deployment and more where
 * stacks are led back to their sources, and only whoever hunts a leaked promise asks for it.
 *
 * @returns lets it note them again
 */
export function noteNoStacks(): () => void {
  const { debuggablePromise } = debuggable;
  const { callsites } = Resource;
  debuggable.debuggablePromise = (...given) => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(...given);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  };
  Resource.callsites = () => [];
  return () => {
    debuggable.debuggablePromise = debuggablePromise;
    Resource.callsites = callsites;
  };
}
