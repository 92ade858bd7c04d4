import { parseArgs } from "node:util";
import { CannotRun, given } from "./terminal.js";

const options = {
  stack: { type: "string" },
  bucket: { type: "string" },
  key: { type: "string" },
  at: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean" },
} as const;

type OptionName = keyof typeof options;
/** Options that take a text. */
export type TextOption = Exclude<OptionName, "json" | "help">;

export const command = "npm run exclusions --";

function isOption(name: string): name is OptionName {
  return Object.hasOwn(options, name);
}

/** The command line of one command, read with every problem that it has. */
export class Arguments {
  readonly operands: readonly string[];
  private readonly texts = new Map<TextOption, string>();
  private readonly flags = new Set<OptionName>();
  /** Options that are there without a value. */
  private readonly faulty = new Set<OptionName>();
  private readonly problems: string[] = [];

  /**
   * @param name of the command
   * @param known the options that it takes, `json` and `help` aside
   */
  constructor(
    private readonly name: string,
    args: readonly string[],
    known: readonly TextOption[],
  ) {
    // Strict parsing would stop at the first problem.
    const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
    const operands: string[] = [];
    for (const token of tokens) {
      if (token.kind === "positional") operands.push(token.value);
      if (token.kind === "option") this.take(token, [...known, "json", "help"]);
    }
    this.operands = operands;
  }

  get wantsHelp(): boolean {
    return this.flags.has("help");
  }

  get json(): boolean {
    return this.flags.has("json");
  }

  text(option: TextOption): string | undefined {
    return this.texts.get(option);
  }

  say(problem: string): void {
    this.problems.push(problem);
  }

  /** The time that a command acts at. */
  time(now: number): number {
    const text = this.text("at");
    if (text === undefined) return now;
    const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?Z$/.test(text) ? Date.parse(text) : Number.NaN;
    if (Number.isNaN(at)) {
      this.say(`--at: got ${given(text)}; allowed is an instant in UTC such as 2026-10-05T12:00:00Z.`);
    }
    return at;
  }

  /** An option that has to be there. @returns a text without characters when it is not, which `done` refuses */
  required(option: TextOption, hint: string): string {
    const text = this.text(option);
    if (text === undefined && !this.faulty.has(option)) this.say(`--${option}: ${hint}`);
    return text ?? "";
  }

  /** @param stack whose bucket it is, for the line that tells its name */
  bucket(stack: string): string {
    const hint = `pulumi stack output exclusionBucket --stack ${/^[\w.-]+$/.test(stack) ? stack : "NAME"}`;
    const name = this.required("bucket", `name the stack's bucket, which this tells: ${hint}`);
    if (name !== "" && !/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) {
      this.say(
        `--bucket: got ${given(name)}; allowed is the name of a bucket, without s3:// and slashes; this tells it: ${hint}`,
      );
    }
    return name;
  }

  /** @throws CannotRun that names every problem */
  done(): void {
    if (this.problems.length === 0) return;
    throw new CannotRun(
      [...this.problems, `${command} ${this.name} --help tells how it is used.`].join("\n"),
    );
  }

  private take(
    {
      name,
      rawName,
      value,
      inlineValue,
    }: { name: string; rawName: string; value?: string | undefined; inlineValue?: boolean | undefined },
    known: readonly OptionName[],
  ): void {
    if (!isOption(name) || !known.includes(name) || !rawName.startsWith("--")) {
      this.say(
        `${given(rawName).slice(1, -1)}: is no option of ${this.name}; there are ${known.map((one) => `--${one}`).join(", ")}.`,
      );
      return;
    }
    const isFlag = name === "json" || name === "help";
    if (isFlag) {
      if (value !== undefined) this.say(`--${name}: takes no value; got ${given(value)}.`);
      this.flags.add(name);
      return;
    }
    if (this.texts.has(name)) this.say(`--${name}: is there twice; once is allowed.`);
    // What begins with a dash is the next option, whose neighbour was forgotten.
    else if (value === undefined || value === "" || (inlineValue !== true && value.startsWith("-"))) {
      this.say(`--${name}: lacks its value.`);
      this.faulty.add(name);
    } else this.texts.set(name, value);
  }
}
