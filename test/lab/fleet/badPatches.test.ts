import { expect } from "chai";
import { fleetOf, linuxNode, load, problemsOf } from "./support/files.js";

const alarm = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:checkout-errors";
const { catalog } = linuxNode;
const bad = { catalog, patch: "openssl", breaks: "application", alarm };

describe("patches that break nodes, as a fleet file says it", () => {
  it("are none by themselves", () => {
    expect(load(fleetOf(linuxNode))).to.deep.include({ alarms: [], badPatches: [] });
  });

  it("are one version each, with what they break", () => {
    const badPatches = [
      bad,
      {
        catalog,
        patch: "openssl-1:3.0.8-1",
        share: 0.3,
        breaks: "node",
        afterMinutes: 90,
        mendedAfterHours: 2,
      },
    ];
    const fleet = load({ ...fleetOf(linuxNode), alarms: [alarm], badPatches });
    expect(fleet.alarms).to.eql([alarm]);
    expect(
      fleet.badPatches?.map(({ catalog: _, patch, ...rest }) => ({ ...rest, at: patch.versionIndex })),
    ).to.eql([
      { at: 1, share: 1, breaks: "application", afterMs: 0, alarm },
      { at: 0, share: 0.3, breaks: "node", afterMs: 5_400_000, mendedAfterMs: 7_200_000 },
    ]);
  });

  it("are refused with every problem", () => {
    const alarms = [
      alarm,
      alarm,
      alarm.replace("us-east-1", "us-east-9"),
      alarm.replace("123456789012", "111122223333"),
    ];
    const badPatches = [
      { ...bad, patch: "opensls" },
      { ...bad, catalog: "none", alarm: `${alarm}2` },
      bad,
      { ...bad, patch: "openssl-1:3.0.8-2" },
    ];
    expect(problemsOf({ ...fleetOf(linuxNode), alarms, badPatches })).to.eql([
      `fleet.yaml: alarms[1]: got "${alarm}"; allowed is an alarm that is not in the list yet`,
      `fleet.yaml: alarms[2]: got "${alarms[2]}"; allowed is an alarm in a Region of AWS; did you mean us-east-1 or us-east-2?`,
      `fleet.yaml: alarms[3]: got "${alarms[3]}"; allowed is an alarm of the account 123456789012 in the partition aws`,
      `fleet.yaml: badPatches[0].patch: got "opensls"; allowed is a package, version or KB of the catalog ${catalog}`,
      `fleet.yaml: badPatches[1].alarm: got "${alarm}2"; allowed is one of alarms`,
      `fleet.yaml: badPatches[1].catalog: got "none"; allowed is one of linux, windows`,
      'fleet.yaml: badPatches[3].patch: got "openssl-1:3.0.8-2"; allowed is a patch that badPatches[2] is not about',
    ]);
  });

  it("are refused by their shape, and what is wrong elsewhere too", () => {
    const wrong = [
      { ...bad, alarm: undefined },
      { ...bad, breaks: "node" },
      { ...bad, breaks: "all", share: 2, afterMinutes: -1, mendedAfterHours: 0 },
      { ...bad, patch: "opensls" },
    ];
    const found = problemsOf({ ...fleetOf(linuxNode), alarms: ["checkout-errors"], badPatches: wrong });
    expect(found.map((one) => one.split(": ")[1]).sort()).to.eql([
      "alarms[0]",
      "badPatches[0]",
      "badPatches[1]",
      "badPatches[2].afterMinutes",
      "badPatches[2].breaks",
      "badPatches[2].mendedAfterHours",
      "badPatches[2].share",
      "badPatches[3].patch",
    ]);
  });
});
