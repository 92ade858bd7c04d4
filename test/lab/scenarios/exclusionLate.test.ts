import { expect } from "chai";
import type { Answers } from "#lab/unknowns.js";
import { size } from "#test/support/size.js";
import { hour, minute, refused, second } from "../support.js";
import { ExclusionLab, group, idOf, manifest } from "./exclusionSupport.js";

const of = (patch: string) =>
  manifest({ id: "one", nodes: [idOf(0)], patches: [patch], expires: "2026-06-20T09:00:00Z" });

/** What somebody does to the manifest at some second: uploads it for a patch, or deletes it. */
type Deed = readonly [seconds: number, patch: string | undefined];

/**
 * Plays deeds over stack dev and looks every ten seconds until the install window's hour is over: what an entry that is told
 * as in force asks for is what the node would get, by its tags as they are.
 */
async function play(deeds: readonly Deed[], unknowns: Partial<Answers>) {
  const lab = await ExclusionLab.open({ unknowns });
  try {
    const broken: string[] = [];
    const begun = lab.now;
    for (const [seconds, patch] of deeds) {
      await look(lab, begun + seconds * second, broken);
      if (patch === undefined) lab.remove("a.yaml");
      else lab.put("a.yaml", of(patch));
    }
    await look(lab, begun + 2 * hour, broken);
    const status = lab.status("a.yaml");
    return {
      broken,
      told: [status.verdict, ...status.entries.map(({ phase }) => phase)],
      place: lab.places[0],
      patched: lab.patched(0),
      others: [1, 2, 3].map((index) => lab.patched(index).length),
      failed: lab.home.lambda.invocations.filter(({ error }) => error !== undefined).length,
    };
  } finally {
    await lab.close();
  }
}

async function look(lab: ExclusionLab, until: number, broken: string[]): Promise<void> {
  while (lab.now < until) {
    await lab.lab.account.clock.advanceTo(Math.min(until, lab.now + 10 * second));
    const { entries } = lab.objects("status/exclusions/a.yaml.json").length > 0 ? lab.status("a.yaml") : {};
    const effect = lab.effects[0] ?? "";
    const at = new Date(lab.now).toISOString();
    if (effect.includes("default")) broken.push(`${at} no baseline of the stack's: ${effect}`);
    for (const { phase, patches = [] } of entries ?? [])
      if (phase === "in force" && !effect.endsWith(`rejects ${patches.join(" ")}`))
        broken.push(`${at} told as in force is ${patches.join(" ")}: ${effect}`);
  }
}

describe("exclusions while AWS is late", () => {
  const late: readonly (readonly [string, Partial<Answers>])[] = [
    ["tags are seen late", { tagsSeen: "late" }],
    ["lists miss what was just made", { justMade: "late" }],
    ["both", { tagsSeen: "late", justMade: "late" }],
  ];
  const openssl = {
    broken: [],
    told: ["in force", "in force"],
    place: `${group}.x marked ${group}`,
    patched: ["nginx", "curl"],
    others: [3, 3, 3],
    failed: 0,
  };
  const deeds: readonly (readonly [string, readonly Deed[]])[] = [
    ["an upload", [[minute / second, "openssl*"]]],
    [
      "a wrong upload between two right ones",
      [
        [0, "openssl*"],
        [60, "curl*"],
        [90, "openssl*"],
      ],
    ],
    [
      "a deletion between two uploads",
      [
        [0, "openssl*"],
        [60, undefined],
        [65, "openssl*"],
      ],
    ],
  ];
  it("end without trouble, although IAM takes the node for one in the group that it has left", async () => {
    const lab = await ExclusionLab.open({ unknowns: { tagsSeen: "late" } });
    try {
      const deployed = lab.now;
      lab.put("a.yaml", of("openssl*"));
      await lab.advance(20 * minute);
      lab.remove("a.yaml");
      await lab.advance(minute);
      expect(lab.places[0]).to.equal(`${group} marked ${group}.x-returned`);
      // The first one is of a baseline that was just made, and was tried again, maybe more than once.
      const denials = lab.lab.account.iam.denials.filter(({ at: time }) => time >= deployed);
      expect([...new Set(denials.map(({ action }) => action))]).to.eql([
        "ssm:RegisterPatchBaselineForPatchGroup",
        "ec2:DeleteTags",
      ]);
      expect(refused(denials)).to.eql([]);
      await lab.advance(2 * hour);
      expect(lab.places[0]).to.equal(group);
      expect(lab.home.lambda.invocations.filter(({ status }) => status === "error")).to.eql([]);
      expect(lab.told).to.eql([]);
    } finally {
      await lab.close();
    }
  });

  for (const [when, unknowns] of late) {
    // Where both are late the two others are as well.
    for (const [what, list] of deeds.slice(0, when === "both" ? deeds.length : size(0, deeds.length))) {
      it(`end as they should after ${what}, and nothing is told as in force before it is, when ${when}`, async () => {
        expect(await play(list, unknowns)).to.deep.equal(openssl);
      });
    }
  }
});
