import { CommandLine } from "#shared/terminal/arguments.js";
import { given } from "#shared/terminal/terminal.js";
import { type Severity, severities } from "./core/model.js";
import type { Terms } from "./core/sla.js";

const options = {
  stack: { type: "string" },
  "all-regions": { type: "boolean" },
  csv: { type: "string" },
  html: { type: "string" },
  sla: { type: "string" },
  "owner-tag": { type: "string", multiple: true },
  days: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean" },
} as const;

const command = "npm run coverage --";

/** Tags that people name the owner of a node by. */
const usualOwnerTags = ["Owner", "Team", "owner", "team"];

/** Longest term, days. */
const mostDays = 3650;

/** The command line. */
export class Arguments extends CommandLine<typeof options> {
  /**
   * @param name of the command; empty for the report itself
   * @param known the options that it takes, `json` and `help` aside
   */
  constructor(name: string, args: readonly string[], known: readonly (keyof typeof options)[]) {
    super({ command, options }, name, args, known);
    for (const operand of this.operands) this.say(`${given(operand)}: is not known here.`);
  }

  stack(): string {
    return this.required("stack", "name the stack whose nodes it is about.");
  }

  ownerTags(): readonly string[] {
    const named = this.texts("owner-tag");
    return named.length === 0 ? usualOwnerTags : named;
  }

  /** `critical=14d,important=30d`; undefined when there is none. */
  terms(): Terms | undefined {
    const text = this.text("sla");
    if (text === undefined) return undefined;
    const terms: Partial<Record<Severity, number>> = {};
    const allowed = `severities with days, such as critical=14d,important=30d; there are ${severities.join(", ")}`;
    for (const part of text.split(",")) {
      const [, name = "", days = ""] = /^([a-z]+)=(\d{1,4})d$/.exec(part.trim()) ?? [];
      const severity = severities.find((one) => one === name);
      if (severity === undefined || Number(days) > mostDays)
        this.say(`--sla: got ${given(part)}; allowed are ${allowed}.`);
      else if (severity in terms) this.say(`--sla: ${severity} is there twice; once is allowed.`);
      else terms[severity] = Number(days);
    }
    return terms;
  }
}
