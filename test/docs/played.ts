import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { readOptions, readServeOptions } from "#lab/command/options.js";
import { timeMeant } from "#lab/serve/span.js";
import { CannotRun } from "#shared/terminal/terminal.js";
import { Arguments as DoctorArguments } from "#tools/doctor/arguments.js";
import { root } from "../support/program.js";
import { resultOf, type StackFile, played as set } from "../support/pulumiConfig.js";
import { nowhere, runCoverage } from "../tools/coverage/support.js";
import { runFanout, surroundings } from "../tools/fanoutSupport.js";
import { manifestOf, run } from "../tools/support.js";
import { awsProblem } from "./awsCommand.js";
import { wordsOf } from "./pages.js";

/** Long after the pages were written. */
const late = Date.UTC(2030, 5, 15);
const runId = "00000000-0000-4000-8000-000000000001";
/** Names of files that a reader has; the pages say of each what is in it. */
const scripts = (
  JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly scripts: StackFile }
).scripts;
const devText = readFileSync(join(root, "Pulumi.dev.yaml"), "utf8").replaceAll("patchplane:", "");
const dev = (parse(devText) as { readonly config: StackFile }).config;
const outputs = Array.from(
  readFileSync(join(root, "index.ts"), "utf8").matchAll(/^export const (\w+)/gm),
  ([, name = ""]) => name,
);

/**
 * Lines of Pulumi that `npm run test:engine` plays, or has a test of its own for: what stands for a name is in capitals.
 * Lines that set a value are played there too, and here onto Pulumi.dev.yaml.
 */
const pulumiLines: readonly RegExp[] = [
  /^login(?: --local)?$/,
  /^stack init [\w-]+$/,
  /^stack rename(?: [\w-]+)?$/,
  /^stack --show-urns$/,
  /^(?:up|preview|destroy)(?: --stack [\w-]+)?(?: --refresh| --diff)?(?: --yes)?$/,
  /^up --target-replace URN$/,
  /^cancel$/,
  /^config set KEY VALUE --stack STACK$/,
];

/** A line of sentences may be the beginning of one. */
function pulumiProblem(line: string): string | undefined {
  const [, output] = /^stack output (\w+)(?: --stack \w+)?$/.exec(line) ?? [];
  if (output !== undefined) return outputs.includes(output) ? undefined : `no output ${output}`;
  if (pulumiLines.some((known) => known.test(line))) return undefined;
  let file: StackFile;
  try {
    file = set(dev, `pulumi ${line}`);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return "no line that the engine's tests play";
  }
  const result = resultOf(file, late);
  return result.ok ? undefined : result.problems.map(({ key, reason }) => `${key}: ${reason}`).join("; ");
}

/** What went wrong where nothing can be reached, but for that there is nothing. */
function saidOf({ code, out, err }: { readonly code: number; readonly out: string; readonly err: string }) {
  const isRead =
    code === 0 || /^There is no function |^Bucket \S+ cannot be read: nothing is to be reached/.test(err);
  return isRead ? undefined : `${out}${err}`;
}

async function exclusionsProblem(args: readonly string[]): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "pages-"));
  try {
    const file = (name: string) => {
      const path = join(folder, name);
      writeFileSync(path, manifestOf({ id: "a", patches: ["openssl*"], tags: { App: "a" } }));
      return path;
    };
    const isFile = (word: string) => args[0] !== "status" && /^[\w./*-]+\.(?:yaml|json)$/.test(word);
    const known = args.map((word, index) =>
      index > 0 && args[index - 1] !== "--key" && isFile(word)
        ? file(word.replace("*", "all").replaceAll("/", "-").replace(/yaml$/, "json"))
        : word,
    );
    return saidOf(await run(known, { now: Date.parse("2026-09-05T10:00:00Z") }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** With nothing to be reached, of which it says so; files go where they are forgotten. */
async function coverageProblem(args: readonly string[]): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "pages-"));
  try {
    const isPlace = (index: number) => ["--html", "--csv", "--out"].includes(args[index - 1] ?? "");
    const known = args.map((word, index) => (isPlace(index) ? join(folder, word) : word));
    const { code, out, err } = await runCoverage(known, nowhere());
    return code === 2 && !err.includes("nothing is to be reached") ? `${out}${err}` : undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function fanoutProblem(args: readonly string[]): Promise<string | undefined> {
  const known = args.map((word) => (word === "RUN" ? runId : word));
  const nothing = {
    deployedFunction: async () => undefined,
  };
  const portsOf = async () => nothing as never;
  return saidOf(await runFanout(known, surroundings(root, { portsOf })));
}

/** Whether the help of a command names all the options that a piece of a line has. */
async function helpProblem(
  ask: (args: readonly string[]) => Promise<{ out: string }>,
  args: readonly string[],
) {
  const [name = "", ...rest] = args;
  const { out } = await ask(name === "" ? ["--help"] : [name, "--help"]);
  const strange = rest.filter((word) => word.startsWith("--") && !out.includes(word));
  return strange.length === 0 && out !== "" ? undefined : `${name} has no ${strange.join(", ")}`;
}

/** Placeholders of a lab's options, and files that a reader makes: others in their places that are there. */
function labArguments(args: readonly string[]): string[] {
  return args.map((word) => word.replace("NAME=ANSWER", "outputBucket=asked"));
}

const noArguments = ["ci", "test"];

async function npmProblem(words: readonly string[], isPart: boolean): Promise<string | undefined> {
  const [, command = "", ...rest] = words.filter((word) => word !== "-s");
  if (noArguments.includes(command)) return rest.length === 0 ? undefined : "takes nothing more";
  const isRun = command === "run";
  const script = isRun ? (rest[0] ?? "") : command;
  if (isPart && isRun && script === "") return undefined;
  if (!(script in scripts)) return `no script ${script}`;
  const [separator, ...args] = isRun ? rest.slice(1) : rest;
  if (separator !== undefined && separator !== "--") return "options go behind --";
  if (script === "start" || script === "lab:serve") {
    if (isPart && args.at(-1) === "--then") return undefined;
    const reader = script === "start" ? readOptions : readServeOptions;
    reader(labArguments(args), root);
    return undefined;
  }
  if (script === "lab:advance") {
    if (args[0] !== undefined) timeMeant(args[0], Date.UTC(2026, 9, 5));
    return args.length === 1 || isPart ? undefined : "takes one time";
  }
  if (script === "exclusions")
    return isPart ? helpProblem((asked) => run(asked), args) : exclusionsProblem(args);
  if (script === "fanout")
    return isPart ? helpProblem((asked) => runFanout(asked, surroundings(root)), args) : fanoutProblem(args);
  if (script === "coverage")
    return isPart
      ? helpProblem((asked) => runCoverage(asked, nowhere()), ["", ...args])
      : coverageProblem(args);
  if (script === "doctor") {
    const given = new DoctorArguments(args.map((word) => word.replace("NODE", "i-0123456789abcdef0")));
    given.stack();
    given.exercise();
    given.done();
    return undefined;
  }
  return args.length === 0 ? undefined : `what ${script} takes is not known here`;
}

/** What a shell puts in the place of `$(...)` is a command too. */
function substituted(line: string): { readonly line: string; readonly inner: readonly string[] } {
  const inner: string[] = [];
  let rest = line;
  for (let at = rest.indexOf("$("); at !== -1; at = rest.indexOf("$(")) {
    const end = rest.indexOf(")", at);
    inner.push(rest.slice(at + 2, end));
    rest = `${rest.slice(0, at)}VALUE${rest.slice(end + 1)}`;
  }
  return { line: rest, inner };
}

/** What a shell does by itself; nothing of it is about patchplane. */
const plain = ["cp", "echo", "printf", "export", "cd", "git"];

/**
 * Plays a line that a page tells people to type: options are read by the command itself, with nothing to be reached; what
 * goes to AWS is held against the models of its APIs. Says what is wrong with it.
 *
 * @param isPart whether it may be the beginning of a line
 */
export async function played(text: string, isPart = false): Promise<string | undefined> {
  const { line, inner } = substituted(text);
  for (const one of inner) {
    const problem = await played(one);
    if (problem !== undefined) return problem;
  }
  const [, piped] = / \| ((?:aws|npm|pulumi) .*)$/.exec(line) ?? [];
  if (piped !== undefined) return played(piped, isPart);
  const words = wordsOf(line);
  const [program = ""] = words;
  if (plain.includes(program)) return undefined;
  try {
    if (program === "npm") return await npmProblem(words, isPart);
  } catch (error) {
    if (error instanceof CannotRun) return error.message;
    throw error;
  }
  if (program === "npx" || program === "pulumi") return pulumiProblem(line.replace(/^(?:npx )?pulumi /, ""));
  if (program !== "aws") return `nobody plays ${program}`;
  const problem = awsProblem(words);
  return isPart && / needs --| takes /.test(problem ?? "") ? undefined : problem;
}
