import { type ChildProcess, execFile, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { root } from "../support/program.js";

/** A command behind a prompt, and the lines that a page shows of what it prints. */
export interface Shown {
  readonly command: string;
  readonly output: readonly string[];
}

/** The commands of a `console` block, each with its output. */
export function shownIn(text: string): Shown[] {
  const shown: { command: string; output: string[] }[] = [];
  let goesOn = false;
  for (const line of text.replace(/\n$/, "").split("\n")) {
    const last = shown.at(-1);
    if (goesOn && last !== undefined) last.command += `\n${line}`;
    else if (line.startsWith("$ ")) shown.push({ command: line.slice(2), output: [] });
    else last?.output.push(line);
    goesOn = (goesOn || line.startsWith("$ ")) && line.endsWith("\\");
  }
  return shown;
}

/** Ids that are others each time: runs, automations, executions. */
const uuid = /[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}/g;

/**
 * Where the lines of a page are not what was printed: the first of them; undefined when all are. A line `...` stands for any
 * number of lines, and `...` at a line's end for its rest.
 *
 * @param ids what ids of the page are really called; those that are met first are added
 */
export function difference(
  shown: readonly string[],
  printed: readonly string[],
  ids: Map<string, string>,
): string | undefined {
  let at = 0;
  let maySkip = false;
  for (const line of shown) {
    if (/^\s*\.\.\.$/.test(line)) {
      maySkip = true;
      continue;
    }
    const end = maySkip ? printed.length : at + 1;
    const found = printed.slice(at, end).findIndex((one) => isSame(line, one, ids));
    if (found === -1) return line;
    at += found + 1;
    maySkip = false;
  }
  return maySkip || at >= printed.length ? undefined : `(nothing more, and there came) ${printed[at]}`;
}

function isSame(shown: string, printed: string, ids: Map<string, string>): boolean {
  const here = shown.match(uuid) ?? [];
  const there = printed.match(uuid) ?? [];
  // The milliseconds of an instant hang on how many calls came before.
  const [plain, real] = [shown, printed].map((line) =>
    line
      .replaceAll(uuid, "ID")
      .replaceAll(/(:\d\d)\.\d{3}Z/g, "$1Z")
      .trimEnd(),
  );
  if (plain === undefined || real === undefined) return false;
  const isIt = plain.endsWith("...") ? real.startsWith(plain.slice(0, -3)) : plain === real;
  if (!isIt) return false;
  for (const [index, id] of here.entries()) ids.set(id, ids.get(id) ?? there[index] ?? id);
  return true;
}

/** What npm would run, without npm's own second. */
function direct(command: string): string {
  const node = "node --import tsx/esm";
  return command
    .replace(/^npm start(?: --)?/, `${node} lab/main.ts`)
    .replace(/^npm run (exclusions|fanout) --/, `${node} tools/$1.ts`)
    .replace(/^npm run lab:advance --/, `${node} lab/main.ts advance`);
}

/** A folder as a reader's clone, in which commands run one after the other; what they write into `lab/fleets` stays in it. */
export class Clone {
  readonly path = mkdtempSync(join(tmpdir(), "transcript-"));
  private served: ChildProcess | undefined;
  private environment: Readonly<Record<string, string>> = {};

  constructor() {
    for (const name of readdirSync(root)) {
      if (name !== "lab" && !name.startsWith("lab-out") && name !== ".git")
        symlinkSync(join(root, name), join(this.path, name));
    }
    cpSync(join(root, "lab/fleets"), join(this.path, "lab/fleets"), { recursive: true });
    cpSync(join(root, "lab/faults"), join(this.path, "lab/faults"), { recursive: true });
    symlinkSync(join(root, "lab/main.ts"), join(this.path, "lab/main.ts"));
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.path, name), text);
  }

  /** Serves a lab until the end, which later commands reach. */
  async serve(command: string): Promise<string[]> {
    this.stop();
    const [, args = ""] = / -- (.*)$/.exec(command) ?? [];
    const served = spawn(
      "node",
      ["--import", "tsx/esm", join(root, "lab/main.ts"), "serve", ...args.split(" ")],
      {
        cwd: this.path,
        env: this.variables(),
      },
    );
    this.served = served;
    let out = "";
    for await (const part of served.stdout ?? []) {
      out += String(part);
      if (out.includes("Ctrl-C")) break;
    }
    this.environment = Object.fromEntries(
      Array.from(out.matchAll(/export (\w+)=(\S+)/g), ([, name = "", value = ""]) => [name, value]),
    );
    return this.lines(out);
  }

  /** What was printed, with the paths of a clone. */
  private lines(text: string): string[] {
    const known = text.replaceAll(`${relative(this.path, root)}/`, "").replaceAll(`${this.path}/`, "");
    return known === ""
      ? []
      : known
          .replace(/\n$/, "")
          .split("\n")
          .map((line) => line.replace(/^.*\r(?=.)/, ""));
  }

  /** What a command prints; a Pulumi that knows the lab's bucket stands for the real one. */
  run(command: string): Promise<string[]> {
    const line = `pulumi() { echo exclusions-bucket; }; ${direct(command)}`;
    return new Promise((resolve) => {
      const options = { cwd: this.path, env: this.variables(), maxBuffer: 2 ** 26 };
      // A command that is refused says so, and the page shows it.
      execFile("bash", ["-c", line], options, (_, out, err) =>
        resolve(this.lines(`${out}${err}`.replace(/^\n/, ""))),
      );
    });
  }

  private variables(): NodeJS.ProcessEnv {
    const { AWS_ENDPOINT_URL: _, ...env } = process.env;
    return {
      ...env,
      AWS_PAGER: "",
      TZ: "UTC",
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
      ...this.environment,
    };
  }

  stop(): void {
    this.served?.kill("SIGINT");
    this.served = undefined;
  }

  remove(): void {
    this.stop();
    rmSync(this.path, { recursive: true, force: true });
  }
}
