import { CommandLine } from "#shared/terminal/arguments.js";
import { given } from "#shared/terminal/terminal.js";

const options = {
  stack: { type: "string" },
  exercise: { type: "string" },
  out: { type: "string" },
  yes: { type: "boolean" },
  json: { type: "boolean" },
  help: { type: "boolean" },
} as const;

export const command = "npm run doctor --";

/** The doctor's command line. */
export class Arguments extends CommandLine<typeof options> {
  constructor(args: readonly string[]) {
    super({ command, options }, "", args, ["stack", "exercise", "out", "yes"]);
  }

  stack(): string {
    return this.required("stack", "name the stack to look at.");
  }

  /** The node that the exercise scans; undefined without one. */
  exercise(): string | undefined {
    const node = this.text("exercise");
    if (node !== undefined && !/^m?i-[0-9a-f]{8,17}$/.test(node))
      this.say(`--exercise: got ${given(node)}; allowed is the id of a node, such as i-0123456789abcdef0.`);
    if (node === undefined && (this.has("yes") || this.text("out") !== undefined))
      this.say("--yes, --out: go with --exercise alone.");
    if (node !== undefined && this.json) this.say("--json: goes without --exercise alone.");
    return node;
  }
}
