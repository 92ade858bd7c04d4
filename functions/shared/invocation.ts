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
  return listenable(AbortSignal.timeout(milliseconds));
}

/** For what nobody limits: the commands of people, which only read. */
export function noDeadline(): AbortSignal {
  return listenable(new AbortController().signal);
}

/** Node warns of a leak where more than ten calls at a time listen to one signal. */
function listenable(signal: AbortSignal): AbortSignal {
  setMaxListeners(0, signal);
  return signal;
}
