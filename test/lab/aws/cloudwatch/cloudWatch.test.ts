import { expect } from "chai";
import type { MetricAlarmInput } from "#lab/aws/cloudwatch/metrics.js";
import { account, day, errorCode, hour, minute, monday, type World } from "../../support.js";
import { topicForServices } from "../../topicSupport.js";

function alarmed(changes: Partial<MetricAlarmInput> = {}): {
  world: World;
  add: () => void;
  TopicArn: string;
} {
  const world = account([]);
  const { cloudWatch } = world.region;
  const TopicArn = topicForServices(world.region, "alarms");
  cloudWatch.putMetricAlarm({
    AlarmName: "child",
    Namespace: "N",
    MetricName: "M",
    Dimensions: [{ Name: "D", Value: "V" }],
    Statistic: "Sum",
    ComparisonOperator: "GreaterThanOrEqualToThreshold",
    TreatMissingData: "notBreaching",
    Threshold: 1,
    Period: 300,
    EvaluationPeriods: 1,
    AlarmActions: [TopicArn],
    ...changes,
  });
  return { world, TopicArn, add: () => cloudWatch.metric("N", "M", "D", "V").add(1) };
}

/** Minutes after the start at which messages came. */
function heard({ region }: World): number[] {
  return region.sns.delivered.map(({ at }) => (at - monday) / minute);
}

describe("a metric", () => {
  it("sums what was added in a half-open stretch of whole minutes, for a week", async () => {
    const { clock, region } = account([]);
    const metric = region.cloudWatch.metric("N", "M", "D", "V");
    metric.add(1);
    await clock.advanceTo(monday + 59_999);
    metric.add(2);
    await clock.advanceTo(monday + minute);
    metric.add(4);
    expect(metric.sum(monday, monday + minute)).to.equal(3);
    expect(metric.sum(monday + minute, monday + 2 * minute)).to.equal(4);
    expect(metric.sum(monday, monday + 2 * minute)).to.equal(7);
    await clock.advanceTo(monday + 8 * day);
    metric.add(8);
    expect(metric.sum(0, monday + 9 * day)).to.equal(8);
  });

  it("is one per dimension", () => {
    const { cloudWatch } = account([]).region;
    expect(cloudWatch.metric("N", "M", "D", "V")).to.equal(cloudWatch.metric("N", "M", "D", "V"));
    expect(cloudWatch.metric("N", "M", "D", "V")).not.to.equal(cloudWatch.metric("N", "M", "D", "W"));
  });
});

describe("an alarm", () => {
  it("goes off a minute later, once, and again after it has ended", async () => {
    const { world, add } = alarmed();
    const { clock } = world;
    add();
    clock.at(monday + 2 * minute, add);
    clock.at(monday + hour, add);
    await clock.advanceTo(monday + day);
    expect(heard(world)).to.deep.equal([1, 61]);
    expect(world.region.sns.delivered[0]?.subject).to.equal('ALARM: "child" in us-east-1');
  });

  it("goes off at its threshold and not below", async () => {
    for (const [adds, messages] of [
      [2, 0],
      [3, 1],
    ] as const) {
      const { world, add } = alarmed({ Threshold: 3 });
      for (let index = 0; index < adds; index++) world.clock.at(monday + index * minute, add);
      await world.clock.advanceTo(monday + hour);
      expect(heard(world), `${adds} adds`).to.have.length(messages);
    }
  });

  it("wants as many datapoints as it says, among its last periods", async () => {
    for (const [second, messages] of [
      [4, []],
      [5, [6]],
      [14, [15]],
      [16, []],
    ] as const) {
      const { world, add } = alarmed({ EvaluationPeriods: 3, DatapointsToAlarm: 2 });
      add();
      world.clock.at(monday + second * minute, add);
      await world.clock.advanceTo(monday + day);
      expect(heard(world), `again after ${second} minutes`).to.deep.equal(messages);
    }
  });

  const hourly = {
    Statistic: "Maximum",
    ComparisonOperator: "GreaterThanThreshold",
    Threshold: 0,
    Period: 3600,
    EvaluationPeriods: 2,
    TreatMissingData: "breaching",
  };

  it("that takes missing data for the worst goes off at once where there are none", async () => {
    const { world } = alarmed(hourly);
    await world.clock.advanceTo(monday + day);
    expect(heard(world)).to.eql([2]);
  });

  it("that takes missing data for the worst goes off when two periods on end have none, or bad ones", async () => {
    for (const [values, at] of [
      [[0, 0, 0], [277]],
      [[0, 7, 0], [277]],
      [[0, 7, 1], [157]],
    ] as const) {
      const { world } = alarmed(hourly);
      const metric = world.region.cloudWatch.metric("N", "M", "D", "V");
      metric.add(0);
      for (const [index, value] of values.entries()) {
        world.clock.at(monday + (index + 0.6) * hour, () => metric.add(value));
      }
      // From then on nothing comes.
      await world.clock.advanceTo(monday + day);
      expect(heard(world), String(values)).to.eql(at);
    }
  });

  for (const changes of [
    { Statistic: "Average" },
    { ComparisonOperator: "LessThanThreshold" },
    { TreatMissingData: "ignore" },
    { Dimensions: [] },
  ]) {
    it(`is refused with ${JSON.stringify(changes)}`, () => {
      expect(errorCode(() => alarmed(changes))).to.equal("NotModelledError");
    });
  }
});

describe("a composite alarm", () => {
  function composed(wait = 600) {
    const { world, TopicArn, add } = alarmed({
      AlarmActions: [],
      EvaluationPeriods: 4,
      DatapointsToAlarm: 1,
    });
    const { cloudWatch } = world.region;
    cloudWatch.putMetricAlarm({
      AlarmName: "suppressor",
      Namespace: "N",
      MetricName: "M",
      Dimensions: [{ Name: "D", Value: "other" }],
      Statistic: "Sum",
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
      TreatMissingData: "notBreaching",
      Threshold: 1,
      Period: 3600,
      EvaluationPeriods: 1,
    });
    cloudWatch.putCompositeAlarm({
      AlarmName: "composite",
      AlarmRule: 'ALARM("child")',
      AlarmActions: [TopicArn],
      ActionsSuppressor: world.region.arn("cloudwatch", "alarm:suppressor"),
      ActionsSuppressorWaitPeriod: wait,
    });
    return { world, add, suppress: () => cloudWatch.metric("N", "M", "D", "other").add(1) };
  }

  it("speaks up after waiting in vain for its suppressor", async () => {
    const { world, add } = composed();
    add();
    await world.clock.advanceTo(monday + day);
    expect(heard(world)).to.deep.equal([11]);
  });

  it("is silent when its suppressor went off before, or within the wait", async () => {
    for (const [after, messages] of [
      [-5, []],
      [9, []],
      [11, [11]],
    ] as const) {
      const { world, add, suppress } = composed();
      world.clock.at(monday + 10 * minute, add);
      world.clock.at(monday + (10 + after) * minute, suppress);
      await world.clock.advanceTo(monday + day);
      expect(
        heard(world).map((time) => time - 10),
        `suppressed after ${after} minutes`,
      ).to.deep.equal(messages);
    }
  });

  it("is silent when its child has ended within the wait", async () => {
    const { world, add } = composed(3600);
    add();
    await world.clock.advanceTo(monday + day);
    expect(heard(world)).to.deep.equal([]);
  });

  it("does without a suppressor", async () => {
    const { world, TopicArn, add } = alarmed({ AlarmActions: [] });
    world.region.cloudWatch.putCompositeAlarm({
      AlarmName: "plain",
      AlarmRule: 'ALARM("child")',
      AlarmActions: [TopicArn],
    });
    add();
    await world.clock.advanceTo(monday + day);
    expect(heard(world)).to.deep.equal([1]);
  });

  it("is refused over what does not exist, and over other rules", () => {
    const { world } = alarmed();
    const put = (AlarmRule: string, more = {}) =>
      errorCode(() => world.region.cloudWatch.putCompositeAlarm({ AlarmName: "x", AlarmRule, ...more }));
    expect(put('ALARM("none")')).to.equal("ValidationError");
    expect(
      put('ALARM("child")', { ActionsSuppressor: "arn:aws:cloudwatch:us-east-1:1:alarm:none" }),
    ).to.equal("ValidationError");
    expect(put('OK("child")')).to.equal("NotModelledError");
  });
});
