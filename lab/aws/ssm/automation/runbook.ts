import { NotModelledError, refuseOthers } from "../../base/errors.js";
import { namedNext, type Runbook, references } from "../documents/documentContent.js";
import type { RunbookStep } from "./runbookStep.js";
import { pathOf } from "./selector.js";
import { runCommandOutputs } from "./steps/runCommand.js";

const understood: readonly (keyof Runbook)[] = [
  "assumeRole",
  "description",
  "mainSteps",
  "outputs",
  "parameters",
  "schemaVersion",
];
const understoodOfSteps = [
  "action",
  "description",
  "inputs",
  "isCritical",
  "isEnd",
  "maxAttempts",
  "name",
  "nextStep",
  "onFailure",
  "outputs",
  "timeoutSeconds",
];
/** Variables that a runbook need not declare. */
const globals = [
  "automation:EXECUTION_ID",
  "global:ACCOUNT_ID",
  "global:DATE",
  "global:DATE_TIME",
  "global:REGION",
];
/** Of the names of outputs, in the API's model. */
const longestName = 50;

/** What SSM gives for an output of a step that has not run, or whose answer does not have it. */
const noOutput = "No output available yet because the step is not successfully executed";

/** @throws NotModelledError names the first thing of a runbook that the lab's automations do not do */
export function checkRunbook(name: string, runbook: Runbook): void {
  refuseOthers(`the runbook ${name}`, runbook, understood);
  const given = runbook.mainSteps.flatMap(outputsOf);
  for (const [place, step] of runbook.mainSteps.entries()) {
    refuseOthers(`the step ${step.name}`, step, understoodOfSteps);
    if (step.outputs !== undefined && step.action !== "aws:executeAwsApi")
      throw new NotModelledError(`outputs of the step ${step.name}`);
    for (const { Selector } of step.outputs ?? []) pathOf(Selector);
    const back = namedNext(step).find(
      (next) => runbook.mainSteps.findIndex((one) => one.name === next) <= place,
    );
    if (back !== undefined) throw new NotModelledError(`the way back from the step ${step.name} to ${back}`);
  }
  const known = [...Object.keys(runbook.parameters), ...globals, ...given];
  const unknown = references([runbook.mainSteps, runbook.assumeRole]).find((one) => !known.includes(one));
  if (unknown !== undefined) throw new NotModelledError(`{{ ${unknown} }} in a runbook`);
  const odd = runbook.outputs?.find((one) => !given.includes(one));
  if (odd !== undefined) throw new NotModelledError(`the output ${odd} of a runbook`);
  const long = [...given, ...(runbook.outputs ?? [])].find((one) => one.length > longestName);
  if (long !== undefined)
    throw new NotModelledError(`the name ${long} of more than ${longestName} characters`);
}

/** What references may take from a step, such as `list.FirstMember`. */
function outputsOf({ name, action, outputs = [] }: RunbookStep): string[] {
  const names = action === "aws:runCommand" ? runCommandOutputs : outputs.map(({ Name }) => Name);
  return names.map((one) => `${name}.${one}`);
}

/** The values of all outputs of a runbook's steps before any has run. */
export function emptyOutputs({ mainSteps }: Runbook): Record<string, unknown> {
  return Object.fromEntries(mainSteps.flatMap(outputsOf).map((one) => [one, noOutput]));
}
