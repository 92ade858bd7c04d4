import { resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { stableText } from "#functions/shared/errors.js";
import { CannotRun, Printer, type Terminal } from "#shared/terminal/terminal.js";
import { seen } from "#shared/text/quotes.js";
import { readStackFiles } from "#stacks/stackFiles.js";
import type { AccountClock } from "../account/clock.js";
import { configOf, placeOf } from "../configuration.js";
import { Arguments, command } from "./arguments.js";
import { diagnose, isWell } from "./diagnose.js";
import { type PortsOf, planLines, runExercise, trialOf } from "./exercise/run.js";
import type { DoctorPorts } from "./ports.js";
import { readFacts } from "./read.js";
import { findingLines, windowLines } from "./text.js";

const help = `Whether a stack will work, before its first window opens. docs/doctor.md tells what is looked at.

  ${command} --stack NAME           looks, and says what will not work and what mends it
  ${command} --stack NAME --json    the same for programs
  ${command} --stack NAME --exercise NODE
                                              says how it would try the stack on one node
  ${command} --stack NAME --exercise NODE --yes [--out FILE]
                                              tries it, and writes what it has seen of AWS into a file

Without --yes it changes nothing. Exit code: 0 all will work as far as can be seen, 1 something will not or could not be looked at,
2 it could not look at all.
`;

/** What the doctor works with. */
export interface Surroundings {
  /** Folder with the Pulumi project. */
  readonly root: string;
  readonly portsOf: (homeRegion: string, now: () => number) => Promise<DoctorPorts>;
  readonly exercisePortsOf: PortsOf;
  /** Lets some milliseconds pass, or fewer when the person at the keyboard has had enough. */
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Ctrl-C. */
  readonly interrupted: AbortSignal;
  readonly clock: AccountClock;
}

/** As for people: AWS or the lab, and the keyboard. */
function usual(): Surroundings {
  const interruption = new AbortController();
  return {
    root: resolve(fileURLToPath(new URL("../..", import.meta.url))),
    portsOf: async (homeRegion, now) => (await import("./aws.js")).awsDoctorPorts(homeRegion, now),
    exercisePortsOf: async (...place) => {
      // From here on whoever wants an end gets it once all that was made is taken away.
      process.once("SIGINT", () => interruption.abort());
      return (await import("./exercise/aws.js")).awsExercisePorts(...place);
    },
    pause: async (milliseconds) => {
      try {
        await wait(milliseconds, undefined, { signal: interruption.signal });
      } catch (error) {
        if (!interruption.signal.aborted) throw error;
      }
    },
    interrupted: interruption.signal,
    clock: async (...place) => (await import("../account/clock.js")).accountClock(...place),
  };
}

/** Does what the command line says, and gives the exit code. */
export async function main(
  args: readonly string[],
  terminal: Terminal,
  surroundings: Surroundings = usual(),
): Promise<number> {
  try {
    return await look(args, terminal, surroundings);
  } catch (error) {
    if (!(error instanceof CannotRun)) throw error;
    for (const line of error.message.split("\n")) terminal.stderr.write(`${seen(line)}\n`);
    return 2;
  }
}

async function look(
  args: readonly string[],
  terminal: Terminal,
  surroundings: Surroundings,
): Promise<number> {
  const { root, portsOf } = surroundings;
  const given = new Arguments(args);
  if (given.wantsHelp) {
    terminal.stdout.write(help);
    return 0;
  }
  const stack = given.stack();
  const node = given.exercise();
  given.done();
  const files = readStackFiles(root, stack);
  const clock = await surroundings.clock(placeOf(files).homeRegion, (line) =>
    terminal.stderr.write(`${line}\n`),
  );
  const config = configOf(files, clock());
  const ports = await portsOf(config.homeRegion, clock);
  const account = await accountOf(ports);
  const facts = await readFacts(ports, config, stack, account);
  const printer = new Printer(terminal.stdout);
  if (node !== undefined) {
    const trial = trialOf(facts, node);
    printer.lines(planLines(trial));
    if (!given.has("yes")) {
      printer.lines(["Nothing of it was done: repeat the line with --yes."]);
      return 0;
    }
    const { exercisePortsOf, pause, interrupted } = surroundings;
    const say = (line: string) => printer.lines([line]);
    const how = { portsOf: exercisePortsOf, out: given.text("out"), clock, pause, interrupted, say };
    const { lines, isWell: worked } = await runExercise(facts, trial, how);
    printer.lines(lines);
    return worked ? 0 : 1;
  }
  const findings = diagnose(facts);
  if (given.json) printer.json({ version: 1, stack, account, region: config.homeRegion, findings });
  else printer.lines([...windowLines(facts, printer.paint), ...findingLines(findings, printer.paint)]);
  return isWell(findings) ? 0 : 1;
}

/** Whoever does not even learn whose account it is cannot look at anything. */
async function accountOf(ports: DoctorPorts): Promise<string> {
  try {
    return await ports.account();
  } catch (error) {
    throw new CannotRun(
      `Whose account it is cannot be read: ${stableText(error)}.\nThe stack's aws:region says where; AWS_ENDPOINT_URL and AWS's usual credentials say in what account and as whom.`,
    );
  }
}
