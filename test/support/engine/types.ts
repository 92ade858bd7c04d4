/** Stands wherever a preview does not know a value yet. */
export const unknown: unique symbol = Symbol("unknown");

export type Values = Record<string, unknown>;

export interface AliasSpec {
  readonly name?: string;
  readonly type?: string;
  readonly stack?: string;
  readonly project?: string;
  readonly parentUrn?: string;
  readonly noParent?: boolean;
}

export interface RegisteredResource {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  /** URN of the parent; undefined for the root stack only. */
  readonly parent: string | undefined;
  /** False for components and for the root stack. */
  readonly custom: boolean;
  /** True if the program read an existing resource instead of declaring one. */
  readonly external: boolean;
  /** Undefined for components, and for custom resources in a dry run. */
  readonly id: string | undefined;
  /** Secrets are unwrapped; their paths are in `secretInputs`, as `tags.Owner` or `rules[0].value`. */
  readonly inputs: Values;
  readonly secretInputs: readonly string[];
  /** What `registerOutputs` sent; undefined if it was never called. */
  readonly outputs: Values | undefined;
  readonly secretOutputs: readonly string[];
  /** URNs of all resources this one waits for, sorted. */
  readonly dependencies: readonly string[];
  /** A full URN, or the parts that differ. */
  readonly aliases: readonly (string | AliasSpec)[];
  /** Reference of an explicit provider, `urn::id`. */
  readonly provider: string | undefined;
  /** A component's explicit providers by package. */
  readonly providers: Readonly<Record<string, string>>;
  readonly protect: boolean;
  readonly deleteBeforeReplace: boolean;
  readonly retainOnDelete: boolean;
  readonly ignoreChanges: readonly string[];
}

export type Severity = "debug" | "info" | "warning" | "error";

export interface LogEntry {
  readonly severity: Severity;
  readonly message: string;
  readonly urn: string | undefined;
}

export interface InvokeCall {
  readonly token: string;
  readonly args: Values;
}

/** A fixed result of a provider function, or one made from its arguments. */
export type InvokeAnswer = Values | ((args: Values) => Values);

/**
 * What a provider adds to the inputs of a resource that exists: one made by a real run, or one that the program reads.
 * An `id` among the values becomes the id of a resource that is made.
 */
export type Computed = (type: string, name: string, inputs: Values) => Values;

export interface Deployment {
  readonly project: string;
  readonly stack: string;
  readonly dryRun: boolean;
  /** Results of provider functions by token; a token that is not here fails. */
  readonly answers?: Readonly<Record<string, InvokeAnswer>>;
  readonly computed?: Computed;
}

export interface ProgramRun extends Deployment {
  /** Where `Pulumi.yaml` is. */
  readonly directory: string;
  /** By fully qualified key, `patchplane:scanSchedule`; objects as JSON. */
  readonly config: Readonly<Record<string, string>>;
  readonly secretKeys?: readonly string[];
  /** Node's own arguments, as `runtime.options.nodeargs` has them. */
  readonly nodeArgs?: readonly string[];
  /** `runtime.options.typescript`. @default true, as for the CLI */
  readonly typescript?: boolean;
  /**
   * Prints errors without colour, the one way in which a run differs from the CLI's. Some releases of Node need half a
   * minute and 4 GB to colour a frame such as `node_modules/@pulumi/resource.ts` (nodejs/node#64011), and the SDK's
   * source maps have such frames. @default true
   */
  readonly plainErrors?: boolean;
  /** Added to the environment of the program. */
  readonly env?: Readonly<Record<string, string>>;
  /** @default 120000 */
  readonly timeoutMs?: number;
}

export interface ProgramResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** In the order in which they arrived, the root stack included. */
  readonly resources: readonly RegisteredResource[];
  /** The stack's outputs; undefined if the program did not get as far as to register them. */
  readonly outputs: Values | undefined;
  readonly logs: readonly LogEntry[];
  readonly invokes: readonly InvokeCall[];
  /** From the start of the process to its end. */
  readonly wallMs: number;
}
