/** What the lab tells the process of an environment. Times are milliseconds since the epoch, simulated. */
export type Order =
  | {
      readonly kind: "init";
      readonly now: number;
      /** Where the function's files are. */
      readonly folder: string;
      /** Such as `index.handler`. */
      readonly handler: string;
      readonly seed: number;
      readonly memoryBytes: number;
    }
  | { readonly kind: "invoke"; readonly now: number; readonly invocation: InvocationOrder }
  | { readonly kind: "resume"; readonly now: number };

export interface InvocationOrder {
  readonly requestId: string;
  readonly functionArn: string;
  /** JSON. */
  readonly payload: string;
  /** JSON in base64. */
  readonly clientContext?: string;
  readonly deadline: number;
}

/** How a function tells of an error. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** What an init or an invocation has come to. */
export type Settled =
  | { readonly kind: "done"; readonly payload: string }
  /** `isFatal` when the process is of no use any more. */
  | { readonly kind: "failed"; readonly error: FunctionError; readonly isFatal: boolean };

/** What the process tells when nothing goes on in it: how its work has ended, or when there is more to do. */
export interface Rest {
  readonly settled?: Settled;
  readonly next?: number;
}
