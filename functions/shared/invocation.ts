import { setMaxListeners } from "node:events";

/** What Lambda tells of an invocation, as far as it is used here. */
export interface InvocationContext {
  /** Also the dimension of the function's metrics, which its alarms look at. */
  readonly functionName: string;
  readonly invokedFunctionArn: string;
  readonly awsRequestId: string;
  readonly getRemainingTimeInMillis: () => number;
}

/** A signal that ends what is open after some milliseconds; as many calls as there are listen to it. */
export function deadlineIn(milliseconds: number): AbortSignal {
  const signal = AbortSignal.timeout(milliseconds);
  setMaxListeners(0, signal);
  return signal;
}
