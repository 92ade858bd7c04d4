import { expect } from "chai";
import { size } from "#test/support/size.js";
import { type ProgramResult, runProgram } from "../support/launcher.js";
import { expectUniqueUrns } from "../support/mocks.js";
import { root } from "../support/program.js";

/** Paths of texts into which a value went that was not there or not awaited. */
function unresolved(value: unknown, path: string): string[] {
  if (typeof value === "string" && /\bundefined\b|\[object |Calling \[|^04da6b54-/.test(value)) {
    return [`${path} is ${value}`];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => unresolved(item, `${path}.${key}`));
}

describe("the program under the SDK's launcher", () => {
  // Prod, which differs from dev in values only, with the full suite.
  for (const stack of ["dev", "prod"].slice(0, size(1, 2))) {
    // A dry run is one of the mocks in most other tests, and the one below.
    const modes = ["real run", "dry run"].slice(0, size(1, 2));
    const results = new Map<string, ProgramResult>();

    for (const mode of modes) {
      it(`${stack} ends well in a ${mode}, and its components and the stack have outputs`, async () => {
        const result = await runProgram({ directory: root, stack, dryRun: mode === "dry run" });
        results.set(mode, result);
        const { recording, exitCode, errors } = result;
        expect(exitCode, errors).to.equal(0);
        expect(recording.list()).to.include.members([
          `PatchScanWindow scan < patchplane-${stack}`,
          `PatchInstallWindow install < patchplane-${stack}`,
        ]);
        expectUniqueUrns(recording);
        const components = recording.resources.filter(({ type }) => !type.startsWith("aws:"));
        for (const { urn } of components) expect(recording.outputs.get(urn), urn).to.be.an("object");
        expect(recording.outputs.get(recording.only("pulumi:pulumi:Stack").urn)).to.not.be.empty;
      });
    }

    it(`${stack} resolves every input in a real run, and declares in it what it declares in a dry run`, () => {
      const recording = results.get("real run")?.recording;
      const inputs = recording?.resources.flatMap(({ name, props }) => unresolved(props, name));
      expect(inputs).to.deep.equal([]);
      for (const { recording: other } of results.values())
        expect(other.list()).to.deep.equal(recording?.list());
    });
  }

  it("fails with the name of a setting that cannot be right, and without a stack", async () => {
    const config = { "patchplane:scanCutoffHours": "9" };
    const result = await runProgram({
      directory: root,
      stack: "dev",
      dryRun: true,
      config,
      plainErrors: false,
    });
    expect(result.exitCode).to.not.equal(0);
    expect(result.errors).to.contain("scanCutoffHours");
    // It would take the launcher half a minute to colour.
    expect(result.errors).not.to.match(/^\s+at /m);
  });
});
