import { CommandLine } from "#shared/terminal/arguments.js";

const options = {
  stack: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean" },
} as const;

export const command = "npm run doctor --";

/** The doctor's command line. */
export class Arguments extends CommandLine<typeof options> {
  constructor(args: readonly string[]) {
    super({ command, options }, "", args, ["stack"]);
  }

  stack(): string {
    return this.required("stack", "name the stack to look at.");
  }
}
