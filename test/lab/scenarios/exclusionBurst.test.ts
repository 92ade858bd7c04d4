import { resolve } from "node:path";
import { expect } from "chai";
import { noFaults } from "#lab/faults/faults.js";
import { loadFleet } from "#lab/fleet/load.js";
import { leaseKey } from "#shared/contract/believed.js";
import { size } from "#test/support/size.js";
import { at, minute, second } from "../support.js";
import { ExclusionLab, group, manifest } from "./exclusionSupport.js";

const processor = "SSM-patchplane-dev-exclusions";
const root = resolve(import.meta.dirname, "../../..");
const shipped = () => ({ ...loadFleet(resolve(root, "lab/fleets/small.yaml"), 1), exclusions: [] });
/** In full as many as are asked for, over the shipped fleet. */
const uploads = size(10, 60);
const opening = at("2026-06-01T04:00:00Z");
const expires = "2026-06-30";
/** Calls after which the processor has the lease and has not let it go. */
const amidItsWork = 32;

/** A holder of the lease that is killed, and what is left of its lease as the window opens. */
async function crash(lab: ExclusionLab, node: string): Promise<number> {
  await lab.until("03:46:00");
  lab.put("crash.yaml", manifest({ id: "crash", nodes: [node], patches: ["curl*"], expires }));
  await lab.until("03:50:00");
  const { until } = JSON.parse(lab.text(leaseKey)) as { readonly until: number };
  return until - opening;
}

/** Uploads within ten minutes, in the middle of which an install window opens, after two exclusions have come into force. */
async function play(isCrash: boolean) {
  let kills = 0;
  // While it is deployed, nobody has it yet.
  let now = () => 0;
  const lab: ExclusionLab = await ExclusionLab.open({
    ...(uploads < 60 ? {} : { loaded: shipped() }),
    values: { "patchplane:maxChangedNodes": "1000" },
    faults: {
      ...noFaults,
      killAfter: ({ functionName }) =>
        isCrash && functionName === processor && now() >= at("2026-06-01T03:46:00Z") && kills++ === 0
          ? amidItsWork
          : undefined,
    },
  });
  now = () => lab.now;
  try {
    const [held = "", other = "", ...rest] = lab.nodes
      .filter(({ tags }) => tags.PatchGroup === group)
      .map(({ id }) => id);
    const promised = [
      { id: "held", nodes: [held], expires },
      { id: "one", nodes: [other], patches: ["openssl*"], expires },
    ];
    lab.put("promised.yaml", manifest(...promised));
    await lab.until("03:30:00");
    expect(lab.status("promised.yaml").verdict).to.equal("in force");
    const patched = (id: string) => lab.patched(lab.nodes.findIndex((node) => node.id === id));
    const before = [patched(held), patched(other)];
    const left = isCrash ? await crash(lab, rest[0] ?? "") : 0;
    const first = lab.home.lambda.invocations.length;
    const writes = lab.versions[leaseKey] ?? 0;
    for (let index = 0; index < uploads; index++) {
      const due = opening - 5 * minute + Math.floor((index * 10 * minute) / uploads);
      await lab.lab.account.clock.advanceTo(due);
      // New ones, changed ones, wrong ones and deletions, in turn.
      const name = `m${index % 7}.yaml`;
      const [node = ""] = [rest[index % rest.length]];
      const patches = [index % 2 === 0 ? "nginx*" : "curl*"];
      if (index % 5 === 4) lab.remove(name);
      else if (index % 5 === 3) lab.put(name, "version: 1\nexclusions: [");
      else lab.put(name, manifest({ id: `e${index}`, nodes: [node], patches, expires }));
    }
    await lab.advance(opening + 30 * minute - lab.now);
    const effects = [held, other].map((id) => lab.effects[lab.nodes.findIndex((node) => node.id === id)]);
    await lab.until("05:30:00");
    const calls = lab.home.lambda.invocations
      .slice(first)
      .filter(({ functionName }) => functionName === processor);
    const call = calls.find(({ source }) => source.includes("maintenance window patchplane-dev-install"));

    const window = lab.window("install").executions.find(({ startedAt }) => startedAt === opening);
    return {
      calls: calls.length,
      runs: ((lab.versions[leaseKey] ?? 0) - writes) / 2,
      wait: ((call?.endedAt ?? Number.POSITIVE_INFINITY) - opening) / second,
      left: left / second,
      window: window?.status,
      failed: calls.filter(({ status }) => status !== "success").length,
      installed: [held, other].map((id, at) => patched(id).filter((name) => !before[at]?.includes(name))),
      effects,
      breaches: lab.told.filter(({ subject }) => subject?.includes("breach")).length,
      verdicts: lab
        .objects("status/exclusions/")
        .map(({ key }) => JSON.parse(lab.text(key)).verdict)
        .sort(),
    };
  } finally {
    await lab.close();
  }
}
describe(`${uploads} uploads within ten minutes, as an install window opens`, () => {
  const kept = (played: Awaited<ReturnType<typeof play>>) => {
    // The held node has got nothing, the other one all but what is excluded; the free ones are as any.
    const [onHeld = [], onOther = []] = played.installed;
    expect(onHeld).to.eql([]);
    // What the shipped fleet lacks comes out later that year.
    if (uploads < 60) expect(onOther).to.eql(["nginx", "curl"]);
    expect(played.effects).to.eql([
      "scan 1 install 0 hold rejects nothing",
      "scan 1 install 1 base rejects openssl*",
    ]);
    expect(onOther.filter((name) => name.startsWith("openssl"))).to.eql([]);
    expect([played.window, played.breaches, played.failed]).to.eql(["SUCCESS", 0, 0]);
    // Each was seen by a run that came later.
    expect(played.verdicts.filter((verdict) => !["in force", "refused", "ended"].includes(verdict))).to.eql(
      [],
    );
    expect(played.calls).to.be.within(uploads + 1, uploads + 4);
  };

  it("break no promise, and the window waits less than a minute", async () => {
    const played = await play(false);
    kept(played);
    expect(played.wait).to.be.below(60);
  });

  // A dead holder's lease: core/lease.test.ts, core/oneWriter.test.ts, exclusionHardship.test.ts.
  if (uploads === 60)
    it("break no promise after the processor has died, and the window waits for what is left of its lease", async () => {
      const played = await play(true);
      kept(played);
      expect(played.left).to.be.within(120, 240);
      expect(played.wait).to.be.within(played.left, played.left + 60);
    });
});
