import type * as pulumi from "@pulumi/pulumi";
import type { BaselineSettings } from "../baselines/baselineRules.js";
import type { ExclusionGate, RebootOption } from "../common/choices.js";
import type { FunctionLogs, Notifications, WindowLogs } from "../common/foundation.js";
import type { RetiredParts } from "../exclusions/exclusionRetirement.js";
import type { FanoutRing } from "../fanout/ringArguments.js";
import type { CompleteTargets } from "../windows/patchTargets.js";
import type { RateControl } from "../windows/windowArguments.js";
import type { WindowSchedule } from "../windows/windowSchedule.js";

/** The Regions with nodes under patching. */
interface PlaneRegions {
  /** Whether the home Region is one of them. */
  readonly home: boolean;
  readonly others: readonly string[];
}

/** A ring, and by how many days its approval delays are longer than those of a first one. */
interface PlaneRing {
  readonly ring: FanoutRing;
  readonly delayDays: number;
}

/** All that a deployment of patchplane is made of: of a stack's configuration, or of the arguments of `PatchPlane`. */
export interface Plane {
  /** Windows that are made. */
  readonly stacks: readonly ("scan" | "install" | "central")[];
  readonly homeRegion?: string;
  readonly regions: PlaneRegions;
  readonly logGroupPrefix: string;
  readonly tags: Record<string, string>;
  /** Start of the names that people see in the console. */
  readonly prefix: string;
  readonly targets: CompleteTargets;
  readonly ownsBaselines: boolean;
  readonly baselines: { readonly [system: string]: BaselineSettings };
  readonly scan: WindowSchedule;
  readonly install: WindowSchedule;
  readonly fanoutSchedule: WindowSchedule;
  /** Windows that follow each other in the place of the central one. @default none */
  readonly rings?: readonly PlaneRing[];
  /** Change Calendars of the two windows. @default none */
  readonly scanCalendars?: readonly string[];
  readonly installCalendars?: readonly string[];
  readonly rebootOption: RebootOption;
  readonly exclusionGate: ExclusionGate;
  readonly rateControl: RateControl;
  readonly ownerInformation: pulumi.Input<string>;
  readonly notificationEmails: string[];
  readonly completionEmails: string[];
  readonly permissionsBoundary?: string;
  readonly logRetentionDays: pulumi.Input<number>;
  readonly maxExclusionDays: number;
  readonly maxChangedNodes?: number;
  readonly maxHeldPercent: number;
  readonly maxBaselines: number;
  readonly retired: RetiredParts;
  readonly approvers: string[];
  readonly deployers: string[];
  /** What is there already and is used as it is. */
  readonly existing?: Existing;
}

/** Parts of the foundation that are there already. */
export interface Existing {
  readonly logs?: Pick<WindowLogs, "bucket" | "kmsKeyArn"> & FunctionLogs;
  readonly notifications?: Notifications;
  /** ARN of the service role of the windows. */
  readonly serviceRoleArn?: pulumi.Input<string>;
}

/** The calendars of a window where it has any: without them nothing of it is another. */
export function calendarsOf(calendars: readonly string[] = []): { calendars?: string[] } {
  return calendars.length === 0 ? {} : { calendars: [...calendars] };
}

/** Where the parts are made: in a stack by their own names, or below a component by names that begin with its own. */
export class Place {
  constructor(
    private readonly parent?: { readonly component: pulumi.ComponentResource; readonly name: string },
  ) {}

  /** Name of a part. */
  name(part: string): string {
    return this.parent === undefined ? part : `${this.parent.name}-${part}`;
  }

  /** Options of a part. */
  options(options: pulumi.ComponentResourceOptions = {}): pulumi.ComponentResourceOptions {
    return this.parent === undefined ? options : { ...options, parent: this.parent.component };
  }
}
