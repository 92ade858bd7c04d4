import type { Logs } from "../logs/logs.js";
import { held } from "../model/held.js";
import type { Place } from "../place.js";
import type { HostedFunction } from "./hosted.js";

/** Where functions are, and what keeps their logs. */
type Needs = Place & { readonly logs: Logs };

/** How much of an invocation's logs a caller may ask for. */
const tailBytes = 4096;

/** What an environment logs: its own stream, if the function's role may write it, and the end of it for callers. */
export class EnvironmentLog {
  private isKept = false;
  private recent: string[] = [];

  constructor(
    private readonly region: Needs,
    private readonly fn: HostedFunction,
    readonly stream: string,
  ) {
    held("logs", "CreateLogStream", { logGroupName: fn.logGroup, logStreamName: stream });
  }

  write(message: string): void {
    if (this.isKept) this.region.logs.write(this.fn.logGroup, this.stream, message);
    this.recent.push(message);
  }

  /** Begins the invocation of which `tail` gives the end. */
  begin(): void {
    this.recent = [];
    this.isKept ||= this.mayKeep();
  }

  /** The end of what the invocation has logged. */
  get tail(): string {
    return Buffer.from(this.recent.map((line) => `${line}\n`).join(""))
      .subarray(-tailBytes)
      .toString();
  }

  private mayKeep(): boolean {
    const { region, fn, stream } = this;
    const { iam } = region.account;
    const allows = (action: string, resource: string) =>
      iam.allows({
        caller: iam.session(fn.input.Role),
        action: `logs:${action}`,
        resource: region.arn("logs", resource),
        context: { "aws:RequestedRegion": region.name },
      });
    const streams = `log-group:${fn.logGroup}:log-stream:`;
    return (
      (region.logs.has(fn.logGroup) || allows("CreateLogGroup", streams)) &&
      allows("CreateLogStream", streams + stream) &&
      allows("PutLogEvents", streams + stream)
    );
  }
}
