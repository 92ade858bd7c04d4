import { createHash } from "node:crypto";
import { expect } from "chai";
import { Lease } from "#functions/exclusion-processor/core/lease.js";
import type { Store, StoredObject } from "#functions/exclusion-processor/ports.js";
import { leaseKey } from "#shared/contract/believed.js";
import { size } from "#test/support/size.js";

const minute = 60_000;
/** Milliseconds that each caller has. */
const span = 15 * minute;
const etagOf = (text: string) => createHash("md5").update(text).digest("hex");

/** One thing that may happen next: a caller's pending call is done, a caller dies, or time passes. */
type Move = { readonly kind: "step" | "die"; readonly who: number } | { readonly kind: "time" };

/** What a caller waits for. */
interface Pending {
  readonly name: string;
  readonly run: () => void;
}

/** What callers write, list and leave to each other, with a lease, call by call in an order that a test decides. */
class Play {
  time = 20 * minute;
  lease: { text: string; at: number } | undefined;
  /** Uploads so far, and how many of them the last whole run has listed. */
  uploads = 0;
  listed = 0;
  /** Whole runs that have written so far. */
  runs = 0;
  readonly problems: string[] = [];
  readonly trace: string[] = [];
  /** Who writes at the moment. */
  private writing: number | undefined;
  readonly callers: {
    pending: Pending | undefined;
    hasEnded: boolean;
    isDead: boolean;
    readonly endsAt: number;
    /** What it knows. */
    readonly answers: unknown[];
  }[];

  constructor(private readonly skews: readonly number[]) {
    this.callers = skews.map(() => ({
      pending: undefined,
      hasEnded: false,
      isDead: false,
      endsAt: this.time + span,
      answers: [],
    }));
  }

  private clock(who: number): number {
    return this.time + (this.skews[who] ?? 0);
  }

  /** A call that takes effect when it is its turn, or never. */
  private call<T>(who: number, name: string, effect: () => T): Promise<T> {
    const caller = this.callers[who];
    if (caller === undefined) throw new RangeError(`there is no caller ${who}`);
    return new Promise((resolve) => {
      caller.pending = {
        name,
        run: () => {
          caller.pending = undefined;
          const answer = effect();
          caller.answers.push(short(answer));
          resolve(answer);
        },
      };
    });
  }

  private storeOf(who: number): Pick<Store, "read" | "writeIf"> {
    return {
      read: (key) => {
        expect(key).to.equal(leaseKey);
        return this.call(who, "read", (): StoredObject | undefined => {
          if (this.lease === undefined) return undefined;
          const { text, at } = this.lease;
          const bytes = new TextEncoder().encode(text);
          return { bytes, versionId: "v", etag: etagOf(text), lastModified: at };
        });
      },
      writeIf: (_, text, etag) =>
        this.call(who, "put", () => {
          const present = this.lease === undefined ? undefined : etagOf(this.lease.text);
          if (present !== etag) return undefined;
          this.lease = { text, at: this.time };
          return etagOf(text);
        }),
    };
  }

  /** As core/oneWriter.ts does it: a caller that has uploaded something before it was called. */
  async run(who: number): Promise<void> {
    await this.call(who, "upload", () => this.uploads++);
    const store = this.storeOf(who);
    let free = await Lease.look(store, this.clock(who));
    const list = () => ({ uploads: this.uploads, runs: this.runs });
    const planned = await this.call(who, "plan", list);
    for (;;) {
      const { endsAt = 0 } = this.callers[who] ?? {};
      const now = this.clock(who);
      const request = { holder: `${who} ${now}`, now, endsAt: endsAt + (this.skews[who] ?? 0) };
      const early = free === undefined ? undefined : await Lease.take(store, request, free);
      free = undefined;
      const isRead = early?.kind === "lease";
      const lease = isRead ? early : await Lease.take(store, request);
      if (lease.kind === "taken") return;
      const { uploads: found, runs } = isRead ? planned : await this.call(who, "list", list);
      await this.call(who, "begin", () => {
        if (this.writing !== undefined) this.problems.push(`${who} begins while ${this.writing} writes`);
        if (this.runs !== runs) this.problems.push(`${who} has read before another has written`);
        this.writing = who;
        this.runs++;
      });
      await this.call(who, "write", () => {
        if (this.writing !== who) this.problems.push(`${who} writes while ${this.writing} does`);
        this.listed = Math.max(this.listed, found);
        this.writing = undefined;
      });
      if (!(await lease.end())) return;
      if ((await this.call(who, "look", () => this.uploads)) === found) return;
    }
  }

  /** Begins everybody's calls. */
  async begin(): Promise<void> {
    for (const [who, caller] of this.callers.entries()) {
      this.run(who).then(() => {
        caller.hasEnded = true;
      });
    }
    await settled();
  }

  moves(): Move[] {
    const alive = this.callers.flatMap(({ pending, isDead }, who) =>
      pending === undefined || isDead ? [] : [who],
    );
    const deaths = this.callers.filter(({ isDead }) => isDead).length;
    return [
      ...alive.map((who) => ({ kind: "step" as const, who })),
      ...(deaths < 2 ? alive.map((who) => ({ kind: "die" as const, who })) : []),
      // Until the lease is free by everybody's clock, or whoever is slow has reached its end.
      ...(this.time < 60 * minute && alive.length > 0 ? [{ kind: "time" as const }] : []),
    ];
  }

  async make(move: Move): Promise<void> {
    this.trace.push(
      move.kind === "time" ? "time" : `${move.kind} ${move.who} ${this.callers[move.who]?.pending?.name}`,
    );
    if (move.kind === "time") this.pass();
    else if (move.kind === "die") this.die(move.who);
    else this.callers[move.who]?.pending?.run();
    await settled();
  }

  /** Time goes on to the next end of a caller, or of the lease by the quickest clock. */
  private pass(): void {
    const ends = this.callers.flatMap(({ endsAt, isDead, hasEnded }) => (isDead || hasEnded ? [] : [endsAt]));
    const until = this.lease === undefined ? 0 : (JSON.parse(this.lease.text) as { until: number }).until;
    const free = until - Math.max(...this.skews);
    this.time = Math.min(...[...ends, free, 60 * minute].filter((time) => time > this.time));
    // Lambda ends whoever is not done, and nothing that it has asked for comes after that.
    for (const [who, { endsAt }] of this.callers.entries()) if (endsAt <= this.time) this.die(who);
  }

  private die(who: number): void {
    const caller = this.callers[who];
    if (caller === undefined) return;
    caller.isDead = true;
    caller.pending = undefined;
    if (this.writing === who) this.writing = undefined;
  }

  /** Everything on which the rest depends. */
  key(): string {
    const callers = this.callers.map(({ pending, isDead, hasEnded, answers }) =>
      isDead || hasEnded ? [isDead, hasEnded] : [pending?.name, answers],
    );
    const { time, lease, uploads, listed, runs, writing } = this;
    return JSON.stringify([time, lease?.text, uploads, listed, runs, writing, callers]);
  }

  /** What is wrong at the end. */
  end(): string[] {
    const hasDied = this.callers.some(({ isDead }) => isDead);
    const isSeen = this.listed === this.uploads || hasDied;
    return [...this.problems, ...(isSeen ? [] : [`${this.uploads - this.listed} uploads were never listed`])];
  }
}

/** What an answer tells, in few words: states are told apart by them. */
function short(answer: unknown): unknown {
  if (typeof answer !== "object" || answer === null || !("etag" in answer)) return answer;
  const { etag, lastModified } = answer as StoredObject;
  return `${etag} ${lastModified}`;
}

/** Everything that follows from what has been answered is done. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function replay(skews: readonly number[], moves: readonly Move[]): Promise<Play> {
  const play = new Play(skews);
  await play.begin();
  for (const move of moves) await play.make(move);
  return play;
}

/**
 * Plays every order, as far as it has not come to the same state before.
 *
 * @returns how many states there were: all, if they are fewer than the most
 */
async function explore(skews: readonly number[], most = Number.POSITIVE_INFINITY): Promise<number> {
  const seen = new Set<string>();
  const open: Move[][] = [[]];
  for (let moves = open.pop(); moves !== undefined && seen.size < most; moves = open.pop()) {
    const play = await replay(skews, moves);
    const key = play.key();
    if (seen.has(key)) continue;
    seen.add(key);
    const next = play.moves();
    const found = next.length === 0 ? play.end() : play.problems;
    if (found.length > 0) expect.fail(`${found.join("; ")} after ${play.trace.join(", ")}`);
    open.push(...next.map((move) => [...(moves ?? []), move]));
  }
  return seen.size;
}

describe("the lease", () => {
  it("has one holder at a time, and no upload is left to nobody: two callers in every order, dying anywhere", async () => {
    // Which of two is the quick one makes no difference.
    for (const skews of [
      [minute, 0],
      [0, 0],
    ].slice(0, size(1, 2))) {
      // All that there are.
      expect(await explore(skews)).to.equal(3_697);
    }
  });

  it("has one holder at a time, and no upload is left to nobody: three callers, clocks a minute apart", async () => {
    const most = size(1_500, 200_000);
    for (const skews of [
      [0, minute, 0],
      [minute, 0, minute / 2],
    ]) {
      expect(await explore(skews, most)).to.be.greaterThan(1_000);
    }
  });
});
