import type { SendCommandResult } from "@aws-sdk/client-ssm";
import type { Command } from "../../commands/command.js";
import { callApi } from "./executeAwsApi.js";
import type { StepContext, StepKind } from "./kind.js";

/** What references may take from a step that sends a command. The lab's nodes print nothing. */
export const runCommandOutputs: readonly string[] = ["CommandId", "Status", "ResponseCode", "Output"];

/** `aws:runCommand`: sends a command as the runbook's role, and waits for its end. Given up, it cancels the command. */
export const runCommand: StepKind = (context, done) => {
  const { runCommand: commands } = context.region;
  let commandId: string | undefined;
  callApi(
    context,
    ["ssm", "SendCommand", request(context.inputs)],
    (answer) => {
      const id = (answer as SendCommandResult).Command?.CommandId ?? "";
      commandId = id;
      commands.whenEnded(id, () => {
        const { outputs, failure } = ended(commands.command(id));
        done({ outputs, ...(failure === undefined ? watched(context) : { failure }) });
      });
    },
    done,
  );
  return () => {
    if (commandId === undefined) return;
    // Who may not cancel leaves the command alone, and nobody hears of it.
    callApi(
      context,
      ["ssm", "CancelCommand", { CommandId: commandId }],
      () => undefined,
      () => undefined,
    );
  };
};

/** What the actions reference lists for aws:runCommand, and AWS's own policy of the role has. */
const watching = [
  "ssm:ListCommands",
  "ssm:ListCommandInvocations",
  "ssm:GetCommandInvocation",
  "ssm:DescribeInstanceInformation",
  // Not on that list: a role of AWS's central patching sample failed without it (its issue 2).
  "ec2:DescribeInstances",
] as const;

/** Automation looks at its command, and at the nodes that it goes to, with the role. */
function watched({ region, caller }: StepContext): { readonly failure?: string } {
  const { iam } = region.account;
  for (const action of watching) {
    const call = { caller, action, resource: "*", context: { "aws:RequestedRegion": region.name } };
    const denial = iam.denialOf(call);
    if (denial !== undefined)
      return { failure: `AccessDeniedException: ${denial.caller} may not call ${action}` };
  }
  return {};
}

function ended({ id, end }: Command) {
  const { status = "InProgress", details } = end ?? {};
  const ResponseCode = status === "Success" ? 0 : status === "Failed" ? 1 : -1;
  const outputs = { CommandId: id, Status: status, ResponseCode };
  return {
    outputs,
    failure: status === "Success" ? undefined : `the command ${id} ended as ${status} (${details})`,
  };
}

/** Runbooks may write a value where SendCommand takes a list, and numbers as texts. */
function request({ Parameters, TimeoutSeconds, ...others }: StepContext["inputs"]): object {
  const lists = Object.entries(Parameters ?? {}).map(([name, value]) => [name, [value].flat().map(String)]);
  return {
    ...others,
    ...(Parameters === undefined ? {} : { Parameters: Object.fromEntries(lists) }),
    ...(TimeoutSeconds === undefined ? {} : { TimeoutSeconds: Number(TimeoutSeconds) }),
  };
}
