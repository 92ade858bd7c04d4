import { type Faults, noFaults } from "#lab/faults/faults.js";
import type { FaultsInput } from "#lab/faults/schema.js";
import { seededFaults } from "#lab/faults/seeded.js";
import { hashUnit, type Random } from "#lab/random.js";
import { minute } from "../support.js";

/** What goes wrong in a case from its first edit to its last. */
export interface FaultScript {
  readonly file: FaultsInput;
  readonly seed: number;
  /** Share of the processor's runs that die, each after any number of calls up to the most. */
  readonly kills?: { readonly share: number; readonly most: number };
}

type Fault = (
  random: Random,
  regions: readonly string[],
  from: number,
  span: number,
) => Omit<FaultScript, "seed">;

const calls = (share: number, kind: "throttle" | "serverError" | "timeout", ...operations: string[]) => ({
  file: { version: 1 as const, calls: [{ operations, share, kind }] },
});
const events = { duplicateShare: 0.5, delaySeconds: [1, 300] as [number, number] };
const writes = [
  "ssm:Create*",
  "ssm:Register*",
  "ssm:Deregister*",
  "ssm:Delete*",
  "tag:*TagResources",
  "s3:Put*",
];

const faults = {
  none: () => ({ file: { version: 1 } }),
  events: () => ({ file: { version: 1, events } }),
  throttling: () => calls(0.3, "throttle", "*"),
  errors: () => calls(0.1, "serverError", "*"),
  "lost answers": () => calls(0.15, "timeout", ...writes),
  kills: (random) => ({
    file: { version: 1, ...(random.next() < 0.3 ? { events } : {}) },
    kills: { share: 0.6, most: 26 },
  }),
  outage: (random, regions, from, span) => {
    const start = from + random.integer(0, span / 2);
    const end = start + random.integer(10 * minute, 130 * minute);
    const text = (time: number) => `${new Date(time).toISOString().slice(0, 19)}Z`;
    return {
      file: { version: 1, regionsDown: [{ region: random.pick(regions), from: text(start), to: text(end) }] },
    };
  },
} as const satisfies Record<string, Fault>;

/** Draws what goes wrong while a history lasts; with several Regions one of them is out of reach more often. */
export function drawFaults(
  random: Random,
  regions: readonly string[],
  { from, span }: { readonly from: number; readonly span: number },
): FaultScript {
  const draw = random.weighted<Fault>([
    [faults.none, 6],
    [faults.events, 3],
    [faults.throttling, 3],
    [faults.errors, 1],
    [faults["lost answers"], 1],
    [faults.kills, 3],
    [faults.outage, regions.length > 1 ? 6 : 2],
  ]);
  return { ...draw(random, regions, from, span), seed: random.integer(0, 2 ** 31) };
}

/** Whether nothing at all goes wrong. */
export function isFaultless({ file, kills }: FaultScript): boolean {
  return file.calls === undefined && file.regionsDown === undefined && kills === undefined;
}

/** Faults that can be changed while time passes, and that tell of each call before it has its effect. */
export class ChangingFaults implements Faults {
  private current: Faults = noFaults;
  private script: FaultScript | undefined;
  private runs = 0;

  constructor(
    private readonly processor: string,
    private readonly told: (operation: string) => void,
  ) {}

  begin(script: FaultScript): void {
    this.script = script;
    this.current = seededFaults(script.file, script.seed);
    this.runs = 0;
  }

  end(): void {
    this.script = undefined;
    this.current = noFaults;
  }

  onCall: Faults["onCall"] = (call) => {
    this.told(call.operation);
    return this.current.onCall(call);
  };

  onDelivery: Faults["onDelivery"] = (event) => this.current.onDelivery(event);

  killAfter: Faults["killAfter"] = ({ functionName }) => {
    const { kills, seed = 0 } = this.script ?? {};
    if (kills === undefined || functionName !== this.processor) return undefined;
    const run = this.runs++;
    if (hashUnit(seed, "is killed", run) >= kills.share) return undefined;
    return Math.floor(hashUnit(seed, "after", run) * kills.most);
  };
}
