import type { BadPatch, Interval } from "#lab/fleet/model.js";
import { alarmArnPattern } from "#shared/contract/rings.js";
import type { CloudWatch } from "../../cloudwatch/cloudWatch.js";
import { peoplesMetric } from "../../cloudwatch/metrics.js";
import { badOnes, isStillIn, isUnlucky } from "../../patching/harm.js";
import type { OperationPlan } from "../../patching/operation.js";
import type { Place } from "../../place.js";
import type { LabNode } from "./labNode.js";

/** Where nodes are, and where their owners' alarms are. */
type Needs = Place & {
  readonly account: {
    account(
      id: string,
    ): { region(name: string): { readonly cloudWatch: Pick<CloudWatch, "metric"> } } | undefined;
  };
};

/** That a node got a bad patch. */
interface Harm {
  readonly nodeId: string;
  readonly bad: BadPatch;
  /** When it went in. */
  readonly at: number;
  /** When it showed; undefined where the node was lucky, or has not been started anew since. */
  shownAt: number | undefined;
}

/** Makes the alarms in a Region that people have, on metrics of their own. */
export function makeAlarms({ name, account }: Place, cloudWatch: CloudWatch): void {
  const { namespace: Namespace, name: MetricName, dimension: Name } = peoplesMetric;
  for (const arn of account.fleet.alarms ?? []) {
    const [, , region, owner, AlarmName = ""] = alarmArnPattern.exec(arn) ?? [];
    if (region !== name || owner !== account.id) continue;
    cloudWatch.putMetricAlarm({
      ...{ AlarmName, Namespace, MetricName, Dimensions: [{ Name, Value: AlarmName }] },
      ...{ Statistic: "Maximum", ComparisonOperator: "GreaterThanThreshold", Threshold: 0 },
      ...{ TreatMissingData: "notBreaching", Period: 300, EvaluationPeriods: 1 },
    });
  }
}

/** What bad patches do to the nodes of a Region that get them. */
export class Harms {
  /** In the order in which they went in. */
  readonly all: Harm[] = [];
  private readonly waiting = new Map<LabNode, Harm[]>();

  constructor(private readonly region: Needs) {}

  /** Notes what has been put on a node, and lets what it does show. */
  installed(node: LabNode, { steps, reboots }: Pick<OperationPlan, "steps" | "reboots">): void {
    const { clock, fleet, seed } = this.region.account;
    const { badPatches = [] } = fleet;
    if (badPatches.length === 0) return;
    const waiting = this.waiting.get(node) ?? [];
    for (const bad of badOnes(badPatches, node, steps)) {
      const harm: Harm = { nodeId: node.id, bad, at: clock.now, shownAt: undefined };
      this.all.push(harm);
      if (!isUnlucky(seed, node, bad)) continue;
      if (bad.breaks === "alarm") this.show(node, harm);
      else waiting.push(harm);
    }
    this.waiting.set(node, reboots ? [] : waiting);
    if (reboots) for (const harm of waiting) if (isStillIn(node, harm.bad)) this.show(node, harm);
  }

  /** Whether a node will not come back from the reboot of a run. */
  isLostBy(node: LabNode, { steps, reboots }: OperationPlan): boolean {
    const { fleet, seed } = this.region.account;
    const { badPatches = [] } = fleet;
    if (!reboots || badPatches.length === 0) return false;
    const now = badOnes(badPatches, node, steps).filter((bad) => isUnlucky(seed, node, bad));
    const before = (this.waiting.get(node) ?? []).map(({ bad }) => bad).filter((bad) => isStillIn(node, bad));
    return [...now, ...before].some(({ breaks, afterMs }) => breaks === "node" && afterMs === 0);
  }

  private show(node: LabNode, harm: Harm): void {
    const { clock } = this.region.account;
    const { afterMs, mendedAfterMs = Number.POSITIVE_INFINITY, alarm } = harm.bad;
    const from = clock.now + afterMs;
    const span: Interval = { from, to: from + mendedAfterMs };
    if (alarm === undefined) node.goOffline(span);
    const begin = () => {
      harm.shownAt = from;
      if (alarm !== undefined) this.count(alarm, span);
    };
    if (afterMs === 0) begin();
    else clock.at(from, begin);
  }

  /** Lets a node be counted as down for some time. */
  private count(arn: string, { to }: Interval): void {
    const { clock } = this.region.account;
    const [, , region = "", owner = "", name = ""] = alarmArnPattern.exec(arn) ?? [];
    const { namespace, name: metricName, dimension } = peoplesMetric;
    const metric = this.region.account
      .account(owner)
      ?.region(region)
      .cloudWatch.metric(namespace, metricName, dimension, name);
    metric?.set(metric.level + 1);
    if (Number.isFinite(to)) clock.at(to, () => metric?.set(metric.level - 1));
  }
}
