import { CommandLine } from "#shared/terminal/arguments.js";
import { given } from "#shared/terminal/terminal.js";
import { dayMs } from "#shared/text/time.js";
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
  from: { type: "string" },
  to: { type: "string" },
  out: { type: "string" },
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

  /** A day, as the moment at which it begins in UTC. */
  day(option: "from" | "to"): number {
    const text = this.required(option, "say the day, such as 2026-10-01.");
    if (text === "") return 0;
    const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
    // JavaScript takes the 31st of February for a day of March.
    if (!Number.isNaN(time) && new Date(time).toISOString().startsWith(text)) return time;
    this.say(`--${option}: got ${given(text)}; allowed is a day such as 2026-10-01.`);
    return 0;
  }

  /** The days of a question, each whole: from the first moment of the one to the first after the other. */
  span(): { readonly from: number; readonly to: number } {
    const [from, to] = [this.day("from"), this.day("to")];
    if (from > to) this.say("--to: is before --from.");
    return { from, to: to + dayMs };
  }
}
