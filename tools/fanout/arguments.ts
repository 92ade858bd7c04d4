import { CommandLine } from "#shared/terminal/arguments.js";
import { given } from "#shared/terminal/terminal.js";
import { hasDay } from "#shared/text/time.js";

const options = {
  stack: { type: "string" },
  operation: { type: "string" },
  regions: { type: "string" },
  group: { type: "string" },
  ring: { type: "string" },
  "reboot-option": { type: "string" },
  until: { type: "string" },
  owner: { type: "string" },
  reason: { type: "string" },
  kill: { type: "boolean" },
  yes: { type: "boolean" },
  follow: { type: "boolean" },
  json: { type: "boolean" },
  help: { type: "boolean" },
} as const;

export const command = "npm run fanout --";

/** The command line of one command. */
export class Arguments extends CommandLine<typeof options> {
  /**
   * @param name of the command
   * @param known the options that it takes, `json` and `help` aside
   */
  constructor(name: string, args: readonly string[], known: readonly (keyof typeof options)[]) {
    super({ command, options }, name, args, known);
  }

  stack(): string {
    return this.required("stack", "name the stack whose central window it is.");
  }

  /** One of a few words. */
  oneOf<Word extends string>(
    option: "operation" | "reboot-option",
    words: readonly Word[],
  ): Word | undefined {
    const text = this.text(option);
    const found = words.find((word) => word === text);
    if (text !== undefined && found === undefined) {
      this.say(`--${option}: got ${given(text)}; allowed is ${words.join(" or ")}.`);
    }
    return found;
  }

  /** A time in UTC. */
  time(option: "until"): string | undefined {
    const text = this.text(option);
    if (text === undefined) return undefined;
    if (/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?Z$/.test(text) && hasDay(text) && !Number.isNaN(Date.parse(text)))
      return new Date(text).toISOString();
    this.say(`--${option}: got ${given(text)}; allowed is a time in UTC such as 2026-10-11T13:00Z.`);
    return undefined;
  }

  /** Names with commas between them, each once. */
  list(option: "regions" | "group"): readonly string[] | undefined {
    const text = this.text(option);
    if (text === undefined) return undefined;
    const names = text.split(",").map((name) => name.trim());
    if (names.includes("")) {
      this.say(`--${option}: got ${given(text)}; allowed are names with a comma between them.`);
    }
    return [...new Set(names)];
  }

  /** The id of a run, at most one. */
  run(): string | undefined {
    const [id, ...more] = this.operands;
    if (more.length > 0) this.say(`RUN: name one run; got ${more.length} more.`);
    if (id !== undefined && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) {
      this.say(`RUN: got ${given(id)}; allowed is the id of a run, a UUID as status lists them.`);
    }
    return id?.toLowerCase();
  }
}
