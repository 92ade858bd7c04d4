import { expect } from "chai";
import { Stack } from "#lab/deploy/deploy.js";
import { ComponentHost } from "#test/package/componentHost.js";
import { buildPackage } from "#tools/package/build.js";
import { account } from "../lab/support.js";
import { pythonWithPulumi, runPython } from "./support/remotePython.js";

describe("a Python program with remote components", () => {
  it("has them made in an account by the package's own host", async () => {
    const python = pythonWithPulumi();
    const project = "patchplane-python";
    const { account: owner, region } = account([]);
    const stack = new Stack(owner, async () => {
      const host = await ComponentHost.start(await buildPackage());
      try {
        await runPython(python, host, project);
      } finally {
        host.stop();
      }
    });
    const { failure, resources } = await stack.deploy({
      ...{ project, stack: "dev", secretKeys: [], homeRegion: region.name },
      values: { "aws:region": region.name },
    });
    if (failure !== undefined) throw failure.cause;
    const windows = owner.regions().flatMap(({ windows: there }) => there.all.map(({ name }) => name));
    expect(windows.sort()).to.deep.equal(["central-fanout", "nightly"]);
    expect(resources.length).to.be.greaterThan(60);
  });
});
