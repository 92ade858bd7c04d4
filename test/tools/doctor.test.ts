import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { roleOf } from "../lab/aws/lambda/support.js";
import { minute } from "../lab/support.js";
import { fleetOf, Patient } from "./doctorSupport.js";
import { collector, root } from "./support.js";

const stacks = [
  { stack: "dev", fleet: fleetOf("dev-servers", "dev", ["us-west-2", "eu-central-1"]), zone: "UTC" },
  {
    stack: "prod",
    fleet: fleetOf("prod-web", "prod", ["us-east-2", "eu-west-1", "ap-southeast-2"]),
    zone: "America/New_York",
  },
];
const policy: { readonly Statement: readonly { readonly Action: readonly string[] }[] } = JSON.parse(
  readFileSync(join(root, "docs/policies/doctor.json"), "utf8"),
);

describe("npm run doctor on the shipped stacks", () => {
  for (const { stack, fleet, zone } of stacks) {
    it(`${stack}: no false alarm, and no right that its policy does not give or that nothing asks for`, async () => {
      const patient = await Patient.open(stack, fleet, false);
      const { account } = patient.lab;
      try {
        // Until then AWS may not list what has just been made.
        await account.clock.advanceTo(account.clock.now + minute);
        const arn = roleOf(patient.region, "doctor", policy.Statement);
        const asked = new Set<string>();
        const caller = () => account.iam.session(arn);
        const onCall = (action: string) => asked.add(action);
        patient.become(account.credentials.issue("ASIA", { arn, userId: "doctor", caller, onCall }));
        const { code, out, err } = await patient.run();
        expect({ code, err }, out).to.deep.equal({ code: 0, err: "" });
        expect(out).to.contain("Everything that could be looked at will work.");
        expect(out).to.match(new RegExp(`patchplane-${stack}-scan +2026-09-0\\d \\d\\d:00 ${zone} +`));
        asked.delete("sts:GetCallerIdentity");
        expect([...asked].sort()).to.deep.equal(policy.Statement.flatMap(({ Action }) => Action).sort());
      } finally {
        await patient.close();
      }
    });
  }

  it("says how it is used", async () => {
    const { main } = await import("#tools/doctor/main.js");
    const run = async (...args: string[]) => {
      const [stdout, stderr] = [Object.assign(collector(), { isTTY: false }), collector()];
      const surroundings = {
        root,
        portsOf: async () => Promise.reject(new Error("nothing is to be reached")),
        exercisePortsOf: async () => Promise.reject(new Error("nothing is to be reached")),
        pause: async () => undefined,
        interrupted: new AbortController().signal,
        clock: async () => () => 0,
      };
      return {
        code: await main(args, { stdout, stderr }, surroundings),
        out: stdout.text(),
        err: stderr.text(),
      };
    };
    expect(await run("--help")).to.deep.include({ code: 0, err: "" });
    expect(await run("--stck", "dev")).to.deep.include({ code: 2, out: "" });
    expect((await run("--stck", "dev")).err).to.contain("--stck: is no option of npm run doctor");
    expect((await run()).err).to.contain("--stack: name the stack to look at.");
  });
});
