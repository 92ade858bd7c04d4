import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, sep } from "node:path";
import { root } from "#test/support/program.js";
import { buildPackage } from "#tools/package/build.js";

/** How Pulumi loads a stranger's program: its file, and what stands in Pulumi.yaml and beside it. */
export const loaders = {
  "Pulumi's own loader of TypeScript": {
    file: "index.ts",
    runtime: "nodejs",
    manifest: { main: "index.ts" },
  },
  tsx: {
    file: "index.ts",
    runtime: { name: "nodejs", options: { typescript: false, nodeargs: "--import tsx" } },
    manifest: { main: "index.ts", type: "module" },
  },
  "plain JavaScript modules": {
    file: "index.js",
    runtime: { name: "nodejs", options: { typescript: false } },
    manifest: { main: "index.js", type: "module" },
  },
} as const;

/** A stranger's project in an empty folder: the packed package, Pulumi's packages, and a program of the examples. */
export class Consumer {
  private readonly place = mkdtempSync(join(tmpdir(), "consumer-"));
  readonly folder = join(this.place, "project");
  /** Folder of the package, as npm lays it. */
  readonly package = join(this.folder, "node_modules/patchplane");

  private constructor(private readonly env: NodeJS.ProcessEnv) {
    for (const name of ["home", "backend"]) mkdirSync(join(this.place, name));
    mkdirSync(join(this.folder, "node_modules"), { recursive: true });
  }

  static async make(example: string, loader: keyof typeof loaders): Promise<Consumer> {
    const path = (process.env.PATH ?? "").split(delimiter);
    // There npm has a `pulumi` that fetches the real one.
    const own = path.filter((one) => !one.endsWith(`${sep}${join("node_modules", ".bin")}`));
    const made = new Consumer({ ...process.env, PATH: own.join(delimiter) });
    await made.unpack();
    const { file, runtime, manifest } = loaders[loader];
    cpSync(join(root, "examples", example, "index.ts"), join(made.folder, file));
    const write = (name: string, content: object) =>
      writeFileSync(join(made.folder, name), JSON.stringify(content));
    write("Pulumi.yaml", { name: "stranger", runtime });
    write("Pulumi.dev.yaml", { config: { "aws:region": "us-east-1" } });
    write("package.json", { name: "stranger", ...manifest });
    cpSync(join(root, "template/tsconfig.json"), join(made.folder, "tsconfig.json"));
    return made;
  }

  private async unpack(): Promise<void> {
    const packed = execFileSync("npm", ["pack", "--silent", "--pack-destination", this.place], {
      cwd: await buildPackage(),
      encoding: "utf8",
    });
    mkdirSync(this.package);
    execFileSync("tar", [
      "-xzf",
      join(this.place, packed.trim()),
      "--strip-components=1",
      "-C",
      this.package,
    ]);
    for (const name of ["@pulumi", "@types", "typescript", "ts-node", "tsx"])
      symlinkSync(join(root, "node_modules", name), join(this.folder, "node_modules", name));
  }

  /** Runs `pulumi` with these words, of this project. */
  pulumi(
    words: readonly string[],
    cwd = this.folder,
  ): { readonly code: number | null; readonly output: string } {
    const { status, stdout, stderr } = spawnSync(
      "pulumi",
      [...words, "--non-interactive", "--color", "never"],
      {
        cwd,
        encoding: "utf8",
        maxBuffer: 2 ** 26,
        env: {
          ...this.env,
          PULUMI_BACKEND_URL: `file://${join(this.place, "backend")}`,
          PULUMI_CONFIG_PASSPHRASE: "of a test",
          AWS_REGION: "us-east-1",
        },
      },
    );
    return { code: status, output: words.includes("get-schema") ? stdout : `${stdout}${stderr}` };
  }

  remove(): void {
    rmSync(this.place, { recursive: true });
  }
}
