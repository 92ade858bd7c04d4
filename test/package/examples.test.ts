import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { Stack } from "#lab/deploy/deploy.js";
import { bundleFunction } from "#stacks/functionBundle.js";
import { root } from "#test/support/program.js";
import { account } from "../lab/support.js";

/** What each program needs to be told, and what must stand after it. */
const examples: Readonly<
  Record<string, { readonly values?: Readonly<Record<string, string>>; readonly windows: readonly string[] }>
> = {
  "bring-your-own": { windows: ["own-scan"] },
  "central-window": { windows: ["central-fanout"] },
  exclusions: { windows: ["nightly"] },
  "member-account": {
    values: {
      administrationRoleArn: "arn:aws:iam::210987654321:role/central-automation-administration",
      outputBucket: "central-output",
    },
    windows: [],
  },
  parts: { windows: ["nightly"] },
  "scan-and-install": { windows: ["fleet-install", "fleet-scan"] },
};

const written = readdirSync(join(root, "examples")).filter((name) => !["python", "yaml"].includes(name));

describe("examples", () => {
  before(() =>
    Promise.all([
      ...["exclusion-processor", "window-end", "regional-fanout"].map((name) => bundleFunction(name)),
      ...["closing", "stopping"].map((entry) => bundleFunction("regional-fanout", entry)),
    ]),
  );

  it("are all deployed", () => {
    expect(written.sort()).to.deep.equal(Object.keys(examples).sort());
  });

  for (const [name, { values = {}, windows }] of Object.entries(examples)) {
    it(`${name} has 40 lines at most, and makes what it says in an account`, async () => {
      const file = join(root, "examples", name, "index.ts");
      expect(readFileSync(file, "utf8").trimEnd().split("\n").length).to.be.at.most(40);
      const { account: owner, region } = account([]);
      const project = `patchplane-${name}`;
      const texts = Object.entries(values).map(([key, value]) => [`${project}:${key}`, value]);
      const settings = {
        ...{ project, stack: "dev", secretKeys: [], homeRegion: region.name },
        values: { "aws:region": region.name, ...Object.fromEntries(texts) },
      };
      const { failure, resources } = await new Stack(owner, pathToFileURL(file).href).deploy(settings);
      if (failure !== undefined) throw failure.cause;
      expect(resources.length).to.be.at.least(10);
      const made = owner
        .regions()
        .flatMap(({ windows: there }) => there.all.map((one) => one.name))
        .sort();
      expect(made.filter((window) => windows.includes(window))).to.deep.equal(windows);
      expect(made).to.have.lengthOf(windows.length);
    });
  }
});
