import { existsSync } from "node:fs";
import { join } from "node:path";
import { CommandLine } from "#shared/terminal/arguments.js";
import { given } from "#shared/terminal/terminal.js";
import { type Answers, defaultAnswers, readAnswers } from "../unknowns.js";

/** What every way to start the lab is told. */
export interface CommonOptions {
  readonly stack: string;
  /** Path of its stack file; undefined for the one that is named after it. */
  readonly config: string | undefined;
  /** Path of the fleet file. */
  readonly fleet: string;
  /** When simulated time begins, in milliseconds since the epoch. */
  readonly from: number;
  readonly seed: number;
  /** Path of a file that says what goes wrong; undefined when nothing does. */
  readonly faults: string | undefined;
  /** Whether callers are throttled at AWS's rates. */
  readonly rates: boolean;
  /** Answers to what AWS's documents leave open. */
  readonly unknowns: Answers;
  /** Path of the document of the stack's permissions boundary; undefined for none. */
  readonly boundary: string | undefined;
  /** Folder for what the lab writes. */
  readonly out: string;
  /** Whether what is shown is one document of JSON and nothing else. */
  readonly json: boolean;
  readonly help: boolean;
}

/** What `npm start` was asked to do. */
interface LabOptions extends CommonOptions {
  readonly days: number;
  readonly later: readonly LaterFile[];
}

/** What is done to the stack at a later time. */
export interface LaterFile {
  /** In milliseconds since the epoch. */
  readonly at: number;
  /** Path of a stack file; undefined to destroy the stack. */
  readonly file: string | undefined;
}

/** What `npm run lab:serve` was asked to do. */
interface ServeOptions extends CommonOptions {
  /** 0 for any port that is free. */
  readonly port: number;
}

const maxDays = 366;

const commonHelp = `
  --stack NAME   stack whose Pulumi.NAME.yaml is deployed           (default: dev)
  --config FILE  stack file that is deployed in the place of that one
  --fleet FILE   fleet file, YAML or JSON; docs/lab.md tells how    (default: lab/fleets/small.yaml,
                 to write one                                        lab/fleets/NAME.yaml where there is one)
  --from DATE    first day, as 2026-10-05, from midnight UTC        (default: 2026-10-05)
  --seed N       seed of everything that chance decides, from 0;    (default: 1)
                 the same seed gives the same bytes
  --faults FILE  what goes wrong on purpose; lab/faults/example.yaml shows how
  --unknown NAME=ANSWER  another answer to what AWS's documents leave open; docs/unknowns.md has the
                 names, and a comma stands between two
  --boundary FILE  document of the policy that the stack's permissionsBoundary names
  --rates        throttle the callers of AWS's APIs as AWS does`;

export const helpText = `patchplane's lab: deploys the program into a simulated AWS account with a fleet of nodes,
lets weeks of maintenance windows pass in seconds, and reports what was patched and what was not.

  npm start -- [options]
${commonHelp}
  --days N       days to simulate, 1 to ${maxDays}                           (default: 28)
  --then FILE@INSTANT  deploys the stack file FILE over what stands, at a time such as
                 2026-10-12T09:00Z; destroy@INSTANT takes the stack away; may be repeated
  --out DIR      folder for the report, summary.json, CSV files     (default: lab-out)
  --json         print summary.json in the place of the table, for scripts
  --help         this text

Exit code: 0 when every window did its job, 1 when one did not, 2 when the lab could not run.
`;

export const serveHelpText = `patchplane's lab, with AWS's APIs on a port of this machine: deploys the program into a simulated
AWS account, and lets you look around with the AWS CLI or an SDK while you decide when time passes.

  npm run lab:serve -- [options]
${commonHelp}
  --port N       port on 127.0.0.1                                  (default: any that is free)
  --out DIR      folder for endpoint.json, which tells              (default: lab-out)
                 npm run lab:advance where the lab is
  --json         print what to export as JSON, for scripts
  --help         this text

Exit code: 0 when it was served until somebody ended it, 2 when it could not be.
`;

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;
const common = {
  stack: text,
  config: text,
  fleet: text,
  from: text,
  seed: text,
  faults: text,
  unknown: text,
  boundary: text,
  rates: flag,
  out: text,
} as const;
const many = { type: "string", multiple: true } as const;
/** What has a property of that name in so many letters is taken for a promise. */
const laterOption = "then";
const options = { ...common, days: text, port: text, [laterOption]: many, json: flag, help: flag } as const;
const commonNames = Object.keys(common) as (keyof typeof common)[];

/**
 * Reads the command line of `npm start`.
 *
 * @throws CannotRun that names every problem
 */
export function readOptions(args: readonly string[], root: string): LabOptions {
  const line = new LabCommandLine("npm start --", args, ["days", laterOption]);
  const common = line.common(root);
  const days = line.whole("days", 28, 1, maxDays);
  return line.checked({ ...common, days, later: line.later(common.from, days) });
}

/**
 * Reads the command line of `npm run lab:serve`.
 *
 * @throws CannotRun that names every problem
 */
export function readServeOptions(args: readonly string[], root: string): ServeOptions {
  const line = new LabCommandLine("npm run lab:serve --", args, ["port"]);
  return line.checked({ ...line.common(root), port: line.whole("port", 0, 0, 65_535) });
}

/** A command line that says what runs in the lab. */
class LabCommandLine extends CommandLine<typeof options> {
  constructor(
    command: string,
    args: readonly string[],
    own: readonly ("days" | "port" | typeof laterOption)[],
  ) {
    super({ command, options }, "", args, [...commonNames, ...own]);
    for (const operand of this.operands) this.say(`${given(operand)}: takes no operand, only options.`);
  }

  common(root: string): CommonOptions {
    const stack = this.text("stack") ?? "dev";
    return {
      stack,
      config: this.text("config"),
      fleet: this.text("fleet") ?? defaultFleet(root, stack),
      from: this.day(this.text("from") ?? "2026-10-05"),
      seed: this.whole("seed", 1, 0, 4_294_967_295),
      faults: this.text("faults"),
      unknowns: this.answers(this.text("unknown")),
      boundary: this.text("boundary"),
      rates: this.has("rates"),
      out: this.text("out") ?? "lab-out",
      json: this.json,
      help: this.wantsHelp,
    };
  }

  /** What is to be done during the run, in the order of time. */
  later(from: number, days: number): LaterFile[] {
    const to = from + days * 86_400_000;
    const all = this.texts(laterOption).flatMap((text) => {
      const [, file = "", instant = ""] = /^(.+)@(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?Z)$/.exec(text) ?? [];
      const at = Date.parse(instant);
      if (Number.isNaN(at))
        this.say(
          `--then: got ${given(text)}; allowed is FILE@INSTANT or destroy@INSTANT, with an instant such as 2026-10-12T09:00Z.`,
        );
      else if (at <= from || at >= to)
        this.say(
          `--then: got ${given(text)}; allowed is an instant within the run, after ${new Date(from).toISOString()} and before ${new Date(to).toISOString()}.`,
        );
      return [{ at, file: file === "destroy" ? undefined : file }];
    });
    return all.sort((a, b) => a.at - b.at);
  }

  /** @throws CannotRun that names every problem */
  checked<T>(read: T): T {
    this.done();
    return read;
  }

  private answers(text: string | undefined): Answers {
    if (text === undefined) return defaultAnswers;
    const { answers, problems } = readAnswers(text);
    for (const problem of problems) this.say(problem);
    return answers;
  }

  private day(date: string): number {
    const from = Date.parse(`${date}T00:00:00Z`);
    const isDate = /^\d{4}-\d{2}-\d{2}$/.test(date) && !Number.isNaN(from);
    if (
      !isDate ||
      new Date(from).toISOString().slice(0, 10) !== date ||
      date < "2015-01-01" ||
      date > "2099-12-31"
    ) {
      this.say(`--from: got ${given(date)}; allowed is a date from 2015-01-01 to 2099-12-31.`);
    }
    return from;
  }
}

function defaultFleet(root: string, stack: string): string {
  const own = join(root, "lab", "fleets", `${stack}.yaml`);
  return /^[\w.-]+$/.test(stack) && existsSync(own) ? own : join(root, "lab", "fleets", "small.yaml");
}
