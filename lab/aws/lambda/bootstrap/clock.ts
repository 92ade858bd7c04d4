import { AsyncResource } from "node:async_hooks";
import { createRequire } from "node:module";
import { performance } from "node:perf_hooks";
import { promisify } from "node:util";
import TinyQueue from "tinyqueue";

interface Entry {
  readonly at: number;
  readonly order: number;
  run: (() => unknown) | undefined;
}

/** The time of a function's process: it stands still while the function computes, and goes on when the lab says so. */
export class VirtualClock {
  now = 0;
  /** When the process began. */
  startedAt = 0;
  private orders = 0;
  private readonly queue = new TinyQueue<Entry>([], (a, b) => a.at - b.at || a.order - b.order);

  /** A place among what happens at one time. */
  order(): number {
    return this.orders++;
  }

  at(time: number, run: () => unknown, order = this.order()): Entry {
    // Cheaper than to bind it.
    const scope = new AsyncResource("VirtualClock");
    const entry = { at: time, order, run: () => scope.runInAsyncScope(run) };
    this.queue.push(entry);
    return entry;
  }

  cancel(entry: Entry): void {
    entry.run = undefined;
  }

  /** When the next thing is to happen. */
  get next(): number | undefined {
    for (;;) {
      const entry = this.queue.peek();
      if (entry === undefined || entry.run !== undefined) return entry?.at;
      this.queue.pop();
    }
  }

  /** The next thing, if its time has come. */
  take(): (() => unknown) | undefined {
    const { next } = this;
    return next === undefined || next > this.now ? undefined : this.queue.pop()?.run;
  }
}

/** What `setTimeout` and `setInterval` give back. */
class VirtualTimer {
  private static count = 0;
  static readonly byId = new Map<number, VirtualTimer>();
  private entry: Entry | undefined;
  private readonly id = ++VirtualTimer.count;

  constructor(
    private readonly clock: VirtualClock,
    private readonly delay: number,
    private readonly repeats: boolean,
    private readonly callback: () => void,
  ) {
    this.refresh();
  }

  refresh(): this {
    this.close();
    this.entry = this.clock.at(this.clock.now + this.delay, () => {
      this.entry = undefined;
      if (this.repeats) this.refresh();
      this.callback();
    });
    return this;
  }

  close(): this {
    if (this.entry !== undefined) this.clock.cancel(this.entry);
    this.entry = undefined;
    return this;
  }

  // An environment of Lambda lives on whatever is planned in it.
  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }

  [Symbol.toPrimitive](): number {
    VirtualTimer.byId.set(this.id, this);
    return this.id;
  }
}

/** Longer delays, and what is no delay, count as one millisecond, as in Node.js. */
function milliseconds(delay: unknown): number {
  const given = Number(delay);
  return given >= 1 && given <= 0x7fff_ffff ? Math.trunc(given) : 1;
}

/** As Node.js words it. */
export function abortError(signal: AbortSignal | undefined): Error {
  const error = new Error("The operation was aborted", { cause: signal?.reason });
  return Object.assign(error, { name: "AbortError", code: "ABORT_ERR" });
}

interface Sleep {
  readonly signal?: AbortSignal;
}

/** Puts virtual time in the place of every clock and timer that a function can reach. */
export function installClock(clock: VirtualClock): void {
  const RealDate = Date;
  RealDate.now = () => clock.now;
  globalThis.Date = new Proxy(RealDate, {
    apply: () => new RealDate(clock.now).toString(),
    construct: (target, given, newTarget) =>
      Reflect.construct(target, given.length === 0 ? [clock.now] : given, newTarget),
  });
  RealDate.prototype.constructor = globalThis.Date;

  // Without a date, these take that of the machine.
  const { prototype } = Intl.DateTimeFormat;
  const { formatToParts } = prototype;
  const format = Object.getOwnPropertyDescriptor(prototype, "format")?.get;
  prototype.formatToParts = function (date = clock.now) {
    return formatToParts.call(this, date);
  };
  Object.defineProperty(prototype, "format", {
    get(this: Intl.DateTimeFormat) {
      return (date: Date | number = clock.now) => format?.call(this)(date);
    },
  });

  const elapsed = () => clock.now - clock.startedAt;
  const nanoseconds = () => BigInt(elapsed()) * 1_000_000n;
  Object.defineProperty(performance, "now", { value: elapsed });
  Object.defineProperty(performance, "timeOrigin", { get: () => clock.startedAt });
  const hrtime = ([seconds, rest]: readonly [number, number] = [0, 0]): [number, number] => {
    const since = nanoseconds() - BigInt(seconds) * 1_000_000_000n - BigInt(rest);
    return [Number(since / 1_000_000_000n), Number(since % 1_000_000_000n)];
  };
  Object.assign(process, { hrtime: Object.assign(hrtime, { bigint: nanoseconds }) });
  Object.assign(process, { uptime: () => elapsed() / 1000 });
  installTimers(clock);
}

function installTimers(clock: VirtualClock): void {
  const start =
    (repeats: boolean) =>
    (callback: (...values: unknown[]) => void, delay?: unknown, ...values: unknown[]) =>
      new VirtualTimer(clock, milliseconds(delay), repeats, () => callback(...values));
  const clear = (timer: unknown) => {
    (timer instanceof VirtualTimer ? timer : VirtualTimer.byId.get(Number(timer)))?.close();
  };
  const sleep = <T>(delay?: number, value?: T, { signal }: Sleep = {}) =>
    new Promise<T | undefined>((resolve, reject) => {
      const abort = () => {
        timer.close();
        reject(abortError(signal));
      };
      const timer = new VirtualTimer(clock, milliseconds(delay), false, () => {
        signal?.removeEventListener("abort", abort);
        resolve(value);
      });
      if (signal?.aborted) abort();
      signal?.addEventListener("abort", abort, { once: true });
    });
  async function* ticks<T>(delay?: number, value?: T, options?: Sleep) {
    for (;;) yield await sleep(delay, value, options);
  }

  const timers = {
    setTimeout: Object.assign(start(false), { [promisify.custom]: sleep }),
    setInterval: start(true),
    clearTimeout: clear,
    clearInterval: clear,
  };
  Object.assign(globalThis, timers);
  const builtIn = createRequire(import.meta.url);
  Object.assign(builtIn("node:timers"), timers);
  const promises: { scheduler: object } = builtIn("node:timers/promises");
  Object.assign(promises, { setTimeout: sleep, setInterval: ticks });
  Object.assign(promises.scheduler, {
    wait: (delay: number, options?: Sleep) => sleep(delay, undefined, options),
  });
  AbortSignal.timeout = (delay) => {
    const controller = new AbortController();
    const abort = () =>
      controller.abort(new DOMException("The operation was aborted due to timeout", "TimeoutError"));
    new VirtualTimer(clock, milliseconds(delay), false, abort);
    return controller.signal;
  };
}
