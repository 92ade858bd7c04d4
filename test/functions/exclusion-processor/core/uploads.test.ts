import { expect } from "chai";
import { keepUploads, uploadsIn } from "#functions/exclusion-processor/core/uploads.js";
import type { StoredObject } from "#functions/exclusion-processor/ports.js";
import { parseUploads, uploadsKey } from "#shared/contract/uploads.js";

/** An event as S3's user guide has it, version 2.1 of the message. */
const event = (key: string, versionId: string, changes: object = {}) => ({
  Records: [
    {
      ...{ eventVersion: "2.1", eventSource: "aws:s3", eventTime: "2026-10-05T12:00:00.000Z" },
      ...{ eventName: "ObjectCreated:Put", userIdentity: { principalId: "AWS:AROAEXAMPLE:jane" } },
      s3: { bucket: { name: "exclusions" }, object: { key, versionId, size: 10 } },
      ...changes,
    },
  ],
});
const now = Date.parse("2026-10-05T12:00:05Z");

/** A bucket in memory; somebody else writes before each of the first so many writes. */
function storeOf(objects: Record<string, string>, rivals = 0) {
  let left = rivals;
  const versions = new Map<string, number>();
  const etagOf = (key: string) => (key in objects ? String(versions.get(key) ?? 0) : undefined);
  return {
    read: async (key: string): Promise<StoredObject | undefined> => {
      const text = objects[key];
      if (text === undefined) return undefined;
      return { bytes: Buffer.from(text), versionId: "v", etag: etagOf(key) ?? "", lastModified: 0 };
    },
    writeIf: async (key: string, text: string, etag: string | undefined) => {
      if (left-- > 0) versions.set(key, (versions.get(key) ?? 0) + 1);
      if (etag !== etagOf(key)) return undefined;
      objects[key] = text;
      versions.set(key, (versions.get(key) ?? 0) + 1);
      return etagOf(key);
    },
  };
}

describe("who uploaded", () => {
  it("is read of events of manifests and approvals of the own bucket, and of nothing else", () => {
    const keyOf = (one: unknown) => uploadsIn(one, "exclusions").map(({ key }) => key);
    const cases: readonly (readonly [unknown, readonly string[]])[] = [
      [event("exclusions/a+b%2Bc.yaml", "v1"), ["exclusions/a b+c.yaml"]],
      [event("approvals/exclusions/a.yaml", "v1"), ["approvals/exclusions/a.yaml"]],
      [event("approvals/rings/first/pause.json", "v1"), []],
      [event("plans/a.yaml", "v1"), []],
      [event("exclusions/a.yaml", "v1", { eventName: "ObjectRemoved:DeleteMarkerCreated" }), []],
      [
        event("exclusions/a.yaml", "v1", {
          s3: { bucket: { name: "x" }, object: { key: "exclusions/a", versionId: "v1" } },
        }),
        [],
      ],
      [event("exclusions/%E0.yaml", "v1"), ["exclusions/%E0.yaml"]],
      [event("exclusions/a.yaml", "v1", { userIdentity: {} }), []],
      [{ windowId: "mw-1" }, []],
      [{ "detail-type": "Scheduled Event" }, []],
      [null, []],
    ];
    for (const [one, expected] of cases) expect(keyOf(one), JSON.stringify(one)).to.deep.equal(expected);
  });

  it("is kept once for a version, with what an approval approves, whoever else writes", async () => {
    const objects: Record<string, string> = { "approvals/exclusions/a.yaml": "v1\n" };
    const keep = (one: unknown, rivals = 0) =>
      keepUploads(storeOf(objects, rivals), uploadsIn(one, "exclusions"), now);
    await keep(event("exclusions/a.yaml", "v1"));
    await keep(event("exclusions/a.yaml", "v1"));
    await keep(event("approvals/exclusions/a.yaml", "v7", { userIdentity: { principalId: "AWS:AIDAX" } }), 0);
    const at = "2026-10-05T12:00:00.000Z";
    const principal = "AWS:AROAEXAMPLE:jane";
    expect(parseUploads(objects[uploadsKey("exclusions/a.yaml")] ?? "")).to.deep.equal([
      { key: "approvals/exclusions/a.yaml", versionId: "v7", principal: "AWS:AIDAX", at, approves: "v1" },
      { key: "exclusions/a.yaml", versionId: "v1", principal, at },
    ]);
    await keep({ windowId: "mw-1" });
    expect(Object.keys(objects)).to.have.length(2);
  });

  it("goes on when others are faster, forgets after 400 days, and refuses what it has not written", async () => {
    const key = uploadsKey("exclusions/a.yaml");
    const old = { key: "exclusions/a.yaml", versionId: "v0", principal: "p", at: "2025-01-01T00:00:00.000Z" };
    const objects: Record<string, string> = { [key]: JSON.stringify({ version: 1, uploads: [old] }) };
    const one = uploadsIn(event("exclusions/a.yaml", "v1"), "exclusions");
    await keepUploads(storeOf(objects, 5), one, now);
    expect(parseUploads(objects[key] ?? "")?.map(({ versionId }) => versionId)).to.deep.equal(["v1"]);
    const rivals = await keepUploads(storeOf({ [key]: objects[key] ?? "" }, 99), one, now).then(
      () => "kept",
      String,
    );
    expect(rivals).to.equal("kept");
    objects[key] = "{}";
    const refused = await keepUploads(storeOf(objects), one, now).then(() => "kept", String);
    expect(refused).to.contain("Delete it, and it begins anew");
  });
});
