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

  /** The stack or the bucket that is named; one of the two is. */
  place(): { readonly stack: string | undefined; readonly bucket: string | undefined } {
    const stack = this.text("stack");
    const bucket = this.bucket();
    if (stack === undefined && bucket === undefined && !this.lacks("stack") && !this.lacks("bucket")) {
      this.say("--stack: name the stack whose bucket it is; or the bucket itself, with --bucket.");
    }
    return { stack, bucket };
  }

  /** The bucket that is named. */
  bucket(): string | undefined {
    const bucket = this.text("bucket");
    if (bucket !== undefined && !/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
      this.say(
        `--bucket: got ${given(bucket)}; allowed is the name of a bucket, without s3:// and slashes. Leave it out, and --stack finds it.`,
      );
    }
    return bucket;
  }
}
