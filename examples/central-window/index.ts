import * as patchplane from "patchplane";

const regions = ["us-east-1", "eu-west-3", "ap-southeast-2"];
const patchGroups = ["web"];
const baselines = { UBUNTU: { approvalRules: [{ priority: ["Required", "Important"] }] } };

// A node whose group has no baseline in its Region is patched by the account's default one.
const registered = regions.map(
  (region) =>
    new patchplane.PatchBaselines(`baselines-${region}`, {
      region,
      namePrefix: "central",
      patchGroups,
      baselines,
    }),
);

// One window at home, which begins an automation in every Region that has nodes.
const central = new patchplane.RegionalFanout(
  "central",
  { region: "us-east-1", fanout: { regions, maxConcurrency: "10%" }, targets: { patchGroups } },
  { dependsOn: registered },
);

export const windowId = central.windowId;
/** A record of each run. */
export const runs = central.bucket;
