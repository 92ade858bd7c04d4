import { branch } from "./branch.js";
import { executeAwsApi } from "./executeAwsApi.js";
import type { StepKind } from "./kind.js";
import { runCommand } from "./runCommand.js";
import { sleep } from "./sleep.js";

/** The kinds of steps that the lab runs, by action. */
export const stepKinds: Readonly<Record<string, StepKind>> = {
  "aws:branch": branch,
  "aws:executeAwsApi": executeAwsApi,
  "aws:runCommand": runCommand,
  "aws:sleep": sleep,
};
