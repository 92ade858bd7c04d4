import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { build } from "esbuild";
import { BundleCache, bundleProblems } from "#stacks/keptBundle.js";
import { root } from "../support/program.js";

describe("a bundle that is kept", () => {
  let folder: string;
  let built: number;
  beforeEach(async () => {
    built = 0;
    folder = await mkdtemp(join(tmpdir(), "kept-"));
    await mkdir(join(folder, "code"));
    await mkdir(join(folder, "node_modules"));
    await write("node_modules/.package-lock.json", "{}");
    await write("code/main.ts", `import { text } from "./other"; console.log(text);`);
    await write("code/other.js", `export const text = "one";`);
  });
  afterEach(() => rm(folder, { recursive: true }));

  const kept = () => join(folder, "node_modules/.cache/kept.json");
  const write = (path: string, text: string) => writeFile(join(folder, path), text);
  async function bundle(minify = false): Promise<string> {
    const entryPoints = ["code/main.ts"];
    const options = {
      absWorkingDir: folder,
      ...{ entryPoints, outfile: "out.mjs", bundle: true, write: false, metafile: true, minify },
      logLevel: "silent" as const,
    };
    const cache = new BundleCache(kept(), options, ["code"]);
    const { code } = cache;
    if (code !== undefined) return code;
    built++;
    return cache.keep(await build(options));
  }

  it("is built once for as long as nothing changes", async () => {
    const first = await bundle();
    expect(first).to.include('"one"');
    expect(await bundle()).to.equal(first);
    expect(built).to.equal(1);
  });

  const changes: Readonly<Record<string, () => Promise<unknown>>> = {
    "a file that went into it": () => write("code/other.js", `export const text = "two";`),
    "a file that takes another's place": () => write("code/other.ts", `export const text = "two";`),
    "the packages": () => write("node_modules/.package-lock.json", `{ "a": 1 }`),
    "a kept file that is cut": async () =>
      write("node_modules/.cache/kept.json", (await readFile(kept(), "utf8")).slice(0, 99)),
    "a kept file whose code is another": async () =>
      write("node_modules/.cache/kept.json", (await readFile(kept(), "utf8")).replace("console.log", "void")),
  };
  for (const [name, change] of Object.entries(changes)) {
    it(`is built anew after a change of ${name}`, async () => {
      await bundle();
      await change();
      const anew = await bundle();
      expect(built).to.equal(2);
      await rm(kept());
      expect(anew).to.equal(await bundle());
    });
  }

  it("is built anew for other options, and where nothing tells which packages are installed", async () => {
    await bundle();
    await bundle(true);
    expect(built).to.equal(2);
    await rm(join(folder, "node_modules/.package-lock.json"));
    await bundle(true);
    await bundle(true);
    expect(built).to.equal(4);
  });

  it("that cannot be built says in one message what is wrong and where", async () => {
    await write("code/main.ts", `import "left-out";\nconst = 1;`);
    const error = await bundle().catch((caught: unknown) => caught);
    expect(bundleProblems("code/main.ts", error)).to.equal(
      'code/main.ts cannot be bundled:\n  code/main.ts:2:7: Expected identifier but found "="',
    );
    expect(bundleProblems("it", new Error("no esbuild"))).to.equal("it cannot be bundled:\n  no esbuild");
  });
});

describe("npm start over code that cannot be bundled", () => {
  it("ends with one message and exit code 2", async function () {
    this.timeout(120_000);
    const copy = await mkdtemp(join(tmpdir(), "broken-"));
    try {
      const parts = [
        "components",
        "functions",
        "lab",
        "schedule",
        "shared",
        "stacks",
        "index.ts",
        "package.json",
      ];
      for (const part of [...parts, "tsconfig.json", "Pulumi.yaml", "Pulumi.dev.yaml"])
        await cp(join(root, part), join(copy, part), { recursive: true });
      await symlink(join(root, "node_modules"), join(copy, "node_modules"));
      await writeFile(join(copy, "functions/exclusion-processor/handler.ts"), "export const handler = ;\n");
      const args = ["--import", "tsx/esm", "lab/main.ts", "--days", "1"];
      const ended = await promisify(execFile)(process.execPath, args, { cwd: copy }).catch(
        (error: { code: number; stderr: string }) => error,
      );
      expect(ended).to.include({
        code: 2,
        stderr:
          'functions/exclusion-processor/handler.ts cannot be bundled:\n  functions/exclusion-processor/handler.ts:1:24: Unexpected ";"\n',
      });
    } finally {
      await rm(copy, { recursive: true });
    }
  });
});
