import { CommandLine, type TextOption } from "#shared/terminal/arguments.js";
import { given } from "#shared/terminal/terminal.js";

const options = {
  stack: { type: "string" },
  bucket: { type: "string" },
  key: { type: "string" },
  at: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean" },
} as const;

export const command = "npm run exclusions --";

/** The command line of one command. */
export class Arguments extends CommandLine<typeof options> {
  /**
   * @param name of the command
   * @param known the options that it takes, `json` and `help` aside
   */
  constructor(name: string, args: readonly string[], known: readonly TextOption<typeof options>[]) {
    super({ command, options }, name, args, known);
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
}
