import { expect } from "chai";
import type { PlanReport } from "#shared/contract/planReport.js";
import { entry, left, livesOf, put, run, status } from "../exclusionsSupport.js";

const node = (nodeId: string, ...patches: ReturnType<typeof left>[]) => ({
  nodeId,
  isHeld: false,
  left: patches,
});
const openssl = (installed?: readonly [string, string]) => left("openssl-2.0", ["openssl*"], installed);

describe("an exclusion's life", () => {
  it("goes from the upload by its verdict and its windows to its end and what came in then", () => {
    const late = ["25T04:10", "openssl-3.0"] as const;
    const lives = livesOf(
      [
        put("06T09:00"),
        status("06T09:01"),
        status("14T00:30", { entries: [entry({ phase: "expiring" })] }),
        status("21T00:30", { entries: [entry({ phase: "expired", nodes: [] })] }),
      ],
      [
        run("04T04:00", node("i-1", openssl())),
        run("11T04:00", node("i-1", openssl(late)), node("i-2")),
        run("18T04:00", node("i-1", openssl(late)), node("i-2", openssl(["25T04:30", "openssl-3.0"]))),
        run("25T04:00"),
      ],
      { "i-1": "web", "i-2": "web.x-0123456789" },
    );
    const place = { region: "us-east-1", from: "web", group: "web.x-0123456789" };
    expect(lives).to.eql([
      {
        key: "exclusions/a.yaml",
        kind: "manifest",
        uploads: [{ at: "2026-10-06T09:00:00Z", action: "uploaded", versionId: "v06T09:00", sameAs: null }],
        verdicts: [
          {
            at: "2026-10-06T09:01:00Z",
            versionId: "v1",
            verdict: "in force",
            message: [],
            problems: [],
          },
        ],
        entries: [
          {
            id: "one",
            effect: "reject",
            patches: ["openssl*"],
            reason: "a <b>reason</b>",
            owner: "o",
            expires: "2026-10-21T00:00:00Z",
            inForce: [{ from: "2026-10-06T09:01:00Z", until: "2026-10-21T00:30:00Z", ended: "expired" }],
            nodes: [
              { name: "node i-1", id: "i-1", ...place, atEnd: "web" },
              { name: "node i-2", id: "i-2", ...place, atEnd: "web.x-0123456789" },
            ],
            notReached: [],
            runs: [
              {
                window: "install",
                executionId: "e11T04:00",
                startedAt: "2026-10-11T04:00:00Z",
                reached: 2,
                left: [{ patch: "openssl-2.0", nodes: ["node i-1"] }],
              },
              {
                window: "install",
                executionId: "e18T04:00",
                startedAt: "2026-10-18T04:00:00Z",
                reached: 2,
                left: [{ patch: "openssl-2.0", nodes: ["node i-1", "node i-2"] }],
              },
            ],
            later: [
              {
                patch: "openssl-2.0",
                nodes: ["node i-1", "node i-2"],
                installed: { at: "2026-10-25T04:30:00Z", patch: "openssl-3.0", window: "install" },
              },
            ],
          },
        ],
      },
    ]);
  });

  it("counts for an entry only what its own names keep off its own nodes", () => {
    const two = entry({ id: "two", patches: ["nginx*"], nodes: entry().nodes.slice(0, 1) });
    const nginx = left("nginx-2.0", ["nginx*"]);
    const [life] = livesOf(
      [put("06T09:00"), status("06T09:01", { entries: [entry(), two] })],
      [run("11T04:00", node("i-1", openssl(), nginx), node("i-2", openssl(), nginx), node("i-3", openssl()))],
    );
    expect(life?.entries.map(({ id, runs }) => [id, runs[0]?.left])).to.eql([
      ["one", [{ patch: "openssl-2.0", nodes: ["node i-1", "node i-2"] }]],
      ["two", [{ patch: "nginx-2.0", nodes: ["node i-1"] }]],
    ]);
    expect(life?.entries.map(({ runs }) => runs[0]?.reached)).to.eql([2, 1]);
  });

  it("counts for a hold everything on held nodes, and nothing of a run that was not held", () => {
    const { patches: _, ...hold } = entry({ effect: "hold", nodes: entry().nodes.slice(0, 1) });
    const held = { nodeId: "i-1", isHeld: true, left: [left("openssl-2.0", []), left("nginx-2.0", [])] };
    const [life] = livesOf(
      [put("06T09:00"), status("06T09:01", { entries: [hold] })],
      [run("11T04:00", held), run("18T04:00", node("i-1", openssl()))],
    );
    expect(life?.entries[0]?.runs.map(({ reached, left: some }) => [reached, some.length])).to.eql([
      [1, 2],
      [0, 0],
    ]);
    expect(life?.entries[0]?.later.map(({ installed }) => installed)).to.eql([null, null]);
  });

  it("ends for a node that the entry has left, and goes on for the others", () => {
    const [life] = livesOf(
      [
        put("06T09:00"),
        status("06T09:01"),
        status("12T00:00", { entries: [entry({ nodes: entry().nodes.slice(0, 1) })] }),
      ],
      [
        run("11T04:00", node("i-1", openssl()), node("i-2", openssl())),
        run("18T04:00", node("i-1", openssl()), node("i-2", openssl())),
      ],
    );
    expect(life?.entries[0]?.runs.map(({ left: some }) => some[0]?.nodes)).to.eql([
      ["node i-1", "node i-2"],
      ["node i-1"],
    ]);
    expect(life?.entries[0]?.inForce[0]?.until).to.equal(null);
  });

  const ends: readonly (readonly [string, Parameters<typeof status>[1], string])[] = [
    ["its time is over", { entries: [entry({ phase: "expired" })] }, "expired"],
    ["the manifest does not have it any more", { entries: [] }, "removed"],
    ["the manifest is deleted", { verdict: "ended", entries: [] }, "deleted"],
  ];
  for (const [when, said, ended] of ends) {
    it(`ends as ${ended} when ${when}, and begins anew when it is back`, () => {
      const [life] = livesOf([
        put("06T09:00"),
        status("06T09:01"),
        status("08T00:00", said),
        status("09T00:00", { versionId: "v3" }),
      ]);
      expect(life?.entries[0]?.inForce).to.eql([
        { from: "2026-10-06T09:01:00Z", until: "2026-10-08T00:00:00Z", ended },
        { from: "2026-10-09T00:00:00Z", until: null, ended: null },
      ]);
    });
  }

  it("was never in force where it is held or has expired before", () => {
    const [life] = livesOf([put("06T09:00"), status("06T09:01", { entries: [entry({ phase: "held" })] })]);
    expect(life?.entries.map(({ inForce, nodes }) => [inForce, nodes])).to.eql([[[], []]]);
  });

  it("has a verdict for each version, told again only when it says something else", () => {
    const problems = [
      { message: "m", line: 3, column: 5 },
      { message: "n", entry: "one" },
    ];
    const refused = { verdict: "refused" as const, versionId: "v2", message: ["Refused."], problems };
    const [life] = livesOf([
      put("06T09:00"),
      status("06T09:01"),
      status("06T10:00", { entries: [entry({ phase: "expiring" })], message: ["Applied.", "More."] }),
      put("07T09:00", "other"),
      status("07T09:01", refused),
      status("08T09:01", { ...refused, entries: [] }),
      put("09T09:00", "text"),
      status("09T09:01", { versionId: "v3" }),
    ]);
    expect(life?.verdicts.map(({ at, verdict, versionId }) => [at.slice(8, 16), verdict, versionId])).to.eql([
      ["06T09:01", "in force", "v1"],
      ["07T09:01", "refused", "v2"],
      ["09T09:01", "in force", "v3"],
    ]);
    expect(life?.verdicts[1]?.problems).to.eql([
      { place: "exclusions/a.yaml:3:5", message: "m" },
      { place: "exclusions/a.yaml", message: "one: n" },
    ]);
    expect(life?.uploads.map(({ sameAs }) => sameAs)).to.eql([null, null, "v06T09:00"]);
  });

  it("names nodes that it did not reach, until it does", () => {
    const alone = { region: "us-east-1", cause: "foreign" as const, why: "somebody else's tag" };
    const failed = { id: "i-2", region: "us-east-1", error: "AccessDenied" };
    const first = entry({
      leftAlone: [{ id: "i-3", ...alone }],
      unknownNodes: ["i-4"],
      failedNodes: [failed],
    });
    const lives = (...more: Parameters<typeof livesOf>[0]) =>
      livesOf([put("06T09:00"), status("06T09:01", { entries: [first] }), ...more])[0]?.entries[0];
    expect(lives()?.nodes.map(({ id }) => id)).to.eql(["i-1"]);
    expect(lives()?.notReached).to.eql([
      { id: "i-3", why: "somebody else's tag" },
      { id: "i-2", why: "AccessDenied" },
      { id: "i-4", why: "no Region knows it" },
    ]);
    const later = lives(status("06T10:01", { entries: [entry({ leftAlone: first.leftAlone })] }));
    expect(later?.nodes.map(({ id }) => id)).to.eql(["i-1", "i-2"]);
    expect(later?.notReached.map(({ id }) => id)).to.eql(["i-3", "i-4"]);
  });

  it("is not ended by a status that somebody has written over, and says so", () => {
    const [life] = livesOf([put("06T09:00"), status("06T09:01"), { ...status("07T09:01"), text: "{}" }]);
    expect(life?.verdicts.map(({ verdict }) => verdict)).to.eql(["in force", "unreadable"]);
    expect(life?.entries[0]?.inForce[0]?.until).to.equal(null);
  });

  it("of a plan is what would happen, and of an approval that it was uploaded", () => {
    const plan = {
      version: 1,
      key: "plans/a.yaml",
      insteadOf: "exclusions/a.yaml",
      versionId: "v9",
      verdict: "would be held",
      problems: [],
      changedNodes: 70,
      mostChangedNodes: 50,
      nodes: [
        { id: "i-1", region: "us-east-1", from: "web", to: "web.hold", loses: [], gains: [], hold: "begins" },
      ],
      entries: [],
      unreadRegions: [],
    } satisfies PlanReport;
    const lives = livesOf([
      put("07T09:00", "v1", "approvals/exclusions/a.yaml"),
      put("06T09:00", "text", "plans/a.yaml"),
      { ...put("06T09:01", JSON.stringify(plan), "status/plans/a.yaml.json") },
      put("06T08:00", "{}", "deployment.json"),
    ]);
    expect(
      lives.map(({ key, kind, verdicts }) => [key, kind, verdicts[0]?.verdict, verdicts[0]?.message]),
    ).to.eql([
      [
        "plans/a.yaml",
        "plan",
        "would be held",
        ["70 nodes would move (50 may without an approval).", "i-1: web -> web.hold"],
      ],
      ["approvals/exclusions/a.yaml", "approval", undefined, undefined],
    ]);
  });
});
