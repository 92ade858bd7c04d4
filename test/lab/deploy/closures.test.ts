import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect } from "chai";
import { root } from "../../support/program.js";

const script = `
import { createRequire } from "node:module";
import { serializeFunctionsLater } from "./lab/deploy/closures.ts";
serializeFunctionsLater();
const load = createRequire(import.meta.url);
const pulumi = load("@pulumi/pulumi");
const loaded = () => Object.keys(load.cache).filter((file) => /node_modules.(typescript|pacote)./.test(file)).length;
const before = loaded();
const { text } = await pulumi.runtime.serializeFunction(() => 42);
const parts = createRequire(load.resolve("@pulumi/pulumi"))("@npmcli/arborist");
console.log(JSON.stringify([before, text.includes("42"), loaded() > 0, typeof parts.Arborist]));
`;

describe("Pulumi's runtime in the lab", () => {
  it("loads what serializes functions when a function is serialized, and not before", async () => {
    const args = ["--import", "tsx/esm", "--input-type=module", "--eval", script];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
    expect(JSON.parse(stdout)).to.deep.equal([0, true, true, "function"]);
  });
});
