import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { Stack } from "#lab/deploy/deploy.js";
import { root } from "#test/support/program.js";
import { buildPackage } from "#tools/package/build.js";
import { account } from "../lab/support.js";
import { type Asked, ComponentHost, type Constructed } from "./componentHost.js";

interface YamlProgram {
  readonly resources: Readonly<
    Record<string, { readonly type: string; readonly properties: Asked["inputs"] }>
  >;
}

const program = parse(readFileSync(join(root, "examples/yaml/Pulumi.yaml"), "utf8")) as YamlProgram;

describe("the package behind Pulumi's host of components", () => {
  it("makes of a YAML program what it says, in an account, and says of wrong arguments what is wrong, as the engine prints it", async () => {
    const folder = await buildPackage();
    const { account: owner, region } = await account([]);
    const made = new Map<string, Constructed>();
    let refused: string | undefined;
    const stack = new Stack(owner, async () => {
      const host = await ComponentHost.start(folder);
      try {
        for (const [name, { type, properties }] of Object.entries(program.resources)) {
          const token = type.replace(":", ":index:");
          made.set(name, await host.construct({ type: token, name, inputs: properties }));
        }
        const wrong = { patchGroups: [], operatingSystems: ["X"] };
        const asked = { type: "patchplane:index:PatchPlane", name: "wrong", inputs: wrong };
        refused = await host.construct(asked).then(
          () => undefined,
          (error: unknown) => String(error),
        );
      } finally {
        host.stop();
      }
    });
    const { failure } = await stack.deploy({
      ...{ project: "patchplane-yaml", stack: "dev", secretKeys: [], homeRegion: region.name },
      values: { "aws:region": region.name },
    });
    if (failure !== undefined) throw failure.cause;
    const windows = new Map(region.windows.all.map(({ name, id }) => [name, id]));
    expect([...windows.keys()].sort()).to.deep.equal(["fleet-install", "fleet-scan", "scan"]);
    expect(made.get("scan")?.state).to.include({
      windowId: windows.get("scan"),
      logGroupName: "/patchplane/scan/scan",
    });
    expect(made.get("fleet")?.state).to.include({ installWindowId: windows.get("fleet-install") });
    const bucket = String(made.get("exclusions")?.state.bucket);
    const at = { region, caller: owner.iam.owner };
    const keys = owner.s3.listObjectsV2({ Bucket: bucket }, at).Contents?.map(({ Key }) => Key);
    // The record has made the function run.
    expect(keys).to.include.members(["deployment.json"]);
    expect(refused)
      .to.contain("patchGroups: got 0 patch groups")
      .and.to.contain('"X" is not an operating system');
  });
});
