import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Duplex } from "node:stream";
import { z } from "zod";
import { type Frame, FrameReader, frameOf } from "./bootstrap/frames.js";
import type { ApiCall, Order, Rest, Settled } from "./bootstrap/messages.js";
import { workspace } from "./workspace.js";

/** A call as it has come from a process. */
export type MadeCall = ApiCall & { readonly id: number };

/** What a process has come to in its turn; one that is stuck goes on until its time is over. */
export type Report =
  | (Omit<Rest, "calls"> & { readonly calls: readonly MadeCall[] })
  | { readonly exited: string }
  | { readonly stuck: true };

/** How Lambda calls the end of a process that was killed. */
export const killed = "Runtime exited with error: signal: killed";

/** Real milliseconds between two looks at a process that computes. */
const lookEvery = 50;

/** A turn of a process, as far as it is watched. */
interface Turn {
  /** Real time, in milliseconds. */
  readonly at: number;
  /** What it had computed at the first look: most turns end before, and to ask costs as much as a call. */
  computed?: number | undefined;
}

interface ProcessOptions {
  readonly folder: string;
  readonly variables: NodeJS.ProcessEnv;
  readonly memoryMiB: number;
  /** Takes what the process writes. */
  readonly output: number;
  /** Milliseconds of the processor that it may take without a rest; real ones where those are not known. */
  readonly watchdog: number;
  /** Told now and then while it computes. */
  readonly onLook: () => void;
}

/** A process that computes when it is told to, and says when it rests. What else it may do is its end, not the lab's. */
export class FunctionProcess {
  private end: string | undefined;
  private readonly child: ChildProcess;
  private readonly channel: Duplex;
  private readonly gone: Promise<void>;
  private isStuck = false;
  private report: (report: Report | Error) => void = () => undefined;

  constructor(private readonly options: ProcessOptions) {
    const { folder, variables, memoryMiB, output } = options;
    // Without the second, Node.js would collect garbage in a thirtieth of it, and all the time.
    const heap = { "max-old-space-size": 0.9, "max-semi-space-size": 0.05 };
    const flags = Object.entries(heap).map(([name, part]) => `--${name}=${Math.floor(memoryMiB * part)}`);
    const args = [...flags, "--single-threaded-gc", workspace().bootstrap];
    const child = spawn(process.execPath, args, {
      ...{ cwd: folder, env: variables },
      stdio: ["ignore", output, output, "pipe"],
    });
    this.child = child;
    this.channel = child.stdio[3] as Duplex;
    // A process that waits for its next turn keeps nobody else from ending.
    child.unref();
    if ("unref" in this.channel && typeof this.channel.unref === "function") this.channel.unref();
    const frames = new FrameReader();
    this.channel.on("data", (chunk: Buffer) => this.receive(frames, chunk));
    // What cannot be sent has no one to read it, and the end of the process tells.
    this.channel.on("error", () => undefined);
    this.gone = new Promise((resolve) => {
      child.on("error", (error) => {
        if (child.pid === undefined) resolve();
        this.report(error);
      });
      child.once("exit", (code, signal) => {
        this.end = exitText(code, signal);
        this.channel.destroy();
        this.report(this.isStuck ? { stuck: true } : { exited: this.end });
        resolve();
      });
    });
  }

  /** Gives the process its turn, which ends when it rests or is no more. */
  async exchange(order: Order, bodies: readonly Uint8Array[]): Promise<Report> {
    if (this.end !== undefined) return { exited: this.end };
    const began: Turn = { at: performance.now() };
    const watch = setInterval(() => this.look(began), lookEvery);
    try {
      const report = await new Promise<Report | Error>((resolve) => {
        this.report = resolve;
        this.channel.write(frameOf(order, bodies));
      });
      if (report instanceof Error) throw report;
      return report;
    } finally {
      clearInterval(watch);
      this.report = () => undefined;
    }
  }

  get isAlive(): boolean {
    return this.end === undefined;
  }

  /** Whether it has been killed, although it may not have ended yet. */
  get isEnding(): boolean {
    return this.child.killed;
  }

  /** Ends the process. */
  async kill(): Promise<void> {
    if (!this.isAlive) return;
    this.child.ref();
    this.child.kill("SIGKILL");
    await this.gone;
  }

  private receive(frames: FrameReader, chunk: Buffer): void {
    // What a process that is being killed has written before counts no more: its end is the report.
    if (this.isEnding) return;
    try {
      for (const frame of frames.take(chunk)) this.report(restOf(frame));
    } catch {
      // Whoever writes garbage into the channel has broken its own runtime.
      this.child.kill("SIGKILL");
    }
  }

  /** Ends a process that computes for too long, or takes more memory than its function has. */
  private look(began: Turn): void {
    this.options.onLook();
    const { watchdog } = this.options;
    const elapsed = performance.now() - began.at;
    const computed = computedMilliseconds(this.child.pid);
    const before = began.computed ?? computed;
    began.computed = before;
    const isKnown = computed !== undefined && before !== undefined;
    // A busy machine makes nobody stuck; whoever waits for what never comes does not compute.
    const isTooLong = isKnown ? computed - before > watchdog : elapsed > watchdog;
    this.isStuck = isTooLong || elapsed > 5 * watchdog;
    const isTooLarge = residentBytes(this.child.pid) > this.options.memoryMiB * 1024 * 1024;
    if (this.isStuck || isTooLarge) this.child.kill("SIGKILL");
  }
}

const restShape = z.object({
  now: z.number(),
  settled: z
    .discriminatedUnion("kind", [
      z.object({ kind: z.literal("done"), payload: z.string() }),
      z.object({
        kind: z.literal("failed"),
        error: z.object({
          errorType: z.string(),
          errorMessage: z.string(),
          trace: z.array(z.string()).optional(),
        }),
        isFatal: z.boolean(),
      }),
    ])
    .optional(),
  next: z.number().optional(),
  // By hand: nearly every rest has calls, and zod takes as long over their headers as all else that is done with them.
  calls: z.array(z.custom<NonNullable<Rest["calls"]>[number]>(isCall)).default([]),
});

function isCall(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { id, method, url, headers }: Readonly<Record<string, unknown>> = { ...value };
  const isWhole = typeof id === "number" && typeof method === "string" && typeof url === "string";
  if (!isWhole || typeof headers !== "object" || headers === null) return false;
  return Object.values(headers).every((text) => typeof text === "string");
}

/** @throws Error for what a process at rest does not say */
function restOf({ message, bodies }: Frame): Report {
  const { now, calls, next, settled } = restShape.parse(message);
  return {
    now,
    ...(next === undefined ? {} : { next }),
    ...(settled === undefined ? {} : { settled: settled as Settled }),
    calls: calls.map((call, index) => ({ ...call, body: bodies[index] ?? new Uint8Array() })),
  };
}

/** How Lambda calls the end of a process. */
function exitText(code: number | null, signal: NodeJS.Signals | null): string {
  if (code === 0) return "Runtime exited without providing a reason";
  if (code !== null) return `Runtime exited with error: exit status ${code}`;
  // V8 aborts where a machine with as little memory would already have killed the process.
  if (signal === "SIGKILL" || signal === "SIGABRT") return killed;
  return `Runtime exited with error: signal: ${signal}`;
}

/** What a process has computed, where the operating system tells. */
function computedMilliseconds(pid: number | undefined): number | undefined {
  try {
    // After the name, which may hold spaces: state is the first, and in hundredths of a second user and system come 12th.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return undefined;
  }
}

/** What a process has in memory, where the operating system tells. */
function residentBytes(pid: number | undefined): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) * 4096;
  } catch {
    return 0;
  }
}
