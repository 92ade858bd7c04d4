import type * as pulumi from "@pulumi/pulumi";
import { type WatchedWindow, watchedText, watchVariable } from "#shared/contract/windowWatch.js";
import type { AwsContext } from "../common/awsContext.js";
import { arn, type Statement } from "../common/policies.js";

/** What a function's environment says of the windows that it watches. */
export function watchedEnvironment(windows: readonly WatchedWindow[] = []): Record<string, string> {
  return windows.length === 0 ? {} : { [watchVariable]: watchedText(windows) };
}

/** What it may do for that: nothing without windows. */
export function watchingStatements(windows: readonly WatchedWindow[] = [], context: AwsContext): Statement[] {
  if (windows.length === 0) return [];
  const home: Record<string, pulumi.Input<string>> = { "aws:RequestedRegion": context.region };
  return [
    {
      // It has no resource type (Service Authorization Reference).
      Sid: "FindWindows",
      Effect: "Allow",
      Action: "ssm:DescribeMaintenanceWindows",
      Resource: "*",
      Condition: { StringEquals: home },
    },
    {
      Sid: "SeeTheirExecutions",
      Effect: "Allow",
      Action: "ssm:DescribeMaintenanceWindowExecutions",
      Resource: arn(context, { service: "ssm", resource: "maintenancewindow/*" }),
    },
  ];
}
