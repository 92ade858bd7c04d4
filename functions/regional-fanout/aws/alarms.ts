import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { alarmArnPattern } from "#shared/contract/rings.js";
import type { ClientSettings } from "../../shared/aws/clients.js";

/** What tells the states of alarms of CloudWatch, wherever they are. A client is made for a Region when it is asked for first. */
export function alarmStates(
  settings: ClientSettings,
): (arns: readonly string[], signal: AbortSignal) => Promise<ReadonlyMap<string, string>> {
  const clients = new Map<string, CloudWatchClient>();
  return async (arns, abortSignal) => {
    const names = new Map<string, string[]>();
    for (const arn of arns) {
      const [, , region = "", , name = ""] = alarmArnPattern.exec(arn) ?? [];
      names.set(region, [...(names.get(region) ?? []), name]);
    }
    const states = new Map<string, string>();
    for (const [region, AlarmNames] of names) {
      const client = clients.get(region) ?? new CloudWatchClient({ ...settings, region });
      clients.set(region, client);
      // Without types composite alarms are left out (API: DescribeAlarms, AlarmTypes). At most 10 are asked for: one page.
      const found = await client.send(
        new DescribeAlarmsCommand({ AlarmNames, AlarmTypes: ["MetricAlarm", "CompositeAlarm"] }),
        { abortSignal },
      );
      for (const { AlarmArn = "", StateValue = "" } of [
        ...(found.MetricAlarms ?? []),
        ...(found.CompositeAlarms ?? []),
      ])
        states.set(AlarmArn, StateValue);
    }
    return states;
  };
}
