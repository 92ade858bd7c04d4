import type { Target } from "@aws-sdk/client-ssm";
import type { Cause, CauseBook, KnownCause } from "#shared/contract/causes.js";
import { iso } from "#shared/text/format.js";
import type { Region } from "../../aws/region.js";
import type { Command, InvocationStatus } from "../../aws/ssm/commands/command.js";
import type { LabNode } from "../../aws/ssm/nodes/labNode.js";
import type { Window } from "../../aws/ssm/windows/windowTypes.js";
import { type FleetNode, ownAccountId } from "../../fleet/model.js";
import { recordReason } from "../summary/reasonNames.js";
import type { FanoutView } from "./fanoutNodes.js";

/** What the windows of a Region select, and how their last commands went on each node. */
export class RegionView {
  readonly windowsOf = new Map<LabNode, Window[]>();
  readonly lastStatus = new Map<LabNode, Map<Window, InvocationStatus>>();

  constructor(readonly region: Region) {
    for (const window of region.windows.all) {
      const selected = [...window.targets.values()].flatMap(({ targets }) => region.nodes.select(targets));
      for (const node of new Set(selected)) {
        this.windowsOf.set(node, [...(this.windowsOf.get(node) ?? []), window]);
      }
      for (const command of lastCommands(window)) {
        command.nodes.forEach((node, index) => {
          const statuses = this.lastStatus.get(node) ?? new Map<Window, InvocationStatus>();
          this.lastStatus.set(node, statuses.set(window, command.statusOf(index)));
        });
      }
    }
  }
}

function lastCommands(window: Window): Command[] {
  const last = window.executions.findLast(({ tasks }) =>
    tasks.some(({ invocations }) => invocations.length > 0),
  );
  return (last?.tasks ?? []).flatMap(({ invocations }) => invocations.map(({ command }) => command));
}

/** Why the last run of a window did not do its work on a node; undefined where that is no news. */
function lastCause(status: InvocationStatus): KnownCause | undefined {
  switch (status) {
    case "Failed":
      return "patch run failed on the node";
    case "ExecutionTimedOut":
      return "patch run timed out on the node";
    case "Undeliverable":
      return "stopped";
    case "DeliveryTimedOut":
      return "connection lost";
    case "Cancelled":
      return "cancelled at the window's cutoff";
    case "Terminated":
      return "left out by the error limit";
    case "AccessDenied":
      return "access denied";
    default:
      return undefined;
  }
}

/** The same of a reason of a run's record; undefined for what is told anyway. */
function recordCause(reason: string): KnownCause | undefined {
  switch (recordReason(reason)) {
    case "stopped":
      return "stopped";
    case "connection lost":
      return "connection lost";
    case "no SSM Agent":
      return "no SSM Agent";
    case "failed":
      return "patch run failed on the node";
    case "timed out":
      return "patch run timed out on the node";
    case "cancelled":
      return "cancelled at the window's cutoff";
    case "on the default baseline":
    case "held by an exclusion":
      return undefined;
    default:
      return "command not sent";
  }
}

/** Why the last runs of windows did not do their work on a node. */
export function lastRunCauses(
  node: LabNode,
  { lastStatus }: RegionView,
  fanoutView: FanoutView,
  book: CauseBook,
): Cause[] {
  const all = [
    ...[...(lastStatus.get(node) ?? [])].map(([{ name }, status]) => [name, lastCause(status)] as const),
    ...(fanoutView.notPatched.get(node.id) ?? []).map(
      ({ window, reason }) => [window, recordCause(reason)] as const,
    ),
  ];
  return all.flatMap(([window, cause]) =>
    cause === undefined ? [] : [book.of(cause, `${cause} in the last run of ${window}`)],
  );
}

/** Regions of accounts, each by its key. */
export function regionViews(regions: readonly Region[]): ReadonlyMap<string, RegionView> {
  return new Map(regions.map((region) => [viewKey(region.name, region.account.id), new RegionView(region)]));
}

/** The key of a Region of an account. */
export function viewKey(region: string, account = ownAccountId): string {
  return `${account} ${region}`;
}

/** Why no window selects a node, told apart by what it lacks. */
export function noWindowCause(
  { account, region, tags }: FleetNode,
  view: RegionView | undefined,
  fanoutView: FanoutView,
  book: CauseBook,
): Cause {
  if (account !== undefined && !fanoutView.hasGroups(view?.region)) {
    const remedy = "Name the account in fanoutAccounts, and deploy FanoutMember there.";
    const cause = `in no window: account ${account} has no groups of a central window`;
    return book.other({ cause, act: "stack", remedy }, `${cause} in ${region}`);
  }
  const own = view?.region.windows.all.find(({ targets }) => targets.size > 0);
  const criteria: readonly Target[] =
    [...(own?.targets.values() ?? [])][0]?.targets ?? fanoutView.criteriaIn(region);
  if (criteria.length === 0) {
    const remedy = "Deploy a stack there, or add the Region to fanoutRegions.";
    const cause = `in no window: ${region} has none`;
    return book.other({ cause, act: "stack", remedy }, `in no window: ${region} has no window`);
  }
  const lacks = criteria.flatMap(({ Key = "", Values = [] }) => {
    const key = Key.replace(/^tag:/, "");
    const value = Object.hasOwn(tags, key) ? tags[key] : undefined;
    if (value === undefined) return [{ kind: `no tag ${key}`, why: `it has no tag ${key}` }];
    if (Values.includes(value)) return [];
    const wanted = Values.join(" or ");
    return [{ kind: `another value of tag ${key}`, why: `its tag ${key} is ${value}, not ${wanted}` }];
  });
  const cause = `in no window: ${lacks.map(({ kind }) => kind).join(", ")}`;
  const remedy = "Give it the tags that the windows select by; the next one takes it.";
  const why = `in no window: ${lacks.map((one) => one.why).join(", and ")}`;
  return book.other({ cause, act: "node", remedy }, why);
}

/** What a command that was killed in its midst has left on a node. */
export function brokenCauses({ broken }: LabNode, book: CauseBook): Cause[] {
  if (broken === undefined) return [];
  const { at, packageName, commandId } = broken;
  const why = `command ${commandId} was killed at ${iso(at)} while ${packageName} went in: nothing can be installed any more`;
  return [book.of("broken by a killed installation", why)];
}
