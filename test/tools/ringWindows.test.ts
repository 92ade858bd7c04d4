import { expect } from "chai";
import { readConfig } from "#stacks/config/config.js";
import { readStackFiles } from "#stacks/stackFiles.js";
import { project } from "#test/support/configuration.js";
import { exampleRings } from "#test/support/rings.js";
import { expectedOf } from "#tools/doctor/expected.js";
import { openingsOf } from "#tools/exclusions/openings.js";
import { root } from "./support.js";

const now = Date.parse("2026-10-06T10:00:00Z");
const { values } = readStackFiles(root, "dev");
const [canary, early, broad] = exampleRings;
const withRings = (...rings: object[]) => ({
  ...values,
  [`${project}:patchGroups`]: '["dev-servers"]',
  [`${project}:rings`]: JSON.stringify(rings),
});

describe("tools that know a stack's windows by its configuration", () => {
  function expected(all: Readonly<Record<string, string>>) {
    const read = readConfig(all, project, now);
    if (!read.ok) throw new Error(read.problems.map(({ key, reason }) => `${key}: ${reason}`).join());
    return expectedOf({ ...read.config, homeRegion: "us-east-1" });
  }

  it("the doctor looks for the window and the groups of each ring, where it patches", () => {
    const { windows, groupsIn } = expected(withRings(canary, { ...early, regions: ["us-west-2"] }, broad));
    expect(windows.filter(({ part }) => part === "central").map(({ name }) => name)).to.deep.equal([
      ...["patchplane-dev-fanout-canary", "patchplane-dev-fanout-early", "patchplane-dev-fanout-broad"],
    ]);
    const of = (...rings: string[]) =>
      rings.flatMap((ring) => [`patchplane-dev-${ring}-base`, `patchplane-dev-${ring}-excluded`]);
    expect(groupsIn("eu-central-1")).to.deep.equal(of("canary", "broad"));
    expect(groupsIn("us-west-2")).to.deep.equal(of("canary", "early", "broad"));
  });

  it("the doctor would register the groups of a later ring with that ring's baselines, and no others", () => {
    const { baselineFor } = expected(withRings(canary, early, broad));
    const names = ["dev-servers", "web-canary", "web-early", "db", "x-1234"].map((group) =>
      baselineFor(group, "UBUNTU"),
    );
    expect(names).to.deep.equal([
      { name: "patchplane-dev-UBUNTU", isAlone: false },
      { name: "patchplane-dev-UBUNTU", isAlone: false },
      { name: "patchplane-dev-early-UBUNTU", isAlone: true },
      { name: "patchplane-dev-broad-UBUNTU", isAlone: true },
      { name: "patchplane-dev-UBUNTU", isAlone: false },
    ]);
  });

  it("the doctor looks for the function of a window that has calendars", () => {
    const { functions } = expected({ ...values, [`${project}:installCalendars`]: '["freeze"]' });
    expect(functions.filter((name) => name.endsWith("-calendars"))).to.deep.equal([
      "SSM-patchplane-dev-install-calendars",
    ]);
  });

  it("the doctor looks for the one window and its groups without rings", () => {
    const { windows, groupsIn } = expected(values);
    expect(windows.filter(({ part }) => part === "central").map(({ name }) => name)).to.deep.equal([
      "patchplane-dev-fanout",
    ]);
    expect(groupsIn("eu-central-1")).to.deep.equal(["patchplane-dev-base", "patchplane-dev-excluded"]);
    expect(groupsIn("eu-west-9")).to.deep.equal([]);
  });

  it("entries are held against the openings of rings, and of no window that is not there", () => {
    const openings = openingsOf(
      { ...readStackFiles(root, "dev"), values: withRings(canary, early, broad) },
      now,
    );
    const installing = openings.filter(({ name }) => name !== "install");
    expect(
      installing.map(({ name, from }) => `${name} ${new Date(from).toISOString().slice(0, 10)}`),
    ).to.deep.equal(["ring canary 2026-10-14", "ring early 2026-10-18", "ring broad 2026-10-23"]);
  });
});
