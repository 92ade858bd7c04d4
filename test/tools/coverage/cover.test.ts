import { expect } from "chai";
import type { WindowRecord } from "#shared/contract/windowRecord.js";
import { windowRecord } from "#test/support/windowRecords.js";
import type { RegionReading } from "#tools/account/model.js";
import { cover } from "#tools/coverage/core/cover.js";
import type { AccountReading, Coverage } from "#tools/coverage/core/model.js";
import { instance, managed, now, ok, patchState, reading, region, tags } from "./reading.js";

const byId = (list: readonly { readonly id: string }[]) => new Map(list.map((one) => [one.id, one]));
const told = ({ nodes }: Coverage) => nodes.map(({ id, state, cause, who }) => [id, state, cause, who]);
const owner = "owner of the node";

describe("the coverage of an account", () => {
  it("has each node once, with why it is not covered and who must act", () => {
    const coverage = cover(
      reading([
        region({
          instances: ok([
            instance("i-clean"),
            instance("i-gone", { state: "stopped", tags: { ...tags, Team: "web" } }),
            instance("i-bare", { tags: { ...tags, Owner: "db" } }),
            instance("i-lost"),
            instance("i-late"),
            instance("i-stray", { tags: { PatchGroup: "servers" } }),
            instance("i-other", { tags: { PatchGroup: "web", Environment: "prod" } }),
            instance("i-new"),
          ]),
          managed: ok([
            ...["i-clean", "i-late", "i-stray", "i-other", "i-new", "mi-1"].map((id) => managed(id)),
            managed("i-lost", { ping: "ConnectionLost", lastPing: Date.parse("2026-10-10T04:00:00Z") }),
          ]),
          // Of an instance that EC2 no longer has, tags linger.
          tags: ok(
            new Map([
              ["mi-1", tags],
              ["i-terminated", tags],
              ["mi-2", tags],
            ]),
          ),
          states: ok(
            byId([
              patchState("i-clean"),
              patchState("i-late", { missing: 2 }),
              patchState("mi-1", { failed: 1, missing: 1 }),
            ]) as never,
          ),
        }),
      ]),
    );
    expect(told(coverage)).to.deep.equal([
      ["i-bare", "never scanned", "no SSM Agent", `${owner}: db`],
      ["i-clean", "compliant", null, null],
      ["i-gone", "never scanned", "stopped", `${owner}: web`],
      ["i-late", "non-compliant", "waiting for patchplane-prod-install", "nobody: it opens Sun 18 Oct 08:00"],
      ["i-lost", "never scanned", "connection lost", owner],
      ["i-new", "never scanned", "not scanned so far", "nobody"],
      ["i-other", "never scanned", "in no window: another value of tag PatchGroup", owner],
      ["i-stray", "never scanned", "in no window: no tag Environment", owner],
      ["mi-1", "non-compliant", "patches failed to install", owner],
      ["mi-2", "never scanned", "stopped", owner],
    ]);
    const { totals } = coverage;
    expect(totals.fine + totals.somebody + totals.exclusion + totals.nobody + totals.unseen).to.equal(
      totals.nodes,
    );
    expect(totals.compliant + totals.nonCompliant + totals.neverScanned + totals.unseen).to.equal(10);
    expect(coverage.causes.reduce((sum, { nodes }) => sum + nodes, 0)).to.equal(9);
  });

  it("names the exclusion that kept a node out of the last window although it had ended", () => {
    const expires = "2026-10-11T08:00:00.000Z";
    const hold = {
      manifest: "exclusions/a.yaml",
      entry: "freeze",
      owner: "ledger",
      expires,
      effect: "hold",
    } as const;
    const run = windowRecord({
      ...{ windowName: "patchplane-prod-install", region: "us-east-1", startedAt: expires, findings: [] },
      ...{ nodes: [{ state: "held", why: "ended", exclusions: [0], ids: ["i-1"] }], exclusions: [hold] },
    });
    const records = ok({
      records: [{ key: "k", record: { kind: "window" as const, run } }],
      unread: [],
    }) as never;
    const states = ok(byId([patchState("i-1", { missing: 2 })])) as never;
    const seen = cover(
      reading([region({ instances: ok([instance("i-1")]), managed: ok([managed("i-1")]), states })], {
        records,
      }),
    );
    expect(told(seen)).to.deep.equal([
      ["i-1", "non-compliant", "exclusion freeze", "ledger, until Sun 11 Oct 2026 08:00 UTC"],
    ]);
  });

  it("says what could not be seen, and of no node that there is nothing", () => {
    const denied = { ok: false, error: "AccessDeniedException: no" } as const;
    const parts = ["instances", "managed", "tags", "states", "windows", "associations", "groups"] as const;
    const whole = {
      instances: ok([instance("i-1"), instance("i-2")]),
      managed: ok([managed("i-1")]),
      states: ok(byId([patchState("i-1")]) as never),
    };
    for (const part of parts) {
      const { unseen, totals } = cover(reading([region({ ...whole, [part]: denied })]));
      expect(unseen, part).to.have.length(1);
      expect(unseen[0]?.why, part).to.equal(denied.error);
      const { nodes, fine, somebody, exclusion, nobody } = totals;
      expect(fine + somebody + exclusion + nobody + totals.unseen, part).to.equal(nodes);
      if (part === "managed" || part === "states" || part === "windows")
        expect(totals.unseen, part).to.equal(nodes).and.to.be.above(0);
    }
    // Nobody is told of tags, a window, a baseline or a run that was not to be looked at.
    const hybrid = managed("mi-1");
    const accused = (changes: Partial<RegionReading>, account: Partial<AccountReading> = {}) =>
      cover(
        reading(
          [
            region({ ...whole, managed: ok([managed("i-1"), hybrid]), ...changes }),
            region({
              region: "eu-west-1",
              windows: ok([]),
              instances: ok([instance("i-9")]),
              managed: ok([managed("i-9")]),
            }),
          ],
          account,
        ),
      ).nodes.map(({ id, state, cause }) => (state === "unseen" ? id : `${id} ${cause}`));
    const named = ["i-1 null", "i-2 no SSM Agent"];
    const free = "i-9 in no window: eu-west-1 has none";
    const tagless = "mi-1 in no window: no tag PatchGroup, no tag Environment";
    expect(accused({})).to.deep.equal([...named, tagless, free]);
    expect(accused({ tags: denied })).to.deep.equal([...named, "mi-1", free]);
    expect(accused({ groups: denied, states: ok(new Map()) })).to.deep.equal([
      "i-1",
      named[1],
      tagless,
      free,
    ]);
    expect(accused({}, { central: denied })).to.deep.equal([...named, "mi-1", "i-9"]);
    expect(accused({}, { deployed: denied })).to.deep.equal([...named, tagless, free]);
    expect(accused({}, { records: denied })).to.deep.equal(["i-1", named[1], tagless, free]);
    const unread = (isHidden: boolean) => ({
      records: ok({ records: [], unread: [{ key: "runs/x.json", why: "no", isHidden }] }),
    });
    expect(accused({}, unread(true))).to.deep.equal(["i-1", named[1], tagless, free]);
    expect(accused({}, unread(false))).to.deep.equal([...named, tagless, free]);
    const parts2 = ["deployed", "central", "records", "exclusions"] as const;
    for (const part of parts2)
      expect(cover(reading([region(whole)], { [part]: denied })).unseen, part).to.have.length(1);
  });

  it("waits for the next scan where an exclusion has ended whose baseline made the last report", () => {
    const rejected = (baselineId: string) =>
      cover(
        reading([
          region({
            instances: ok([instance("i-1")]),
            managed: ok([managed("i-1", { platformVersion: "2023" })]),
            states: ok(byId([patchState("i-1", { baselineId, installedRejected: 2 })]) as never),
          }),
        ]),
      ).nodes.map(({ cause, act, reasons }) => [cause, act, ...reasons]);
    const why = "2 installed although rejected";
    expect(rejected("pb-1")).to.deep.equal([
      ["installed although rejected", "stack", `${why} by its baseline`],
    ]);
    const before = `${why} by the baseline before; it has another one since its last report`;
    expect(rejected("pb-gone")).to.deep.equal([["waiting for the next scan", "nobody", before]]);
  });

  it("names other programs over the same nodes, and nodes under another baseline than ours", () => {
    const all = { criteria: [{ key: "InstanceIds", values: ["*"] }] };
    const { others, nodes } = cover(
      reading([
        region({
          instances: ok([instance("i-1"), instance("i-2", { tags: {} })]),
          managed: ok([managed("i-1"), managed("i-2")]),
          states: ok(byId([patchState("i-1", { baselineId: "pb-stranger" }), patchState("i-2")]) as never),
          associations: ok([
            {
              ...{
                id: "a-1",
                name: "AWS-QuickSetup-PatchPolicy-ScanForPatches",
                document: "AWS-RunPatchBaseline",
              },
              ...{ schedule: "rate(1 day)", isQuickSetup: true, selections: [all] },
            },
          ]),
        }),
      ]),
    );
    expect(others).to.deep.equal([
      {
        ...{ what: "Quick Setup", name: "AWS-QuickSetup-PatchPolicy-ScanForPatches", region: "us-east-1" },
        ...{ operation: "AWS-RunPatchBaseline", nodes: 2, shared: 1 },
      },
    ]);
    expect(nodes.map(({ others: own }) => own.length)).to.deep.equal([1, 1]);
    expect(nodes.map(({ baseline }) => baseline)).to.deep.equal(["another", "ours"]);
  });

  it("names a Region with nodes of the stack's tags and no window", () => {
    const other = region({ region: "eu-west-1", instances: ok([instance("i-9")]), windows: ok([]) });
    const { withoutWindow, nodes } = cover(reading([region(), other]));
    expect(withoutWindow).to.deep.equal([{ region: "eu-west-1", nodes: 1 }]);
    expect(nodes.map(({ cause }) => cause)).to.deep.equal(["no SSM Agent"]);
  });

  it("counts the organization's nodes once an account, or says why it could not", () => {
    expect(cover(reading([])).organization).to.deep.equal({ seen: false, why: "it is not turned on" });
    const node = { id: "i-1", account: "111111111111", region: "us-east-1", isManaged: true };
    const organization = ok([node, node, { ...node, id: "i-2", isManaged: false }]);
    expect(cover(reading([], { organization })).organization).to.deep.equal({
      seen: true,
      accounts: [{ account: "111111111111", nodes: 2, unmanaged: 1 }],
    });
  });

  it("knows since when a patch is missing by the last record that names it", () => {
    const since = "2026-10-01T05:00:00.000Z";
    const record = (day: string, patches: WindowRecord["patches"]) => {
      const startedAt = `2026-10-${day}T05:00:00.000Z`;
      const key = `runs/windows/closed/2026/10/${day}/e.json`;
      const finding = { id: "i-1", missing: 1, failed: 0, pendingReboot: 0 };
      const run = windowRecord({
        ...{ windowName: "patchplane-prod-scan", region: "us-east-1", startedAt, executionId: `e-${day}` },
        ...{ nodes: [{ state: "scanned", ids: ["i-1"] }], findings: [finding], exclusions: [] },
        ...(patches === undefined ? {} : { patches }),
      });
      return { key, record: { kind: "window" as const, run } };
    };
    const open = {
      title: "",
      name: "curl-8",
      state: "Missing",
      severity: "Low",
      classification: "",
    } as const;
    const seen = cover(
      reading(
        [
          region({
            instances: ok([instance("i-1")]),
            managed: ok([managed("i-1")]),
            states: ok(byId([patchState("i-1", { missing: 1 })]) as never),
            patches: new Map([["i-1", ok([open])]]),
          }),
        ],
        {
          records: ok({
            records: [
              record("12", [{ name: "curl-8", severity: "Low", state: "missing", since, ids: ["i-1"] }]),
              // Of a version that named none, which takes nothing back.
              record("13", undefined),
            ],
            unread: [],
          }),
        },
      ),
    );
    expect(seen.nodes[0]?.patches).to.deep.equal([
      { name: "curl-8", state: "Missing", severity: "low", since, from: "record" },
    ]);
  });

  it("knows the age of an update of Windows by its release, and of nothing else without records", () => {
    const patch = { title: "", state: "Missing", classification: "Security" } as const;
    const { nodes } = cover(
      reading([
        region({
          instances: ok([instance("i-1")]),
          managed: ok([managed("i-1")]),
          states: ok(byId([patchState("i-1", { missing: 2 })]) as never),
          patches: new Map([
            [
              "i-1",
              ok([
                { ...patch, name: "openssl-3.0", severity: "Critical" },
                { ...patch, name: "KB1", severity: "Critical" },
              ]),
            ],
          ]),
          releases: ok(new Map([["KB1", now - 86_400_000]])),
        }),
      ]),
    );
    expect(nodes[0]?.bySeverity?.critical).to.equal(2);
    expect(nodes[0]?.oldestCritical).to.deep.include({ name: "KB1", from: "release" });
    expect(nodes[0]?.patches?.[0]).to.deep.include({ since: null, from: null });
  });
});
