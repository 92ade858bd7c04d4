import { basename } from "node:path";
import { settingsIn, stackSettings } from "#stacks/stackFiles.js";
import { Rates } from "../endpoint/rates.js";
import { loadFaults } from "../faults/load.js";
import { seededFaults } from "../faults/seeded.js";
import { loadFleet } from "../fleet/load.js";
import type { LabSetting, Later } from "../run.js";
import type { CommonOptions, LaterFile } from "./options.js";

/**
 * Reads the files that options name.
 *
 * @param root folder of the program
 * @throws CannotRun, FleetError for files that are not as they should be
 */
export function settingOf(options: CommonOptions, root: string): LabSetting {
  const { stack, seed, from } = options;
  return {
    settings: stackSettings(root, stack),
    fleet: loadFleet(options.fleet, seed),
    from,
    seed,
    faults: options.faults === undefined ? undefined : seededFaults(loadFaults(options.faults), seed),
    unknowns: options.unknowns,
    rates: options.rates ? new Rates() : undefined,
  };
}

/**
 * Reads the stack files of what is to be done later.
 *
 * @throws CannotRun for one that cannot be read
 */
export function laterOf(files: readonly LaterFile[], stack: string, root: string): Later[] {
  return files.map(({ at, file }) =>
    file === undefined
      ? { at, source: "destroy", settings: undefined }
      : { at, source: basename(file), settings: settingsIn(root, stack, file) },
  );
}
