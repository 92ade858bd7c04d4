import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { exclusionGates } from "#shared/contract/exclusionGate.js";
import { windowEndFunctionName } from "#shared/contract/windowEnd.js";
import { shown } from "#shared/text/quotes.js";
import { awsContext } from "../common/awsContext.js";
import { bounded } from "../common/boundary.js";
import { type ExclusionGate, RebootOption } from "../common/choices.js";
import { codeFolder } from "../common/code.js";
import { defaults } from "../common/defaults.js";
import { arn, policyDocument } from "../common/policies.js";
import type { Problem } from "../common/problems.js";
import { buildPatchWindow, type PatchWindowOutputs } from "./patchWindow.js";
import {
  type Checked,
  callableProblems,
  checkedWindowArgs,
  type FilledWindowArgs,
  filledWindowArgs,
  foundedWindowArgs,
  type PatchWindowArgs,
  type WindowEnd,
} from "./windowArguments.js";

/** Options for reboots. */
export const rebootOptions: readonly RebootOption[] = Object.values(RebootOption);

/** What is wrong with an option for reboots. */
export function rebootOptionProblems(option: string): Problem[] {
  if (rebootOptions.some((known) => known === option)) return [];
  const reason = `got ${shown(option)}; allowed are ${rebootOptions.join(" and ")}.`;
  return [{ propertyPath: "rebootOption", reason }];
}

function gateProblems(gate: string): Problem[] {
  if (exclusionGates.some((known) => known === gate)) return [];
  const reason = `got ${shown(gate)}; allowed are ${exclusionGates.join(" and ")}.`;
  return [{ propertyPath: "exclusionGate", reason }];
}

/** The exclusion processor that an install window calls. */
export interface WindowExclusions {
  /** ARN of its function. */
  functionArn: pulumi.Input<string>;
  /** Name of its role, which gets the right to cancel executions of this window. */
  roleName: pulumi.Input<string>;
}

export interface PatchInstallWindowArgs extends PatchWindowArgs {
  /**
   * `RebootIfNeeded` reboots a node when the run has installed a patch or an earlier one waits for a reboot;
   * `NoReboot` leaves such patches pending, and services may be restarted all the same.
   * @default RebootIfNeeded
   */
  rebootOption?: pulumi.Input<RebootOption>;
  /** How runs end without harm: nothing begins after the cutoff, and nobody who is at work is killed. @default so, by the package's own function */
  end?: WindowEnd;
  /** The exclusion processor, which the window calls before it patches. @default no call */
  exclusionProcessor?: WindowExclusions;
  /**
   * What becomes of an opening when the processor cannot vouch for exclusions that it has told as in force: `cancel` it before
   * a node is patched, or `proceed`. Both are told.
   * @default cancel
   */
  exclusionGate?: ExclusionGate;
}

/**
 * A maintenance window that installs the approved patches that are missing.
 *
 * @throws `pulumi.InputPropertiesError` that names everything that is wrong with the arguments
 */
export class PatchInstallWindow extends pulumi.ComponentResource implements PatchWindowOutputs {
  /** Id of the maintenance window, as `mw-` and 17 hexadecimal digits. */
  readonly windowId: pulumi.Output<string>;
  /** Id of the window target that selects the nodes of the base patch groups. */
  readonly baseTargetId: pulumi.Output<string>;
  /** Id of the window target that selects the nodes that an exclusion has moved. */
  readonly excludedTargetId: pulumi.Output<string>;
  /** ARN of the role as which the window sends its commands. */
  readonly roleArn: pulumi.Output<string>;
  /** Name of the log group that nodes write the output of the commands to. */
  readonly logGroupName: pulumi.Output<string>;

  constructor(name: string, args: PatchInstallWindowArgs, options?: pulumi.ComponentResourceOptions) {
    // Without the folder of the code: an absolute path would be a change on every other machine.
    super("patchplane:index:PatchInstallWindow", name, { ...args, end: undefined }, bounded(args, options));
    const { exclusionProcessor: processor, exclusionGate: gate = "cancel", end = {} } = args;
    const filled = filledWindowArgs(name, defaults.install, args);
    const { rebootOption, ...checked } = checkedWindowArgs(`PatchInstallWindow ${name}`, filled, (checks) => {
      checks.plain<string>(gate, gateProblems);
      if (end.enabled !== false) checks.plain(filled.windowName, callableProblems(windowEndFunctionName));
      return {
        rebootOption: checks.input<string>(args.rebootOption ?? "RebootIfNeeded", rebootOptionProblems),
      };
    });
    const outputs = buildPatchWindow(
      this,
      name,
      foundedWindowArgs(this, name, checked as Checked<FilledWindowArgs>),
      {
        operation: "Install",
        parameters: { RebootOption: rebootOption },
        description: "patchplane: installs the approved patches that nodes miss",
        ...(end.enabled === false ? {} : { end: { code: end.code ?? codeFolder("window-end") } }),
        ...(processor === undefined ? {} : { firstCall: { functionArn: processor.functionArn, gate } }),
      },
    );
    this.windowId = outputs.windowId;
    if (processor !== undefined && gate === "cancel") this.mayBeCancelled(name, args, processor.roleName);
    this.baseTargetId = outputs.baseTargetId;
    this.excludedTargetId = outputs.excludedTargetId;
    this.roleArn = outputs.roleArn;
    this.logGroupName = outputs.logGroupName;
    this.registerOutputs({ ...outputs });
  }

  /** The processor's own policy cannot name the window, which calls the processor and so is made after it. */
  private mayBeCancelled(
    name: string,
    { region }: PatchInstallWindowArgs,
    roleName: pulumi.Input<string>,
  ): void {
    const resource = pulumi.interpolate`maintenancewindow/${this.windowId}`;
    new aws.iam.RolePolicy(
      `${name}-gate-policy`,
      {
        role: roleName,
        policy: policyDocument([
          {
            Sid: "CancelThisWindow",
            Effect: "Allow",
            Action: "ssm:CancelMaintenanceWindowExecution",
            Resource: arn(awsContext(this, region), { service: "ssm", resource }),
          },
        ]),
      },
      { parent: this },
    );
  }
}
