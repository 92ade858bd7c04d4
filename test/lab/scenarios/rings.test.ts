import { expect } from "chai";
import type { BadPatch } from "#lab/fleet/model.js";
import { exclusionBucket } from "#lab/observe/bucketChanges.js";
import { decisionKey, type RingWord } from "#shared/contract/ringNames.js";
import { catalog, hour } from "../support.js";
import { east, FanoutLab, ohio, server } from "./fanoutSupport.js";

const alarm = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:checkout-errors";
/** Of each package a bad version, and the good one of the second cycle: the first ring approves after three days. */
const versions = [{ released: "2026-01-01" }, { released: "2026-05-20" }, { released: "2026-05-31" }];
const linux = {
  ...catalog({ openssl: versions, nginx: versions }),
  platformName: "Amazon Linux",
  platformVersion: "2023",
};
const groups = ["web-canary", "web-early", "web"];
/** Day after day at noon: at the same hour they approve the same. */
const rings = [
  { name: "canary", patchGroups: ["web-canary"], schedule: "cron(0 12 1,4 * ? *)" },
  {
    ...{ name: "early", patchGroups: ["web-early"], schedule: "cron(0 12 2,5 * ? *)" },
    ...{ after: "canary", soakHours: 3, maxFailed: 2 },
  },
  {
    ...{ name: "broad", patchGroups: ["web"], schedule: "cron(0 12 3,6 * ? *)" },
    ...{ after: "early", soakHours: 3, alarms: [alarm] },
  },
].map((ring) => ({ ...ring, durationHours: 2, cutoffHours: 1 }));

function bad(name: string, changes: Partial<BadPatch>): BadPatch {
  const patch = linux.packages.find((one) => one.name === name)?.patches[1];
  if (patch === undefined) throw new RangeError(name);
  return { catalog: linux, patch, share: 1, breaks: "node", afterMs: 0, ...changes };
}

describe("three rings, whose first patch is bad and whose second one is good", () => {
  let lab: FanoutLab;
  before(async () => {
    lab = await FanoutLab.open({
      records: true,
      fleet: groups.flatMap((PatchGroup) =>
        [east, east, ohio].map((region) => server(region, { tags: { PatchGroup }, catalog: linux })),
      ),
      harm: {
        alarms: [alarm],
        badPatches: [
          bad("openssl", { afterMs: 2 * hour, mendedAfterMs: 48 * hour }),
          bad("nginx", { breaks: "application", alarm }),
        ],
      },
      values: { stacks: '["central"]', patchGroups: "[]", rings: JSON.stringify(rings) },
    });
  });
  after(() => lab.close());

  const says = "web-team until 2026-06-07T12:00:00Z: INC-4711";
  const say = (ring: string, word: RingWord) => {
    const said = { version: 1, say: word, owner: "web-team", reason: "INC-4711" };
    const text = JSON.stringify({ ...said, until: "2026-06-07T12:00:00Z" });
    lab.put(exclusionBucket(lab.lab.account)?.bucket.name ?? "", decisionKey(ring, word), text);
  };
  /** Versions of both packages on the nodes of each ring. */
  const installed = () => {
    const nodes = [...lab.nodes(east), ...lab.nodes(ohio)];
    return groups.map((group) =>
      nodes
        .flatMap(({ patchGroup, installed: own }) => (patchGroup === group ? [own.join("")] : []))
        .join(" "),
    );
  };
  const stands = () => lab.closed.map(({ ring, end }) => [ring?.name, ring?.verdict, end, ring?.by]);
  const told = (ring: string) =>
    lab.told.flatMap(({ subject, text }) =>
      subject.endsWith(`ring ${ring} is held`)
        ? text.split("\n").filter((line) => line.startsWith("- "))
        : [],
    );

  it("hold what comes after the first ring; the records and the topic of failures say why", async () => {
    say("broad", "pause");
    await lab.until("13:30:00", "2026-06-03");
    expect(installed()).to.deep.equal(["11 11 11", "00 00 00", "00 00 00"]);
    expect(stands()).to.deep.equal([
      ["canary", "first", "ended", undefined],
      ["early", "held", "held", undefined],
      ["broad", "held", "held", "web-team"],
    ]);
    const [canary, early, broad] = lab.closed;
    expect(canary?.totals).to.deep.include({ patched: 3, failed: 0 });
    const ids = "i-00000000000000000, i-00000000000000001, i-00000000000000002";
    expect(early?.ring?.why).to.deep.equal([
      `0 of 3 nodes of canary have done well, and 90% must; ${ids} do not answer`,
      `3 nodes of canary failed, and 2 may; ${ids} do not answer`,
    ]);
    expect(broad?.ring?.why).to.deep.equal([
      `paused by ${says}`,
      `early was held: ${early?.ring?.why.join(", ")}`,
      `alarm ${alarm} is in ALARM`,
    ]);
    for (const { ring } of [early, broad].flatMap((run) => run ?? []))
      expect(told(ring?.name ?? "")).to.deep.equal(ring?.why.map((why) => `- ${why}`));
  });

  it("hand a good patch on in its cycle, where an alarm still rings by somebody's word", async () => {
    lab.remove(exclusionBucket(lab.lab.account)?.bucket.name ?? "", decisionKey("broad", "pause"));
    say("broad", "promote");
    await lab.until("13:30:00", "2026-06-06");
    expect(installed()).to.deep.equal(["22 22 22", "22 22 22", "22 22 22"]);
    expect(stands().slice(3)).to.deep.equal([
      ["canary", "first", "ended", undefined],
      ["early", "passed", "ended", undefined],
      ["broad", "promoted", "ended", "web-team"],
    ]);
    const [canary, early, broad] = lab.closed.slice(3);
    expect([early?.ring?.cycle, broad?.ring?.cycle]).to.deep.equal([canary?.startedAt, canary?.startedAt]);
    expect(broad?.ring?.why).to.deep.equal([`alarm ${alarm} is in ALARM`, `promoted by ${says}`]);
    expect(lab.refused).to.deep.equal([]);
  });
});
