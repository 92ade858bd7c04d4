import { expect } from "chai";
import { RegionFleet } from "#functions/exclusion-processor/core/fleet.js";
import { doubtsOf } from "#functions/exclusion-processor/core/gate.js";
import { Ledger } from "#functions/exclusion-processor/core/ledger.js";
import { Memory } from "#functions/exclusion-processor/core/memory.js";
import type { Entry, RegionState, RejectedAction } from "#functions/exclusion-processor/core/model.js";
import { rejecting } from "#functions/exclusion-processor/core/placement.js";
import { baselineName } from "#shared/contract/exclusionNames.js";
import { derived, excluded, inGroup, registration, word } from "./planSupport.js";
import { appliesTo, blocks, content, entry, node, now, record, region, rejects, tagged } from "./support.js";

const group = `web.${word}`;
const held = entry({ effect: { kind: "hold" } });
const mark = "patchplane:base-group";

interface Row {
  readonly state: RegionState;
  /** What is asked for now; by default the entry that was promised. */
  readonly entries?: readonly Entry[];
  /** The group that was told; by default that of the entry. */
  readonly promised?: string;
  readonly error?: string;
  readonly isSettled?: false;
  /** Why nobody can vouch for the node; nothing when somebody can. */
  readonly why?: RegExp;
}

const { baselines, groups } = excluded();
const own = { baselines, groups };
const failed = "createBaseline: ThrottlingException: Rate exceeded";

/** A node whose patches are blocked, by a baseline with that action, which could not be written. */
function blocked(does: string, action: RejectedAction, told: Pick<Row, "why">): Record<string, Row> {
  const { word: own } = rejecting(["openssl*"], "BLOCK");
  const baseline = derived({
    name: baselineName("patchplane-test", own, "AMAZON_LINUX_2023"),
    content: content({ rejectedPatches: ["openssl*"], rejectedPatchesAction: action }),
  });
  const state = region([tagged("i-1", { PatchGroup: `web.${own}`, [mark]: "web" })], {
    baselines: [...region([]).baselines, baseline],
    groups: [{ ...registration(), group: `web.${own}` }],
  });
  const entries = [entry({ effect: blocks("openssl*") })];
  return { [`its baseline ${does}`]: { state, entries, promised: `web.${own}`, error: failed, ...told } };
}

/** What a run has found, and whether it vouches for the one node that was promised. */
const rows: Readonly<Record<string, Row>> = {
  "the node is in its group": { state: region([inGroup("i-1")], own) },
  "it is in the group of what was added since": {
    state: region([inGroup("i-1")], own),
    promised: "web.x-0123456789",
  },
  "it is still in the group that was told": {
    state: region([tagged("i-1", { PatchGroup: "web.x-0123456789", [mark]: "web" })], own),
    promised: "web.x-0123456789",
  },
  "somebody has put it back": { state: region([node("i-1")]), why: /patch group web instead of web\.x-/ },
  "somebody has put it back, and left the mark": {
    state: region([tagged("i-1", { [mark]: "web" })]),
    why: /patch group web instead of/,
  },
  "somebody has taken its mark": {
    state: region([tagged("i-1", { PatchGroup: group })], own),
    why: /patchplane:base-group is gone/,
  },
  "somebody has taken it to a group of another stack, and windows find it by its mark": {
    state: region([tagged("i-1", { PatchGroup: "others", [mark]: "web" })]),
    why: /PatchGroup is others/,
  },
  "it has both keys by now": {
    state: region([tagged("i-1", { ...inGroup("i-1").tags, "Patch Group": "x" })], own),
    why: /^it also carries Patch Group = x/,
  },
  "a held node is in its hold": {
    state: region([tagged("i-1", { PatchGroup: "web.hold", [mark]: "web.hold" })]),
    entries: [held],
    promised: "web.hold",
  },
  "a held node has the mark of those that are installed": {
    state: region([tagged("i-1", { PatchGroup: "web.hold", [mark]: "web" })]),
    entries: [held],
    promised: "web.hold",
    why: /patchplane:base-group is web/,
  },
  "its baseline is missing, and could not be made": {
    state: region([inGroup("i-1")]),
    error: failed,
    why: /has not the baseline that it needs, and us-east-1 createBaseline: Throttling/,
  },
  "its baseline was missing, and the run has made it": { state: region([inGroup("i-1")]) },
  "its baseline rejects something else, and could not be mended": {
    state: region([inGroup("i-1")], {
      ...own,
      baselines: [...region([]).baselines, derived({ content: content({ rejectedPatches: ["curl*"] }) })],
    }),
    error: failed,
    why: /has not the baseline/,
  },
  ...blocked("lets in what others need", "ALLOW_AS_DEPENDENCY", { why: /has not the baseline/ }),
  ...blocked("blocks", "BLOCK", {}),
  "another node's baseline could not be made": { state: region([inGroup("i-1")], own), error: failed },
  "its tags were written a moment ago": {
    state: region([inGroup("i-1")], own),
    isSettled: false,
    why: /^its tags were put right just now/,
  },
  "the node is gone": { state: region([]) },
  "the node is out of every target": {
    state: region([tagged("i-1", { ...inGroup("i-1").tags, Environment: "x" })]),
  },
  "the node is another stack's": { state: region([tagged("i-1", { PatchGroup: "others" })]) },
  "nothing asks for it any more": { state: region([node("i-1")]), entries: [] },
  "nothing that asks for it is for its system any more": {
    state: region([node("i-1")]),
    entries: [entry({ effect: rejects("KB5005*") })],
  },
};

/** What is kept of a Region in which one node is promised. @param written whether it was written a moment ago */
function memoryOf(promised: string, written: boolean): Memory {
  const things = { baselines: [], registrations: [] };
  return new Memory(
    {
      version: 1,
      wroteAt: new Date(now - 60_000).toISOString(),
      written: written ? { [promised]: ["i-1"] } : {},
      promised: { [promised]: ["i-1"] },
      ...{ made: things, gone: things, unused: {} },
    },
    now,
  );
}

describe("whether a run vouches for a promised node", () => {
  for (const [title, row] of Object.entries(rows)) {
    const { state, entries = [entry()], promised = group, error, isSettled = true, why } = row;
    it(`${title}: ${why === undefined ? "yes" : "no"}`, () => {
      const memory = memoryOf(promised, !isSettled);
      const ledger = new Ledger(new RegionFleet(state, record()), appliesTo, now, memory);
      ledger.set("a", entries);
      const doubts = doubtsOf({ region: "us-east-1", ledger, ...(error === undefined ? {} : { error }) });
      expect(doubts.map(({ region, id }) => [region, id])).to.eql(
        why === undefined ? [] : [["us-east-1", "i-1"]],
      );
      expect(doubts[0]?.why ?? "").to.match(why ?? /^$/);
    });
  }
});
