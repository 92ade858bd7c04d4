import type { GroupBaseline, Instance, ManagedNode } from "../account/model.js";
import type {
  AlarmFacts,
  AssociationFacts,
  DeployedFunction,
  Need,
  RuleFacts,
  WindowFacts,
} from "./facts.js";

/** What reads one Region. Each method throws when it does not know the answer; none writes. */
export interface RegionPorts {
  readonly windows: () => Promise<readonly WindowFacts[]>;
  readonly associations: () => Promise<readonly AssociationFacts[]>;
  /** Nodes with their tags that carry one of the values of each key. */
  readonly tagged: (
    filters: readonly { readonly key: string; readonly values: readonly string[] }[],
  ) => Promise<readonly { readonly id: string; readonly tags: Readonly<Record<string, string>> }[]>;
  readonly managed: () => Promise<readonly ManagedNode[]>;
  readonly instances: () => Promise<readonly Instance[]>;
  /** Names of the account's own baselines by their ids. */
  readonly baselines: () => Promise<Readonly<Record<string, string>>>;
  /** Which baseline each patch group is registered with. */
  readonly groups: () => Promise<readonly GroupBaseline[]>;
  readonly baselineOf: (group: string, operatingSystem: string) => Promise<string | undefined>;
  /** Members of a resource group; undefined where there is none of the name. */
  readonly groupMembers: (name: string) => Promise<number | undefined>;
  /** Status of a document; undefined where there is none of the name. */
  readonly document: (name: string) => Promise<string | undefined>;
  /** Ids of the accounts that a document is shared with; the first page of 200, which is all that a stack can have. */
  readonly sharedWith: (name: string) => Promise<readonly string[]>;
}

/** What reads the home Region and the account. Undefined stands for what is not there. */
export interface DoctorPorts {
  readonly region: (name: string) => RegionPorts;
  readonly account: () => Promise<string>;
  /** States of all Regions by their names. */
  readonly regionStates: () => Promise<Readonly<Record<string, string>>>;
  /** A role's trust policy. */
  readonly trust: (roleName: string) => Promise<string | undefined>;
  /** The role's ARN of an instance profile. */
  readonly profileRole: (profileName: string) => Promise<string | undefined>;
  /** IAM's decision on each need, in their order. */
  readonly simulate: (roleArn: string, needs: readonly Need[]) => Promise<readonly string[]>;
  readonly lambda: (name: string) => Promise<DeployedFunction | undefined>;
  /** ARN of what gets the events that a function could not handle. */
  readonly lambdaFailures: (name: string) => Promise<string | undefined>;
  readonly lambdaPolicy: (name: string) => Promise<string | undefined>;
  /** The sum of a metric of functions in the last day, by their names. */
  readonly functionSums: (
    metric: "Errors" | "Throttles",
    names: readonly string[],
  ) => Promise<readonly number[]>;
  readonly rules: () => Promise<readonly RuleFacts[]>;
  readonly topic: (
    arn: string,
  ) => Promise<{ readonly policy: string; readonly keyArn: string | undefined } | undefined>;
  readonly subscriptions: (
    arn: string,
  ) => Promise<readonly { readonly endpoint: string; readonly isConfirmed: boolean }[]>;
  readonly keyPolicy: (arn: string) => Promise<string | undefined>;
  readonly alarms: (topicArn: string) => Promise<readonly AlarmFacts[]>;
  readonly waiting: (queueName: string) => Promise<number | undefined>;
  /** The schedules of a group, and whether each is on; undefined where there is no such group. */
  readonly schedules: (
    group: string,
  ) => Promise<readonly { readonly name: string; readonly isOn: boolean }[] | undefined>;
  readonly bucketPolicy: (name: string) => Promise<string | undefined>;
}
