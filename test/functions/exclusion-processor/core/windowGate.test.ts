import { expect } from "chai";
import type { RegionSummary } from "#functions/exclusion-processor/core/runSummary.js";
import { keepGate } from "#functions/exclusion-processor/core/windowGate.js";
import type { Notice } from "#functions/shared/message.js";
import type { ExclusionGate } from "#shared/contract/exclusionGate.js";
import { memoryKey, memoryText } from "#shared/contract/regionMemory.js";
import { putSealed } from "#test/memory/sealed.js";
import { east, World, west } from "./support.js";

const doubt = { region: east, id: "i-1", why: "it is in the patch group web instead of web.hold" };
const summary = (changes: Partial<RegionSummary> = {}): RegionSummary => ({
  ...{ region: east, done: {}, failedNodes: 0, foreign: [], unvouched: 0 },
  ...changes,
});

interface Row {
  /** What the call has come to; a text is what it has failed with. */
  readonly run: readonly RegionSummary[] | string;
  readonly errors?: readonly string[];
  /** What is kept as promised in the window's Region. */
  readonly promised?: readonly string[];
  readonly gate?: ExclusionGate;
  /** What cancelling fails with. */
  readonly fails?: string;
  readonly verdict: "vouched" | "cancelled" | "went on";
  readonly says?: readonly string[];
}

const things = { baselines: [], registrations: [] };
const unread = summary({ error: "cannot be read (Throttled)" });
delete (unread as { unvouched?: number }).unvouched;

/** What a call of a window has come to, and what becomes of the window. */
const rows: Readonly<Record<string, Row>> = {
  "every promise is kept": { run: [summary()], verdict: "vouched" },
  "a promise is not": {
    run: [summary({ unvouched: 1, doubts: [doubt] })],
    verdict: "cancelled",
    says: [
      "was cancelled before a node was patched",
      "the exclusions of 1 node",
      "- i-1 (us-east-1): it is in the patch",
    ],
  },
  "more are not than a message names": {
    run: [summary({ unvouched: 40, doubts: [doubt] })],
    verdict: "cancelled",
    says: ["the exclusions of 40 nodes", "- and 39 more"],
  },
  "a promise is not, and the window is to go on": {
    run: [summary({ unvouched: 1, doubts: [doubt] })],
    gate: "proceed",
    verdict: "went on",
    says: ["goes on, as exclusionGate: proceed says", "may be installed"],
  },
  "it cannot be cancelled": {
    run: [summary({ unvouched: 1, doubts: [doubt] })],
    fails: "denied",
    verdict: "went on",
    says: ["goes on, since it could not be cancelled (Error: denied)"],
  },
  "another Region's promise is not kept": {
    run: [summary(), summary({ region: west, unvouched: 1, doubts: [{ ...doubt, region: west }] })],
    verdict: "vouched",
  },
  "another Region could not be read": { run: [summary(), { ...unread, region: west }], verdict: "vouched" },
  "its Region could not be read": {
    run: [unread],
    promised: ["i-2", "i-1"],
    verdict: "cancelled",
    says: ["- i-1 (us-east-1): its tags are not known, since us-east-1 cannot be read (Throttled)", "- i-2"],
  },
  "its Region could not be read, and nothing was promised there": { run: [unread], verdict: "vouched" },
  "nobody knows what was promised in its Region": {
    run: [summary({ lost: "What was promised in us-east-1 is not known, and state/verdicts.json is gone." })],
    verdict: "cancelled",
    says: ["- What was promised in us-east-1 is not known"],
  },
  "nothing could be done": {
    run: [],
    errors: ["The bucket cannot be listed (denied)."],
    verdict: "cancelled",
    says: ["vouch for exclusions that", "- The bucket cannot be listed (denied)."],
  },
  "the call has failed": {
    run: "the lease could not be read",
    verdict: "cancelled",
    says: ["- Exclusions could not be brought up to date (the lease could not be read)."],
  },
};

describe("the gate of an install window", () => {
  for (const [title, { run, errors = [], promised, gate = "cancel", fails, verdict, says }] of Object.entries(
    rows,
  )) {
    it(`${title}: ${verdict}`, async () => {
      const world = new World([]);
      if (promised !== undefined) {
        const kept = {
          version: 1 as const,
          written: {},
          promised: { "web.hold": [...promised] },
          unused: {},
        };
        putSealed(
          world.bucket,
          memoryKey(east),
          memoryText({ ...kept, made: things, gone: things }),
          world.now,
        );
      }
      const cancelled: string[] = [];
      const told: Notice[] = [];
      const ports = {
        ...world.ports(),
        cancelExecution: async (id: string) => {
          if (fails !== undefined) throw new Error(fails);
          cancelled.push(id);
        },
        notifier: { publish: async (notice: Notice) => void told.push(notice) },
      };
      const call = { windowId: "mw-1", executionId: "e-1", gate };
      const result =
        typeof run === "string"
          ? { ok: false as const, error: run }
          : { ok: true as const, value: { errors, regions: run } };
      const kept = await keepGate(ports, call, east, result);
      expect(kept.summary).to.eql({ windowId: "mw-1", executionId: "e-1", verdict });
      expect(cancelled).to.eql(verdict === "cancelled" ? ["e-1"] : []);
      expect(kept.errors).to.eql(
        fails === undefined ? [] : [`The execution e-1 of mw-1 could not be cancelled (Error: ${fails}).`],
      );
      expect(told).to.have.lengthOf(says === undefined ? 0 : 1);
      for (const words of says ?? []) expect(told[0]?.text).to.contain(words);
      expect((told[0]?.subject ?? "").length).to.be.at.most(100);
    });
  }
});
