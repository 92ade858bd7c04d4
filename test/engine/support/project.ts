import { execFile } from "node:child_process";
import {
  accessSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, sep } from "node:path";
import { expect } from "chai";
import { parse, stringify } from "yaml";
import { root } from "#test/support/program.js";

/** What the provider was asked to do, in the order of arrival. */
export interface Call {
  readonly call: "create" | "update" | "delete";
  readonly urn: string;
}

/** How a command of the engine ended. */
export interface Ended {
  readonly code: number;
  /** What it printed, standard error among it. */
  readonly output: string;
  readonly calls: readonly Call[];
}

/** A resource as the state has it. */
export interface Kept {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly custom: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly dependencies?: readonly string[];
}

/** What of the project a deployment needs. */
const parts = ["components", "functions", "schedule", "shared", "stacks", "index.ts", "package.json"];
const projectFiles = ["Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml"];

/** Of no account: what stands for AWS knows none. */
export const credentials = {
  AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
  AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};
export const passphrase = "correct-horse-battery-staple";

/** The folders of the PATH without those that npm puts first, where `pulumi` is a package that fetches the real one. */
function searchPath(): string[] {
  const packages = join("node_modules", ".bin");
  return (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "" && !folder.endsWith(`${sep}${packages}`));
}

function isThere(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @throws Error unless the engine, its host of Node.js and the provider's stub are on the PATH */
export function requireEngine(): void {
  const missing = ["pulumi", "pulumi-language-nodejs", "pulumi-resource-aws"].filter(
    (name) => !searchPath().some((folder) => isThere(join(folder, name))),
  );
  if (missing.length > 0)
    throw new Error(`not on the PATH: ${missing.join(", ")}. CONTRIBUTING.md tells what test:engine needs.`);
}

/** A copy of the project, and a backend and a home of Pulumi that no one else uses. */
export class Project {
  private readonly place: string;
  private folder: string;
  private logs = 0;

  /** @param stackFiles whether the stacks that the project ships are in it */
  constructor(private readonly stackFiles = true) {
    requireEngine();
    this.place = mkdtempSync(join(tmpdir(), "engine-"));
    for (const name of ["home", "backend"]) mkdirSync(join(this.place, name));
    this.folder = this.copy("project");
  }

  private copy(name: string): string {
    const folder = join(this.place, name);
    for (const part of [...parts, ...(this.stackFiles ? projectFiles : projectFiles.slice(0, 1))])
      cpSync(join(root, part), join(folder, part), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    return folder;
  }

  /** Goes on in another folder, as another person's clone would: with the same stack files. */
  move(name: string, stack: string): void {
    const file = `Pulumi.${stack}.yaml`;
    const before = this.folder;
    this.folder = this.copy(name);
    cpSync(join(before, file), join(this.folder, file));
  }

  /** Path in the copy. */
  path(name: string): string {
    return join(this.folder, name);
  }

  /** Begins a stack whose file has these values, of our own keys without a namespace. */
  async begin(stack: string, values?: Readonly<Record<string, unknown>>): Promise<void> {
    if (values !== undefined) this.configure(stack, values);
    await this.well("stack", "init", stack);
  }

  /** Sets values in a stack's file, or takes out those that are undefined, and leaves the others as they are. */
  configure(stack: string, values: Readonly<Record<string, unknown>>): void {
    const file = this.path(`Pulumi.${stack}.yaml`);
    const text = existsSync(file) ? readFileSync(file, "utf8") : "config: {}";
    const document = parse(text) as { config?: Record<string, unknown> };
    const named = Object.entries(values).map(([key, value]) => [
      key.includes(":") ? key : `patchplane:${key}`,
      value,
    ]);
    // What is undefined is left out of the file.
    document.config = { ...document.config, ...Object.fromEntries(named) };
    writeFileSync(file, stringify(document, { keepUndefined: false }));
  }

  /** Folder with the state of every stack. */
  get backend(): string {
    return join(this.place, "backend");
  }

  /** Takes every value out of a stack's file, and leaves what Pulumi itself keeps there. */
  clear(stack: string): void {
    const file = this.path(`Pulumi.${stack}.yaml`);
    const kept = parse(readFileSync(file, "utf8")) as Record<string, unknown>;
    writeFileSync(file, stringify({ ...kept, config: {} }));
  }

  remove(): void {
    rmSync(this.place, { recursive: true });
  }

  /** Runs `pulumi` with these words. */
  pulumi(words: readonly string[], options: { failing?: string; in?: string } = {}): Promise<Ended> {
    return this.run("pulumi", [...words, "--non-interactive", "--color", "never"], options);
  }

  /** Runs a line as a person types it, who answers every question with yes. */
  line(text: string, more: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return this.run("sh", ["-c", text], { env: { ...more, PULUMI_SKIP_CONFIRMATIONS: "true" } });
  }

  private run(
    command: string,
    words: readonly string[],
    options: { failing?: string; in?: string; env?: Readonly<Record<string, string>> },
  ): Promise<Ended> {
    const log = join(this.place, `calls-${++this.logs}`);
    const env = {
      ...credentials,
      PATH: searchPath().join(delimiter),
      HOME: join(this.place, "home"),
      PULUMI_HOME: join(this.place, "home", ".pulumi"),
      PULUMI_BACKEND_URL: `file://${this.backend}`,
      PULUMI_CONFIG_PASSPHRASE: passphrase,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PULUMI_DISABLE_REGISTRY_RESOLVE: "true",
      ENGINE_SDK_FROM: root,
      STUB_LOG: log,
      ...(options.failing === undefined
        ? {}
        : { STUB_FAIL: `^${options.failing.replaceAll(/[^\w-]/g, "\\$&")}$` }),
      ...options.env,
    };
    return new Promise((settle, reject) => {
      const settings = { cwd: options.in ?? this.folder, env, maxBuffer: 2 ** 27 };
      execFile(command, words, settings, (error, stdout, stderr) => {
        const code = error === null ? 0 : error.code;
        if (typeof code !== "number") return reject(error);
        settle({ code, output: `${stdout}${stderr}`, calls: callsOf(log) });
      });
    });
  }

  /** Runs `pulumi` and expects it to end well. */
  async well(...words: string[]): Promise<Ended> {
    const ended = await this.pulumi(words);
    expect(ended.code, `pulumi ${words.join(" ")}\n${ended.output}`).to.equal(0);
    return ended;
  }

  /** @param words further ones, such as `--parallel 1`, with which the order of calls is that of the steps */
  up(stack: string, ...words: string[]): Promise<Ended> {
    return this.well("up", "--stack", stack, "--yes", "--skip-preview", ...words);
  }

  /** Expects that a preview finds nothing to do. */
  async unchanged(stack: string): Promise<void> {
    await this.well("preview", "--stack", stack, "--expect-no-changes");
  }

  /** The resources that a stack has, as its state tells. */
  async state(stack: string): Promise<Kept[]> {
    const { output } = await this.well("stack", "export", "--stack", stack);
    const { deployment } = JSON.parse(output) as { deployment: { resources?: Kept[] } };
    return deployment.resources ?? [];
  }
}

function callsOf(log: string): Call[] {
  let text = "";
  try {
    text = readFileSync(log, "utf8");
  } catch {
    // A command that asks the provider for nothing leaves no log.
  }
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Call | { call: "invoke" })
    .filter((one): one is Call => one.call !== "invoke");
}

/** The URNs that were created, updated or deleted. */
export function urns(calls: readonly Call[], call: Call["call"]): string[] {
  return calls.filter((one) => one.call === call).map(({ urn }) => urn);
}

/** Last part of a URN's type and its name, as `Function central-start-function`. */
export function shortName(urn: string): string {
  const [, , types = "", name = ""] = urn.split("::");
  return `${types.split(":").at(-1)} ${name}`;
}

/** A stack with the required keys and nothing else. */
export const least = {
  "aws:region": "us-east-1",
  environment: "least",
  patchGroups: ["web"],
  operatingSystems: ["AMAZON_LINUX_2023"],
};
