import type {
  DescribeMaintenanceWindowScheduleRequest,
  DescribeMaintenanceWindowScheduleResult,
  DescribeMaintenanceWindowsForTargetRequest,
  DescribeMaintenanceWindowsForTargetResult,
  Target,
} from "@aws-sdk/client-ssm";
import { nextOccurrence } from "#schedule/occurrences.js";
import { page } from "../../base/page.js";
import type { Place } from "../../place.js";
import { byTime, filterOf, instantOf } from "../filters.js";
import type { ManagedNodes } from "../nodes/managedNodes.js";
import { found } from "./windowDescriptions.js";
import type { Window, WindowTarget } from "./windowTypes.js";

/** Where windows are, and the nodes that they reach. */
type Needs = Place & { readonly nodes: ManagedNodes };

/** So many of a window's next times are told; AWS does not say how far it looks ahead. */
const timesAhead = 50;
/** The API sets no most for a page. */
const mostPerPage = Number.MAX_SAFE_INTEGER;
const unasked = 50;

/** What the API tells of when windows open, and for whom. */
export class WindowCalendar {
  constructor(
    private readonly region: Needs,
    private readonly windows: ReadonlyMap<string, Window>,
  ) {}

  /** What comes next, over all windows in the order of time. */
  describeMaintenanceWindowSchedule(
    input: DescribeMaintenanceWindowScheduleRequest,
  ): DescribeMaintenanceWindowScheduleResult {
    const { WindowId, Targets, ResourceType = "INSTANCE", Filters = [] } = input;
    const passes = filterOf<{ at: number }>(Filters, {
      ScheduledBefore: byTime(({ at }) => at, "before"),
      ScheduledAfter: byTime(({ at }) => at, "from"),
    });
    const starts = Filters.filter(({ Key }) => Key === "ScheduledAfter").flatMap(({ Values = [] }) => Values);
    const from = Math.max(this.region.account.clock.now, ...starts.map((text) => instantOf(text) - 1));
    const asked =
      WindowId === undefined
        ? [...this.windows.values()]
        : [found(this.windows, WindowId, "maintenance window")];
    const executions = asked
      .filter((window) => Targets === undefined || this.reaches(window, Targets, ResourceType))
      .flatMap((window) => timesOf(window, from).map((at) => ({ window, at })))
      .filter(passes)
      .sort((a, b) => a.at - b.at);
    const { items, token } = page(executions, input, 1, mostPerPage, { unasked });
    const ScheduledWindowExecutions = items.map(({ window, at }) => ({
      WindowId: window.id,
      Name: window.name,
      ExecutionTime: new Date(at).toISOString(),
    }));
    return { ScheduledWindowExecutions, ...token };
  }

  /** The windows that a node, or a tag as it stands in a window's targets, belongs to. */
  describeMaintenanceWindowsForTarget(
    input: DescribeMaintenanceWindowsForTargetRequest,
  ): DescribeMaintenanceWindowsForTargetResult {
    const { Targets = [], ResourceType = "INSTANCE" } = input;
    const windows = [...this.windows.values()].filter((window) =>
      this.reaches(window, Targets, ResourceType),
    );
    const { items, token } = page(windows, input, 1, mostPerPage, { unasked });
    return { WindowIdentities: items.map(({ id, name }) => ({ WindowId: id, Name: name })), ...token };
  }

  private reaches(window: Window, wanted: readonly Target[], resourceType: string): boolean {
    return [...window.targets.values()].some(
      (target) =>
        target.input.ResourceType === resourceType && wanted.every((one) => this.covers(target, one)),
    );
  }

  private covers({ targets }: WindowTarget, { Key, Values = [] }: Target): boolean {
    const isNamed = targets.some(
      (target) => target.Key === Key && Values.some((value) => target.Values?.includes(value)),
    );
    if (isNamed || Key !== "InstanceIds") return isNamed;
    return this.region.nodes.select(targets).some(({ id }) => Values.includes(id));
  }
}

function timesOf(window: Window, from: number): number[] {
  const times: number[] = [];
  if (!window.isEnabled) return times;
  let next = nextOccurrence(window.schedule, window.occurrences, from);
  while (next !== undefined && times.length < timesAhead) {
    times.push(next);
    next = nextOccurrence(window.schedule, window.occurrences, next);
  }
  return times;
}
