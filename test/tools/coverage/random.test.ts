import { expect } from "chai";
import fc from "fast-check";
import { type FaultsInput, faultsSchema } from "#lab/faults/schema.js";
import { seededFaults } from "#lab/faults/seeded.js";
import type { BucketChange, Fleet } from "#lab/fleet/model.js";
import { runKeys } from "#shared/contract/runKeys.js";
import { windowClosingName, windowClosingVariables } from "#shared/contract/windowClosing.js";
import { dayMs, hourMs } from "#shared/text/time.js";
import { size } from "#test/support/size.js";
import { node } from "../../lab/support.js";
import { debian, differences, from, linux, request, tags, windows } from "./fleets.js";
import { type CoverageLab, coverageLab } from "./support.js";

const manyTags = Object.fromEntries(Array.from({ length: 47 }, (_, index) => [`t${index}`, "x"]));
const closing = windowClosingName("patchplane-dev");

/** What goes wrong while time passes; at its end everything answers again. */
const faults: Readonly<Record<string, Omit<FaultsInput, "version">>> = {
  nothing: {},
  "throttled reads": { calls: [{ operations: ["ssm:Describe*"], share: 0.05, kind: "throttle" }] },
  "a closing function that dies": { kills: [{ function: closing, every: 2, afterCalls: 12 }] },
  "no names": { calls: [{ operations: ["ssm:DescribeInstancePatches"], share: 1, kind: "serverError" }] },
  "a Region down": {
    regionsDown: [{ region: "us-west-2", from: "2026-10-05T00:00:00Z", to: "2026-10-07T00:00:00Z" }],
  },
  "events twice and late": { events: { duplicateShare: 0.5, delaySeconds: [1, 900] } },
};

const one = fc.record({
  region: fc.constantFrom("us-east-1", "us-east-1", "us-west-2", "eu-central-1", "eu-west-1"),
  catalog: fc.constantFrom(linux, linux, windows, debian),
  tags: fc.constantFrom(
    ...[tags, tags, tags, { ...tags, ...manyTags }],
    ...[{ PatchGroup: "dev-servers" }, { ...tags, PatchGroup: "x" }, {}],
  ),
  presence: fc.constantFrom("on", "on", "on", "stopped", "lost", "bare"),
  isHybrid: fc.boolean(),
  kernel: fc.integer({ min: 0, max: 1 }),
  isFailing: fc.constantFrom(false, false, false, true),
  exclusion: fc.constantFrom("", "", "", "", "hold: true", 'patches: ["kernel*"]'),
});
const history = fc.record({
  fleet: fc.array(one, { minLength: 8, maxLength: 30 }),
  fault: fc.constantFrom(...Object.keys(faults)),
});
type Drawn = typeof one extends fc.Arbitrary<infer Spec> ? Spec : never;

function nodeOf({ presence, isHybrid, kernel, isFailing, exclusion: _, ...spec }: Drawn, number: number) {
  return node({
    ...spec,
    // A hybrid node that has no agent is none, and one without tags is seen by SSM alone.
    ...(isHybrid && presence === "on" ? { id: `mi-${String(number).padStart(17, "0")}` } : {}),
    ...(presence === "stopped" ? { state: "stopped" as const } : {}),
    ...(presence === "lost" ? { connectionLost: true } : {}),
    ...(presence === "bare" ? { agent: false } : {}),
    ...(spec.catalog === windows ? {} : { versions: { kernel } }),
    ...(isFailing && spec.catalog !== windows ? { fails: ["openssl"] } : {}),
  });
}

/** One manifest a node, uploaded in the first morning. */
function exclusionsOf(fleet: readonly Drawn[], { nodes }: Fleet): BucketChange[] {
  return fleet.flatMap(({ exclusion, catalog, region }, index) => {
    const id = nodes[index]?.id ?? "";
    // What the stack does not exclude is refused, which is told elsewhere.
    if (exclusion === "" || catalog === windows || region !== "us-east-1") return [];
    const lines = [
      "version: 1",
      "exclusions:",
      `  - id: keep-${index}`,
      `    ${exclusion}`,
      `    nodes: [${id}]`,
      "    reason: r",
      "    owner: pay@example.com",
      "    expires: 2026-11-15",
    ];
    const body = Buffer.from(`${lines.join("\n")}\n`);
    return [{ at: from + hourMs, key: `exclusions/e-${index}.yaml`, body }];
  });
}

/** Half of a record, and one whose sums somebody has changed. @returns their keys */
function spoil({ run: { account } }: CoverageLab): string[] {
  const home = account.region("us-east-1");
  const Bucket = home.lambda.find(closing).input.Environment?.Variables?.[windowClosingVariables.bucket];
  const owner = { region: home, caller: account.iam.owner };
  const { Contents = [] } = account.s3.listObjectsV2({ Bucket, Prefix: runKeys.windowsClosed }, owner);
  const [Key] = Contents.flatMap((object) => object.Key ?? []);
  if (Key === undefined) return [];
  const text = Buffer.from(account.s3.getObject({ Bucket, Key }, owner).Body).toString();
  const spoiled = {
    half: text.slice(0, text.length / 2),
    forged: JSON.stringify({
      ...JSON.parse(text),
      totals: { members: 1, patched: 1, failed: 0, notCovered: 0 },
    }),
    later: JSON.stringify({ ...JSON.parse(text), version: 9 }),
  };
  return Object.entries(spoiled).map(([name, body]) => {
    const key = Key.replace(/[^/]+$/, `${name}.json`);
    account.s3.putObject({ Bucket, Key: key, Body: Buffer.from(body) }, owner);
    return key;
  });
}

describe("npm run coverage of random fleets and histories", () => {
  const drawn = fc.sample(history, { numRuns: size(2, 200), seed: 16 });
  for (const [index, { fleet, fault }] of drawn.entries()) {
    it(`tells each node as the lab's report does, fleet ${index}, ${fault}`, async () => {
      const days = 3 + (index % 12);
      const asked = request(fleet.map(nodeOf), days, index);
      const until = new Date(from + (days - 1) * dayMs).toISOString().replace(".000Z", "Z");
      const description = faultsSchema.parse({ version: 1, ...faults[fault] });
      const calls = description.calls.map((call) => ({ ...call, to: until }));
      const lab = await coverageLab({
        ...asked,
        fleet: { ...asked.fleet, exclusions: exclusionsOf(fleet, asked.fleet) },
        faults: seededFaults({ ...description, calls }, index),
      });
      try {
        expect(await differences(lab)).to.deep.equal([]);
        const keys = spoil(lab);
        const { unseen } = await lab.coverage("--all-regions");
        const told = JSON.stringify(unseen);
        expect(keys.filter((key) => !told.includes(key))).to.deep.equal([]);
        expect(await differences(lab)).to.deep.equal([]);
      } finally {
        await lab.close();
      }
    });
  }
});
