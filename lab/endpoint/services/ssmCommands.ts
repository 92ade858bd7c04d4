import type {
  CancelCommandRequest,
  CancelCommandResult,
  SendCommandRequest,
  SendCommandResult,
} from "@aws-sdk/client-ssm";
import { CommandAccess } from "../../aws/ssm/commands/commandAccess.js";
import type { ApiContext, Handlers } from "../operation.js";
import { methods } from "./methods.js";

/** SSM's operations on commands. Sending and cancelling ask IAM themselves, since nodes decide as well. */
export const ssmCommandHandlers = {
  SendCommand: (input: SendCommandRequest, { region, caller }: ApiContext): SendCommandResult =>
    region.runCommand.sendCommand(input, { access: new CommandAccess(region, caller) }),
  CancelCommand: (input: CancelCommandRequest, { region, caller }: ApiContext): CancelCommandResult =>
    region.runCommand.cancelCommand(input, new CommandAccess(region, caller)),
  ...methods(
    ({ runCommand }) => runCommand.history,
    "ListCommands",
    "ListCommandInvocations",
    "GetCommandInvocation",
  ),
} as const satisfies Handlers;
