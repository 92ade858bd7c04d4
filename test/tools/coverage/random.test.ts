import { expect } from "chai";
import fc from "fast-check";
import { type FaultsInput, faultsSchema } from "#lab/faults/schema.js";
import { seededFaults } from "#lab/faults/seeded.js";
import type { BucketChange, Fleet } from "#lab/fleet/model.js";
import { runKeys } from "#shared/contract/runKeys.js";
import { windowClosingName, windowClosingVariables } from "#shared/contract/windowClosing.js";
import { dayMs, hourMs } from "#shared/text/time.js";
import { size } from "#test/support/size.js";
import type { Coverage } from "#tools/coverage/core/model.js";
import type { CoveragePorts } from "#tools/coverage/ports.js";
import { roleOf } from "../../lab/aws/lambda/support.js";
import { node } from "../../lab/support.js";
import { debian, differences, differencesOf, linux, request, tags, windows } from "./fleets.js";
import { withReports } from "./labReports.js";
import { makeOlder } from "./olderRecords.js";
import { type CoverageLab, coverageLab } from "./support.js";
import { wrongAnswers } from "./twelve.js";

/** A Friday: the installation of stack dev is on the second day. */
const from = Date.parse("2026-10-09T00:00:00Z");
const manyTags = Object.fromEntries(Array.from({ length: 47 }, (_, index) => [`t${index}`, "x"]));
const closing = windowClosingName("patchplane-dev");

/** What goes wrong while time passes; at its end everything answers again. */
const faults: Readonly<Record<string, Omit<FaultsInput, "version">>> = {
  nothing: {},
  "throttled reads": { calls: [{ operations: ["ssm:Describe*"], share: 0.05, kind: "throttle" }] },
  "a closing function that dies": { kills: [{ function: closing, every: 2, afterCalls: 12 }] },
  "no names": { calls: [{ operations: ["ssm:DescribeInstancePatches"], share: 1, kind: "serverError" }] },
  "a Region down": {
    regionsDown: [{ region: "us-west-2", from: "2026-10-09T12:00:00Z", to: "2026-10-10T06:00:00Z" }],
  },
  "events twice and late": { events: { duplicateShare: 0.5, delaySeconds: [1, 900] } },
};

type Look = (lab: CoverageLab, what: number) => Promise<Coverage>;
const looked = ["us-east-1", "us-west-2", "eu-central-1", "eu-west-1"];
const denied = [
  ...["ec2:DescribeInstances", "tag:GetResources", "resource-groups:*", "lambda:*", "s3:*", "s3:GetObject"],
  ...[
    "ssm:*",
    "ssm:DescribeInstanceInformation",
    "ssm:DescribeInstancePatchStates",
    "ssm:DescribePatchGroups",
  ],
  ...["ssm:DescribeInstancePatches", "ssm:DescribeMaintenanceWindows", "ssm:DescribeMaintenanceWindowT*"],
  ...["ssm:ListAssociations", "ssm:DescribePatchBaselines"],
];
const methods = [
  ...["instances", "tags", "managed", "states", "windows", "groups", "members", "stillThere"],
  ...["openPatches", "releases"],
] as const;
const pick = <T>(list: readonly T[], what: number): T => list[what % list.length] as T;
const asAuditor = ({ run: { account }, coverageAs }: CoverageLab, refusal: object) => {
  const all = { Effect: "Allow", Action: "*", Resource: "*" };
  const deny = { Effect: "Deny", Resource: "*", ...refusal };
  return coverageAs(roleOf(account.region("us-east-1"), "auditor", [all, deny]));
};
/** Ports whose calls in some Regions are made otherwise. */
const otherwise =
  (isMeant: (region: string) => boolean, call: (name: string) => Promise<void>) =>
  (ports: CoveragePorts): CoveragePorts => ({
    ...ports,
    region: (name) =>
      new Proxy(ports.region(name), {
        get: (target, method) => {
          const own: unknown = Reflect.get(target, method);
          if (typeof own !== "function" || !isMeant(name)) return own;
          return async (...args: unknown[]) => {
            await call(String(method));
            return own.apply(target, args);
          };
        },
      }),
  });

/** Who looks, and what goes wrong while they do. */
const looks: Readonly<Record<string, Look>> = {
  "the owner": (lab) => lab.coverage("--all-regions"),
  "who may not look into a Region": (lab, what) =>
    asAuditor(lab, {
      Action: ["ec2:DescribeInstances", "lambda:*", "resource-groups:*", "s3:*", "ssm:*", "tag:*"],
      Condition: { StringEquals: { "aws:RequestedRegion": pick(looked, what) } },
    }),
  "who may not ask a service": (lab, what) => asAuditor(lab, { Action: pick(denied, what) }),
  "the owner while a Region is down": (lab, what) =>
    lab.coverageThrough(
      otherwise(
        (name) => name === pick(looked, what),
        async () => Promise.reject(new Error("connect ECONNREFUSED")),
      ),
    ),
  "the owner, throttled without end": (lab, what) =>
    lab.coverageThrough(
      otherwise(
        () => true,
        async (method) => {
          if (method === pick(methods, what))
            throw Object.assign(new Error("Rate exceeded"), { name: "ThrottlingException" });
        },
      ),
    ),
  "the owner while the fleet changes": ({ run: { account }, coverageThrough }) => {
    let passing: Promise<void> = Promise.resolve();
    return coverageThrough(
      otherwise(
        (name) => name === "us-east-1",
        () => {
          passing = passing.then(() => account.clock.advanceTo(account.clock.now + 20_000));
          return passing;
        },
      ),
    );
  },
};

const one = fc.record({
  region: fc.constantFrom("us-east-1", "us-east-1", "us-west-2", "eu-central-1", "eu-west-1"),
  catalog: fc.constantFrom(linux, linux, windows, debian),
  tags: fc.constantFrom(
    ...[tags, tags, tags, { ...tags, ...manyTags }],
    ...[{ PatchGroup: "dev-servers" }, { ...tags, PatchGroup: "x" }, {}],
  ),
  presence: fc.constantFrom("on", "on", "on", "stopped", "lost", "bare", "ending", "leaving"),
  isHybrid: fc.boolean(),
  kernel: fc.integer({ min: 0, max: 1 }),
  isFailing: fc.constantFrom(false, false, false, true),
  exclusion: fc.constantFrom("", "", "", "", "hold: true", 'patches: ["kernel*"]'),
});
const history = fc.record({
  fleet: fc.array(one, { minLength: 8, maxLength: 30 }),
  fault: fc.constantFrom(...Object.keys(faults)),
  look: fc.constantFrom(...Object.keys(looks)),
  what: fc.nat(),
  isOlder: fc.boolean(),
});
type Drawn = typeof one extends fc.Arbitrary<infer Spec> ? Spec : never;

/** @param end when the last day is over: who ends or leaves does so a minute later, while it is read */
function nodeOf(
  { presence, isHybrid, kernel, isFailing, exclusion: _, ...spec }: Drawn,
  number: number,
  end: number,
) {
  const change = end + 60_000;
  return node({
    ...spec,
    ...(presence === "ending" ? { terminatedAt: change } : {}),
    ...(presence === "leaving" ? { offline: [{ from: change, to: Number.POSITIVE_INFINITY }] } : {}),
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

/** Half of a record, one whose sums somebody has changed, one of another version, and one at another's place. @returns their keys */
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
    // Its nodes would have two runs at once.
    copy: text,
  };
  return Object.entries(spoiled).map(([name, body]) => {
    const key = Key.replace(/[^/]+$/, `${name}.json`);
    account.s3.putObject({ Bucket, Key: key, Body: Buffer.from(body) }, owner);
    return key;
  });
}

/** Where something could not be seen; everywhere, where a part of the account could not. What is no record hides nothing. */
function isDark({ unseen }: Coverage, region: string): boolean {
  return unseen.some(
    (one) =>
      (one.region === region || one.region === null) &&
      (!one.what.startsWith("record ") || one.why.includes("AccessDenied")),
  );
}

/** Nodes of which something is told that is not so, or nothing, and nobody says that it could not be seen. */
function untrue(lab: CoverageLab, coverage: Coverage, isChanging: (id: string) => boolean): unknown[] {
  const told = new Map(coverage.nodes.map((one) => [one.id, one]));
  expect(told.size, "each node once").to.equal(coverage.nodes.length);
  const regionOf = new Map(lab.summary.nodes.map(({ id, region }) => [id, region]));
  return differencesOf(lab, coverage).filter(({ id, ours, truth }) => {
    const [cause] = truth;
    // Which exclusion it is only verdicts tell.
    const isNameless = ours[0] === "held by an exclusion" && String(cause).startsWith("exclusion ");
    if (isNameless && isDark(coverage, "")) return false;
    if (isChanging(id)) return ours.length > 0 && !["connection lost", "stopped"].includes(String(ours[0]));
    const isUnseen = ours.length === 0 || ours[1] === "unseen";
    return !(isUnseen && isDark(coverage, regionOf.get(id) ?? ""));
  });
}

describe("npm run coverage of random fleets and histories", () => {
  const drawn = fc.sample(history, { numRuns: size(2, 200), seed: 16 });
  for (const [index, { fleet, fault, look, what, isOlder }] of drawn.entries()) {
    it(`tells each node as the lab's report does, fleet ${index}, ${fault}, ${look}`, async () => {
      // A scan a day, and the installation on the second.
      const days = 1.5 + (index % 3);
      const end = from + days * dayMs;
      const nodes = fleet.map((spec, number) => nodeOf(spec, number, end));
      const asked = request(nodes, days, from, index);
      const until = new Date(end - dayMs).toISOString().replace(".000Z", "Z");
      const description = faultsSchema.parse({ version: 1, ...faults[fault] });
      const calls = description.calls.map((call) => ({ ...call, to: until }));
      const { result: lab, reports } = await withReports(() =>
        coverageLab({
          ...asked,
          fleet: { ...asked.fleet, exclusions: exclusionsOf(fleet, asked.fleet) },
          faults: seededFaults({ ...description, calls }, index),
        }),
      );
      try {
        expect(await differences(lab)).to.deep.equal([]);
        if (isOlder) makeOlder(lab, what);
        expect(await wrongAnswers(lab, reports, isOlder)).to.deep.equal([]);
        const keys = spoil(lab);
        const coverage = await looks[look]?.(lab, what);
        if (coverage === undefined) throw new Error(look);
        const isChanging = (id: string) =>
          look.endsWith("changes") &&
          ["ending", "leaving"].includes(
            fleet[asked.fleet.nodes.findIndex((one) => one.id === id)]?.presence ?? "",
          );
        expect(untrue(lab, coverage, isChanging)).to.deep.equal([]);
        const unread = JSON.stringify(coverage.unseen);
        const areRecordsSeen = !coverage.unseen.some((one) => one.what.startsWith("records of runs"));
        expect(areRecordsSeen ? keys.filter((key) => !unread.includes(key)) : []).to.deep.equal([]);
      } finally {
        await lab.close();
      }
    });
  }
});
