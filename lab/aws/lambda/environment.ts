import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { hash32 } from "../../random.js";
import { AwsError } from "../base/errors.js";
import type { AccessKey, Credentials } from "../iam/credentials.js";
import type { Caller } from "../iam/evaluate.js";
import type { Logs } from "../logs/logs.js";
import type { Place } from "../place.js";
import type { AnswerCall, ApiAnswer, InvocationOrder, Settled, Work } from "./bootstrap/messages.js";
import { EnvironmentLog } from "./environmentLog.js";
import { FunctionProcess, killed, type MadeCall, type Report } from "./functionProcess.js";
import type { HostedFunction } from "./hosted.js";
import { LogFile } from "./logFile.js";
import { othersTurn } from "./waiting.js";
import { newFolder, workspace } from "./workspace.js";

/** Where functions run, what their processes call, and what keeps their logs. */
type Needs = Place & {
  readonly account: {
    readonly credentials: Credentials;
    readonly endpoint: string | undefined;
    readonly answer: AnswerCall | undefined;
  };
  readonly logs: Logs;
};

/** What an init or an invocation has come to: what the function says, or what has become of it. */
export type Ending =
  | Settled
  | { readonly kind: "exited"; readonly how: string }
  | { readonly kind: "timedOut" };

/**
 * An environment of a function: a process that computes while simulated time stands still. When it waits for something,
 * its turn is over, and its next one is a happening of the clock. So at any time either the lab or one function computes.
 */
export class Environment {
  readonly log: EnvironmentLog;
  private readonly key: AccessKey;
  /** Its own, in the place of /tmp and of a home. */
  private readonly ownFolder = newFolder();
  private readonly file = new LogFile(`${this.ownFolder}.log`);
  private readonly seed: number;
  private process: FunctionProcess | undefined;
  private taskFolder = "/var/task";
  private isDiscarded = false;
  /** Answers that the process gets with its next turn. */
  private answers: (ApiAnswer & { readonly id: number })[] = [];
  private calls = 0;
  private callsAllowed = Number.POSITIVE_INFINITY;
  /** When its last invocation ended. */
  idleSince = 0;
  /** That of its function when it was made. */
  readonly revision: number;

  /**
   * @param caller the function's role, with the policies of the moment
   * @param watchdog milliseconds of the processor that the process may take without a rest
   */
  constructor(
    private readonly region: Needs,
    private readonly fn: HostedFunction,
    caller: () => Caller,
    private readonly watchdog: number,
  ) {
    const { account } = region;
    const { Role } = fn.input;
    this.seed = hash32(account.seed, fn.arn, ++fn.environments);
    this.revision = fn.revision;
    const day = new Date(account.clock.now).toISOString().slice(0, 10).replaceAll("-", "/");
    const stream = `${day}/[$LATEST]${account.ids.hex(32, `log stream|${fn.arn}`)}`;
    this.log = new EnvironmentLog(region, fn, stream);
    this.key = account.credentials.issue("ASIA", {
      arn: `arn:${account.partition}:sts::${account.id}:assumed-role/${Role.replace(/^.*\//, "")}/${fn.name}`,
      userId: `AROALAB${hash32(Role).toString(16).toUpperCase().padStart(14, "0")}:${fn.name}`,
      caller,
      onCall: () => this.countCall(),
    });
  }

  /** Starts the process and imports the function's module. */
  init(deadline: number): Promise<Ending> {
    return this.work(async () => {
      this.taskFolder = await this.fn.folder();
      this.answers = [];
      if (!this.isDiscarded) this.process = this.start();
      return {
        kind: "init",
        now: this.region.account.clock.now,
        folder: this.taskFolder,
        handler: this.fn.input.Handler,
        seed: this.seed,
        memoryBytes: this.fn.memoryMiB * 1024 * 1024,
        callsOverChannel: this.region.account.answer !== undefined,
      };
    }, deadline);
  }

  /**
   * Lets the function handle an event.
   *
   * @param begin when, in simulated time
   * @param killAfter the number of calls to AWS after which the process is killed, if it is
   */
  invoke(invocation: InvocationOrder, begin: number, killAfter: number | undefined): Promise<Ending> {
    this.calls = 0;
    this.callsAllowed = killAfter ?? Number.POSITIVE_INFINITY;
    return this.work(async () => ({ kind: "invoke", now: begin, invocation }), invocation.deadline, begin);
  }

  get isAlive(): boolean {
    return this.process?.isAlive === true;
  }

  /** Ends the process. */
  async kill(): Promise<void> {
    await this.process?.kill();
  }

  /** Lets go of what a process that has ended leaves behind; whoever still waits for it learns that it was killed. */
  discard(): void {
    this.isDiscarded = true;
    this.region.account.credentials.revoke(this.key.accessKeyId);
    this.file.close();
    rmSync(this.ownFolder, { recursive: true, force: true });
  }

  /** A text with Lambda's own folders in the place of this machine's, which differ from run to run. */
  masked(text: string): string {
    return text
      .replaceAll(this.taskFolder, "/var/task")
      .replaceAll(this.ownFolder, "/tmp")
      .replaceAll(dirname(workspace().bootstrap), "/var/runtime");
  }

  /** Notes that an invocation is over. @returns bytes of its logs that were cut */
  endLogs(): number {
    return this.file.restart();
  }

  private work(first: () => Promise<Work>, deadline: number, begin?: number): Promise<Ending> {
    const { clock } = this.region.account;
    return new Promise((resolve) => {
      let isOpen = true;
      const end = async (outcome: Ending) => {
        isOpen = false;
        const isOver = outcome.kind === "timedOut" || (outcome.kind === "failed" && outcome.isFatal);
        if (isOver) await this.kill();
        resolve(outcome);
        await othersTurn();
      };
      const turn = async (order: Work) => {
        const report = await this.exchange(order, deadline);
        // It may be ahead of everybody else.
        if ("now" in report && report.now > clock.now) {
          clock.at(report.now, () => (isOpen ? take(report) : undefined));
        } else await take(report);
      };
      const take = async (report: Report) => {
        const outcome = await this.outcome(report);
        if (outcome !== undefined) await end(outcome);
        else {
          const now = this.next(report);
          if (now !== undefined) clock.at(now, () => (isOpen ? turn({ kind: "resume", now }) : undefined));
        }
      };
      clock.at(begin ?? clock.now, async () => turn(await first()));
      clock.at(deadline, () => (isOpen ? end({ kind: "timedOut" }) : undefined));
    });
  }

  /** What a turn has brought; undefined when there is more to do, or nothing to do but to wait for the end. */
  private async outcome(report: Report): Promise<Ending | undefined> {
    if (this.isDiscarded) return { kind: "exited", how: killed };
    for (const line of this.file.take()) this.log.write(this.masked(line));
    if ("calls" in report) await this.serve(report.calls);
    if ("exited" in report) return { kind: "exited", how: report.exited };
    if ("stuck" in report) return undefined;
    if (this.calls < this.callsAllowed) return report.settled;
    // All its calls have been answered, and it has done nothing since.
    await this.kill();
    return { kind: "exited", how: killed };
  }

  /** Gives the process its turn, with all that it needs until the last answer to its calls. */
  private async exchange(work: Work, deadline: number): Promise<Report> {
    const given = this.answers;
    this.answers = [];
    const answers = given.map((answer) => ({ ...answer, body: undefined }));
    const bodies = given.map((answer) => (answer.kind === "answer" ? answer.body : new Uint8Array()));
    // At its deadline it is ended before it does anything.
    const until = Math.min(deadline - 1, Math.max(work.now, ...given.map(({ at }) => at)));
    const report = this.isDiscarded
      ? undefined
      : await this.process?.exchange({ ...work, answers, until }, bodies);
    return report ?? { exited: killed };
  }

  /** Serves calls one after the other, each with its effect before the next. */
  private async serve(calls: readonly MadeCall[]): Promise<void> {
    for (const call of calls) {
      const answer = await this.region.account.answer?.(call);
      // What it has asked for last has had no effect, and nobody is left who would ask for more.
      if (this.process?.isEnding) return;
      if (answer !== undefined) this.answers.push({ ...answer, id: call.id });
    }
  }

  /** When the process has something to do again. */
  private next(report: Report): number | undefined {
    const times = this.answers.map(({ at }) => at);
    if ("next" in report && report.next !== undefined) times.push(report.next);
    // What has become due while the process was frozen is late.
    return times.length === 0 ? undefined : Math.max(this.region.account.clock.now, Math.min(...times));
  }

  private start(): FunctionProcess {
    return new FunctionProcess({
      folder: this.taskFolder,
      variables: this.variables(),
      memoryMiB: this.fn.memoryMiB,
      output: this.file.descriptor,
      watchdog: this.watchdog,
      onLook: () => this.file.trim(),
    });
  }

  /** A call to AWS has come in from the process, and has not had its effect yet. */
  private countCall(): void {
    if (this.calls === this.callsAllowed) {
      void this.kill();
      throw new AwsError("ServiceUnavailable", "Whoever called is no more.", 503);
    }
    this.calls++;
  }

  /** The whole of the process's environment: nothing of the lab's own. */
  private variables(): NodeJS.ProcessEnv {
    const { fn, region, key } = this;
    return {
      TZ: "UTC",
      LANG: "en_US.UTF-8",
      PATH: process.env.PATH,
      ...fn.variables,
      HOME: this.ownFolder,
      TMPDIR: this.ownFolder,
      AWS_REGION: region.name,
      AWS_DEFAULT_REGION: region.name,
      AWS_ACCESS_KEY_ID: key.accessKeyId,
      AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
      AWS_SESSION_TOKEN: key.sessionToken,
      AWS_EXECUTION_ENV: `AWS_Lambda_${fn.input.Runtime}`,
      AWS_LAMBDA_FUNCTION_NAME: fn.name,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMiB),
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
      AWS_LAMBDA_LOG_GROUP_NAME: fn.logGroup,
      AWS_LAMBDA_LOG_STREAM_NAME: this.log.stream,
      LAMBDA_TASK_ROOT: this.taskFolder,
      _HANDLER: fn.input.Handler,
      ...(region.account.endpoint === undefined ? {} : { AWS_ENDPOINT_URL: region.account.endpoint }),
    };
  }
}
