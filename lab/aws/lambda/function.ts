import { rmSync } from "node:fs";
import { AwsError, NotModelledError } from "../base/errors.js";
import type { Place } from "../place.js";
import type { Environment } from "./environment.js";
import { newFolder } from "./workspace.js";

/** CreateFunction's input, as far as the lab reads it, with the files in the place of a zip. */
export interface FunctionInput {
  readonly FunctionName: string;
  /** ARN. */
  readonly Role: string;
  readonly Handler: string;
  readonly Runtime: string;
  /** Lays the function's files out in a folder. */
  readonly code: (folder: string) => Promise<void>;
  readonly Description?: string;
  /** Seconds. */
  readonly Timeout?: number;
  /** MiB. */
  readonly MemorySize?: number;
  readonly Environment?: { readonly Variables?: Readonly<Record<string, string>> };
  readonly Architectures?: readonly string[];
  /** 0 stops the function, and without it nothing limits it. */
  readonly ReservedConcurrentExecutions?: number;
  readonly LoggingConfig?: { readonly LogFormat?: string; readonly LogGroup?: string };
}

/** PutFunctionEventInvokeConfig's input. */
export interface EventInvokeConfigInput {
  readonly FunctionName: string;
  readonly MaximumRetryAttempts?: number;
  /** Seconds. */
  readonly MaximumEventAgeInSeconds?: number;
  readonly DestinationConfig?: {
    readonly OnSuccess?: { readonly Destination: string };
    readonly OnFailure?: { readonly Destination: string };
  };
}

/** AddPermission's input. */
export interface PermissionInput {
  readonly FunctionName: string;
  readonly StatementId: string;
  readonly Action: string;
  /** A service, an account or an ARN. */
  readonly Principal: string;
  readonly SourceArn?: string;
  readonly SourceAccount?: string;
}

/** UpdateFunctionConfiguration's input, as far as the lab reads it. */
export type ConfigurationInput = Pick<FunctionInput, "FunctionName"> &
  Partial<
    Pick<
      FunctionInput,
      | "Role"
      | "Handler"
      | "Runtime"
      | "Description"
      | "Timeout"
      | "MemorySize"
      | "Environment"
      | "Architectures"
      | "LoggingConfig"
    >
  >;

/** What Lambda sets itself, and nobody else may. */
const reservedVariables =
  /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_(REGION|DEFAULT_REGION|EXECUTION_ENV|ACCESS_KEY(_ID)?|SECRET_ACCESS_KEY|SESSION_TOKEN|LAMBDA_(FUNCTION_(NAME|MEMORY_SIZE|VERSION)|INITIALIZATION_TYPE|LOG_(GROUP|STREAM)_NAME|RUNTIME_API))|LAMBDA_(TASK_ROOT|RUNTIME_DIR))$/;

function inRange(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  const [bound, limit] = value < least ? ["greater", least] : ["less", most];
  throw new AwsError(
    "ValidationException",
    `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: Member must have value ${bound} than or equal to ${limit}`,
  );
}

function invalidParameter(message: string): AwsError {
  return new AwsError("InvalidParameterValueException", message);
}

/** @throws AwsError, NotModelledError for what Lambda or the lab does not take */
function checkSettings(input: FunctionInput): void {
  const { FunctionName, Runtime, LoggingConfig = {} } = input;
  if (!/^[\w-]{1,64}$/.test(FunctionName)) throw invalidParameter(`The name ${FunctionName} is not valid`);
  if (!/^nodejs\d+\.x$/.test(Runtime)) throw new NotModelledError(`the runtime ${Runtime}`);
  if ((LoggingConfig.LogFormat ?? "Text") !== "Text") {
    throw new NotModelledError(`the log format ${LoggingConfig.LogFormat}`);
  }
  inRange("timeout", input.Timeout ?? 3, 1, 900);
  inRange("memorySize", input.MemorySize ?? 128, 128, 10_240);
  const variables = input.Environment?.Variables ?? {};
  const names = Object.keys(variables);
  if (!names.every((name) => /^[a-zA-Z]\w+$|^_HANDLER$/.test(name))) {
    throw new AwsError(
      "ValidationException",
      "1 validation error detected: Value at 'environment.variables' failed to satisfy constraint: Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]",
    );
  }
  const reserved = names.filter((name) => reservedVariables.test(name));
  if (reserved.length > 0) {
    throw invalidParameter(
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(", ")}`,
    );
  }
  if (JSON.stringify(variables).length > 4096) {
    throw invalidParameter(
      "Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit.",
    );
  }
}

/** A function: how it is set up, and what is in being of it. */
export class LambdaFunction {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  /** For asynchronous invocations; times in milliseconds. */
  events = { retries: 2, maximumAge: 6 * 3_600_000, onSuccess: "", onFailure: "" };
  private statements: readonly { readonly Sid: string }[] = [];
  private unpacked: Promise<string> | undefined;
  private made: string | undefined;

  /** Environments that wait for an invocation, the last used last. */
  readonly warm: Environment[] = [];
  /** Invocations that run. */
  running = 0;
  /** Invocations that have begun. */
  invocations = 0;
  /** Environments that there have been. */
  environments = 0;
  /** Greater after each change: an environment of an earlier one takes no further invocation. */
  revision = 0;

  /** @throws AwsError, NotModelledError for what Lambda or the lab does not take */
  constructor(
    private readonly region: Place,
    private settings: FunctionInput,
  ) {
    checkSettings(settings);
    this.name = settings.FunctionName;
    this.arn = region.arn("lambda", `function:${this.name}`);
    this.createdAt = region.account.clock.now;
  }

  /** What it was made with, and updates have made of that. */
  get input(): FunctionInput {
    return this.settings;
  }

  /** Milliseconds. */
  get timeout(): number {
    return (this.settings.Timeout ?? 3) * 1000;
  }

  get memoryMiB(): number {
    return this.settings.MemorySize ?? 128;
  }

  get reserved(): number {
    return this.settings.ReservedConcurrentExecutions ?? Number.POSITIVE_INFINITY;
  }

  get logGroup(): string {
    return this.settings.LoggingConfig?.LogGroup ?? `/aws/lambda/${this.name}`;
  }

  get variables(): Readonly<Record<string, string>> {
    return this.settings.Environment?.Variables ?? {};
  }

  /** Changes what is given; what it runs now goes on as it began. */
  configure(input: Partial<FunctionInput>): void {
    const next = { ...this.settings, ...input };
    checkSettings(next);
    this.settings = next;
    this.revision++;
  }

  /** @param most invocations at a time; undefined for no limit */
  reserve(most: number | undefined): void {
    const { ReservedConcurrentExecutions: _, ...rest } = this.settings;
    this.settings = most === undefined ? rest : { ...rest, ReservedConcurrentExecutions: most };
  }

  /** The folder with the function's files, laid out when it is first asked for. */
  folder(): Promise<string> {
    this.unpacked ??= (async () => {
      this.made = newFolder();
      await this.input.code(this.made);
      return this.made;
    })();
    return this.unpacked;
  }

  /** Removes that folder. */
  clear(): void {
    if (this.made !== undefined) rmSync(this.made, { recursive: true, force: true });
    this.unpacked = undefined;
  }

  /** How asynchronous invocations are retried is Lambda's own again. */
  clearEvents(): void {
    this.setEvents({ FunctionName: this.name });
  }

  /** Sets how asynchronous invocations are retried, and who is told of their end. */
  setEvents(input: EventInvokeConfigInput): void {
    const { MaximumRetryAttempts = 2, MaximumEventAgeInSeconds = 21_600, DestinationConfig = {} } = input;
    const {
      OnSuccess: { Destination: onSuccess = "" } = {},
      OnFailure: { Destination: onFailure = "" } = {},
    } = DestinationConfig;
    for (const arn of [onSuccess, onFailure]) {
      const [, , service = "", region] = arn.split(":");
      const isKnown = ["lambda", "sns", "sqs"].includes(service) && region === this.region.name;
      if (arn !== "" && !isKnown) throw new NotModelledError(`the destination ${arn}`);
    }
    this.events = {
      retries: inRange("maximumRetryAttempts", MaximumRetryAttempts, 0, 2),
      maximumAge: inRange("maximumEventAgeInSeconds", MaximumEventAgeInSeconds, 60, 21_600) * 1000,
      onSuccess,
      onFailure,
    };
  }

  /** Adds a statement to the function's policy. */
  allow({ StatementId, Action, Principal, SourceArn, SourceAccount }: PermissionInput): void {
    if (this.statements.some(({ Sid }) => Sid === StatementId)) {
      const message = `The statement id (${StatementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`;
      throw new AwsError("ResourceConflictException", message, 409);
    }
    const { partition, iam } = this.region.account;
    const who = /^\d{12}$/.test(Principal) ? `arn:${partition}:iam::${Principal}:root` : Principal;
    const statement = {
      Sid: StatementId,
      Effect: "Allow",
      Principal: { [Principal.endsWith(".amazonaws.com") ? "Service" : "AWS"]: who },
      Action,
      Resource: this.arn,
      Condition: {
        ...(SourceArn === undefined ? {} : { ArnLike: { "AWS:SourceArn": SourceArn } }),
        ...(SourceAccount === undefined ? {} : { StringEquals: { "AWS:SourceAccount": SourceAccount } }),
      },
    };
    this.statements = [...this.statements, statement];
    iam.putResourcePolicy(this.arn, JSON.stringify({ Version: "2012-10-17", Statement: this.statements }));
  }

  /** @throws AwsError ResourceNotFoundException */
  disallow(statementId: string): void {
    const left = this.statements.filter(({ Sid }) => Sid !== statementId);
    if (left.length === this.statements.length) {
      const message = `Statement ${statementId} is not found in resource policy.`;
      throw new AwsError("ResourceNotFoundException", message, 404);
    }
    this.statements = left;
    this.region.account.iam.putResourcePolicy(
      this.arn,
      JSON.stringify({ Version: "2012-10-17", Statement: left }),
    );
  }
}
