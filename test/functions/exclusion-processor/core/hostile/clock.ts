interface Timer {
  readonly at: number;
  readonly order: number;
  readonly ring: () => void;
}

/** Time that passes only as somebody lets it: what is due comes in order, and all that follows from it before the next. */
export class Clock {
  private readonly timers: Timer[] = [];
  private order = 0;

  constructor(public now: number) {}

  wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.at(this.now + Math.max(0, milliseconds), resolve));
  }

  at(time: number, ring: () => void): void {
    const timer = { at: time, order: this.order++, ring };
    const next = this.timers.findIndex((one) => one.at > time);
    this.timers.splice(next === -1 ? this.timers.length : next, 0, timer);
  }

  async advanceTo(time: number): Promise<void> {
    for (;;) {
      await settled();
      const [next] = this.timers;
      if (next === undefined || next.at > time) break;
      this.timers.shift();
      this.now = Math.max(this.now, next.at);
      next.ring();
    }
    this.now = Math.max(this.now, time);
  }
}

/** Everything that follows from what has been answered is done. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
