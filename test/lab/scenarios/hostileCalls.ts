import type { ApiAnswer, ApiCall } from "#lab/aws/lambda/bootstrap/messages.js";
import { hashUnit } from "#lab/random.js";
import type { ExclusionLab } from "./exclusionSupport.js";

const processor = "SSM-patchplane-dev-exclusions";
const second = 1_000;

/** Calls that change nodes, baselines or groups. */
const writes = /\.(Tag|Untag)Resources$|\.(Create|Update|Delete|Register|Deregister)PatchBaseline/;

/** A process of the function, by its key. */
interface Process {
  /** When it has asked last for a list of the bucket, which all that it does rests on. */
  listedAt: number;
}

interface Watched {
  /** A write of the function has been answered. */
  written(): void;
  /** The function has read the tags of all nodes of a patch group. */
  read(): void;
  say(problem: string): void;
}

/**
 * Stands between the function and AWS. Some answers come late, so that invocations overlap; and there is one writer: none
 * writes by a list of the bucket that is older than what another one has written.
 */
export class HostileCalls {
  private readonly processes = new Map<string, Process>();
  private lastWrite: { readonly by: Process; readonly at: number } | undefined;
  private calls = 0;

  /** @param slow the share of calls whose answers are late */
  constructor(
    private readonly lab: ExclusionLab,
    private readonly watched: Watched,
    private readonly seed: number,
    private readonly slow: number,
  ) {
    const { account } = lab.lab;
    const { answer } = account;
    account.answer = async (call) => {
      const process = this.processOf(call);
      if (process === undefined) return answer?.(call);
      this.before(call, process);
      return this.after(call, await answer?.(call));
    };
  }

  private processOf({ headers }: ApiCall): Process | undefined {
    const { endpoint } = this.lab.lab;
    const caller = endpoint.api.identity({ headers, query: new URLSearchParams() })?.arn ?? "";
    if (!caller.includes(processor)) return undefined;
    const [, key = ""] = /Credential=([^/]+)/.exec(headers.authorization ?? "") ?? [];
    const found = this.processes.get(key) ?? { listedAt: 0 };
    this.processes.set(key, found);
    return found;
  }

  private before({ method, url, headers }: ApiCall, process: Process): void {
    const { now } = this.lab;
    if (method === "GET" && url.includes("list-type=2")) process.listedAt = now;
    const { "x-amz-target": target = "" } = headers;
    if (!writes.test(target)) return;
    const { lastWrite } = this;
    if (lastWrite !== undefined && lastWrite.by !== process && lastWrite.at > process.listedAt)
      this.watched.say(`${target} goes by what was read before another invocation wrote`);
    this.lastWrite = { by: process, at: now };
  }

  private after({ headers, body }: ApiCall, answer: ApiAnswer | undefined): ApiAnswer | undefined {
    const { "x-amz-target": target = "" } = headers;
    if (/\.(Tag|Untag)Resources$/.test(target)) this.watched.written();
    const isRead = target.endsWith(".GetResources") && answer?.kind === "answer" && answer.status === 200;
    if (isRead && isWhole(Buffer.from(body).toString())) this.watched.read();
    const number = this.calls++;
    if (answer === undefined || hashUnit(this.seed, "slow", number) >= this.slow) return answer;
    return { ...answer, at: answer.at + Math.floor(hashUnit(this.seed, "slowly", number) * 15 * second) };
  }
}

/** Whether a request is for whatever has the key of patch groups. */
function isWhole(body: string): boolean {
  const { TagFilters = [] } = JSON.parse(body) as {
    readonly TagFilters?: readonly { readonly Key?: string; readonly Values?: readonly string[] }[];
  };
  return TagFilters.some(({ Key, Values = [] }) => Key === "PatchGroup" && Values.length === 0);
}
