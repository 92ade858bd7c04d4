import fs from "node:fs";
import { basename } from "node:path";
import { CannotRun, given } from "#shared/terminal/terminal.js";
import { type PlacedSettings, settingsIn, stackSettings } from "#stacks/stackFiles.js";
import { AwsError, NotModelledError } from "../aws/base/errors.js";
import { readPolicy } from "../aws/iam/policy.js";
import { Rates } from "../endpoint/rates.js";
import { loadFaults } from "../faults/load.js";
import { seededFaults } from "../faults/seeded.js";
import { loadFleet } from "../fleet/load.js";
import { readBytes } from "../fleet/readDocument.js";
import type { LabSetting, Later } from "../run.js";
import type { CommonOptions, LaterFile } from "./options.js";

/**
 * Reads the files that options name.
 *
 * @param root folder of the program
 * @throws CannotRun, FleetError for files that are not as they should be
 */
export function settingOf(options: CommonOptions, root: string): LabSetting {
  const { stack, config, seed, from } = options;
  const settings = config === undefined ? stackSettings(root, stack) : settingsIn(root, stack, config);
  return {
    settings,
    fleet: loadFleet(options.fleet, seed),
    from,
    seed,
    members: true,
    faults: options.faults === undefined ? undefined : seededFaults(loadFaults(options.faults), seed),
    unknowns: options.unknowns,
    rates: options.rates ? new Rates() : undefined,
    managedPolicies: boundariesOf(options, settings),
  };
}

/**
 * The policy that a stack's roles are bounded by. Nobody but its account knows what it says.
 *
 * @throws CannotRun when the stack names one and the options no document, or the other way round
 */
function boundariesOf(
  { boundary, stack }: CommonOptions,
  { values, project }: PlacedSettings,
): ReadonlyMap<string, string> | undefined {
  const arn = values[`${project}:permissionsBoundary`] ?? "";
  if (arn === "" && boundary === undefined) return undefined;
  if (boundary === undefined)
    throw new CannotRun(
      [
        `--boundary: got nothing; Pulumi.${stack}.yaml has permissionsBoundary ${given(arn)}, and the lab does not know what it allows. Its document is what this writes:`,
        `    aws iam get-policy-version --policy-arn ${arn} --query PolicyVersion.Document --version-id v1 > boundary.json`,
        `then: npm start -- --stack ${stack} --boundary boundary.json`,
      ].join("\n"),
    );
  if (arn === "")
    throw new CannotRun(
      `--boundary: got ${given(boundary)}; Pulumi.${stack}.yaml names no permissionsBoundary. Leave the option out.`,
    );
  const read = readBytes(boundary, fs);
  if ("problem" in read) throw new CannotRun(`--boundary: ${boundary}: ${read.problem}`);
  const document = new TextDecoder().decode(read.bytes);
  try {
    readPolicy(boundary, document);
  } catch (error) {
    if (!(error instanceof AwsError || error instanceof NotModelledError)) throw error;
    throw new CannotRun(`--boundary: ${error.message}`);
  }
  return new Map([[arn, document]]);
}

/**
 * Reads the stack files of what is to be done later.
 *
 * @throws CannotRun that names each that cannot be read
 */
export function laterOf(files: readonly LaterFile[], stack: string, root: string): Later[] {
  const problems: string[] = [];
  const later = files.flatMap(({ at, file }): Later[] => {
    if (file === undefined) return [{ at, source: "destroy", settings: undefined }];
    try {
      return [{ at, source: basename(file), settings: settingsIn(root, stack, file) }];
    } catch (error) {
      if (!(error instanceof CannotRun)) throw error;
      problems.push(error.message);
      return [];
    }
  });
  if (problems.length > 0) throw new CannotRun(problems.join("\n"));
  return later;
}
