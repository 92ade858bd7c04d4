import * as pulumi from "@pulumi/pulumi";
import { bounded } from "../common/boundary.js";
import { defaults } from "../common/defaults.js";
import { buildPatchWindow, type PatchWindowOutputs } from "./patchWindow.js";
import {
  checkedWindowArgs,
  filledWindowArgs,
  foundedWindowArgs,
  type PatchWindowArgs,
} from "./windowArguments.js";

/** Arguments of a scan window. */
export interface PatchScanWindowArgs extends PatchWindowArgs {}

/**
 * A maintenance window that finds out which patches are missing and installs none.
 *
 * @throws `pulumi.InputPropertiesError` that names everything that is wrong with the arguments
 */
export class PatchScanWindow extends pulumi.ComponentResource implements PatchWindowOutputs {
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

  constructor(name: string, args: PatchScanWindowArgs, options?: pulumi.ComponentResourceOptions) {
    super("patchplane:index:PatchScanWindow", name, args, bounded(args, options));
    const filled = filledWindowArgs(name, defaults.scan, args);
    const checked = checkedWindowArgs(`PatchScanWindow ${name}`, filled, () => ({}));
    const outputs = buildPatchWindow(this, name, foundedWindowArgs(this, name, checked), {
      operation: "Scan",
      parameters: {},
      description: "patchplane: scans nodes for missing patches, installs nothing",
    });
    this.windowId = outputs.windowId;
    this.baseTargetId = outputs.baseTargetId;
    this.excludedTargetId = outputs.excludedTargetId;
    this.roleArn = outputs.roleArn;
    this.logGroupName = outputs.logGroupName;
    this.registerOutputs({ ...outputs });
  }
}
