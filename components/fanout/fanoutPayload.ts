import * as pulumi from "@pulumi/pulumi";
import { maxPayloadBytes, placeholders } from "#shared/contract/fanoutPayload.js";
import type { Problem } from "../common/problems.js";
import type { FilledFanoutArgs } from "./fanout.js";
import { fanoutRoleNames, fanoutRunbookName, groupsOf } from "./fanoutNames.js";

/**
 * Bytes that stay free: SSM does not say whether the payload must still fit once the ids of the window and of the
 * execution have taken the place of their names.
 */
const headroomBytes = 256;
/** Characters of an ARN before the name of a role, in the partition with the longest name. */
const longestArn = 38;

type PayloadArgs = Pick<FilledFanoutArgs, "fanout" | "namePrefix">;

/** ARNs that the payload names. */
interface PayloadArns {
  readonly executionRole: pulumi.Input<string>;
  /** Of other accounts. */
  readonly administrationRole: pulumi.Input<string> | undefined;
}

/** What the window hands to the function. The names in double braces are filled in by the window. */
function payload({ fanout, namePrefix }: PayloadArgs, arns: PayloadArns) {
  const { accounts = [], calendars = [] } = fanout;
  return {
    ...placeholders,
    Document: {
      Name: fanoutRunbookName(namePrefix),
      // The seed's "1" would keep every later correction of the runbook from running.
      Version: "$DEFAULT",
      Parameters: { AutomationAssumeRole: [arns.executionRole], Operation: [fanout.operation] },
    },
    TargetParameterName: "InstanceIds",
    Targets: [{ Key: "ResourceGroup", Values: [...groupsOf({ fanout, namePrefix })] }],
    MaxConcurrency: fanout.maxConcurrency,
    MaxErrors: fanout.maxErrors,
    Regions: [...fanout.regions],
    RebootOption: fanout.rebootOption ?? "RebootIfNeeded",
    ExecutionMode: fanout.executionMode ?? "per-region",
    ExecutionRoleName: fanoutRoleNames(namePrefix).execution,
    ...(fanout.locationMaxConcurrency === undefined
      ? {}
      : { LocationMaxConcurrency: fanout.locationMaxConcurrency }),
    ...(fanout.locationMaxErrors === undefined ? {} : { LocationMaxErrors: fanout.locationMaxErrors }),
    ...(accounts.length === 0
      ? {}
      : { Accounts: [...accounts], AdministrationRole: arns.administrationRole }),
    ...(calendars.length === 0 ? {} : { Calendars: [...calendars] }),
  };
}

/** The payload as JSON. */
export function payloadJson(args: PayloadArgs, arns: PayloadArns): pulumi.Output<string> {
  return pulumi.jsonStringify(payload(args, arns));
}

/** What is wrong with a fan-out whose payload would be longer than a window takes. */
export function payloadProblems(args: PayloadArgs): Problem[] {
  // What is known at a preview: as long as the ARNs can be.
  const arns = {
    executionRole: "x".repeat(longestArn) + fanoutRoleNames(args.namePrefix).execution,
    administrationRole: "x".repeat(longestArn) + fanoutRoleNames(args.namePrefix).administration,
  };
  const bytes = Buffer.byteLength(JSON.stringify(payload(args, arns)));
  const most = maxPayloadBytes - headroomBytes;
  if (bytes <= most) return [];
  const reason = `makes a payload of ${bytes} bytes, and a window takes ${most} with the ids that it fills in. Name fewer Regions, groups, accounts or calendars; an organizational unit stands for many accounts.`;
  return [{ propertyPath: "fanout", reason }];
}
