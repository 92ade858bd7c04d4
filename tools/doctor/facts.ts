/** What was read, or why it could not be: what nobody could look at is never taken for fine. */
export type Seen<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: string };

/** A criterion of a window's or an association's target. */
export interface Criterion {
  /** `tag:PatchGroup`, `InstanceIds`, `resource-groups:Name`. */
  readonly key: string;
  readonly values: readonly string[];
}

export type Part = "scan" | "install" | "central";

/** A task of a window. */
export interface TaskFacts {
  readonly id: string;
  readonly type: string;
  /** Name of a document, or ARN of a function or of another thing. */
  readonly arn: string;
  readonly roleArn: string | undefined;
  /** Ids of the window's targets. */
  readonly targetIds: readonly string[];
  /** What the command tells people of its end: by which topic, and as whom. */
  readonly topicArn: string | undefined;
  readonly notificationRoleArn: string | undefined;
  /** Where nodes upload the command's output to. */
  readonly bucket: string | undefined;
  readonly prefix: string | undefined;
}

/** A maintenance window as it stands. */
export interface WindowFacts {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  /** ISO 8601, as AWS says it; undefined when it never opens again. */
  readonly nextOpening: string | undefined;
  readonly schedule: string;
  /** IANA. */
  readonly timezone: string;
  readonly targets: readonly { readonly id: string; readonly criteria: readonly Criterion[] }[];
  readonly tasks: readonly TaskFacts[];
}

/** A window that the stack is to have. */
export interface ExpectedWindow {
  readonly part: Part;
  readonly name: string;
  /** As SSM has been told it. */
  readonly schedule: string;
  /** IANA. */
  readonly timezone: string;
  /** Whether the configuration says that it is not to open. */
  readonly isOff: boolean;
  /** What its targets are to select; none of the central window's own. */
  readonly targets: readonly (readonly Criterion[])[];
}

/** A node that is under patching by its tags. */
export interface NodeFacts {
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Undefined where SSM does not know it. */
  readonly ping: string | undefined;
  /** As SSM names it, where it knows it. */
  readonly platform: string | undefined;
  /** EC2's word for its state; undefined for a hybrid node. */
  readonly state: string | undefined;
  /** ARN of its instance profile. */
  readonly profile: string | undefined;
}

/** A Region of the stack. */
export interface RegionFacts {
  readonly name: string;
  /** As EC2 tells it: `opt-in-not-required`, `opted-in`, `not-opted-in`. */
  readonly optIn: Seen<string | undefined>;
  readonly nodes: Seen<readonly NodeFacts[]>;
  /** All windows of the Region. */
  readonly windows: Seen<readonly WindowFacts[]>;
  readonly associations: Seen<readonly AssociationFacts[]>;
  /** Ids of the account's own baselines to their names. */
  readonly baselines: Seen<Readonly<Record<string, string>>>;
  readonly registered: readonly RegisteredBaseline[];
  /** How many patch groups each baseline has, by its id. */
  readonly groupCounts: Seen<ReadonlyMap<string, number>>;
  /** The central window's groups there. */
  readonly groups: readonly { readonly name: string; readonly members: Seen<number | undefined> }[];
  /** The central window's runbook there; undefined where it has none to have. */
  readonly runbook: { readonly name: string; readonly status: Seen<string | undefined> } | undefined;
}

export interface AssociationFacts {
  readonly id: string;
  readonly name: string;
  readonly document: string;
  readonly criteria: readonly Criterion[];
}

/** The baseline that nodes of a patch group get. */
interface RegisteredBaseline {
  readonly group: string;
  readonly operatingSystem: string;
  /** Name of the one that they should get, and whether no other of the stack will do. */
  readonly wanted: { readonly name: string; readonly isAlone: boolean };
  readonly baselineId: Seen<string | undefined>;
}

/** Something that a role must be able to do, and whether IAM's simulator says that it may. */
export interface Need {
  readonly action: string;
  readonly resource: string;
  /** Context keys, as a call of the service has them. */
  readonly context: Readonly<Record<string, string>>;
  /** What comes of it without. */
  readonly why: string;
}

export interface RoleFacts {
  readonly arn: string;
  /** For whom: a window's or a function's name, or nodes. */
  readonly usedBy: string;
  /** Who must be able to take it on. */
  readonly service: string;
  /** Its trust policy; undefined where there is no such role. */
  readonly trust: Seen<string | undefined>;
  readonly needs: readonly (Need & { readonly decision: Seen<string> })[];
}

/** A role, and what it is to be asked. */
export type AskedRole = Omit<RoleFacts, "trust" | "needs"> & { readonly needs: readonly Need[] };

/** A function as Lambda tells of it. */
export interface DeployedFunction {
  readonly arn: string;
  readonly state: string;
  readonly lastUpdate: string;
  readonly reserved: number | undefined;
  /** ARN of its execution role. */
  readonly role: string;
  readonly logGroup: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** The group of the one-off schedules by which a function lets itself, or another, be called at the end of a run. */
export interface ScheduleGroupFacts {
  readonly name: string;
  /** Name of the function that makes them. */
  readonly madeBy: string;
  /** Its schedules that are there, and whether each is on; undefined where there is no such group. */
  readonly found: Seen<readonly { readonly name: string; readonly isOn: boolean }[] | undefined>;
}

export interface FunctionFacts {
  readonly name: string;
  readonly found: Seen<DeployedFunction | undefined>;
  /** Of the last day. */
  readonly errors: Seen<number>;
  readonly throttles: Seen<number>;
  /** ARN of what gets the events that it could not handle. */
  readonly failures: Seen<string | undefined>;
  /** Who may call it. */
  readonly policy: Seen<string | undefined>;
}

export interface RuleFacts {
  readonly name: string;
  readonly arn: string;
  readonly state: string;
  readonly pattern: string | undefined;
  readonly schedule: string | undefined;
  readonly targets: readonly { readonly arn: string; readonly deadLetterArn: string | undefined }[];
}

export interface TopicFacts {
  readonly arn: string;
  readonly role: "failures" | "completions";
  readonly found: Seen<{ readonly policy: string; readonly keyArn: string | undefined } | undefined>;
  readonly subscriptions: Seen<readonly { readonly endpoint: string; readonly isConfirmed: boolean }[]>;
  /** The policy of its key; undefined where it has none, or the key is gone. */
  readonly keyPolicy: Seen<string | undefined>;
}

export interface AlarmFacts {
  readonly name: string;
  readonly state: string;
  /** Of a metric alarm. */
  readonly metric: string | undefined;
  readonly dimensions: Readonly<Record<string, string>>;
}

interface QueueFacts {
  readonly name: string;
  /** Messages that wait; undefined where there is no such queue. */
  readonly waiting: Seen<number | undefined>;
}

/** Everything that was looked at. */
export interface Facts {
  readonly stack: string;
  readonly account: string;
  readonly homeRegion: string;
  readonly prefix: string;
  readonly ownsBaselines: boolean;
  readonly windows: readonly {
    readonly expected: ExpectedWindow;
    readonly found: Seen<WindowFacts | undefined>;
  }[];
  readonly regions: readonly RegionFacts[];
  readonly roles: readonly RoleFacts[];
  /** By the ARN of an instance profile its role; undefined where it has none, or is gone. */
  readonly profiles: Readonly<Record<string, Seen<string | undefined>>>;
  readonly functions: readonly FunctionFacts[];
  readonly scheduleGroups: readonly ScheduleGroupFacts[];
  /** With whom the runbook of each Region is shared. */
  readonly sharing: readonly { readonly region: string; readonly accounts: Seen<readonly string[]> }[];
  /** Ids of other accounts that the central window patches. */
  readonly accounts: readonly string[];
  readonly rules: Seen<readonly RuleFacts[]>;
  /** Names of functions that a rule must call every hour. */
  readonly hourly: readonly string[];
  readonly topics: readonly TopicFacts[];
  readonly alarms: Seen<readonly AlarmFacts[]>;
  readonly queues: readonly QueueFacts[];
  readonly bucket: { readonly name: string; readonly policy: Seen<string | undefined> } | undefined;
}

/** What an attempt to read came to. */
export async function seen<T>(reading: Promise<T>, words: (error: unknown) => string): Promise<Seen<T>> {
  try {
    return { ok: true, value: await reading };
  } catch (error) {
    return { ok: false, error: words(error) };
  }
}
