import { parseArgs } from "node:util";
import { CannotRun, given } from "./terminal.js";

/** Options of a tool's commands. */
type Options = Readonly<
  { help: { type: "boolean" } } & Record<
    string,
    { type: "string"; readonly multiple?: boolean } | { type: "boolean" }
  >
>;

/** Options that take a text. */
export type TextOption<O extends Options> = {
  [Name in keyof O & string]: O[Name]["type"] extends "string" ? Name : never;
}[keyof O & string];

/** The command line of one command, read with every problem that it has. */
export class CommandLine<O extends Options> {
  readonly operands: readonly string[];
  private readonly values = new Map<string, string[]>();
  private readonly flags = new Set<string>();
  /** Options that are there without a value. */
  private readonly faulty = new Set<string>();
  private readonly problems: string[] = [];

  /**
   * @param tool how it is called, and every option that one of its commands takes
   * @param name of the command; a tool that has only one has no name for it
   * @param known the options that it takes, `help` and, where the tool has it, `json` aside
   */
  constructor(
    private readonly tool: { readonly command: string; readonly options: O },
    private readonly name: string,
    args: readonly string[],
    known: readonly (keyof O & string)[],
  ) {
    // Strict parsing would stop at the first problem.
    const { tokens } = parseArgs({ args: [...args], options: tool.options, strict: false, tokens: true });
    const operands: string[] = [];
    for (const token of tokens) {
      if (token.kind === "positional") operands.push(token.value);
      if (token.kind === "option")
        this.take(token, [...known, ...("json" in tool.options ? ["json"] : []), "help"]);
    }
    this.operands = operands;
  }

  private get called(): string {
    return this.name === "" ? this.tool.command : `${this.tool.command} ${this.name}`;
  }

  get wantsHelp(): boolean {
    return this.flags.has("help");
  }

  get json(): boolean {
    return this.flags.has("json");
  }

  has(flag: Exclude<keyof O & string, TextOption<O>>): boolean {
    return this.flags.has(flag);
  }

  text(option: TextOption<O>): string | undefined {
    return this.values.get(option)?.[0];
  }

  /** All values of an option that may be there more than once. */
  texts(option: TextOption<O>): readonly string[] {
    return this.values.get(option) ?? [];
  }

  /** Whether an option is there without its value, which `done` refuses. */
  protected lacks(option: TextOption<O>): boolean {
    return this.faulty.has(option);
  }

  say(problem: string): void {
    this.problems.push(problem);
  }

  /** An option that has to be there. @returns a text without characters when it is not, which `done` refuses */
  required(option: TextOption<O>, hint: string): string {
    const text = this.text(option);
    if (text === undefined && !this.faulty.has(option)) this.say(`--${option}: ${hint}`);
    return text ?? "";
  }

  /** A whole number between two others. @returns the fallback where the option is not there */
  whole(option: TextOption<O>, fallback: number, least: number, most: number): number {
    const text = this.text(option);
    if (text === undefined) return fallback;
    const number = Number(text);
    if (!/^\d{1,10}$/.test(text) || number < least || number > most) {
      this.say(`--${option}: got ${given(text)}; allowed is a whole number from ${least} to ${most}.`);
    }
    return number;
  }

  /** @throws CannotRun that names every problem */
  done(): void {
    if (this.problems.length === 0) return;
    throw new CannotRun([...this.problems, `${this.called} --help tells how it is used.`].join("\n"));
  }

  private take(
    {
      name,
      rawName,
      value,
      inlineValue,
    }: { name: string; rawName: string; value?: string | undefined; inlineValue?: boolean | undefined },
    known: readonly string[],
  ): void {
    if (!known.includes(name) || !rawName.startsWith("--")) {
      this.say(
        `${given(rawName).slice(1, -1)}: is no option of ${this.name === "" ? this.tool.command.replace(/ --$/, "") : this.name}; there are ${known.map((one) => `--${one}`).join(", ")}.`,
      );
      return;
    }
    const option = this.tool.options[name];
    if (option?.type === "boolean") {
      if (value !== undefined) this.say(`--${name}: takes no value; got ${given(value)}.`);
      this.flags.add(name);
      return;
    }
    const before = this.values.get(name) ?? [];
    if (before.length > 0 && option?.multiple !== true)
      this.say(`--${name}: is there twice; once is allowed.`);
    // What begins with a dash is the next option, whose neighbour was forgotten.
    else if (value === undefined || value === "" || (inlineValue !== true && value.startsWith("-"))) {
      this.say(`--${name}: lacks its value.`);
      this.faulty.add(name);
    } else this.values.set(name, [...before, value]);
  }
}
