/** A call to the account's endpoint, as a client has made it. */
export interface ApiCall {
  readonly method: string;
  /** Path and query, as the client encoded them. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** What comes of a call, and when; nothing does where the endpoint stays silent. */
export type ApiAnswer =
  | { readonly kind: "reset"; readonly at: number }
  | {
      readonly kind: "answer";
      readonly at: number;
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Uint8Array;
    };

/** Answers a call as the endpoint does, but without a connection; undefined where the endpoint stays silent. */
export type AnswerCall = (call: ApiCall) => Promise<ApiAnswer | undefined>;

/** A call or its answer as messages carry it: the body comes after the message. */
type Carried<T> = T extends unknown ? Omit<T, "body"> & { readonly id: number } : never;
type CarriedCall = Carried<ApiCall>;
type CarriedAnswer = Carried<ApiAnswer>;

/** What the lab tells the process of an environment. Times are milliseconds since the epoch, simulated. */
export type Order = Work & Given;

interface Given {
  /** What comes of earlier calls, in any order. */
  readonly answers: readonly CarriedAnswer[];
  /** Until when the process may go on by itself, as long as it calls nobody and has not ended its work. */
  readonly until: number;
}

export type Work =
  | {
      readonly kind: "init";
      readonly now: number;
      /** Where the function's files are. */
      readonly folder: string;
      /** Such as `index.handler`. */
      readonly handler: string;
      readonly seed: number;
      readonly memoryBytes: number;
      /** Whether calls to the endpoint go over the channel, instead of over its port. */
      readonly callsOverChannel: boolean;
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
  /** The time that it has come to. */
  readonly now: number;
  readonly settled?: Settled;
  readonly next?: number;
  /** Calls that have been made since the last rest, in the order in which they were. */
  readonly calls?: readonly CarriedCall[];
}
