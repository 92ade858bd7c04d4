import { resolve } from "node:path";
import { expect } from "chai";
import {
  awsAnswers,
  awsComputed,
  type ProgramResult,
  type ProgramRun,
  readProject,
  runProgram,
  UNKNOWN,
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
  if (value === UNKNOWN || (typeof value === "string" && /\bundefined\b|\[object |Calling \[/.test(value))) {
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
      before(async () => {
        for (const dryRun of [true, false]) results.set(dryRun, await run(stack, dryRun));
      });

      function of(dryRun: boolean): ProgramResult {
        const result = results.get(dryRun);
        if (result === undefined) throw new Error("the program did not run");
        return result;
      }

      for (const [mode, dryRun] of [
        ["dry run", true],
        ["real run", false],
      ] as const) {
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

      it("declares in a real run what it declares in a dry run", () => {
        expect(listed(of(false))).to.deep.equal(listed(of(true)));
      });
    });
  }

  it("warns when nobody would hear of a failure", async () => {
    const result = await run("dev", true, { "patchplane:notificationEmails": "[]" });
    expect(result.exitCode, errors(result) + result.stderr).to.equal(0);
    const warnings = result.logs
      .filter(({ severity }) => severity === "warning")
      .map(({ message }) => message);
    expect(warnings).to.deep.equal(["notificationEmails is empty: nobody will be told when a window fails."]);
  });

  it("fails with the name of a setting that cannot be right, as soon as the CLI would", async () => {
    const result = await run("dev", true, { "patchplane:scanCutoffHours": "9" }, false);
    expect(result.exitCode).to.not.equal(0);
    expect(errors(result) + result.stderr).to.contain("scanCutoffHours");
    // Half a minute where the launcher is left to colour the stack of the error.
    expect(result.wallMs).to.be.lessThan(15_000);
  });
});
