import { expect } from "chai";
import { readClosedRecord } from "#shared/contract/closedRecords.js";
import { countOfState } from "#shared/contract/nodeStates.js";
import { dayMs } from "#shared/text/time.js";
import { Archive } from "#tools/coverage/core/archive.js";
import { evidenceOf } from "#tools/coverage/core/evidence.js";
import { evidenceFiles } from "#tools/coverage/evidenceFiles.js";
import { evidencePage } from "#tools/coverage/evidencePage.js";
import { auditRecords, days, dayText, entry, isIn, nodes, start, stateOn } from "./auditHistory.js";

describe("the twelve questions of an auditor, over 90 days and 1,000 nodes", () => {
  const { texts, firstSeen } = auditRecords();
  let archive: Archive;

  before(() => {
    archive = new Archive(
      texts.map(([key, text]) => ({ key, record: readClosedRecord(key, text) })),
      "central",
    );
  });

  const asked = [0, 3, 17, 45, 66, 89];
  const here = (day: number) => nodes.filter(({ joins }) => joins <= day);
  const isCovered = (node: (typeof nodes)[number], day: number) =>
    countOfState(stateOn(node, day)) === "patched";
  /** The day of the last run that came back from a node. */
  const lastSeen = (node: (typeof nodes)[number], day: number) => {
    for (let back = day; back >= node.joins; back--) if (isCovered(node, back)) return back;
    return undefined;
  };
  const missing = (node: (typeof nodes)[number], patch: string, day: number) => {
    const seen = lastSeen(node, day);
    return seen !== undefined && node.patches.some((one) => one.name === patch && isIn(one, seen));
  };
  const ids = (some: readonly { readonly id: string }[]) => some.map((one) => one.id);

  for (const day of asked) {
    const on = dayText(day);
    it(`1 to 3: who belonged, who was covered, and why not, on ${on}`, () => {
      expect(archive.members("w", on)).to.deep.equal(ids(here(day)));
      expect(archive.covered("w", on)).to.deep.equal({
        covered: ids(here(day).filter((node) => isCovered(node, day))),
        not: ids(here(day).filter((node) => !isCovered(node, day))),
      });
      for (const node of here(day).slice(0, 50)) {
        const state = stateOn(node, day);
        const why = [{ window: "w", state, why: state === "failed" ? "exit code 1" : "" }];
        expect(archive.why(node.id, on)).to.deep.equal(isCovered(node, day) ? [] : why);
      }
    });

    it(`4, 5 and 8: where a patch was missing, since when, and beyond its term, on ${on}`, () => {
      for (const patch of ["kernel", "openssl", "curl"]) {
        const lacking = nodes.filter((node) => missing(node, patch, day));
        expect(archive.missingOn(patch, on)).to.deep.equal(ids(lacking));
        for (const node of lacking.slice(0, 20)) {
          const seen = lastSeen(node, day) ?? 0;
          expect(archive.missingSince(patch, node.id, on)).to.equal(
            firstSeen[seen]?.get(`${node.id} ${patch}`),
          );
        }
      }
      const late = nodes.filter((node) => {
        const since = firstSeen[lastSeen(node, day) ?? 0]?.get(`${node.id} kernel`);
        return (
          missing(node, "kernel", day) && Date.parse(since ?? "") + 14 * dayMs < start + (day + 1) * dayMs
        );
      });
      expect(archive.overdue(14, "critical", on)).to.deep.equal(
        late.map((node) => ({ id: node.id, patch: "kernel" })),
      );
    });

    it(`6 and 9 to 11: exceptions, silence, reboots and failures, on ${on}`, () => {
      for (const node of here(day).slice(0, 100)) {
        const met = isIn(node.exception, day) ? [{ ...entry, effect: "reject" }] : [];
        expect(archive.exceptions(node.id, on)).to.deep.equal(met);
      }
      const silent = here(day).filter((node) => {
        const seen = lastSeen(node, day);
        return seen === undefined || seen <= day - 7;
      });
      expect(archive.unscanned(7, on)).to.deep.equal(ids(silent));
      const waiting = here(day).filter((node) => isCovered(node, day) && isIn(node.reboot, day));
      expect(archive.pendingReboot(on)).to.deep.equal(ids(waiting));
      const failed = here(day).filter((node) => stateOn(node, day) === "failed");
      expect(archive.failures(on)).to.deep.equal(
        failed.map((node) => ({ id: node.id, window: "w", why: "exit code 1" })),
      );
    });
  }

  it("7 and 12: who uploaded and approved the version in force, else unknown, and each run has its end; the same question gives the same bytes", () => {
    expect(archive.ends()).to.have.length(days);
    const input = {
      ...{ stack: "prod", from: dayText(0), to: dayText(days - 1), archive, isOver: true },
      ...{
        unread: [{ key: "runs/x.json", why: "is not JSON" }],
        exclusions: { ok: true as const, value: [] },
        uploads: { ok: true as const, value: [] },
      },
    };
    const evidence = evidenceOf(input);
    expect(evidence.exceptions).to.have.length(1);
    const { versionId: _, ...told } = entry;
    expect(evidence.exceptions[0]).to.include({ ...told, uploadedBy: "unknown", approvedBy: "unknown" });
    expect(evidence.exceptions[0]?.nodes).to.equal(
      nodes.filter((node) =>
        Array.from({ length: days }, (_, day) => day).some(
          (day) => node.joins <= day && isIn(node.exception, day),
        ),
      ).length,
    );
    const of = (key: string, versionId: string, principal: string) => ({
      ...{ key, versionId, principal, at: dayText(0) },
      ...(key.startsWith("approvals/") ? { approves: entry.versionId } : {}),
    });
    const value = [
      of(entry.manifest, "v1", "AWS:jane"),
      of(entry.manifest, "v2", "AWS:eve"),
      of(`approvals/${entry.manifest}`, "v3", "AWS:joe"),
    ];
    const whose = (some: typeof value) =>
      evidenceOf({ ...input, uploads: { ok: true, value: some } }).exceptions.map((one) => [
        one.uploadedBy,
        one.approvedBy,
      ]);
    expect(whose(value)).to.deep.equal([["AWS:jane", "AWS:joe"]]);
    expect(whose(value.slice(0, 2))).to.deep.equal([["AWS:jane", "none"]]);
    expect(evidenceOf({ ...input, uploads: { ok: false, error: "no right" } }).uploadsUnread).to.equal(
      "no right",
    );
    const again = new Archive(
      texts.toReversed().map(([key, text]) => ({ key, record: readClosedRecord(key, text) })),
      "central",
    );
    const files = (one: Archive): Readonly<Record<string, string>> => {
      const found = evidenceOf({ ...input, archive: one });
      return { ...evidenceFiles({ archive: one }, found), page: evidencePage(found) };
    };
    const [once, twice] = [files(archive), files(again)];
    expect(Object.keys(once)).to.have.length(6);
    for (const name of Object.keys(once)) expect(once[name] === twice[name], name).to.equal(true);
    expect(once["unread.csv"]).to.contain("is not JSON");
  });
});
