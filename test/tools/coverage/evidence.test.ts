import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { windowRecord } from "#test/support/windowRecords.js";
import type { Surroundings } from "#tools/coverage/ports.js";
import { nowhere, runCoverage } from "./support.js";

const records = [
  { key: "runs/windows/closed/2026/09/05/e.json", record: { kind: "window" as const, run: windowRecord() } },
];

/** An account of which only the records of runs can be read. */
function recorded(
  unread: readonly { readonly key: string; readonly why: string }[],
  now: string,
): Surroundings {
  const bare = nowhere(Date.parse(now));
  return {
    ...bare,
    ports: async () => {
      const ports = await bare.ports();
      const stack: typeof ports.stack = async (...args) => ({
        ...(await ports.stack(...args)),
        records: { ok: true, value: { records, unread } },
      });
      return { ...ports, stack };
    },
  };
}

describe("npm run coverage -- evidence", () => {
  const folder = mkdtempSync(join(tmpdir(), "patchplane-evidence-"));
  after(() => rmSync(folder, { recursive: true }));
  const span = ["--stack", "dev", "--from", "2026-09-01", "--to", "2026-09-30"];
  const evidence = (out: string, surroundings: Surroundings) =>
    runCoverage(["evidence", ...span, "--out", join(folder, out)], surroundings);
  const files = (out: string) =>
    readdirSync(join(folder, out)).map(
      (name) => [name, readFileSync(join(folder, out, name), "utf8")] as const,
    );

  it("writes a folder whose hashes are right, and the same bytes for the same question", async () => {
    const { code, out } = await evidence("once", recorded([], "2026-10-05T00:00:00Z"));
    expect(code, out).to.equal(0);
    await evidence("twice", recorded([], "2026-11-07T03:00:00Z"));
    expect(files("once")).to.deep.equal(files("twice"));
    const once = new Map(files("once"));
    const manifest = JSON.parse(once.get("manifest.json") ?? "");
    expect(manifest).to.deep.include({ stack: "dev", from: "2026-09-01", to: "2026-09-30", isOver: true });
    const names = manifest.files.map(({ name }: { readonly name: string }) => name);
    expect(["manifest.json", ...names].sort()).to.deep.equal([...once.keys()].sort());
    for (const { name, sha256 } of manifest.files)
      expect(
        createHash("sha256")
          .update(once.get(name) ?? "")
          .digest("hex"),
        name,
      ).to.equal(sha256);
    expect(once.get("nodes.csv")).to.contain('"i-5","failed","its command is Failed, exit code 156');
  });

  it("says when a day is not over, and which records it could not read", async () => {
    const unread = [
      { key: "runs/windows/closed/2026/09/06/x.json", why: "totals.members: is not the number of nodes, 6" },
    ];
    const { code, out } = await evidence("blind", recorded(unread, "2026-09-30T12:00:00Z"));
    expect(code).to.equal(1);
    expect(out).to.contain("1 record unread").and.to.contain("is not over");
    expect(new Map(files("blind")).get("unread.csv")).to.contain("is not the number of nodes");
  });

  it("refuses, with every problem, what is no question", async () => {
    const wrong = ["evidence", "--from", "2026-02-31", "--to", "soon", "extra"];
    const { code, err } = await runCoverage(wrong, nowhere());
    expect(code).to.equal(2);
    for (const problem of ["extra", "--stack", "--out", "--from: got '2026-02-31'", "--to: got 'soon'"])
      expect(err.replaceAll('"', "'"), problem).to.contain(problem);
    const terms = await runCoverage(["--stack", "dev", "--sla", "critical=14,low=3d,low=4d"], nowhere());
    expect(terms.err).to.contain("critical=14").and.to.contain("low is there twice");
    const late = [
      "evidence",
      "--stack",
      "dev",
      "--from",
      "2026-09-02",
      "--to",
      "2026-09-01",
      "--out",
      folder,
    ];
    expect((await runCoverage(late, nowhere())).err).to.contain("--to: is before --from");
  });
});
