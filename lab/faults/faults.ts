/** What goes wrong with a call, and how. */
export type CallFault =
  | { readonly kind: "throttle" }
  /** A 500 of the service. */
  | { readonly kind: "serverError" }
  /** No answer ever comes. */
  | { readonly kind: "timeout" }
  /** The Region's endpoint does not take connections. */
  | { readonly kind: "regionDown" };

/** A call to an API, as faults see it. */
export interface FaultyCall {
  /** As in IAM: `ssm`, `tag`, `s3`. */
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  /** ARN of the role or name of the service that calls. */
  readonly caller: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

/** Everything that goes wrong on purpose. Asked in the same order it gives the same answers. */
export interface Faults {
  /** What goes wrong with a call; undefined when nothing does. */
  readonly onCall: (call: FaultyCall) => CallFault | undefined;
  /** After how many milliseconds an event is delivered to a function, each time that it is: once, if all goes well. */
  readonly onDelivery: (event: { readonly functionName: string; readonly time: number }) => readonly number[];
  /** The number of calls to AWS, from 0, after which an invocation of a function is killed; undefined when it is not. */
  readonly killAfter: (invocation: {
    readonly functionName: string;
    /** 1 for the function's first invocation. */
    readonly number: number;
  }) => number | undefined;
}

/** Nothing goes wrong; events take a second. */
export const noFaults: Faults = {
  onCall: () => undefined,
  onDelivery: () => [1000],
  killAfter: () => undefined,
};
