import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { CliServer } from "./supportCliServer.js";

/** How a command of the AWS CLI ended. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command of the AWS CLI: words between blanks, and values that are one word whatever is in them. */
export type Aws = (words: TemplateStringsArray, ...values: readonly (string | number)[]) => Promise<Ran>;

/** The AWS CLI as it is installed, in an environment without anybody's settings. */
export class AwsCli {
  /** Where commands run; for files that they read and write. */
  readonly folder = mkdtempSync(join(tmpdir(), "patchplane-aws-"));
  /** Commands that have been run: service and operation. */
  readonly commands = new Set<string>();
  private readonly env: NodeJS.ProcessEnv;
  private server: Promise<CliServer | undefined> | undefined;
  /** Commands run one after the other: at once they would only wait for each other. */
  private last: Promise<unknown> = Promise.resolve();

  constructor() {
    const config = join(this.folder, "config");
    const credentials = join(this.folder, "credentials");
    // The CLI's versions 1 and 2 write times in different ways otherwise.
    writeFileSync(config, "[default]\ncli_timestamp_format = iso8601\n");
    writeFileSync(credentials, "");
    this.env = {
      PATH: process.env.PATH,
      HOME: this.folder,
      TZ: "UTC",
      LANG: "C.UTF-8",
      AWS_CONFIG_FILE: config,
      AWS_SHARED_CREDENTIALS_FILE: credentials,
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_PAGER: "",
    };
  }

  /** What `aws --version` tells; undefined with the reason why there is nothing to tell. */
  async version(): Promise<{ readonly version: string } | { readonly missing: string }> {
    const { code, out, err } = await this.run(["--version"], {});
    if (code === 0) return { version: `${out}${err}`.trim() };
    return { missing: `aws does not run: ${err.trim() || `exit code ${code}`}` };
  }

  /** Commands to an endpoint in a Region. Not by AWS_ENDPOINT_URL, which the CLI of Debian 12 does not know yet. */
  at(url: string, region: string, key: { accessKeyId: string; secretAccessKey: string }): Aws {
    const keys = { AWS_ACCESS_KEY_ID: key.accessKeyId, AWS_SECRET_ACCESS_KEY: key.secretAccessKey };
    const env = { ...keys, AWS_DEFAULT_REGION: region };
    return async (texts, ...values) => {
      const words = wordsOf(texts, values);
      this.commands.add(words.slice(0, 2).join(" "));
      return this.run(["--endpoint-url", url, "--output", "json", ...words], env);
    };
  }

  clear(): void {
    void this.server?.then((server) => server?.stop());
    rmSync(this.folder, { recursive: true, force: true });
  }

  private run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ran> {
    const running = this.last.then(() => this.runNow(args, { ...this.env, ...env }));
    this.last = running;
    return running;
  }

  private async runNow(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ran> {
    this.server ??= CliServer.start(this.env);
    const server = await this.server;
    if (server !== undefined) return server.run({ args, env, cwd: this.folder });
    return new Promise((resolve) => {
      execFile("aws", args, { cwd: this.folder, env, maxBuffer: 2 ** 26 }, (error, out, err) => {
        if (error === null) resolve({ code: 0, out, err });
        else if (typeof error.code === "number") resolve({ code: error.code, out, err });
        else resolve({ code: -1, out, err: error.message });
      });
    });
  }
}

function wordsOf(texts: TemplateStringsArray, values: readonly (string | number)[]): string[] {
  const words: string[] = [];
  let isInWord = false;
  for (const [index, text] of texts.entries()) {
    for (const [place, part] of text.split(/\s+/).entries()) {
      if (place > 0) isInWord = false;
      if (part === "") continue;
      if (isInWord) words.push(`${words.pop()}${part}`);
      else words.push(part);
      isInWord = true;
    }
    const value = values[index];
    if (value === undefined) continue;
    if (isInWord) words.push(`${words.pop()}${value}`);
    else words.push(String(value));
    isInWord = true;
  }
  return words;
}

/** What a command printed, which must have gone well. */
export async function printed<T = unknown>(running: Promise<Ran>): Promise<T> {
  const { code, out, err } = await running;
  expect(err).to.equal("");
  expect(code).to.equal(0);
  return (out.trim() === "" ? undefined : JSON.parse(out)) as T;
}

/** What a command said when it was refused, as the CLI prints it: `CODE when calling OPERATION: MESSAGE`. */
export async function refused(running: Promise<Ran>): Promise<string> {
  const { code, out, err } = await running;
  expect(out).to.equal("");
  expect(code).to.be.oneOf([1, 254, 255]);
  const [, name, operation, message] =
    /An error occurred \((\S+)\) when calling the (\w+) operation: (.*)/.exec(err) ?? [];
  return name === undefined ? err.trim() : `${name} when calling ${operation}: ${message}`;
}

/** A time as the CLI writes it. */
export function iso(time: number | undefined): string | undefined {
  return time === undefined
    ? undefined
    : new Date(time)
        .toISOString()
        .replace(/\.(\d+)Z$/, (_, ms) => `${ms === "000" ? "" : `.${ms}000`}+00:00`);
}
