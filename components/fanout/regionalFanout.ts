import * as pulumi from "@pulumi/pulumi";
import { ringFolder } from "#shared/contract/rings.js";
import { runKeys } from "#shared/contract/runKeys.js";
import { awsContext } from "../common/awsContext.js";
import { bounded } from "../common/boundary.js";
import type { NamedBucket } from "../common/namedBucket.js";
import { privateBucket } from "../common/privateBucket.js";
import { recordLifecycle } from "../common/runRecords.js";
import {
  type CompleteFanoutArgs,
  filledFanoutArgs,
  foundedFanoutArgs,
  type RegionalFanoutArgs,
} from "./fanout.js";
import { checkedFanoutArgs } from "./fanoutArguments.js";
import { fanoutEnd } from "./fanoutEnd.js";
import { closingFunction, startFunction } from "./fanoutFunctions.js";
import { fanoutGroups } from "./fanoutGroups.js";
import { accountIds, fanoutRunbookName } from "./fanoutNames.js";
import { administrationRole, executionRole } from "./fanoutRoles.js";
import { fanoutRunbook } from "./fanoutRunbook.js";
import { fanoutWindow, windowRole } from "./fanoutWindow.js";
import { fanoutWindows } from "./rings.js";

/**
 * A central maintenance window that patches many Regions: it calls a function, which starts an automation for each group
 * of nodes in every Region that has any; when they end, another function closes the run's record and says what was
 * patched.
 *
 * @throws `pulumi.InputPropertiesError` that names everything that is wrong with the arguments
 */
export class RegionalFanout extends pulumi.ComponentResource {
  /** Id of the central maintenance window, as `mw-` and 17 hexadecimal digits; with rings that of the first. */
  readonly windowId: pulumi.Output<string>;
  /** Ids of the windows of rings, by their names. */
  readonly ringWindowIds: Record<string, pulumi.Output<string>>;
  /** Name of the function that the window calls. */
  readonly functionName: pulumi.Output<string>;
  /** Name of the function that closes records and watches windows. */
  readonly closingFunctionName: pulumi.Output<string>;
  /** Name of the bucket with a record of each run, below `runs/`. */
  readonly bucket: pulumi.Output<string>;
  /** ARNs of the roles of the functions that write records. @internal */
  readonly recordRoleArns: readonly pulumi.Output<string>[];
  /** ARN of the role that the execution roles of other accounts must trust; undefined when there are none. */
  readonly administrationRoleArn?: pulumi.Output<string>;

  /** @param runs is not for programs: the bucket of the records, where a stack has one for all of its windows */
  constructor(
    name: string,
    args: RegionalFanoutArgs,
    options?: pulumi.ComponentResourceOptions,
    runs?: NamedBucket,
  ) {
    // Without the folder of the code: an absolute path would be a change on every other machine.
    super("patchplane:index:RegionalFanout", name, { ...args, code: undefined }, bounded(args, options));
    const filled = checkedFanoutArgs(name, filledFanoutArgs(name, args));
    const checked = foundedFanoutArgs(this, name, filled);

    const context = awsContext(this, args.region);
    const bucket = runs ?? this.ownBucket(name, checked);
    const execution = executionRole(this, name, { ...checked, outputBucket: checked.logs.bucket }, context);
    const regional = this.inRegions(name, checked);
    const end = fanoutEnd(this, name, { args: checked, bucket, context });
    const closing = closingFunction(this, name, { args: checked, bucket, context });
    const hasOthers = (args.fanout.accounts ?? []).length > 0;
    const administration = hasOthers
      ? administrationRole(this, name, checked, context, [closing.role, end.stopping.role])
      : undefined;
    const roleArns = { execution: execution.role.arn, administration: administration?.role.arn };
    const start = startFunction(this, name, { args: checked, bucket, context, roleArns }, end);
    const policies = administration === undefined ? [] : [administration.policy];
    const everything = [execution.policy, ...policies, closing, ...end.resources, ...regional];
    const role = windowRole(this, name, checked, context, start.arn);
    const shared = { args: checked, context, start, role, roleArns, everything };
    const made = fanoutWindows(name, checked).map((window) => ({
      ring: window.ring?.name,
      id: fanoutWindow(this, window, shared),
    }));
    const [first] = made;
    if (first === undefined) throw new Error("a fan-out has no window");
    this.windowId = first.id;
    this.ringWindowIds = Object.fromEntries(
      made.flatMap(({ ring, id }) => (ring === undefined ? [] : [[ring, id] as const])),
    );
    this.functionName = start.name;
    this.closingFunctionName = closing.name;
    this.bucket = bucket.bucket;
    this.recordRoleArns = [start.role, closing.role];
    if (administration !== undefined) this.administrationRoleArn = administration.role.arn;
    this.registerOutputs({
      windowId: this.windowId,
      ...(checked.rings === undefined ? {} : { ringWindowIds: this.ringWindowIds }),
      functionName: this.functionName,
      closingFunctionName: this.closingFunctionName,
      bucket: this.bucket,
      administrationRoleArn: this.administrationRoleArn,
    });
  }

  /** The bucket of the records, where no stack has one for all of its windows. */
  private ownBucket(name: string, { region, tags, rings = [] }: CompleteFanoutArgs): NamedBucket {
    const kept = { "expire-records": runKeys.closed };
    return privateBucket(this, name, {
      region,
      ...(tags === undefined ? {} : { tags }),
      lifecycleRules: recordLifecycle(
        rings.length === 0 ? kept : { ...kept, "expire-entries-of-rings": ringFolder },
      ),
    });
  }

  /** Every Region has the groups and the runbook of its own: it is started there. */
  private inRegions(name: string, args: CompleteFanoutArgs): pulumi.Resource[] {
    const tags = args.tags === undefined ? {} : { tags: args.tags };
    const { operation, resourceGroups, regions } = args.fanout;
    const windows = resourceGroups === undefined ? fanoutWindows(name, args) : [];
    const groups = windows.flatMap(({ name: own, namePrefix, targets, fanout }) =>
      fanout.regions.flatMap((region) =>
        fanoutGroups(this, own, region, { namePrefix, targets, operation, ...tags }),
      ),
    );
    const documents = regions.map((region) =>
      fanoutRunbook(this, name, region, {
        name: fanoutRunbookName(args.namePrefix),
        mode: args.fanout.executionMode ?? "per-region",
        outputBucket: args.logs.bucket,
        accounts: accountIds(args.fanout),
        ...tags,
      }),
    );
    return [...groups, ...documents];
  }
}
