import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { build } from "esbuild";
import { bundleFunction, bundleOptions } from "#stacks/functionBundle.js";
import { root } from "../support/program.js";

const processor = "exclusion-processor";

/** What it was when last looked into, 696 kB, and little more: whatever takes more is to be looked at. */
const mostBytes = 703_000;

/** Packages that may be in it: AWS's clients with what they stand on but streams of events, and what reads and checks manifests. */
const packages =
  /^left-out:@smithy\/core\/event-streams$|^node_modules\/(@aws-sdk\/|@smithy\/|@aws\/lambda-invoke-store\/|yaml\/|zod\/)/;

async function bundled(from: string) {
  const { outputFiles, metafile } = await build({ ...bundleOptions(processor, from), metafile: true });
  const [file, ...more] = outputFiles;
  const [output] = Object.values(metafile.outputs);
  if (file === undefined || output === undefined || more.length > 0) throw new Error("not one file");
  return { bytes: Buffer.from(file.contents), output, inputs: Object.entries(output.inputs) };
}

describe("the bundle of the exclusion processor", () => {
  let own: Awaited<ReturnType<typeof bundled>>;
  let copy: string;
  before(async () => {
    own = await bundled(root);
    copy = await mkdtemp(join(tmpdir(), "bundle-"));
  });
  after(() => rm(copy, { recursive: true }));

  it("is the same bytes from a copy of the code in another folder", async () => {
    for (const part of ["functions", "schedule", "shared", "package.json", "tsconfig.json"])
      await cp(join(root, part), join(copy, part), { recursive: true });
    await symlink(join(root, "node_modules"), join(copy, "node_modules"));
    const other = await bundled(copy);
    expect(other.inputs.some(([path]) => path.startsWith("functions/"))).to.equal(true);
    expect(other.bytes.equals(own.bytes)).to.equal(true);
  });

  it("exports the handler and nothing else, and asks for nothing but Node's own modules", () => {
    expect(own.output.exports).to.deep.equal(["handler"]);
    const foreign = own.output.imports.filter(({ path }) => !/^(node:)?[a-z0-9_]+(\/promises)?$/.test(path));
    expect(foreign).to.deep.equal([]);
  });

  it("evaluates what reads YAML when it is called, and not when it is imported, and modules in no functions of their own", async () => {
    const { outputFiles } = await build({ ...bundleOptions(processor, root), minify: false });
    const code = outputFiles[0]?.text ?? "";
    expect(code).to.not.contain("__esm(");
    const evaluated = code.match(/^(?:var|import) .*require_(?:composer|lexer|parser|identity)\(\)/gm);
    expect(evaluated).to.equal(null);
    for (const part of ["composer", "lexer", "parser", "identity"])
      expect(code, part).to.contain(`require_${part}().`);
  });

  it("is loaded and finds its handler with nothing beside it", async () => {
    const alone = join(copy, "index.mjs");
    await cp(join(await bundleFunction(processor), "index.mjs"), alone);
    const script = `console.log(typeof (await import(${JSON.stringify(alone)})).handler)`;
    const env = {
      BUCKET: "b",
      TOPIC_ARN: "t",
      AWS_LAMBDA_FUNCTION_NAME: "exclusions",
      AWS_REGION: "us-east-1",
      NODE_NO_WARNINGS: "1",
    };
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--input-type=module", "--eval", script],
      { cwd: copy, env },
    );
    expect(stdout.trim()).to.equal("function");
  });

  it("is made of our code, AWS's clients, yaml and zod alone", () => {
    const others = own.inputs.filter(
      ([path]) =>
        !packages.test(path) &&
        !path.startsWith("functions/exclusion-processor/") &&
        !path.startsWith("functions/shared/") &&
        !/^(schedule|shared\/(text|contract))\//.test(path),
    );
    expect(others.map(([path]) => path)).to.deep.equal([]);
    const text = own.bytes.toString();
    expect(text).to.not.contain("@pulumi/");
    expect(text).to.not.contain(root);
    expect(own.inputs.filter(([path]) => /\/(memory|locales)\//.test(path))).to.deep.equal([]);
  });

  it("has each package once", () => {
    const folders = own.inputs.flatMap(([path]) => path.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/) ?? []);
    const nested = folders.filter((folder) => folder.lastIndexOf("node_modules/") > 0);
    expect([...new Set(nested)]).to.deep.equal([]);
  });

  it("has the schemas of calls that it makes and not of others", () => {
    const text = own.bytes.toString();
    for (const made of ["GetObject", "ListObjectVersions", "CreatePatchBaseline", "TagResources"])
      expect(text, made).to.contain(`"${made}"`);
    for (const other of ["SelectObjectContent", "PutBucketPolicy", "SendCommand", "CreateTopic"])
      expect(text, other).to.not.contain(`"${other}"`);
  });

  it(`has at most ${mostBytes} bytes`, () => {
    expect(own.bytes.length).to.be.at.most(mostBytes);
  });

  it("is written where the program takes it from, once", async () => {
    const folder = await bundleFunction(processor);
    expect(folder).to.equal(join(root, "dist", "functions", processor));
    const file = join(folder, "index.mjs");
    expect((await readFile(file)).equals(own.bytes)).to.equal(true);
    const { mtimeMs } = await stat(file);
    expect(await bundleFunction(processor)).to.equal(folder);
    expect((await stat(file)).mtimeMs).to.equal(mtimeMs);
  });
});

describe("a bundle", () => {
  it("that cannot be made says why", async () => {
    const error = await bundleFunction("nothing").catch((caught: Error) => caught);
    expect(String(error)).to.contain("functions/nothing/handler.ts");
  });
});
