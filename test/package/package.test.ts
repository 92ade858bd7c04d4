import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect } from "chai";
import { bundleFunction } from "#stacks/functionBundle.js";
import { root } from "#test/support/program.js";
import { buildPackage, programs } from "#tools/package/build.js";
import { componentsPage } from "#tools/package/page.js";
import { schemaOf } from "#tools/package/schema.js";

interface Described {
  readonly description?: string;
}
interface Schema {
  readonly resources: Readonly<
    Record<
      string,
      Described & Readonly<Record<"inputProperties" | "properties", Readonly<Record<string, Described>>>>
    >
  >;
  readonly types: Readonly<Record<string, { readonly properties?: Readonly<Record<string, Described>> }>>;
}

describe("the package", () => {
  let folder = "";
  before(async () => {
    folder = await buildPackage();
  });

  it("has the schema that Pulumi's own analyzer makes of it, which is schema.json", async () => {
    const committed = readFileSync(join(root, "schema.json"), "utf8");
    expect(await schemaOf(folder), "run npm run pack, and look at the difference").to.equal(committed);
    expect(readFileSync(join(folder, "schema.json"), "utf8")).to.equal(committed);
  });

  it("is told on one page, made of the schema and of programs that stand in accounts", () => {
    const page = readFileSync(join(root, "docs/components.md"), "utf8");
    const schema = readFileSync(join(root, "schema.json"), "utf8");
    expect(componentsPage(page, schema, programs()), "run npm run pack").to.equal(page);
  });

  it("says of each component, argument and output what it is", () => {
    const { resources, types } = JSON.parse(readFileSync(join(root, "schema.json"), "utf8")) as Schema;
    const all = [
      ...Object.entries(resources).flatMap(([name, one]) => [
        [name, one] as const,
        ...Object.entries(one.inputProperties).map(
          ([key, property]) => [`${name}.${key}`, property] as const,
        ),
        ...Object.entries(one.properties).map(([key, property]) => [`${name}: ${key}`, property] as const),
      ]),
      ...Object.entries(types).flatMap(([name, { properties = {} }]) =>
        Object.entries(properties).map(([key, property]) => [`${name}.${key}`, property] as const),
      ),
    ];
    expect(Object.keys(resources)).to.have.lengthOf(11);
    expect(all.filter(([, { description = "" }]) => description.length < 10)).to.deep.equal([]);
  });

  it("holds what runs and what describes it, and no test, lab, stack or tool", () => {
    const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
    const known =
      /^(index\.(js|ts|d\.ts)|package\.json|tsconfig\.json|PulumiPlugin\.yaml|schema\.json|README\.md|CHANGELOG\.md|LICENSE|types\/(components|shared)\/.*\.(d|schema)\.ts|dist\/functions\/[a-z-]+\/index\.mjs)$/;
    expect(paths.filter((path) => !known.test(path))).to.deep.equal([]);
    for (const path of paths.filter((one) => one.endsWith(".ts")))
      expect(readFileSync(join(folder, path), "utf8"), path).to.not.match(/"#|pulumi\/aws/);
  });

  it("has the functions' code that the program deploys, byte for byte", async () => {
    const names = readdirSync(join(folder, "dist/functions"));
    expect(names).to.have.lengthOf(7);
    for (const name of names) {
      const [, base = name, entry = "handler"] = /^(regional-fanout|window-end)-(\w+)$/.exec(name) ?? [];
      const own = join(await bundleFunction(base, entry), "index.mjs");
      expect(
        readFileSync(join(folder, "dist/functions", name, "index.mjs")).equals(readFileSync(own)),
        name,
      ).to.equal(true);
    }
  });

  it("does nothing when it is imported, by require or by name from a module", () => {
    const { exports: _, ...manifest } = createRequire(import.meta.url)(join(folder, "package.json"));
    expect(Object.keys(manifest.peerDependencies)).to.deep.equal(["@pulumi/aws", "@pulumi/pulumi"]);
    const at = JSON.stringify(join(folder, "index.js"));
    const code = `import { PatchPlane } from ${at}; import { createRequire } from "node:module";
      const required = createRequire(import.meta.url)(${at});
      console.log(PatchPlane === required.PatchPlane, Object.keys(required).length);`;
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", code], {
      encoding: "utf8",
    });
    expect(stderr).to.equal("");
    expect(stdout).to.equal("true 19\n");
  });
});
