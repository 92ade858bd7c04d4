import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Finding } from "#tools/doctor/finding.js";
import { awsProblem } from "../docs/awsCommand.js";
import { faults as others } from "./doctorFaults.js";
import { losses } from "./doctorLosses.js";
import { perform } from "./doctorMend.js";
import { shut } from "./doctorShut.js";
import { type Fault, fleetOf, Patient } from "./doctorSupport.js";
import { root } from "./support.js";

const faults = [...others, ...shut];

describe("npm run doctor finds each of these faults, and a line that mends it", () => {
  let patient: Patient;
  before(async () => {
    patient = await Patient.open("dev", fleetOf("dev-servers", "dev", ["us-west-2", "eu-central-1"]), true);
  });
  after(() => patient.close());

  /** The finding of a fault; whatever line of the AWS CLI mends it is one that AWS takes. */
  function found(all: readonly Finding[], { id, names }: Fault): Finding {
    const one = all.find((finding) => finding.id === id && names.test(finding.what));
    if (one === undefined) throw new Error(`not found among ${JSON.stringify(all, undefined, 1)}`);
    for (const line of one.mend.match(/aws [a-z0-9-]+ [^;,&()$]+/g) ?? [])
      expect(awsProblem(line.trim().split(/\s+/)), line).to.equal(undefined);
    expect(one.mend).to.match(/\S/);
    expect(one.why).to.match(/\S/);
    return one;
  }

  for (const turn of [1, 2, 3]) {
    const own = faults.filter((fault) => fault.turn === turn);
    describe(`that can be put right, ${turn}`, () => {
      let all: readonly Finding[] = [];
      before(async () => {
        for (const fault of own) await fault.apply(patient);
        all = await patient.findings();
      });
      // What has no other way is mended by the doctor's own line, which the last test of all this sees.
      after(async () => {
        for (const fault of [...own].reverse())
          await (fault.undo === undefined ? perform(patient, found(all, fault).mend) : fault.undo(patient));
      });
      for (const fault of own)
        it(fault.what, () => {
          found(all, fault);
        });
    });
  }

  describe("and what is not there to be seen", () => {
    /** What is found by another configuration than what is deployed. */
    const byOther = async (...change: readonly [from: string, to: string]) => {
      const folder = mkdtempSync(join(tmpdir(), "patchplane-doctor-"));
      try {
        for (const name of ["Pulumi.yaml", "Pulumi.dev.yaml"])
          writeFileSync(join(folder, name), readFileSync(join(root, name), "utf8").replace(...change));
        return await patient.findings(folder);
      } finally {
        rmSync(folder, { recursive: true });
      }
    };

    it("a Region that the account has not enabled", async () => {
      const all = await byOther("[us-west-2, eu-central-1]", "[us-west-2, af-south-1]");
      expect(all.find(({ id }) => id === "region-off")).to.include({
        where: "af-south-1",
        mend: "aws account enable-region --region-name af-south-1",
      });
    });

    it("another account: what is not shared with it, and that nobody has seen its role", async () => {
      const regions = "patchplane:fanoutRegions";
      const all = await byOther(regions, `patchplane:fanoutAccounts: ["210987654321"]\n  ${regions}`);
      expect(all.map(({ id, weight, where }) => [id, weight, where])).to.have.deep.members([
        ["runbook-unshared", "broken", "us-west-2"],
        ["runbook-unshared", "broken", "eu-central-1"],
        ["role-gone", "broken", "iam"],
        ["not-seen", "unseen", "iam"],
      ]);
    });

    it("what whoever looks may not see is no good news", async () => {
      const { account } = patient.lab;
      const owner = account.iam.owner;
      if (owner.kind !== "role") throw new Error("the owner is a user");
      const [own] = owner.policies;
      if (own === undefined) throw new Error("the owner has a policy");
      const shut = { ...own, statements: [...own.statements, ...denials(own)] };
      const key = account.credentials.issue("AKIA", {
        arn: owner.arn,
        userId: "AIDALAB0000000000001",
        caller: () => ({ ...owner, policies: [shut] }),
      });
      patient.become(key);
      const { code, out } = await patient.run();
      patient.become(account.credentials.owner);
      expect(code).to.equal(1);
      expect(out).to.contain("not seen (iam): what role arn:aws:iam::123456789012:role/scan-role");
      expect(out).to.match(/0 things will not work, [1-9]\d* could not be looked at/);
    });

    it("with all of that put right, nothing is found", async () => {
      expect(await patient.findings()).to.deep.equal([]);
    });
  });

  for (const turn of [1, 2]) {
    const own = losses.filter((loss) => loss.turn === turn);
    describe(`that only a deployment mends, ${turn}`, () => {
      let all: readonly Finding[] = [];
      before(async () => {
        for (const loss of own) await loss.apply(patient);
        all = await patient.findings();
      });
      for (const loss of own)
        it(loss.what, () => {
          found(all, loss);
        });
    });
  }
});

/** A statement like one of them that refuses the simulator. */
function denials({ statements: [first] }: { readonly statements: readonly object[] }) {
  return [
    { ...first, sid: "Shut", effect: "Deny" as const, actions: ["iam:simulateprincipalpolicy"] },
  ] as never[];
}
