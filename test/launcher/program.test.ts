import { resolve } from "node:path";
import { expect } from "chai";
import { size } from "#test/support/size.js";
import {
  awsAnswers,
  awsComputed,
  type ProgramResult,
  type ProgramRun,
  readProject,
  runProgram,
  unknown,
} from "../support/engine/index.js";

const directory = resolve(import.meta.dirname, "../..");

function run(
  stack: string,
  dryRun: boolean,
  config: ProgramRun["config"] = {},
  plainErrors = true,
): Promise<ProgramResult> {
  const settings = readProject(directory, stack);
  return runProgram({
    directory,
    stack,
    dryRun,
    plainErrors,
    ...settings,
    config: { ...settings.config, ...config },
    answers: awsAnswers(),
    computed: awsComputed(),
  });
}

function listed(result: ProgramResult): string[] {
  return result.resources.map((resource) => `${resource.type} ${resource.name}`).toSorted();
}

/** Paths of values that are unknown, or texts into which a value went that was not there or not awaited. */
function unresolved(value: unknown, path: string): string[] {
  if (value === unknown || (typeof value === "string" && /\bundefined\b|\[object |Calling \[/.test(value))) {
    return [`${path} is ${String(value)}`];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => unresolved(item, `${path}.${key}`));
}

function errors(result: ProgramResult): string {
  return result.logs.flatMap((entry) => (entry.severity === "error" ? [entry.message] : [])).join("\n");
}

describe("the program under the SDK's launcher", () => {
  for (const stack of ["dev", "prod"]) {
    describe(stack, () => {
      const results = new Map<boolean, ProgramResult>();
      // A dry run of prod, which differs from dev's in values only, with the full suite.
      const modes = stack === "dev" || size(1, 2) === 2 ? ["dry run", "real run"] : ["real run"];
      before(async () => {
        for (const mode of modes) results.set(mode === "dry run", await run(stack, mode === "dry run"));
      });

      function of(dryRun: boolean): ProgramResult {
        const result = results.get(dryRun);
        if (result === undefined) throw new Error("the program did not run");
        return result;
      }

      for (const mode of modes) {
        const dryRun = mode === "dry run";
        it(`ends well in a ${mode}`, () => {
          expect(of(dryRun).exitCode, errors(of(dryRun)) + of(dryRun).stderr).to.equal(0);
        });

        it(`declares both windows in a ${mode}`, () => {
          const types = of(dryRun).resources.map((resource) => resource.type);
          expect(types).to.include.members([
            "patchplane:index:PatchScanWindow",
            "patchplane:index:PatchInstallWindow",
          ]);
        });

        it(`registers the outputs of every component in a ${mode}`, () => {
          const components = of(dryRun).resources.filter((resource) => !resource.custom);
          const silent = components.filter((resource) => resource.outputs === undefined);
          expect(silent.map((resource) => resource.urn)).to.deep.equal([]);
        });

        it(`gives each resource a URN of its own in a ${mode}`, () => {
          const urns = of(dryRun).resources.map((resource) => resource.urn);
          expect(urns).to.deep.equal([...new Set(urns)]);
        });

        it(`exports outputs in a ${mode}`, () => {
          expect(of(dryRun).outputs).to.be.an("object").that.is.not.empty;
        });
      }

      it("resolves every input in a real run", () => {
        const inputs = of(false).resources.flatMap(({ name, inputs }) => unresolved(inputs, name));
        expect(inputs).to.deep.equal([]);
      });

      if (modes.length > 1)
        it("declares in a real run what it declares in a dry run", () => {
          expect(listed(of(false))).to.deep.equal(listed(of(true)));
        });
    });
  }

  it("fails with the name of a setting that cannot be right, and without a stack", async () => {
    const result = await run("dev", true, { "patchplane:scanCutoffHours": "9" }, false);
    expect(result.exitCode).to.not.equal(0);
    expect(errors(result) + result.stderr).to.contain("scanCutoffHours");
    // It would take the launcher half a minute to colour.
    expect(errors(result) + result.stderr).not.to.match(/^\s+at /m);
  });
});
