import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { UsageError } from "./usage.js";

/** What `npm start` was asked to do. */
export interface LabOptions {
  readonly stack: string;
  /** Path of the fleet file. */
  readonly fleet: string;
  /** When simulated time begins, in milliseconds since the epoch. */
  readonly from: number;
  readonly days: number;
  readonly seed: number;
  /** Folder for summary.json and report.html. */
  readonly out: string;
  readonly help: boolean;
}

const maxDays = 366;

export const helpText = `patchplane's lab: deploys the program into a simulated AWS account with a fleet of nodes,
lets weeks of maintenance windows pass in seconds, and reports what was patched and what was not.

  npm start -- [options]

  --stack NAME   stack whose Pulumi.NAME.yaml is deployed          (default: dev)
  --fleet FILE   fleet file, YAML or JSON; docs/lab.md tells how    (default: lab/fleets/small.yaml,
                 to write one                                        lab/fleets/prod.yaml for stack prod)
  --from DATE    first day, as 2026-10-05, from midnight UTC        (default: 2026-10-05)
  --days N       days to simulate, 1 to ${maxDays}                          (default: 28)
  --seed N       seed of everything that chance decides, from 0;    (default: 1)
                 the same seed gives the same bytes
  --out DIR      folder for summary.json and report.html            (default: lab-out)
  --help         this text

Exit code: 0 when every window did its job, 1 when one did not, 2 when the lab could not run.
`;

/**
 * Reads the command line.
 *
 * @throws UsageError that names every problem
 */
export function readOptions(args: readonly string[], root: string): LabOptions {
  const values = parse(args);
  const problems: string[] = [];
  const { stack = "dev", from: date = "2026-10-05" } = values;
  const from = Date.parse(`${date}T00:00:00Z`);
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(date) && !Number.isNaN(from);
  if (
    !isDate ||
    new Date(from).toISOString().slice(0, 10) !== date ||
    date < "2015-01-01" ||
    date > "2099-12-31"
  ) {
    problems.push(`--from: got ${shown(date)}; allowed is a date from 2015-01-01 to 2099-12-31.`);
  }
  const whole = (name: "days" | "seed", fallback: number, least: number, most: number) => {
    const text = values[name];
    const number = text === undefined ? fallback : Number(text);
    if (!(text === undefined || /^\d{1,10}$/.test(text)) || number < least || number > most) {
      problems.push(
        `--${name}: got ${shown(text ?? "")}; allowed is a whole number from ${least} to ${most}.`,
      );
    }
    return number;
  };
  const options = {
    stack,
    fleet: values.fleet ?? defaultFleet(root, stack),
    from,
    days: whole("days", 28, 1, maxDays),
    seed: whole("seed", 1, 0, 4_294_967_295),
    out: values.out ?? "lab-out",
    help: values.help ?? false,
  };
  if (problems.length > 0)
    throw new UsageError(`${problems.join("\n")}\nnpm start -- --help tells all options.`);
  return options;
}

function parse(args: readonly string[]) {
  const text = { type: "string" } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        stack: text,
        fleet: text,
        from: text,
        days: text,
        seed: text,
        out: text,
        help: { type: "boolean" },
      },
    });
    return values;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${reason}\nnpm start -- --help tells all options.`);
  }
}

function defaultFleet(root: string, stack: string): string {
  const own = join(root, "lab", "fleets", `${stack}.yaml`);
  return /^[\w.-]+$/.test(stack) && existsSync(own) ? own : join(root, "lab", "fleets", "small.yaml");
}

function shown(text: string): string {
  return JSON.stringify(text.length <= 60 ? text : `${text.slice(0, 57)}...`);
}
