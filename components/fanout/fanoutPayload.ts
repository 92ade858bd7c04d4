import * as pulumi from "@pulumi/pulumi";
import { maxPayloadBytes, placeholders } from "#shared/contract/fanoutPayload.js";
import type { Problem } from "../common/problems.js";
import type { FilledFanoutArgs } from "./fanout.js";
import { fanoutRoleNames, fanoutRunbookName } from "./fanoutNames.js";
import { type FanoutWindow, fanoutWindows, groupsOf, ringRule } from "./rings.js";

/**
 * Bytes that stay free: SSM does not say whether the payload must still fit once the ids of the window and of the
 * execution have taken the place of their names.
 */
const headroomBytes = 256;
/** Characters of an ARN before the name of a role, in the partition with the longest name. */
const longestArn = 38;

/** The start of all names of the fan-out, and the window whose payload it is. */
type PayloadArgs = Pick<FilledFanoutArgs, "namePrefix"> & {
  window: Pick<FanoutWindow, "fanout" | "namePrefix" | "ring">;
};

/** ARNs that the payload names. */
interface PayloadArns {
  readonly executionRole: pulumi.Input<string>;
  /** Of other accounts. */
  readonly administrationRole: pulumi.Input<string> | undefined;
}

/** What the window hands to the function. The names in double braces are filled in by the window. */
function payload({ namePrefix, window }: PayloadArgs, arns: PayloadArns) {
  const { fanout, ring } = window;
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
    Targets: [{ Key: "ResourceGroup", Values: [...groupsOf(window)] }],
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
    ...(ring === undefined ? {} : { Ring: ringRule(ring) }),
  };
}

/** The payload as JSON. */
export function payloadJson(args: PayloadArgs, arns: PayloadArns): pulumi.Output<string> {
  return pulumi.jsonStringify(payload(args, arns));
}

/** What is wrong with a fan-out that has a window whose payload would be longer than it takes. */
export function payloadProblems(args: Parameters<typeof fanoutWindows>[1]): Problem[] {
  const { namePrefix } = args;
  // What is known at a preview: as long as the ARNs can be.
  const arns = {
    executionRole: "x".repeat(longestArn) + fanoutRoleNames(namePrefix).execution,
    administrationRole: "x".repeat(longestArn) + fanoutRoleNames(namePrefix).administration,
  };
  const most = maxPayloadBytes - headroomBytes;
  return fanoutWindows("", args).flatMap((window) => {
    const bytes = Buffer.byteLength(JSON.stringify(payload({ namePrefix, window }, arns)));
    if (bytes <= most) return [];
    const whose = window.ring === undefined ? "" : ` of ring ${window.ring.name}`;
    const reason = `makes a payload${whose} of ${bytes} bytes, and a window takes ${most} with the ids that it fills in. Name fewer Regions, groups, accounts or calendars; an organizational unit stands for many accounts.`;
    return [{ propertyPath: "fanout", reason }];
  });
}
